// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "backend/simulated_card.hpp"
#include "backend/simulated_catalogue.hpp"

namespace audiopp::detail {

/// What the streams of a simulation share: one lock for all that is not a callback, and the clock.
struct SimulatedTime {
  std::mutex mutex;
  std::condition_variable changed;  // time was moved by hand, or a stream was stopped
  SimulatedClock clock = SimulatedClock::real_time;
};

/// An open stream of the simulation. Called with SimulatedTime's lock held where a lock is taken.
///
/// A blocking stream has no thread: what time has done is worked out when somebody looks. A callback
/// stream has one, which puts its blocks on the tape as it makes them.
class SimulatedStream {
 public:
  using Lock = std::unique_lock<std::mutex>;

  /// `drops_on_stop`: like PortAudio's ALSA code, which loses what is queued when it stops.
  SimulatedStream(SimulatedTime& time, const StreamOrder& order, bool drops_on_stop);

  const PaStreamInfo& info() const { return info_; }
  bool is_active() const { return active_; }
  bool is_stopped() const { return stopped_; }
  bool has_callback() const { return order_.callback != nullptr; }
  bool plays_on(const SoundCard& card) const { return playback_ && order_.output.card == &card; }
  double cpu_load() const { return has_callback() && active_ ? cpu_load_ : 0; }
  double now() const;

  void start(bool from_unheard);
  /// Joins the audio thread, without the lock; what a blocking stream has queued is played or dropped.
  void stop(Lock& lock, bool abort);
  /// By hand: one block. A callback stream's audio thread does it; false if that takes too long.
  bool step(Lock& lock);

  /// `card_is_played`: whether an output runs that the card's looped back input has to wait for.
  signed long read_available(bool card_is_played);
  signed long write_available();
  PaError read(Lock& lock, void* buffer, unsigned long frames, bool card_is_played);
  PaError write(Lock& lock, const void* buffer, unsigned long frames);

  bool has_input() const { return capture_.has_value(); }
  bool has_output() const { return playback_.has_value(); }
  const SoundCard* input_card() const { return order_.input.card; }

 private:
  using Clock = std::chrono::steady_clock;

  std::size_t capacity(double latency) const;
  Position elapsed() const;
  void catch_up();
  void wait_for_time(Lock& lock);
  void run();
  bool wait_for_turn(Lock& lock, Position block, PaStreamCallbackFlags& flags);
  PaStreamCallbackResult call_back(const std::vector<double>& input, std::vector<double>& output,
                                   PaStreamCallbackFlags flags);

  SimulatedTime& time_;
  const StreamOrder order_;
  const bool drops_on_stop_;
  std::size_t block_;
  PaStreamInfo info_{};
  std::optional<Playback> playback_;
  std::optional<Capture> capture_;

  bool stopped_ = true;
  bool active_ = false;
  bool stopping_ = false;
  double cpu_load_ = 0;
  Clock::time_point started_;
  Position stepped_ = 0;     // by hand: frames that time has moved
  std::uint64_t turns_ = 0;  // by hand: blocks asked of the audio thread, and done by it
  std::uint64_t turns_done_ = 0;
  std::thread thread_;
};

/// Whether this thread is an audio thread of the simulation, inside a callback.
bool inside_simulated_callback() noexcept;

/// Ends the process with a text: the program did what portaudio.h leaves undefined.
[[noreturn]] void undefined(const char* what) noexcept;

}  // namespace audiopp::detail
