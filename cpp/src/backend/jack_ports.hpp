// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

namespace audiopp::detail {

/// The type of jack_get_ports(), without JACK's headers.
using JackGetPorts = const char**(void* client, const char* ports, const char* type,
                                  unsigned long flags);

/// Answers PortAudio's question for the ports of a JACK client. It asks by a regular expression,
/// "client:.*", that also finds clients whose names only end like that; and before 19.7 it takes
/// the name itself for an expression, and so finds no ports of "Speaker + Headphones".
const char** find_jack_ports(JackGetPorts& get_ports, void* client, const char* ports,
                             const char* type, unsigned long flags);

}  // namespace audiopp::detail
