// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

#include "dispatch/dispatcher.hpp"

namespace audiopp {

inline constexpr int channels = 2;

inline CallbackFormat stereo() {
  CallbackFormat format;
  format.output_channels = channels;
  return format;
}

inline CallbackResult do_nothing(const CallbackContext& context) {
  benchmark::DoNotOptimize(context.output);
  return CallbackResult::continue_;
}

/// One block on its way through a dispatcher.
class Block {
 public:
  explicit Block(std::size_t frames) : frames_(frames), samples_(frames * channels) {}

  void dispatch(detail::Dispatcher& dispatcher) {
    benchmark::DoNotOptimize(
        dispatcher.dispatch(nullptr, samples_.data(), frames_, {}, CallbackFlags::none));
    benchmark::ClobberMemory();
  }

  /// The cost in any case: filling the block with silence.
  void silence() {
    std::memset(samples_.data(), 0, samples_.size() * sizeof(std::int16_t));
    benchmark::ClobberMemory();
  }

 private:
  std::size_t frames_;
  std::vector<std::int16_t> samples_;
};

/// Repeats something on its own thread, until it is destroyed.
class Meanwhile {
 public:
  template <class Work>
  explicit Meanwhile(Work work)
      : thread_([this, work] {
          while (!done_.load(std::memory_order_relaxed)) work();
        }) {}
  ~Meanwhile() {
    done_ = true;
    thread_.join();
  }
  Meanwhile(const Meanwhile&) = delete;
  Meanwhile& operator=(const Meanwhile&) = delete;

 private:
  std::atomic<bool> done_{false};
  std::thread thread_;
};

}  // namespace audiopp
