// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <thread>

#include "detail/fine_timer.hpp"
#include "stream/life.hpp"
#include "stream/waiting.hpp"

namespace audiopp::detail {

/// The wait of a stop until the queue has been played: bounded, and ended by an interrupt, which
/// may itself stop or close the stream.
class Drain {
 public:
  /// `frames`: the most that may be queued.
  Drain(const Life& life, Interrupt& interrupt, std::size_t frames, double sample_rate)
      : life_(life),
        interrupt_(interrupt),
        deadline_(Clock::now() +
                  std::chrono::duration_cast<Clock::duration>(
                      2 * Seconds(static_cast<double>(frames) / sample_rate) + Seconds(0.5))) {}

  /// Repeats the step until nothing is left to play.
  template <class Step>
  void run(const Step& is_sound_left) {
    const FineTimer timer;
    while (Clock::now() < deadline_ && is_sound_left()) {
      std::this_thread::sleep_for(shortest_nap);
      if (interrupt_.ask() || !life_.is_ending()) return;
    }
  }

 private:
  const Life& life_;
  Interrupt& interrupt_;
  const Clock::time_point deadline_;
};

}  // namespace audiopp::detail
