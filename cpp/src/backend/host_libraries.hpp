// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace audiopp::detail {

/// Call before PortAudio starts. If PortAudio is built into our library, loads the host libraries
/// that it is not linked with: ALSA and JACK on Linux. Call with the process lock held.
void load_host_libraries() noexcept;

/// If PortAudio could not start because a library is missing: which one, and how to get it.
std::string describe_missing_libraries();

}  // namespace audiopp::detail
