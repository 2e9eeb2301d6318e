// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "audiopp/error.hpp"
#include "audiopp/stream.hpp"
#include "dispatch/dispatcher.hpp"
#include "library/library.hpp"
#include "stream/handle_gate.hpp"
#include "stream/thread_watch.hpp"

namespace audiopp::detail {

/// What PortAudio points at: a stream at one fixed heap address, and the only holder of its handle.
///
/// Locks, in the order they may be taken:
/// - control_: start, stop, abort and close, one at a time. Held while PortAudio stops the stream
///   and so waits for the callback, which is why a callback may never ask for it. Recursive: what
///   interrupts a drain may stop or close the stream itself.
/// - io_: PortAudio's reading and writing calls, one at a time and none that waits.
/// - Library::lock(): open and close, never together with another lock but control_.
/// Everything else passes the gate, which close() shuts before it frees the handle.
class StreamState {
 public:
  StreamState(std::shared_ptr<SessionState> session, const StreamConfig& config,
              std::shared_ptr<Dispatcher> dispatcher);
  /// Closes it, and deletes it unless PortAudio's thread could not be ended and uses it for ever.
  void destroy() noexcept;

  /// Makes a stream that is put aside, not destroyed, when its last owner goes inside a callback.
  static std::shared_ptr<StreamState> make(std::shared_ptr<SessionState> session,
                                           const StreamConfig& config,
                                           std::shared_ptr<Dispatcher> dispatcher);
  StreamState(const StreamState&) = delete;
  StreamState& operator=(const StreamState&) = delete;

  void start();
  void stop(StopMode mode, const IoOptions& options);
  void close(StopMode mode, const IoOptions& options);

  /// False as soon as a close is under way.
  bool is_open() const noexcept { return gate_.is_open() && !closing_; }
  bool is_inherited() const noexcept { return gate_.is_inherited(); }
  /// What a callback buffer adds to the output's latency.
  Seconds queue_latency() const noexcept;
  bool is_active();
  bool is_stopped();
  bool is_device_lost();
  void check_device();
  StreamTime time();
  double cpu_load();
  CallbackCounters counters() const noexcept;
  std::size_t read_available();
  std::size_t write_available();
  IoResult read(void* buffer, std::size_t frames, const IoOptions& options);
  IoResult write(const void* buffer, std::size_t frames, const IoOptions& options);
  std::optional<IoResult> try_read(void* buffer, std::size_t frames);
  std::optional<IoResult> try_write(const void* buffer, std::size_t frames);

  int on_block(const void* input, void* output, unsigned long frames,
               const PaStreamCallbackTimeInfo& times, PaStreamCallbackFlags flags) noexcept;
  void on_finished() noexcept;

  const StreamConfig config;
  Seconds input_latency{};
  Seconds output_latency{};  ///< The device's; a callback buffer's depth comes on top.
  double sample_rate = 0;    ///< As asked for, where PortAudio does not tell.
  int struct_version = -1;
  const std::shared_ptr<Dispatcher> dispatcher;  ///< null for blocking streams

 private:
  ~StreamState() = default;

  /// One direction of blocking I/O; guarded by io_.
  struct Direction {
    /// Of the call that is under way, if one is: the next waits, so that calls stay whole.
    std::thread::id thread;
    bool is_busy() const noexcept { return thread != std::thread::id(); }
    std::size_t available = 0;            ///< Frames that can be moved without asking again.
    std::atomic<std::uint64_t> xruns{0};  ///< Calls that told of one.
  };

  /// A call's interrupt function, which is not asked again once it has said yes.
  struct Interrupt {
    const IoOptions& options;
    bool has_come = false;
    bool ask();
  };

  const Backend& api() const noexcept { return library_.api; }
  void open();
  void throw_refusal(const OpenParameters& parameters, PaError error) const;
  void stop_locked(StopMode mode, const IoOptions& options);
  PaError stop_portaudio(StopMode mode);
  bool goes_astray();
  [[noreturn]] void abandon(const char* call);
  [[noreturn]] void leave_behind(Errc error, const char* call, const std::string& why);
  void drain_blocking(Interrupt& interrupt);
  void drain_callback(Interrupt& interrupt);
  bool wait_in_drain(std::unique_lock<std::mutex>& io, Interrupt& interrupt);
  std::chrono::steady_clock::time_point drain_deadline(std::size_t frames) const;
  bool handler_leaves(Interrupt& interrupt);
  bool drops_on_stop() const noexcept;
  void start_worker();
  void end_worker();
  std::size_t queue_frames() const noexcept;
  unsigned long frames_per_buffer() const noexcept;
  std::size_t available(bool is_input);
  signed long check_io(signed long result, const char* call);

  template <class MoveFrames>
  IoResult transfer(bool is_input, std::size_t frames, const IoOptions& options,
                    const MoveFrames& move_frames);
  template <class MoveFrames>
  std::optional<IoResult> try_transfer(bool is_input, std::size_t frames,
                                       const MoveFrames& move_frames);
  template <class MoveFrames>
  void move_available(bool is_input, std::size_t frames, IoResult& result,
                      const MoveFrames& move_frames);
  void ask_available(bool is_input);
  PaError read_frames(void* buffer, std::size_t done, std::size_t some);
  PaError write_frames(const void* buffer, std::size_t done, std::size_t some);
  void check_transfer(bool is_input) const;

  Library& library_;
  std::shared_ptr<SessionState> session_;  // let go when closed
  PaStream* handle_ = nullptr;             // set once; valid as long as the gate is open
  HostApiType host_api_ = HostApiType::in_development;

  std::thread worker_;  // runs a queued dispatcher's handler; guarded by control_

  HandleGate gate_;
  std::recursive_mutex control_;
  std::mutex io_;
  std::condition_variable io_changed_;  // with io_: a call has ended, or running_ went false
  std::atomic<bool> running_{false};    // started and not stopped; written under control_
  std::atomic<std::uint64_t> starts_{0};
  bool stopping_ = false;  // running_ no more, PortAudio's stream still; guarded by control_
  std::atomic<bool> closing_{
      false};  // close() is under way or done; goes true before running_ false
  std::atomic<bool> device_lost_{false};
  std::atomic<bool> abandoned_{false};  // PortAudio's thread could not be ended
  ThreadWatch watch_;
  Direction input_;
  Direction output_;
  std::size_t capacity_ = 0;        // most frames ever writable: the size of the output queue
  bool wrote_since_start_ = false;  // guarded by io_
};

}  // namespace audiopp::detail
