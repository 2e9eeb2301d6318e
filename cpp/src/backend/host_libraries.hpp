// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace audiopp::detail {

/// Before PortAudio starts: loads what a PortAudio that is built into ours has not been linked
/// with, ALSA and JACK on Linux. Does nothing for any other PortAudio. Called with the process lock
/// held.
void load_host_libraries() noexcept;

/// What is missing and how to get it, if PortAudio could not start for that; or nothing.
std::string describe_missing_libraries();

}  // namespace audiopp::detail
