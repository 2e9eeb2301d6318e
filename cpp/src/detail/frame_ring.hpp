// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <new>
#include <vector>

#include "audiopp/sample_format.hpp"

namespace audiopp::detail {

/// The size of frames in bytes. *Throws*: std::bad_alloc if no memory can be that large.
inline std::size_t byte_count(std::size_t frames, int channels, SampleFormat format) {
  const std::uint64_t frame = sample_size(format) * static_cast<std::uint64_t>(channels);
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::ptrdiff_t>::max());
  if (frame > 0 && frames > most / frame) throw std::bad_alloc();
  return frames * static_cast<std::size_t>(frame);
}

/// A queue of frames between two threads, in a stream's format and layout.
///
/// *Threads*: one writer, one reader; `clear` with neither at work.
/// *Real time*: wait-free; allocates only in the constructor.
class FrameRing {
 public:
  FrameRing(std::size_t capacity, int channels, SampleFormat format, Layout layout)
      : capacity_(capacity),
        format_(format),
        planar_(layout == Layout::planar),
        planes_(planar_ ? static_cast<std::size_t>(channels) : 1),
        frame_size_(sample_size(format) * (planar_ ? 1 : static_cast<std::size_t>(channels))),
        data_(byte_count(capacity, channels, format)) {}

  std::size_t readable() const noexcept {
    return static_cast<std::size_t>(written_.load(std::memory_order_acquire) -
                                    read_.load(std::memory_order_acquire));
  }
  std::size_t writable() const noexcept { return capacity_ - readable(); }

  /// The frames written or read since the last clear().
  std::uint64_t frames_written() const noexcept { return written_.load(std::memory_order_relaxed); }
  std::uint64_t frames_read() const noexcept { return read_.load(std::memory_order_relaxed); }

  /// Copies the first `frames` frames of a PortAudio buffer in; at most writable().
  void write(const void* source, std::size_t frames) noexcept {
    copy(written_, frames,
         [&](std::size_t plane, unsigned char* place, std::size_t at, std::size_t bytes) {
           std::memcpy(place, static_cast<const unsigned char*>(part(source, plane)) + at, bytes);
         });
  }
  void write_silence(std::size_t frames) noexcept {
    copy(written_, frames, [&](std::size_t, unsigned char* place, std::size_t, std::size_t bytes) {
      fill_silence(place, bytes, format_);
    });
  }
  /// Copies frames out to the start of a PortAudio buffer; at most readable().
  void read(void* target, std::size_t frames) noexcept {
    copy(read_, frames,
         [&](std::size_t plane, const unsigned char* place, std::size_t at, std::size_t bytes) {
           std::memcpy(static_cast<unsigned char*>(const_cast<void*>(part(target, plane))) + at,
                       place, bytes);
         });
  }

  void clear() noexcept {
    written_.store(0, std::memory_order_relaxed);
    read_.store(0, std::memory_order_relaxed);
  }

 private:
  const void* part(const void* buffer, std::size_t plane) const noexcept {
    return planar_ ? static_cast<const void* const*>(buffer)[plane] : buffer;
  }

  /// Calls `work` for each stretch that does not wrap round, then advances `position`.
  template <class Work>
  void copy(std::atomic<std::uint64_t>& position, std::size_t frames, const Work& work) noexcept {
    if (frames == 0) return;
    const std::uint64_t from = position.load(std::memory_order_relaxed);
    const auto begin = static_cast<std::size_t>(from % capacity_);
    const std::size_t first = std::min(frames, capacity_ - begin);
    for (std::size_t plane = 0; plane < planes_; ++plane) {
      unsigned char* const ring = data_.data() + plane * capacity_ * frame_size_;
      work(plane, ring + begin * frame_size_, 0, first * frame_size_);
      if (frames > first) work(plane, ring, first * frame_size_, (frames - first) * frame_size_);
    }
    position.store(from + frames, std::memory_order_release);
  }

  const std::size_t capacity_;
  const SampleFormat format_;
  const bool planar_;
  const std::size_t planes_;
  const std::size_t frame_size_;  // in one plane
  std::vector<unsigned char> data_;
  // On separate cache lines, so that the two threads do not slow each other down.
  alignas(64) std::atomic<std::uint64_t> written_{0};
  alignas(64) std::atomic<std::uint64_t> read_{0};
};

}  // namespace audiopp::detail
