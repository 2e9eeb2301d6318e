// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "audiopp/sample_format.hpp"
#include "detail/portaudio.hpp"

namespace audiopp::detail {

/// How a program's buffer is laid out in memory.
struct SampleShape {
  SampleFormat format = SampleFormat::int16;
  Layout layout = Layout::interleaved;
  int channels = 0;

  static SampleShape of(const PaStreamParameters& parameters);
};

/// Reads frames `first` to `first + frames` of a buffer as interleaved doubles.
///
/// Full scale is 1: an int16 of v becomes v / 32768. A double holds every sample of every format
/// exactly, so encode() gives back what decode() was given.
void decode(const SampleShape& shape, const void* buffer, std::size_t first, std::size_t frames,
            double* samples);

/// Writes interleaved doubles to frames `first` to `first + frames` of a buffer: integers are
/// rounded to nearest and clipped, never dithered.
void encode(const SampleShape& shape, const double* samples, void* buffer, std::size_t first,
            std::size_t frames);

}  // namespace audiopp::detail
