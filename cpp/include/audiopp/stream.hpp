// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>

#include "audiopp/buffer.hpp"
#include "audiopp/callback.hpp"
#include "audiopp/dispatcher.hpp"
#include "audiopp/export.hpp"
#include "audiopp/session.hpp"
#include "audiopp/stream_config.hpp"
#include "audiopp/time.hpp"

namespace audiopp {

namespace detail {
class StreamState;
}

/// How a blocking call ended.
enum class IoStatus {
  done,         ///< All frames were moved.
  timed_out,    ///< The timeout came first.
  interrupted,  ///< IoOptions::interrupt said so.
  stopped,      ///< Another thread stopped the stream meanwhile.
};

/// The result of Stream::read and Stream::write.
struct IoResult {
  std::size_t frames = 0;  ///< Moved; fewer than asked for only when the status is not `done`.
  bool xrun = false;       ///< Before them input was lost, or output came too late.
  IoStatus status = IoStatus::done;
};

/// How long a blocking call may wait, and what else may end it.
struct IoOptions {
  /// Nothing, or infinity: as long as it takes. Zero: what can be moved at once.
  std::optional<Seconds> timeout;
  /// Asked on the calling thread every 20 ms at least while it waits; true ends the call.
  /// Must not throw. May use the stream itself: what it reads or writes comes in the middle of the
  /// call that it interrupts, and a stream that it stops or closes is stopped or closed.
  bool (*interrupt)(void* data) = nullptr;
  void* data = nullptr;
};

/// What a stream that is stopped does with frames that are queued but not played.
enum class StopMode { drain, abort };

/// An open sound stream: a handle that is moved, not copied.
///
/// States: stopped, running, finished (a callback said complete or abort; not stopped yet), closed.
/// A stream is opened stopped. With a callback PortAudio's thread calls it while the stream runs;
/// without one, frames are moved by `read` and `write`.
///
/// A closed stream answers `is_open` false, `is_active` false, `is_stopped` true, keeps its
/// latencies, sample rate, configuration and counters, ignores `close`, and throws
/// Errc::bad_stream_ptr from everything else. A default-made or moved-from stream does the same,
/// with zeros for what is kept.
///
/// The destructor closes without draining: whoever wants the end of the sound calls `stop` or
/// `close`. What it has to swallow goes to the hook of set_error_hook(). A stream destroyed inside
/// a callback, where it cannot be closed, is put aside until the next stream is opened or closed.
///
/// After fork() the child sees an inherited stream as closed and forgets it: the sound is the
/// parent's.
///
/// *Threads*: any thread. `close` ends blocking calls in flight with Errc::bad_stream_ptr, `stop`
/// and `abort` with IoStatus::stopped. Moving a Stream object itself is not synchronised. *Real
/// time*: inside a callback, queries answer; control calls, and blocking calls on the callback's
/// own stream, throw InsideCallbackError. *Throws*: Error; std::invalid_argument for what can be
/// seen to be wrong without PortAudio.
class AUDIOPP_API Stream {
 public:
  Stream() noexcept;
  /// Opens a stream for blocking reads and writes.
  Stream(const Session& session, const StreamConfig& config);
  /// Opens a stream whose frames go through `callback`.
  Stream(const Session& session, const StreamConfig& config, Callback callback);
  Stream(Stream&& other) noexcept;
  Stream& operator=(Stream&& other) noexcept;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream();

  /// Errc::stream_is_not_stopped if it runs, or has finished and was not stopped.
  void start();
  /// Stops, by default after what is queued has been played; Errc::stream_is_stopped if stopped.
  ///
  /// The wait is bounded by the stream's latency. `options` can interrupt it: what is then still
  /// queued is dropped. A callback that has not returned so long after that as the timeout says, or
  /// a second after an interrupt, is left behind, with the stream, for ever: Errc::timed_out.
  void stop(StopMode mode = StopMode::drain, const IoOptions& options = {});
  /// Stops at once; what is queued is lost.
  void abort();
  /// Stops if need be, then frees the stream. Idempotent; one of several callers does the work,
  /// and each returns when it is done.
  void close(StopMode mode = StopMode::drain, const IoOptions& options = {});

  bool is_open() const noexcept;
  /// Running, and not finished.
  bool is_active() const;
  /// Never started, stopped or aborted. A finished stream is not stopped.
  bool is_stopped() const;

  /// The sound system has given up on the device while the stream ran: unplugged, or its server is
  /// gone.
  ///
  /// Seen when a call fails with Errc::unanticipated_host_error, or when a callback stream is no
  /// longer active though nobody has ended it. Such a stream can only be closed.
  bool is_device_lost() const;
  /// Errc::unanticipated_host_error if the device is lost.
  void check_device() const;

  /// The stream's clock, which runs as long as it is open.
  StreamTime time() const;
  Seconds input_latency() const noexcept;
  /// With what a callback buffer adds.
  Seconds output_latency() const noexcept;
  /// The sample rate in fact, in frames a second.
  double sample_rate() const noexcept;
  /// structVersion of PortAudio's PaStreamInfo; -1 if PortAudio had no information on the stream.
  int struct_version() const noexcept;
  /// The share of time a callback takes, 0 to 1; 0 for blocking streams.
  double cpu_load() const;
  const StreamConfig& config() const noexcept;

  /// Frames that can be read or written without waiting.
  std::size_t read_available() const;
  std::size_t write_available() const;

  /// Reads frames in the configuration's format and layout into memory for `frames` of them.
  IoResult read(void* buffer, std::size_t frames, const IoOptions& options = {});
  /// Writes frames; they are queued when it returns, not yet played.
  IoResult write(const void* buffer, std::size_t frames, const IoOptions& options = {});

  /// Reads or writes all the frames if that needs no waiting; otherwise moves none and has no
  /// result. Takes microseconds; it does not wait for other calls on the stream either.
  std::optional<IoResult> try_read(void* buffer, std::size_t frames);
  std::optional<IoResult> try_write(const void* buffer, std::size_t frames);

  /// The same over typed views; std::invalid_argument if type, layout or channels do not fit.
  template <class T>
  IoResult read(Interleaved<T> view, const IoOptions& options = {}) {
    expect(config().input, sample_format_of<T>, Layout::interleaved, view.channels());
    return read(static_cast<void*>(view.data()), view.frames(), options);
  }
  template <class T>
  IoResult read(Planar<T> view, const IoOptions& options = {}) {
    expect(config().input, sample_format_of<T>, Layout::planar, view.channels());
    return read(const_cast<T**>(view.data()), view.frames(), options);
  }
  template <class T>
  IoResult write(Interleaved<T> view, const IoOptions& options = {}) {
    expect(config().output, sample_format_of<std::remove_const_t<T>>, Layout::interleaved,
           view.channels());
    return write(static_cast<const void*>(view.data()), view.frames(), options);
  }
  template <class T>
  IoResult write(Planar<T> view, const IoOptions& options = {}) {
    expect(config().output, sample_format_of<std::remove_const_t<T>>, Layout::planar,
           view.channels());
    return write(static_cast<const void*>(view.data()), view.frames(), options);
  }

  /// Replaces the callback of a callback stream; see CallbackDispatcher::set_handler().
  void set_callback(Callback callback);
  /// What has been counted; of a blocking stream, the reads and writes that had an xrun.
  CallbackCounters counters() const noexcept;
  /// The exception that left the callback, handed out once; nullptr when there is none.
  std::exception_ptr take_exception() noexcept;

 private:
  static void expect(const std::optional<StreamSide>& side, SampleFormat format, Layout layout,
                     int channels);
  detail::StreamState& state(const char* call) const;

  std::shared_ptr<detail::StreamState> state_;
};

}  // namespace audiopp
