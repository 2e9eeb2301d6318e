// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "audiopp/callback.hpp"
#include "detail/frame_ring.hpp"
#include "dispatch/latest.hpp"

namespace audiopp::detail {

/// A queue between the audio thread and a handler that may be late; see StreamConfig.
struct CallbackBuffer {
  std::size_t frames = 0;  ///< At least two blocks, at most 2^30 frames.
  std::size_t block = 0;   ///< Frames per call of the handler; 0: a quarter, at most 1,024.
  double sample_rate = 48000;
  CallbackScope scope{};  ///< Wraps the calls for blocks that are due together; may be empty.
};

/// Decouples the audio thread from a handler that may be late: rings of frames, and the loop of the
/// worker thread that calls the handler.
///
/// With an output, `depth` frames are always in flight, so the latency grows by exactly that: a
/// full-duplex stream starts with `depth` frames of silence and moves as many frames into the input
/// ring as it takes from the output ring; an output stream is silent until its ring has been full
/// once. Input alone is passed on at once; the depth limits how much can wait.
///
/// If the handler is later than that, the output has a gap (a full-duplex stream loses as much
/// input, and so stays in sync) or an input stream loses input. Both are counted, and reported to
/// the handler in its flags.
class CallbackQueue {
 public:
  using Handler = std::function<CallbackResult(const CallbackContext&)>;

  CallbackQueue(const CallbackFormat& format, const CallbackBuffer& buffer);

  std::size_t depth() const noexcept { return depth_; }
  std::size_t block() const noexcept { return block_; }

  /// The result of one block on the audio thread.
  struct Exchanged {
    CallbackResult result;
    std::size_t missing;  ///< Frames of silence where sound was due, or of lost input.
  };
  /// The audio thread's side. `draining`: play the ring, do not call the handler again.
  Exchanged exchange(const CallbackContext& context, bool draining) noexcept;

  /// The worker's side: calls `handler` for each block that is due, inside the buffer's scope if it
  /// has one; returns after stop(). Throws what the scope throws.
  void work(const Handler& handler);
  void stop();
  /// Ends the stream, as a handler does that returns abort.
  void abort() noexcept { state_.store(State::aborted, std::memory_order_release); }

  /// Empties the queue for a new start. Call with neither side running.
  void reset() noexcept;

 private:
  /// Ring positions and stream time at the audio thread's last block.
  struct Anchor {
    CallbackTimes times{};
    std::uint64_t input_written = 0;
    std::uint64_t output_read = 0;
    std::chrono::steady_clock::time_point when{};
  };
  enum class State : int { working, completed, aborted };

  bool is_full_duplex() const noexcept { return input_ && output_; }
  bool is_due() const noexcept;
  void call(const Handler& handler);
  CallbackTimes times() noexcept;
  CallbackFlags take_flags() noexcept;

  const CallbackFormat format_;
  const std::size_t block_;  // frames per call of the handler
  const std::size_t depth_;
  const double sample_rate_;
  const std::chrono::duration<double> nap_;
  const CallbackScope scope_;

  std::optional<FrameRing> input_;   // written by the audio thread, read by the worker
  std::optional<FrameRing> output_;  // the other way round
  Latest<Anchor> anchor_;
  std::atomic<unsigned long> flags_{0};  // since the handler last saw them
  std::atomic<State> state_{State::working};
  std::atomic<bool> draining_{false};
  std::atomic<bool> filled_{false};  // an output stream's ring has been full once

  // The handler's buffers, and the channel pointers into them for planar layouts.
  struct Block {
    Block(std::size_t frames, int channels, SampleFormat format, Layout layout);
    void* get() noexcept {
      return planes.empty() ? static_cast<void*>(data.data()) : planes.data();
    }
    std::vector<unsigned char> data;
    std::vector<void*> planes;
  };
  std::optional<Block> input_block_;
  std::optional<Block> output_block_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool> stopping_{false};  // set under mutex_
};

}  // namespace audiopp::detail
