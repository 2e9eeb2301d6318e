// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "detail/portaudio.hpp"
#include "simulation/card.hpp"
#include "simulation/catalogue.hpp"
#include "simulation/surroundings.hpp"

namespace audiopp::detail {

/// Ends the process with a message: the behaviour of this `call` is undefined in portaudio.h.
[[noreturn]] void die(const char* call, const char* why) noexcept;

/// Whether this thread is inside the callback of a simulated stream.
bool inside_simulated_callback() noexcept;

/// Marks a call as in progress; dies if another one is.
class CallMark {
 public:
  CallMark(std::atomic<bool>& mark, const char* call, const char* why) noexcept : mark_(mark) {
    if (mark_.exchange(true)) die(call, why);
  }
  ~CallMark() { mark_ = false; }
  CallMark(const CallMark&) = delete;
  CallMark& operator=(const CallMark&) = delete;

 private:
  std::atomic<bool>& mark_;
};

/// An open stream of the simulation: one side or both, blocking or with its own audio thread.
///
/// Everything in it is guarded by its system's mutex, which is never held while a callback runs.
class SimulatedStream {
 public:
  SimulatedStream(Surroundings& surroundings, const StreamOrder& order);
  SimulatedStream(const SimulatedStream&) = delete;
  SimulatedStream& operator=(const SimulatedStream&) = delete;

  // PortAudio's calls; they take the mutex.
  PaError set_finished_callback(PaStreamFinishedCallback* callback);
  PaError start();
  PaError stop(const char* call, bool drain);
  PaError is_stopped() const;
  PaError is_active() const;
  const PaStreamInfo* info() const { return &info_; }
  PaTime time() const;
  double cpu_load() const { return cpu_load_; }
  PaError read(void* buffer, std::size_t frames);
  PaError write(const void* buffer, std::size_t frames);
  signed long read_available();
  signed long write_available();
  /// Dies if a read or a write is under way on another thread.
  void check_idle(const char* call) const;

  // The system's calls; it holds the mutex.
  /// Real time: brings a blocking output, or input, to the present.
  void play_due();
  void hear_due();
  /// By hand: the start of a block, in three steps so that all streams hear before any plays.
  void step_clock();
  void step_input();
  void step_output();
  bool has_turn() const { return turn_; }
  /// If it is a stream of `card`: the device is gone, for as long as the stream is open.
  void lose(const SoundCard& card);
  /// Whether this stream will still play on `card`.
  bool will_play_on(const SoundCard& card) const;

 private:
  using Clock = std::chrono::steady_clock;
  using Lock = std::unique_lock<std::mutex>;
  enum class State { stopped, running, finished };

  bool is_blocking() const { return callback_ == nullptr; }
  bool is_ending() const { return stopping_ || lost_; }
  PaError device_is_lost() const;
  Position elapsed() const;
  Clock::time_point time_of(Position position) const;
  double seconds(std::size_t frames) const {
    return static_cast<double>(frames) / info_.sampleRate;
  }
  PaTime now() const;
  bool waits_for_playback();
  std::size_t readable();
  void wait_for_frames(Lock& lock, Position until);

  // The audio thread (callback.cpp).
  struct CallbackBuffers {
    std::vector<unsigned char> samples;
    std::vector<void*> channels;
    void* data = nullptr;
    void resize(const SampleShape& shape, std::size_t frames);
    /// Resets the channel pointers, which the callback may have changed.
    void point();
  };
  void run() noexcept;
  bool wait_for_turn(Lock& lock);
  void wait_for_input(Lock& lock);
  void catch_up();
  void spin(Lock& lock);
  int call_back(Lock& lock);
  void finish(Lock& lock, int result);

  Surroundings& surroundings_;
  std::optional<Capture> input_;
  std::optional<Playback> output_;
  SampleShape input_shape_;
  SampleShape output_shape_;
  std::size_t block_ = 0;
  PaStreamFlags flags_;
  HostApiType host_api_;
  bool drops_on_stop_;
  PaStreamCallback* callback_;
  void* user_data_;
  PaStreamFinishedCallback* finished_callback_ = nullptr;
  PaStreamInfo info_{};

  State state_ = State::stopped;
  bool lost_ = false;
  Clock::time_point started_;  // real time
  Position stepped_ = 0;       // by hand: frames since the stream was opened
  Position step_started_ = 0;  // stepped_ when the stream was started

  std::atomic<bool> reading_{false};
  std::atomic<bool> writing_{false};
  std::atomic<bool> controlling_{false};

  std::thread thread_;
  bool stopping_ = false;
  bool aborting_ = false;
  bool turn_ = false;                 // by hand: a block is due
  Position block_position_ = 0;       // real time: of the next block
  PaStreamCallbackFlags status_ = 0;  // for the next callback
  std::vector<double> stepped_input_;
  CallbackBuffers input_buffers_;
  CallbackBuffers output_buffers_;
  std::atomic<double> cpu_load_{0};
};

}  // namespace audiopp::detail
