// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

/// One line of text, cut off where the slot ends.
struct Message {
  std::array<char, 480> text;
  std::size_t size;
};

/// Messages on their way from any threads, audio threads too, to those that log them.
///
/// A ring of slots with a fixed size. Neither side allocates, locks or waits: a message that finds
/// no free slot is counted as lost. Zero is its initial state, so it belongs in static storage,
/// where it costs memory only as far as it is used.
class MessageQueue {
 public:
  static constexpr std::size_t slots = 512;

  /// Adds "source: text".
  void push(const char* source, const char* text) noexcept {
    std::uint64_t place = pushed_.load(std::memory_order_relaxed);
    for (;;) {
      // acquire: the reader has left the slot.
      const std::uint64_t state = at(place).state.load(std::memory_order_acquire);
      if (state == free(place)) {
        if (pushed_.compare_exchange_weak(place, place + 1, std::memory_order_relaxed)) break;
      } else if (state < free(place)) {  // a message of the last round is still in it
        lost_.fetch_add(1, std::memory_order_relaxed);
        waiting_.store(true, std::memory_order_release);
        return;
      } else {  // another thread was faster
        place = pushed_.load(std::memory_order_relaxed);
      }
    }
    Message& message = at(place).message;
    message.size = 0;
    append(message, source);
    append(message, ": ");
    append(message, text);
    at(place).state.store(full(place), std::memory_order_release);
    waiting_.store(true, std::memory_order_release);
  }

  /// Takes the oldest message; false if there is none, or its writer has not finished yet.
  bool pop(Message& message) noexcept {
    std::uint64_t place = popped_.load(std::memory_order_relaxed);
    for (;;) {
      const std::uint64_t state = at(place).state.load(std::memory_order_acquire);
      if (state < full(place)) return false;
      if (state > full(place)) {  // another thread was faster
        place = popped_.load(std::memory_order_relaxed);
      } else if (popped_.compare_exchange_weak(place, place + 1, std::memory_order_relaxed)) {
        break;
      }
    }
    message = at(place).message;
    at(place).state.store(free(place + slots), std::memory_order_release);
    return true;
  }

  /// Whether something came since take_waiting(): one relaxed load, for calls made per block.
  bool is_waiting() const noexcept { return waiting_.load(std::memory_order_relaxed); }
  /// The same, and resets it; before messages are taken out, so that none is overlooked.
  bool take_waiting() noexcept { return waiting_.exchange(false, std::memory_order_acquire); }
  /// How many messages were lost since the last call.
  std::uint64_t take_lost() noexcept { return lost_.exchange(0, std::memory_order_relaxed); }

  /// In a forked child: writers that do not exist here may have left slots half full.
  void renew() noexcept {
    for (Slot& slot : ring_) slot.state = 0;
    pushed_ = popped_ = lost_ = 0;
    waiting_ = false;
  }

 private:
  struct Slot {
    std::atomic<std::uint64_t> state;
    Message message;
  };

  // What a slot's state is before and after the message of a place is written there.
  static constexpr std::uint64_t free(std::uint64_t place) { return place / slots * 2; }
  static constexpr std::uint64_t full(std::uint64_t place) { return free(place) + 1; }
  Slot& at(std::uint64_t place) { return ring_[place % slots]; }

  static void append(Message& message, const char* text) noexcept {
    while (*text != '\0' && message.size < message.text.size()) {
      message.text[message.size++] = *text++;
    }
  }

  std::array<Slot, slots> ring_;
  std::atomic<std::uint64_t> pushed_;
  std::atomic<std::uint64_t> popped_;
  std::atomic<std::uint64_t> lost_;
  std::atomic<bool> waiting_;
};
