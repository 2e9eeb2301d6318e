// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

#include "detail/fork.hpp"

namespace audiopp::detail {

/// Lets calls pass to a PortAudio stream until it is closed, and the closer wait until all have
/// left.
///
/// Passing is two atomic operations. What passes must not wait for a callback. In a forked child
/// the gate counts as closed.
class HandleGate {
 public:
  /// Holds the gate for one call; false if it is closed.
  class Pass {
   public:
    explicit Pass(HandleGate& gate) noexcept : gate_(gate), open_(gate.enter()) {}
    ~Pass() { gate_.state_.fetch_sub(1, std::memory_order_release); }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    explicit operator bool() const noexcept { return open_; }

   private:
    HandleGate& gate_;
    const bool open_;
  };

  bool is_open() const noexcept {
    return (state_.load(std::memory_order_acquire) & closed) == 0 && !is_inherited();
  }
  /// Whether it was made before this process was forked.
  bool is_inherited() const noexcept { return fork_ != fork_generation(); }

  /// Lets nobody in any more; returns when everybody has left.
  void close() noexcept {
    state_.fetch_or(closed, std::memory_order_acq_rel);
    // A pass lasts microseconds, so looking again is simpler than being told.
    while (state_.load(std::memory_order_acquire) != closed) {
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
  }

 private:
  static constexpr std::uint32_t closed = 0x80000000u;

  bool enter() noexcept {
    return (state_.fetch_add(1, std::memory_order_acquire) & closed) == 0 && !is_inherited();
  }

  const unsigned fork_ = fork_generation();
  std::atomic<std::uint32_t> state_{0};
};

}  // namespace audiopp::detail
