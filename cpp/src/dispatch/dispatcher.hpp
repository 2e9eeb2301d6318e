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

/// The road from PortAudio's audio thread to a handler; what a program sees of it is
/// CallbackDispatcher.
///
/// *Direct*, the handler runs on the audio thread. *Queued*, with a CallbackBuffer, it runs on the
/// thread that is in `work`, and may lock and wait: the audio thread only moves frames.
///
/// Each block: silence goes into the output, the counters are raised, then the handler runs. No
/// exception gets out; the first one is kept and the stream told to abort. Without a handler a
/// block is silence. After a handler has said `complete`, the blocks are silent until what it had
/// written has left the sound system's queue, and only then is PortAudio told.
///
/// *Threads*: `dispatch` on one audio thread at a time; everything else on any thread.
/// *Real time*: `dispatch` allocates nothing, takes no lock and never waits.
/// *Throws*: as CallbackDispatcher.
class Dispatcher {
 public:
  explicit Dispatcher(const CallbackFormat& format, Callback handler = {});
  /// Queued. std::invalid_argument if the samples have no known size, or the buffer no possible
  /// one.
  Dispatcher(const CallbackFormat& format, Callback handler, const CallbackBuffer& buffer);
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  /// What CallbackDispatcher promises.
  void set_handler(Callback handler);
  bool retire(std::optional<Seconds> timeout);

  /// Hands one block on. For PortAudio's thread, or a test standing in for it.
  CallbackResult dispatch(const void* input, void* output, std::size_t frames,
                          const CallbackTimes& times, CallbackFlags flags) noexcept;

  /// Makes ready for a (re)start: forgets an end that was reported, lifts a hold. Not while blocks
  /// are dispatched.
  ///
  /// `tail_frames` is how many frames of silence flush the sound system's queue after `complete`.
  void reset(std::size_t tail_frames);

  /// From now on the handler is not called; what is queued is played, then the blocks are silent
  /// for the tail, then complete.
  void drain() noexcept;

  /// Runs a queued dispatcher's handler on this thread until `stop_work`. Direct ones return.
  void work();
  void stop_work();

  /// Drains, ends the work, and keeps the handler from being called until reset(). Waits until it
  /// has returned; false if that takes longer than `patience`.
  bool hold(Seconds patience);

  /// Removes the handler when the stream has closed, and accepts no other. Waits as retire() does.
  void close(std::optional<Seconds> timeout = {});

  /// Frames that the queue adds to the latency of the output; the most that can wait of an input.
  /// 0 for direct ones.
  std::size_t queue_depth() const noexcept { return queue_ ? queue_->depth() : 0; }
  /// Frames that the handler of a queued one gets at once; 0 for direct ones.
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
  CallbackResult move_block(const CallbackContext& context) noexcept;
  CallbackResult play_tail(std::size_t frames) noexcept;

  const CallbackFormat format_;
  const std::unique_ptr<CallbackQueue> queue_;  // null for direct ones
  HandlerSlot handler_;
  KeptException exception_;
  BlockCounters counters_;

  std::atomic<bool> is_draining_{false};
  std::atomic<bool> has_ended_{false};
  Phase phase_ = Phase::handling;  // the audio thread's own, as the next
  std::size_t tail_left_ = 0;
};

}  // namespace audiopp::detail
