// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "audiopp/simulation.hpp"
#include "simulation/card.hpp"
#include "simulation/faults.hpp"

namespace audiopp::detail {

/// What the streams of a simulation share: time, faults, and one mutex that guards all of it.
///
/// The functions are for streams, which hold the mutex.
class Surroundings {
 public:
  Surroundings(const Surroundings&) = delete;
  Surroundings& operator=(const Surroundings&) = delete;

  SimulatedClock clock() const { return clock_; }
  /// In real time: brings all blocking streams up to the present, outputs first.
  virtual void advance() = 0;
  /// Whether any stream will still play on `card`.
  virtual bool will_play_on(const SoundCard& card) const = 0;
  /// In real time: when the sound system moves on after the last stall().
  std::chrono::steady_clock::time_point stalled_until() const { return stalled_until_; }
  /// How far the streams' clocks have jumped.
  Seconds jumped() const { return jumped_; }

  FaultPlan faults;                ///< Guarded by the mutex.
  std::atomic<bool> spins{false};  ///< An audio thread spins, until clear_faults().
  mutable std::mutex mutex;
  std::condition_variable changed;  ///< Notified of whatever a thread may wait for.

 protected:
  explicit Surroundings(SimulatedClock clock) : clock_(clock) {}
  ~Surroundings() = default;

  SimulatedClock clock_;
  std::chrono::steady_clock::time_point stalled_until_{};
  Seconds jumped_{0};
};

}  // namespace audiopp::detail
