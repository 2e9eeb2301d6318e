// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "stream/life.hpp"

#include <chrono>
#include <thread>

namespace audiopp::detail {

template <class Change>
void Life::change(const Change& next) noexcept {
  std::uint64_t word = word_.load(std::memory_order_acquire);
  while (!word_.compare_exchange_weak(word, next(word), std::memory_order_acq_rel)) {
  }
}

void Life::become(State state) noexcept {
  change([state](std::uint64_t word) { return (word & ~states) | static_cast<unsigned>(state); });
}

void Life::start() noexcept {
  change([](std::uint64_t word) {
    return ((word & ~(states | lost)) | static_cast<unsigned>(State::running)) + one_start;
  });
}

void Life::begin_stop() noexcept {
  if (state() < State::closing) become(State::stopping);
}

void Life::end_stop() noexcept {
  if (state() == State::stopping) become(State::stopped);
}

void Life::begin_close() noexcept {
  if (state() == State::running || state() == State::stopping) become(State::closing);
}

void Life::close() noexcept {
  become(State::closed);
  wait_for_passes();
}

void Life::abandon() noexcept {
  become(State::abandoned);
  wait_for_passes();
}

// A pass lasts microseconds, so polling is simpler than a notification.
void Life::wait_for_passes() noexcept {
  while ((word_.load(std::memory_order_acquire) & passes) != 0) {
    std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
}

void Life::lose(std::uint64_t run) noexcept {
  std::uint64_t word = word_.load(std::memory_order_acquire);
  while ((word & ~passes) == run && !word_.compare_exchange_weak(word, word | lost)) {
  }
}

}  // namespace audiopp::detail
