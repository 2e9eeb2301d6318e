// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "audiopp/dispatcher.hpp"
#include "audiopp/flags.hpp"

namespace audiopp::detail {

/// The source of CallbackCounters: written by the audio thread, read by any thread.
class BlockCounters {
 public:
  void count(std::size_t frames, CallbackFlags flags) noexcept {
    raise(callbacks_, 1);
    raise(frames_, frames);
    if (flags == CallbackFlags::none) return;
    if (has(flags, CallbackFlags::input_underflow)) raise(input_underflows_, 1);
    if (has(flags, CallbackFlags::input_overflow)) raise(input_overflows_, 1);
    if (has(flags, CallbackFlags::output_underflow)) raise(output_underflows_, 1);
    if (has(flags, CallbackFlags::output_overflow)) raise(output_overflows_, 1);
  }
  void count_short_block(std::size_t missing_frames) noexcept {
    raise(short_blocks_, 1);
    raise(missing_frames_, missing_frames);
  }

  CallbackCounters values() const noexcept {
    constexpr auto relaxed = std::memory_order_relaxed;
    return {callbacks_.load(relaxed),         frames_.load(relaxed),
            input_underflows_.load(relaxed),  input_overflows_.load(relaxed),
            output_underflows_.load(relaxed), output_overflows_.load(relaxed),
            short_blocks_.load(relaxed),      missing_frames_.load(relaxed)};
  }

 private:
  using Counter = std::atomic<std::uint64_t>;

  // Only the audio thread writes, so it needs no atomic increment.
  static void raise(Counter& counter, std::uint64_t by) noexcept {
    counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }

  Counter callbacks_{0};
  Counter frames_{0};
  Counter input_underflows_{0};
  Counter input_overflows_{0};
  Counter output_underflows_{0};
  Counter output_overflows_{0};
  Counter short_blocks_{0};
  Counter missing_frames_{0};
};

}  // namespace audiopp::detail
