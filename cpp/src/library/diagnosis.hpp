// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "audiopp/stream_config.hpp"
#include "backend/backend.hpp"
#include "library/parameters.hpp"

namespace audiopp::detail {

// Error texts for the person who reads them at 2 a.m. Call with the process lock held.

/// What was requested of which device, and what that device supports instead.
///
/// `is_forked`: this process was forked from one in which PortAudio ran.
std::string describe_refusal(const Backend& api, const OpenParameters& parameters,
                             const StreamConfig& config, PaError error, bool is_forked);

/// The devices for a direction or, if there are none, a likely reason.
std::string describe_devices(const Backend& api, bool input);

/// The names of the host APIs that there are.
std::string describe_host_apis(const Backend& api);

}  // namespace audiopp::detail
