// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>

#if defined(__linux__)
#include <sys/types.h>

#include <ctime>
#endif

#include "audiopp/time.hpp"

namespace audiopp::detail {

/// Watches PortAudio's audio thread: has it stopped calling back, and does it burn CPU time or none
/// at all?
///
/// When a device fails at a bad moment, PortAudio's ALSA code can spin for ever
/// (PaAlsaStream_WaitForFrames() jumps from its error label to itself), and libpulse can deadlock
/// with itself. Neither Pa_StopStream() nor Pa_AbortStream() ends that.
///
/// `Turn` is for the audio thread; everything else for any other.
class ThreadWatch {
 public:
  /// Marks one callback while it exists.
  class Turn {
   public:
    explicit Turn(ThreadWatch& watch) noexcept : watch_(watch) {
      if (!watch_.is_known_.load(std::memory_order_relaxed)) watch_.know_this_thread();
      watch_.count();
    }
    ~Turn() { watch_.count(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    ThreadWatch& watch_;
  };

  ThreadWatch() = default;
  ~ThreadWatch() { forget(); }
  ThreadWatch(const ThreadWatch&) = delete;
  ThreadWatch& operator=(const ThreadWatch&) = delete;

  /// Call before another audio thread starts.
  void forget() noexcept;

  /// The CPU time that the thread has used since its last callback, as far as seen; 0 in a
  /// callback.
  ///
  /// Counts from the first query after that callback.
  Seconds spinning() noexcept;

  /// How long the last callback has been seen to be the last one; 0 in a callback.
  Seconds silent() noexcept;

  /// Waits until the thread has ended, for a second at most. Only on Windows, where PortAudio's
  /// WASAPI code looks at the stream once more after it has told Pa_StopStream() that it is done.
  void wait_for_end() noexcept;

  /// Gives the thread the lowest priority.
  void yield_to_others() noexcept;

 private:
  // Only the audio thread writes it: odd in a callback.
  void count() noexcept {
    turns_.store(turns_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
  void know_this_thread() noexcept;
  bool is_moving() noexcept;  // with mutex_ held
  Seconds processor_time() const noexcept;

  std::atomic<bool> is_known_{false};
  std::atomic<std::uint64_t> turns_{0};
#if defined(__linux__)
  pid_t thread_{};  // of the kernel, which may be asked about a thread that has ended
  clockid_t clock_{};
#elif defined(_WIN32)
  void* thread_ = nullptr;  // a handle of our own, null if there is none
#endif

  std::mutex mutex_;  // guards what was seen last
  std::uint64_t seen_turns_ = 0;
  Seconds seen_time_{};
  std::chrono::steady_clock::time_point seen_at_{};
};

}  // namespace audiopp::detail
