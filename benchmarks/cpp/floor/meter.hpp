// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <portaudio.h>

#include <cstdint>

// The Python targets use the C names through ctypes. The library is preloaded, so it sees the
// frames that PortAudio passes to ALSA: no target has to count its own callbacks.

extern "C" {

/// A slice of a run.
struct Slice {
  std::int64_t wall_ns;
  std::int64_t cpu_ns;  ///< Of all threads except the measuring one.
  std::int64_t frames;  ///< Passed to ALSA, in both directions, for all streams together.
};

/// Measures the process from this thread for `count` slices of 10 ms, which it sleeps through.
void meter_run(Slice* slices, int count);

/// Times the callbacks of the stream that is opened next.
void meter_time_callbacks();
/// Copies the times of the callbacks so far, at most `most`; returns how many.
int meter_callback_times(std::int64_t* nanoseconds, int most);

/// PortAudio callbacks that do as little as possible: play a block, drop one, pass one on.
int bench_out(const void* input, void* output, unsigned long frames,
              const PaStreamCallbackTimeInfo* times, PaStreamCallbackFlags flags, void* user);
int bench_in(const void* input, void* output, unsigned long frames,
             const PaStreamCallbackTimeInfo* times, PaStreamCallbackFlags flags, void* user);
int bench_dup(const void* input, void* output, unsigned long frames,
              const PaStreamCallbackTimeInfo* times, PaStreamCallbackFlags flags, void* user);
}
