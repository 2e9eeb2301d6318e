// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "audiopp/dispatcher.hpp"
#include "audiopp/stream.hpp"
#include "stream/drain.hpp"
#include "stream/frame_io.hpp"
#include "stream/life.hpp"

namespace audiopp::detail {

/// The reads and writes of a blocking stream: turns, waits, and what ends them.
///
/// Calls in one direction are not interleaved: the second waits for the first. The two directions
/// do not wait for each other.
class BlockingIo {
 public:
  BlockingIo(const Life& life, const StreamConfig& config, std::unique_ptr<FrameIo> frames)
      : life_(life), config_(config), frames_(std::move(frames)) {}

  /// `Direction` is Input or Output; the stream has that side.
  template <class Direction>
  IoResult transfer(typename Direction::Buffer buffer, std::size_t frames,
                    const IoOptions& options);
  template <class Direction>
  std::optional<IoResult> try_transfer(typename Direction::Buffer buffer, std::size_t frames);
  template <class Direction>
  std::size_t available();

  /// Before the stream starts.
  void reset();
  /// Whether a write is in progress.
  bool is_writing();
  /// Call once the state is no longer `running`: ends the calls in flight, and returns when none of
  /// them moves frames any more. Whether one of them was a write.
  bool end_calls();
  void drain(Interrupt& interrupt, double sample_rate);
  /// Keeps all other threads out of PortAudio's blocking calls.
  std::unique_lock<std::mutex> lock() { return std::unique_lock(mutex_); }

  CallbackCounters counters() const noexcept;

 private:
  /// The state of one direction; guarded by mutex_.
  struct Side {
    /// The thread whose call is in flight, if any; the next call waits for it.
    std::thread::id thread;
    bool is_busy() const noexcept { return thread != std::thread::id(); }
    std::size_t available = 0;            ///< Frames that can be moved without asking again.
    std::atomic<std::uint64_t> xruns{0};  ///< Calls that reported one.
  };
  class Turn;

  Side& side(Input) noexcept { return input_; }
  Side& side(Output) noexcept { return output_; }
  template <class Direction>
  bool refresh(std::size_t frames);
  template <class Direction>
  void transfer(typename Direction::Buffer buffer, std::size_t frames, const IoOptions& options,
                IoResult& result);
  template <class Direction>
  void move(typename Direction::Buffer buffer, std::size_t frames, IoResult& result);

  const Life& life_;
  const StreamConfig& config_;
  const std::unique_ptr<FrameIo> frames_;
  std::mutex mutex_;
  std::condition_variable changed_;  // a call has ended, or the stream has stopped
  Side input_;
  Side output_;
};

}  // namespace audiopp::detail
