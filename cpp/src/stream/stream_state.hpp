// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "audiopp/stream.hpp"
#include "backend/quirks.hpp"
#include "dispatch/dispatcher.hpp"
#include "library/library.hpp"
#include "stream/blocking_io.hpp"
#include "stream/portaudio_stream.hpp"
#include "stream/rescue.hpp"
#include "stream/ring_io.hpp"

namespace audiopp::detail {

/// What PortAudio points at: a stream at one fixed heap address, and the only holder of its handle.
///
/// Locks, in the order they may be taken:
/// - control_: start, stop, abort and close, one at a time. Held while PortAudio stops the stream
///   and so waits for the callback, which is why a callback may never ask for it. Recursive: what
///   interrupts a drain may stop or close the stream itself.
/// - BlockingIo's: reads and writes, one at a time and none that waits.
/// - Library::lock(): open and close, never together with another lock but control_.
/// Questions take none of them: they hold a Life::Pass.
class StreamState {
 public:
  /// Makes a stream that let_go() destroys when its last owner is gone. `dispatcher` is null for
  /// blocking streams.
  static std::shared_ptr<StreamState> make(std::shared_ptr<SessionState> session,
                                           const StreamConfig& config,
                                           std::shared_ptr<Dispatcher> dispatcher);
  /// Closes it without draining, for a handle that goes away. Inside a callback it does nothing:
  /// the last owner puts the stream aside.
  void leave() noexcept;
  /// Closes it, and deletes it unless it had to be abandoned.
  void destroy() noexcept;
  StreamState(const StreamState&) = delete;
  StreamState& operator=(const StreamState&) = delete;

  // ---- control (control.cpp) ----

  void start();
  void stop(StopMode mode, const IoOptions& options);
  void close(StopMode mode, const IoOptions& options);

  // ---- questions, reads and writes (questions.cpp) ----

  bool is_open() const noexcept { return stream_.life.is_open(); }
  void check_open(const char* call) const;
  bool is_inherited() const noexcept { return stream_.life.is_inherited(); }
  /// What a callback buffer, or the ring of a blocking stream, adds to the output latency.
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

  // ---- PortAudio's thread (opening.cpp) ----

  int on_block(const void* input, void* output, unsigned long frames,
               const PaStreamCallbackTimeInfo& times, PaStreamCallbackFlags flags) noexcept;
  int on_ring_block(const void* input, void* output, unsigned long frames,
                    PaStreamCallbackFlags flags) noexcept;
  void on_finished() noexcept;

  const StreamConfig config;
  Seconds input_latency{};
  Seconds output_latency{};  ///< The device's, without queue_latency().
  double sample_rate = 0;    ///< As requested, if PortAudio does not report it.
  int struct_version = -1;
  const std::shared_ptr<Dispatcher> dispatcher;  ///< null for blocking streams

 private:
  StreamState(std::shared_ptr<SessionState> session, const StreamConfig& config,
              std::shared_ptr<Dispatcher> dispatcher);
  ~StreamState() = default;

  const Backend& api() const noexcept { return stream_.api; }

  void open();
  void open_portaudio(const OpenParameters& parameters);
  void set_up();
  [[noreturn]] void throw_refusal(const OpenParameters& parameters, PaError error) const;
  unsigned long frames_per_buffer() const noexcept;
  std::size_t queue_frames() const noexcept;
  std::size_t frames_beyond_queue() const noexcept;
  std::size_t tail_frames() const noexcept;
  bool moves_by_ring() const noexcept;

  void stop_locked(StopMode mode, const IoOptions& options);
  void drain(Interrupt& interrupt);
  bool handler_leaves(Interrupt& interrupt);
  void stop_portaudio(StopMode mode);
  [[noreturn]] void abandon(Errc error, const char* call, const std::string& why);
  void start_worker();
  void end_worker();

  bool has_ended() const noexcept;
  template <class Direction>
  void check_transfer() const;
  template <class Direction>
  std::size_t available();
  template <class Direction>
  IoResult transfer(typename Direction::Buffer buffer, std::size_t frames,
                    const IoOptions& options);
  template <class Direction>
  std::optional<IoResult> try_transfer(typename Direction::Buffer buffer, std::size_t frames);

  Library& library_;
  std::shared_ptr<SessionState> session_;  // released when closed
  PortAudioStream stream_;
  const Quirks* quirks_ = &quirks_of(HostApiType::in_development);
  Rescue rescue_{stream_.life};
  std::unique_ptr<BlockingIo> io_;  // null for callback streams
  RingIo* ring_ = nullptr;          // part of io_, if it moves frames by rings
  std::recursive_mutex control_;
  std::thread worker_;  // runs a queued dispatcher's handler; guarded by control_
};

}  // namespace audiopp::detail
