// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

namespace audiopp {

/// A duration in seconds, as in PortAudio's PaTime.
using Seconds = std::chrono::duration<double>;

/// A point on a stream's own clock (Pa_GetStreamTime()): seconds since an unspecified origin.
using StreamTime = Seconds;

/// When the samples of a callback are recorded and played (PaStreamCallbackTimeInfo).
struct CallbackTimes {
  StreamTime input_adc;   ///< When the first input sample was converted; 0 if unknown.
  StreamTime current;     ///< When the callback was called.
  StreamTime output_dac;  ///< When the first output sample will be converted.
};

}  // namespace audiopp
