// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

namespace audiopp::detail {

/// While one exists, libjack's clean-up functions report success to PortAudio on this thread. When
/// the JACK server has died they all fail, and pa_jack.c asserts that they never do: closing a
/// stream or PortAudio would end the process.
class JackCleanUp {
 public:
  JackCleanUp() noexcept;
  JackCleanUp(const JackCleanUp&) = delete;
  JackCleanUp& operator=(const JackCleanUp&) = delete;
  ~JackCleanUp();
};

}  // namespace audiopp::detail
