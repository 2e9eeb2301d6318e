// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

#include "detail/fork.hpp"

namespace audiopp::detail {

/// Where a stream is in its life.
///
///     stopped -> running -> stopping -> stopped
///     stopped -> closed;  running, stopping -> closing -> closed
///     any -> abandoned
///
/// A stream whose callback has ended it, and which nobody has stopped, is `running` here and
/// inactive for PortAudio.
enum class State : unsigned {
  stopped,    ///< Opened, or stopped after a run.
  running,    ///< Started; the only state in which frames are read and written.
  stopping,   ///< A stop is under way; the queue may be playing.
  closing,    ///< A close is under way, and first has to stop the stream.
  closed,     ///< PortAudio's stream is freed, or about to be.
  abandoned,  ///< As closed, but PortAudio's thread did not end and uses the stream for ever.
};

/// A stream's state, whether its device is lost, and who is in a call of PortAudio on it: all in
/// one atomic word, so that each question has one answer.
///
/// *Threads*: transitions one at a time, by the stream's control lock; lose() and questions from
/// any thread.
/// *Real time*: questions are wait-free.
class Life {
 public:
  /// Keeps PortAudio's stream from being freed as long as it lives; false if it is too late.
  ///
  /// Whoever holds one must not wait for a callback. In a forked child it is too late always.
  class Pass {
   public:
    explicit Pass(Life& life) noexcept : life_(life), is_open_(life.enter()) {}
    ~Pass() { life_.word_.fetch_sub(one_pass, std::memory_order_release); }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    explicit operator bool() const noexcept { return is_open_; }

   private:
    Life& life_;
    const bool is_open_;
  };

  State state() const noexcept { return state_in(word_.load(std::memory_order_acquire)); }
  bool is_running() const noexcept { return state() == State::running; }
  /// Whether a stop or a close is under way, which what interrupts it may have finished itself.
  bool is_ending() const noexcept {
    return state() == State::stopping || state() == State::closing;
  }
  /// Before any close, and not in a forked child.
  bool is_open() const noexcept { return state() < State::closing && !is_inherited(); }
  /// Whether PortAudio's stream is freed, or is another process's.
  bool is_gone() const noexcept { return state() >= State::closed || is_inherited(); }
  /// Whether the stream was opened before this process was forked.
  bool is_inherited() const noexcept { return fork_ != fork_generation(); }

  // ---- transitions ----

  void start() noexcept;        ///< stopped -> running; the device is not lost any more.
  void begin_stop() noexcept;   ///< running -> stopping; a close stays one.
  void end_stop() noexcept;     ///< stopping -> stopped; a close stays one.
  void begin_close() noexcept;  ///< running, stopping -> closing.
  void close() noexcept;        ///< any -> closed; returns when nobody has a Pass.
  void abandon() noexcept;      ///< any -> abandoned; likewise.

  // ---- the device ----

  bool is_lost() const noexcept { return (word_.load(std::memory_order_acquire) & lost) != 0; }
  /// The device is lost, until the next start.
  void lose() noexcept { word_.fetch_or(lost, std::memory_order_acq_rel); }
  /// This run of the stream: another value after each transition.
  std::uint64_t run() const noexcept { return word_.load(std::memory_order_acquire) & ~passes; }
  /// Lose() if it is still the same run.
  void lose(std::uint64_t run) noexcept;

 private:
  // From the lowest bit on: the state, the lost device, the passes, the number of starts.
  static constexpr std::uint64_t states = 0xf;
  static constexpr std::uint64_t lost = 0x10;
  static constexpr std::uint64_t one_pass = 0x100;
  static constexpr std::uint64_t passes = 0xffffff00;
  static constexpr std::uint64_t one_start = 0x100000000;

  static State state_in(std::uint64_t word) noexcept { return static_cast<State>(word & states); }
  bool enter() noexcept {
    const std::uint64_t before = word_.fetch_add(one_pass, std::memory_order_acq_rel);
    return state_in(before) < State::closed && !is_inherited();
  }
  template <class Change>
  void change(const Change& next) noexcept;
  void become(State state) noexcept;
  void wait_for_passes() noexcept;

  const unsigned fork_ = fork_generation();
  std::atomic<std::uint64_t> word_{0};
};

}  // namespace audiopp::detail
