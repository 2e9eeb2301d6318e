// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "audiopp/sample_format.hpp"

namespace audiopp {

/// A non-owning view of interleaved frames: `view(frame, channel)` is a sample.
///
/// T is a sample type that SampleFormatOf knows; const for frames to be written to a stream.
template <class T>
class Interleaved {
 public:
  constexpr Interleaved(T* data, std::size_t frames, int channels) noexcept
      : data_(data), frames_(frames), channels_(channels) {}

  constexpr T& operator()(std::size_t frame, int channel) const noexcept {
    return data_[frame * static_cast<std::size_t>(channels_) + static_cast<std::size_t>(channel)];
  }
  constexpr T* data() const noexcept { return data_; }
  constexpr std::size_t frames() const noexcept { return frames_; }
  constexpr int channels() const noexcept { return channels_; }
  constexpr T* begin() const noexcept { return data_; }
  constexpr T* end() const noexcept {
    return data_ + frames_ * static_cast<std::size_t>(channels_);
  }

 private:
  T* data_;
  std::size_t frames_;
  int channels_;
};

/// A non-owning view of planar frames: one block of samples per channel.
template <class T>
class Planar {
 public:
  constexpr Planar(T* const* channel_data, std::size_t frames, int channels) noexcept
      : channel_data_(channel_data), frames_(frames), channels_(channels) {}

  constexpr T& operator()(std::size_t frame, int channel) const noexcept {
    return channel_data_[channel][frame];
  }
  constexpr T* const* data() const noexcept { return channel_data_; }
  constexpr std::size_t frames() const noexcept { return frames_; }
  constexpr int channels() const noexcept { return channels_; }

 private:
  T* const* channel_data_;
  std::size_t frames_;
  int channels_;
};

/// Views a contiguous container of samples as interleaved frames, without a partial last frame;
/// with fewer than one channel, as none.
template <class Container>
constexpr auto interleaved(Container& samples, int channels) noexcept {
  const std::size_t frames = channels > 0 ? samples.size() / static_cast<std::size_t>(channels) : 0;
  return Interleaved(samples.data(), frames, channels);
}

}  // namespace audiopp
