// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include "audiopp/error.hpp"
#include "backend/check.hpp"
#include "stream/life.hpp"

namespace audiopp::detail {

inline constexpr const char* device_lost_words =
    "the device is lost: it was unplugged, or its sound server is gone; close the stream and open "
    "a new one";

inline Error closed_error(const char* call) {
  return Error(Errc::bad_stream_ptr, call, "the stream is closed");
}

/// PortAudio's stream, and our stream's state.
struct PortAudioStream {
  const Backend& api;
  Life life{};
  PaStream* handle = nullptr;  ///< Set once; valid until the life ends.

  /// Once a stream is open, a host error is how PortAudio reports that the device is gone.
  signed long check(signed long result, const char* call) {
    if (result == paUnanticipatedHostError) {
      life.lose();
      check_result(api, paUnanticipatedHostError, call, device_lost_words);
    }
    return detail::check(api, result, call);
  }
  bool is_active() { return check(api.is_stream_active(handle), "Pa_IsStreamActive") == 1; }
};

}  // namespace audiopp::detail
