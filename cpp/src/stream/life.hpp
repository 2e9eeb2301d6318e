// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

#include "detail/fork.hpp"

namespace audiopp::detail {

/// The state of a stream.
///
///     stopped -> running -> stopping -> stopped;  stopped -> stopping, if PortAudio still runs
///     stopped -> closed;  running, stopping -> closing -> closed
///     any -> abandoned
///
/// A stream that its callback has ended, and that nobody has stopped yet, is still `running` here
/// and inactive in PortAudio.
enum class State : unsigned {
  stopped,    ///< Opened, or stopped after a run.
  running,    ///< Started; the only state in which frames are read and written.
  stopping,   ///< Stopping; the queue may still be playing.
  closing,    ///< Closing, and stopping the stream first.
  closed,     ///< PortAudio's stream is freed, or about to be.
  abandoned,  ///< Like closed, but PortAudio's thread did not end and may use the stream for ever.
};

/// A stream's state, whether its device is lost, and how many threads are inside PortAudio calls on
/// it: all in one atomic word, so that every query sees a consistent value.
///
/// *Threads*: transitions under the stream's control lock; lose() and queries from any thread.
/// *Real time*: queries are wait-free.
class Life {
 public:
  /// Keeps PortAudio's stream from being freed while it exists; false if it is too late.
  ///
  /// Its holder must not wait for a callback. In a forked child it is always too late.
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
  /// Whether a stop or close is in progress; an interrupt may have finished it in the meantime.
  bool is_ending() const noexcept {
    return state() == State::stopping || state() == State::closing;
  }
  /// Not closing or closed, and not inherited by a forked child.
  bool is_open() const noexcept { return state() < State::closing && !is_inherited(); }
  /// Whether PortAudio's stream is freed, or belongs to another process.
  bool is_gone() const noexcept { return state() >= State::closed || is_inherited(); }
  /// Whether the stream was opened before this process was forked.
  bool is_inherited() const noexcept { return fork_ != fork_generation(); }

  // ---- transitions ----

  void start() noexcept;        ///< stopped -> running; clears the lost device.
  void begin_stop() noexcept;   ///< running, or a stop that failed -> stopping.
  void end_stop() noexcept;     ///< stopping -> stopped; a close stays one.
  void begin_close() noexcept;  ///< running, stopping -> closing.
  void close() noexcept;        ///< any -> closed; returns when no Pass is left.
  void abandon() noexcept;      ///< any -> abandoned; likewise.

  // ---- the device ----

  bool is_lost() const noexcept { return (word_.load(std::memory_order_acquire) & lost) != 0; }
  /// Marks the device as lost, until the next start.
  void lose() noexcept { word_.fetch_or(lost, std::memory_order_acq_rel); }
  /// Identifies this run of the stream: changes with each transition.
  std::uint64_t run() const noexcept { return word_.load(std::memory_order_acquire) & ~passes; }
  /// lose(), if it is still the same run.
  void lose(std::uint64_t run) noexcept;

 private:
  // From the lowest bit: the state, the lost mark, the number of passes, the number of starts.
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
