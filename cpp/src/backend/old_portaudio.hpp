// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

namespace audiopp::detail {

/// Keeps a system's PortAudio older than 19.7 from ending the process in Pa_Initialize() if all
/// ALSA devices work and none is called "default", or if there is no device at all. Call before
/// each first start, with the process lock held.
///
/// The same file has the function that PortAudio calls instead of JACK's: see jack_ports.hpp.
void list_unusable_alsa_device() noexcept;

}  // namespace audiopp::detail
