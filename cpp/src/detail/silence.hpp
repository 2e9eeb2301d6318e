// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "audiopp/sample_format.hpp"

namespace audiopp::detail {

/// Fills a PortAudio buffer of either layout with silence. Real-time safe.
inline void fill_silence(void* output, std::size_t frames, int channels, SampleFormat format,
                         Layout layout) noexcept {
  const auto count = static_cast<std::size_t>(channels);
  const std::size_t plane = frames * sample_size(format);
  if (layout == Layout::interleaved) {
    audiopp::fill_silence(output, plane * count, format);
    return;
  }
  for (std::size_t i = 0; i < count; ++i) {
    audiopp::fill_silence(static_cast<void* const*>(output)[i], plane, format);
  }
}

}  // namespace audiopp::detail
