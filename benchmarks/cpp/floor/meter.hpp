// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <portaudio.h>

#include <cstdint>

// What the Python targets reach through ctypes has C's names. The library is preloaded into them,
// and so sees the frames that PortAudio gives to ALSA: no target has to count its own callbacks.

extern "C" {

/// A stretch of a run: what passed in it.
struct Slice {
  std::int64_t wall_ns;
  std::int64_t cpu_ns;  ///< Of all threads but the one that measures.
  std::int64_t frames;  ///< Given to ALSA, in both directions of all streams together.
};

/// Measures the process from this thread for `count` slices of 10 ms, which it sleeps through.
void meter_run(Slice* slices, int count);

/// PortAudio callbacks that do as little as a program can: play a block, drop one, pass one on.
int bench_out(const void* input, void* output, unsigned long frames,
              const PaStreamCallbackTimeInfo* times, PaStreamCallbackFlags flags, void* user);
int bench_in(const void* input, void* output, unsigned long frames,
             const PaStreamCallbackTimeInfo* times, PaStreamCallbackFlags flags, void* user);
int bench_dup(const void* input, void* output, unsigned long frames,
              const PaStreamCallbackTimeInfo* times, PaStreamCallbackFlags flags, void* user);
}
