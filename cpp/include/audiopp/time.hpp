// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

namespace audiopp {

/// A duration in seconds, as PortAudio's PaTime counts it.
using Seconds = std::chrono::duration<double>;

/// A point on a stream's own clock (Pa_GetStreamTime()): seconds since an unspecified origin.
using StreamTime = Seconds;

/// When the samples of one callback meet the outside world (PaStreamCallbackTimeInfo).
struct CallbackTimes {
  StreamTime input_adc;  ///< First input sample at the converter; 0 where the host API cannot tell.
  StreamTime current;    ///< The callback was called.
  StreamTime output_dac;  ///< First output sample at the converter.
};

}  // namespace audiopp
