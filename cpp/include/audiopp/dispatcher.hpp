// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>

#include "audiopp/callback.hpp"
#include "audiopp/export.hpp"

namespace audiopp {

/// What a dispatcher has counted since it was made.
struct CallbackCounters {
  std::uint64_t callbacks = 0;
  std::uint64_t frames = 0;
  std::uint64_t input_underflows = 0;
  std::uint64_t input_overflows = 0;
  std::uint64_t output_underflows = 0;
  std::uint64_t output_overflows = 0;
  std::uint64_t short_blocks = 0;    ///< Blocks for which a queued handler was too late.
  std::uint64_t missing_frames = 0;  ///< Frames of silence in them, or of input lost.
};

/// A queue between the audio thread and a handler that may be late; see StreamConfig.
struct CallbackBuffer {
  std::size_t frames = 0;  ///< At least two blocks are taken, at most 2^30 frames.
  std::size_t block = 0;   ///< Frames the handler gets at once; 0: a quarter, 1,024 at most.
  double sample_rate = 48000;
  CallbackScope scope{};  ///< Around the calls for blocks that are due together, if any.
};

namespace detail {
class CallbackQueue;
}

/// The road from PortAudio's audio thread to a handler.
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
/// *Throws*: `set_handler` throws InsideCallbackError when called by the handler itself.
class AUDIOPP_API CallbackDispatcher {
 public:
  explicit CallbackDispatcher(const CallbackFormat& format, Callback handler = {});
  /// Queued. std::invalid_argument if the samples have no known size, or the buffer no possible
  /// one.
  CallbackDispatcher(const CallbackFormat& format, Callback handler, const CallbackBuffer& buffer);
  ~CallbackDispatcher();
  CallbackDispatcher(const CallbackDispatcher&) = delete;
  CallbackDispatcher& operator=(const CallbackDispatcher&) = delete;

  /// Installs, replaces or (with an empty one) removes the handler, also while the stream runs.
  ///
  /// Returns when the audio thread has left the old handler, which is destroyed on this thread.
  void set_handler(Callback handler);

  /// Hands one block on. For PortAudio's thread, or a test standing in for it.
  CallbackResult dispatch(const void* input, void* output, std::size_t frames,
                          const CallbackTimes& times, CallbackFlags flags) noexcept;

  /// Makes ready for a (re)start: forgets an end that was reported. Not while blocks are
  /// dispatched.
  ///
  /// `tail_frames` is how many frames of silence flush the sound system's queue after `complete`.
  void reset(std::size_t tail_frames) noexcept;

  /// From now on the handler is not called; what is queued is played, then the blocks are silent
  /// for the tail, then complete.
  void drain() noexcept;

  /// Runs a queued dispatcher's handler on this thread until `stop_work`. Direct ones return.
  void work();
  void stop_work();

  /// Ends it: the handler is not called any more. Waits until it has returned; false if that takes
  /// longer.
  bool retire(Seconds patience);

  /// Frames that the queue adds to the latency of the output; the most that can wait of an input.
  /// 0 for direct ones.
  std::size_t queue_depth() const noexcept;
  /// Frames that the handler of a queued one gets at once; 0 for direct ones.
  std::size_t queue_block() const noexcept;

  /// Whether PortAudio has been told to end the stream: by the handler, an exception or drain().
  bool has_ended() const noexcept { return ended_.load(std::memory_order_acquire); }

  CallbackCounters counters() const noexcept;

  /// Keeps the exception that is being handled, if none is kept.
  void keep_exception() noexcept;

  /// The exception that ended the stream, handed out once; nullptr when there is none.
  std::exception_ptr take_exception() noexcept;

  const CallbackFormat& format() const noexcept { return format_; }

 private:
  enum class Phase : int { handling, tail, aborted };

  CallbackResult next_block(const CallbackContext& context) noexcept;
  CallbackResult run_handler(const CallbackContext& context) noexcept;
  CallbackResult play_tail(std::size_t frames) noexcept;
  CallbackResult move_block(const CallbackContext& context) noexcept;
  void count(std::size_t frames, CallbackFlags flags) noexcept;

  const CallbackFormat format_;
  const std::unique_ptr<detail::CallbackQueue> queue_;  // null for direct ones
  const CallbackScope scope_;

  // The handler slot: see dispatcher.cpp for the protocol.
  std::atomic<Callback*> handler_{nullptr};
  std::atomic<Callback*> in_use_{nullptr};

  std::atomic<bool> drain_{false};
  std::atomic<bool> ended_{false};
  // Whoever makes it `busy` writes the exception or moves it out.
  enum class Captured : int { none, held, busy };
  std::atomic<Captured> captured_{Captured::none};
  std::exception_ptr exception_;

  Phase phase_ = Phase::handling;  // the audio thread's own
  std::size_t tail_left_ = 0;

  std::atomic<std::uint64_t> callbacks_{0};
  std::atomic<std::uint64_t> frames_{0};
  std::atomic<std::uint64_t> input_underflows_{0};
  std::atomic<std::uint64_t> input_overflows_{0};
  std::atomic<std::uint64_t> output_underflows_{0};
  std::atomic<std::uint64_t> output_overflows_{0};
  std::atomic<std::uint64_t> short_blocks_{0};
  std::atomic<std::uint64_t> missing_frames_{0};
};

}  // namespace audiopp
