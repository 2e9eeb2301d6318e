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
  std::size_t frames = 0;  ///< At least two blocks are taken, at most 2^30 frames.
  std::size_t block = 0;   ///< Frames the handler gets at once; 0: a quarter, 1,024 at most.
  double sample_rate = 48000;
  CallbackScope scope{};  ///< Around the calls for blocks that are due together, if any.
};

/// What lies between the audio thread and a handler that may be late: rings of frames, and the loop
/// of the worker thread that calls the handler.
///
/// With output there are always `depth` frames under way, so that the latency grows by exactly that
/// many: a full-duplex stream begins with as many frames of silence, and takes from the input what
/// it has put into the output; an output stream is silent until the ring has filled once. Input
/// alone is handed on at once; the depth is how much may wait.
///
/// When the handler is late for longer than that, the output has a gap (a full-duplex stream then
/// loses as much input, and stays in step), an input stream loses input. Both are counted and told
/// to the handler in its flags.
class CallbackQueue {
 public:
  using Handler = std::function<CallbackResult(const CallbackContext&)>;

  CallbackQueue(const CallbackFormat& format, const CallbackBuffer& buffer);

  std::size_t depth() const noexcept { return depth_; }
  std::size_t block() const noexcept { return block_; }

  /// What became of one block of the audio thread's.
  struct Exchanged {
    CallbackResult result;
    std::size_t missing;  ///< Frames of silence where sound was due, or of input that was lost.
  };
  /// The audio thread's side. `draining`: play the ring, do not call the handler again.
  Exchanged exchange(const CallbackContext& context, bool draining) noexcept;

  /// The worker's side: calls `handler` whenever it is its turn, all blocks that are due together
  /// within the buffer's scope if it has one; returns after stop().
  void work(const Handler& handler);
  void stop();

  /// Begins anew. With neither side at work.
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
  const std::size_t block_;  // frames that the handler gets at once
  const std::size_t depth_;
  const double sample_rate_;
  const std::chrono::duration<double> nap_;
  const CallbackScope scope_;

  std::optional<FrameRing> input_;   // written by the audio thread, read by the worker
  std::optional<FrameRing> output_;  // the other way round
  Latest<Anchor> anchor_;
  std::atomic<unsigned long> flags_{0};  // since the handler was last told
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
