// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>

#include "backend/quirks.hpp"
#include "detail/portaudio.hpp"
#include "stream/life.hpp"
#include "stream/thread_watch.hpp"

namespace audiopp::detail {

/// Detects that PortAudio's audio thread will not end, and keeps a stop from waiting for it.
class Rescue {
 public:
  explicit Rescue(const Life& life) noexcept : life_(life) {}

  /// Call once the stream is open. Without an audio thread there is nothing to watch.
  void set_up(const Quirks& quirks, bool has_audio_thread, Seconds latency) noexcept;
  /// Call before the audio thread starts.
  void start() noexcept { watch_.forget(); }
  /// For each callback.
  ThreadWatch& watch() noexcept { return watch_; }

  /// Whether the audio thread spins without calling back.
  bool is_spinning() noexcept;
  /// Calls `stop` and returns its result; empty if it did not return, in which case its own thread
  /// goes on waiting. `is_active` is PortAudio's: a stop that outlives the stream waits for the
  /// dead.
  std::optional<PaError> stop(const std::function<PaError()>& stop,
                              const std::function<bool()>& is_active);

 private:
  bool is_hopeless(Seconds waited, bool is_active) noexcept;

  const Life& life_;
  ThreadWatch watch_;
  bool may_spin_ = false;
  bool may_hang_ = false;
  Seconds latency_{};
};

}  // namespace audiopp::detail
