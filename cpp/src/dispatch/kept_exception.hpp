// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <exception>
#include <utility>

namespace audiopp::detail {

/// The first exception of a callback, until somebody takes it. Neither side waits for the other.
class KeptException {
 public:
  /// Keeps the exception that is being handled, if none is kept.
  void keep() noexcept {
    auto expected = State::none;
    if (!state_.compare_exchange_strong(expected, State::busy, std::memory_order_acquire)) return;
    exception_ = std::current_exception();
    state_.store(State::held, std::memory_order_release);
  }

  std::exception_ptr take() noexcept {
    auto expected = State::held;
    if (!state_.compare_exchange_strong(expected, State::busy, std::memory_order_acquire)) {
      return nullptr;
    }
    std::exception_ptr taken = std::exchange(exception_, nullptr);
    state_.store(State::none, std::memory_order_release);
    return taken;
  }

 private:
  // Whoever makes it `busy` writes the exception or moves it out.
  enum class State : int { none, held, busy };
  std::atomic<State> state_{State::none};
  std::exception_ptr exception_;
};

}  // namespace audiopp::detail
