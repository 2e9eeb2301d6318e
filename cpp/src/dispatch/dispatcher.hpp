// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>

#include "audiopp/callback.hpp"
#include "audiopp/dispatcher.hpp"
#include "dispatch/block_counters.hpp"
#include "dispatch/callback_queue.hpp"
#include "dispatch/handler_slot.hpp"
#include "dispatch/kept_exception.hpp"

namespace audiopp::detail {

/// Passes blocks from PortAudio's audio thread to a handler. Programs see it as CallbackDispatcher.
///
/// *Direct*, the handler runs on the audio thread. *Queued*, with a CallbackBuffer, it runs on the
/// thread that is in `work`, and may lock and wait: the audio thread only moves frames.
///
/// For each block it silences the output, unless the handler fills it, updates the counters, and
/// calls the handler. No exception gets out; the first is kept, and the stream aborts. Without a
/// handler the block is silent. After the handler has returned `complete`, blocks are silent until
/// everything it wrote has left the host API's queue; only then is PortAudio told.
///
/// *Threads*: `dispatch` on one audio thread at a time; everything else on any thread.
/// *Real time*: `dispatch` allocates nothing, takes no lock and never waits.
/// *Throws*: as CallbackDispatcher.
class Dispatcher {
 public:
  explicit Dispatcher(const CallbackFormat& format, Callback handler = {});
  /// Queued. std::invalid_argument if the sample size is unknown or the buffer size impossible.
  Dispatcher(const CallbackFormat& format, Callback handler, const CallbackBuffer& buffer);
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  /// As in CallbackDispatcher.
  void set_handler(Callback handler);
  bool retire(std::optional<Seconds> timeout);

  /// Processes one block, on PortAudio's thread or in a test that stands in for it.
  CallbackResult dispatch(const void* input, void* output, std::size_t frames,
                          const CallbackTimes& times, CallbackFlags flags) noexcept;

  /// Prepares for a (re)start: clears a reported end, lifts a hold. Not while blocks are
  /// dispatched.
  ///
  /// `tail_frames`: how many frames of silence flush the host API's queue after `complete`.
  void reset(std::size_t tail_frames);

  /// Stops calling the handler: plays what is queued, then silence for the tail, then completes.
  void drain() noexcept;

  /// Runs a queued dispatcher's handler on this thread until `stop_work`. A direct one returns.
  void work();
  void stop_work();

  /// Drains, ends the work, and keeps the handler from being called until reset(). Waits until it
  /// has returned; false if that takes longer than `patience`.
  bool hold(Seconds patience);

  /// Removes the handler when the stream has closed, and accepts no other. Waits as retire() does.
  void close(std::optional<Seconds> timeout = {});

  /// Frames that the queue adds to the output latency, or the most input that can wait; 0 if
  /// direct.
  std::size_t queue_depth() const noexcept { return queue_ ? queue_->depth() : 0; }
  /// Frames per call of a queued handler; 0 if direct.
  std::size_t queue_block() const noexcept { return queue_ ? queue_->block() : 0; }

  /// Whether PortAudio has been told to end the stream: by the handler, an exception or drain().
  bool has_ended() const noexcept { return has_ended_.load(std::memory_order_acquire); }

  CallbackCounters counters() const noexcept { return counters_.values(); }

  void keep_exception() noexcept { exception_.keep(); }
  std::exception_ptr take_exception() noexcept { return exception_.take(); }

  const CallbackFormat& format() const noexcept { return format_; }

 private:
  enum class Phase : int { handling, tail, aborted };

  CallbackResult next_block(const CallbackContext& context) noexcept;
  CallbackResult run_handler(const CallbackContext& context) noexcept;
  void silence(const CallbackContext& context) const noexcept;
  CallbackResult move_block(const CallbackContext& context) noexcept;
  CallbackResult play_tail(std::size_t frames) noexcept;

  const CallbackFormat format_;
  const std::unique_ptr<CallbackQueue> queue_;  // null if direct
  HandlerSlot handler_;
  KeptException exception_;
  BlockCounters counters_;

  std::atomic<bool> is_draining_{false};
  std::atomic<bool> has_ended_{false};
  Phase phase_ = Phase::handling;  // used by the audio thread only, like the next
  std::size_t tail_left_ = 0;
};

}  // namespace audiopp::detail
