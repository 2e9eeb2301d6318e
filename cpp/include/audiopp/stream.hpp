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
  interrupted,  ///< IoOptions::interrupt returned true.
  stopped,      ///< Another thread stopped the stream.
};

/// The result of Stream::read and Stream::write.
struct IoResult {
  std::size_t frames = 0;  ///< Frames moved; all of them if the status is `done`.
  bool xrun = false;       ///< Input was lost, or output came too late, before them.
  IoStatus status = IoStatus::done;
};

/// How long a blocking call may wait, and what else can end it.
struct IoOptions {
  /// Empty or infinity: as long as it takes. Zero: only what can be moved at once.
  std::optional<Seconds> timeout;
  /// Called on the waiting thread at least every 20 ms; returning true ends the call. So does an
  /// exception, which the call passes on when it has ended. The function may use the stream itself:
  /// its reads and writes happen in the middle of the call it interrupts, and it may stop, close,
  /// assign or destroy the stream.
  bool (*interrupt)(void* data) = nullptr;
  void* data = nullptr;
};

/// What happens to queued frames when a stream stops: play them, or drop them.
enum class StopMode { drain, abort };

/// An open audio stream: a move-only handle.
///
/// States: stopped, running, finished (a callback returned complete or abort, but nobody has
/// stopped the stream yet), closed. A new stream is stopped. While it runs, either PortAudio's
/// thread calls its callback or, without one, `read` and `write` move the frames.
///
/// A closed stream returns false from `is_open`, `is_active` and `is_device_lost` (true if it was
/// abandoned) and true from `is_stopped`; keeps its latencies, sample rate, configuration,
/// counters, dispatcher and an exception that nobody has taken; ignores `close`; and throws
/// Errc::bad_stream_ptr from everything else. A default-constructed or moved-from stream does the
/// same, with zeros for the values and without a dispatcher.
///
/// The destructor closes without draining: call `stop` or `close` to hear the end of the sound. Its
/// errors go to the hook of set_error_hook(). A stream destroyed inside a callback, where it cannot
/// be closed, is closed when the next stream is opened or closed.
///
/// After fork() the child sees an inherited stream as closed; it belongs to the parent.
///
/// *Threads*: any thread. `close` ends blocking calls in flight with Errc::bad_stream_ptr, `stop`
/// and `abort` with IoStatus::stopped. Moving a Stream object is not synchronised.
/// *Real time*: inside a callback queries work; control calls, and blocking calls on the callback's
/// own stream, throw InsideCallbackError.
/// *Throws*: Error; std::invalid_argument for arguments that are wrong in themselves.
class AUDIOPP_API Stream {
 public:
  Stream() noexcept;
  /// Opens a stream for blocking reads and writes.
  Stream(const Session& session, const StreamConfig& config);
  /// Opens a stream that calls `callback` for each block.
  Stream(const Session& session, const StreamConfig& config, Callback callback);
  Stream(Stream&& other) noexcept;
  Stream& operator=(Stream&& other) noexcept;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream();

  /// Errc::stream_is_not_stopped if it runs, or has finished and nobody has stopped it.
  void start();
  /// Stops, by default after playing what is queued; Errc::stream_is_stopped if it is stopped.
  ///
  /// What is queued is dropped if a write is waiting on another thread, which this call interrupts.
  /// The stream's latency bounds the wait. `options` can interrupt it; what is still queued is then
  /// dropped. If the callback does not return within the timeout, or within a second of an
  /// interrupt, the stream is abandoned: Errc::timed_out.
  void stop(StopMode mode = StopMode::drain, const IoOptions& options = {});
  /// Stops at once and drops what is queued.
  void abort();
  /// Stops if necessary, then frees the stream. Idempotent: of several callers one does the work,
  /// and all return when it is done.
  void close(StopMode mode = StopMode::drain, const IoOptions& options = {});

  bool is_open() const noexcept;
  /// Running, and not finished.
  bool is_active() const;
  /// Never started, stopped or aborted. A finished stream is not stopped.
  bool is_stopped() const;

  /// Whether the device went away while the stream ran: unplugged, or its server died.
  ///
  /// Noticed when a call fails with Errc::unanticipated_host_error, or when a callback stream turns
  /// inactive though nobody ended it. Such a stream can only be closed.
  bool is_device_lost() const;
  /// Errc::unanticipated_host_error if the device is lost.
  void check_device() const;

  /// The stream's clock, which runs as long as the stream is open.
  StreamTime time() const;
  Seconds input_latency() const noexcept;
  /// Includes what a callback buffer adds; on host APIs where blocking streams queue frames in a
  /// ring of ours (JACK, DirectSound, WDM-KS), that ring.
  Seconds output_latency() const noexcept;
  /// The actual sample rate, in frames a second.
  double sample_rate() const noexcept;
  /// PaStreamInfo's structVersion; -1 if PortAudio had no information on the stream.
  int struct_version() const noexcept;
  /// The share of the time that the callback takes, 0 to 1; 0 for blocking streams.
  double cpu_load() const;
  const StreamConfig& config() const noexcept;

  /// The frames that can be read or written without waiting.
  std::size_t read_available() const;
  std::size_t write_available() const;

  /// Reads `frames` frames, in the format and layout of the configuration, into `buffer`.
  ///
  /// When it fails, the first Error::frames() of the buffer have been read.
  IoResult read(void* buffer, std::size_t frames, const IoOptions& options = {});
  /// Writes frames. When it returns they are queued, not yet played.
  ///
  /// When it fails, the first Error::frames() have been queued.
  IoResult write(const void* buffer, std::size_t frames, const IoOptions& options = {});

  /// Reads or writes all the frames if that needs no waiting; otherwise moves none and returns
  /// nothing. Takes microseconds, and does not wait for other calls on the stream either.
  std::optional<IoResult> try_read(void* buffer, std::size_t frames);
  std::optional<IoResult> try_write(const void* buffer, std::size_t frames);

  /// The same with typed views; std::invalid_argument if type, layout or channels do not match.
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

  /// The callback's dispatcher, through which it is replaced or removed while the stream runs;
  /// std::invalid_argument if the stream was opened without a callback.
  CallbackDispatcher dispatcher() const;
  /// Replaces the callback: dispatcher().set_handler(callback).
  void set_callback(Callback callback);
  /// The counters; for a blocking stream, how many reads and writes had an xrun.
  CallbackCounters counters() const noexcept;
  /// The exception that the callback threw, returned once; nullptr if there is none.
  std::exception_ptr take_exception() noexcept;

 private:
  static void expect(const std::optional<StreamSide>& side, SampleFormat format, Layout layout,
                     int channels);
  detail::StreamState& state(const char* call) const;
  std::shared_ptr<detail::StreamState> share(const char* call) const;
  void release() noexcept;

  std::shared_ptr<detail::StreamState> state_;
};

}  // namespace audiopp
