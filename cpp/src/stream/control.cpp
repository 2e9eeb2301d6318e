// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT

// Starting, stopping and closing a stream: the transitions of its life.
#include <system_error>

#include "audiopp/error.hpp"
#include "backend/check.hpp"
#include "detail/forced_unwind.hpp"
#include "detail/rt.hpp"
#include "detail/swallow.hpp"
#include "stream/put_aside.hpp"
#include "stream/stream_state.hpp"

namespace audiopp::detail {
namespace {

// How long a callback may take to return after an interrupt.
constexpr Seconds last_patience{1};

const char* call_for(StopMode mode) {
  return mode == StopMode::drain ? "Pa_StopStream" : "Pa_AbortStream";
}

}  // namespace

// ---- starting ----

void StreamState::start() {
  constexpr auto call = "Pa_StartStream";
  refuse_inside_callback(call);
  if (!is_open()) throw closed_error(call);  // before a lock that a fork may have left held
  const std::lock_guard control(control_);
  if (!is_open()) throw closed_error(call);
  if (check(api(), api().is_stream_stopped(stream_.handle), "Pa_IsStreamStopped") == 0) {
    throw Error(Errc::stream_is_not_stopped, call);
  }
  end_worker();  // of a stream that its callback has ended; see stop()
  if (io_) io_->reset();
  if (dispatcher) dispatcher->reset(tail_frames());
  rescue_.start();
  start_worker();
  try {
    check(api(), api().start_stream(stream_.handle), call);
  } catch (const std::exception&) {
    end_worker();
    throw;
  }
  stream_.life.start();
}

void StreamState::start_worker() {
  if (!dispatcher || dispatcher->queue_depth() == 0) return;
  try {
    worker_ = std::thread([this] {
      const CallbackMark mark(*this);
      dispatcher->work();
    });
  } catch (const std::system_error&) {
    throw Error(Errc::insufficient_memory, "Pa_StartStream",
                "no more threads can be started, and the buffered callback needs one");
  }
}

void StreamState::end_worker() {
  if (!worker_.joinable()) return;
  dispatcher->stop_work();
  stream_.life.state() == State::abandoned ? worker_.detach() : worker_.join();
}

// ---- stopping ----

void StreamState::stop(StopMode mode, const IoOptions& options) {
  const char* call = call_for(mode);
  refuse_inside_callback(call);
  if (!is_open()) throw closed_error(call);
  const std::lock_guard control(control_);
  if (!is_open()) throw closed_error(call);
  // PortAudio's WASAPI code also calls a stream stopped that its callback has ended.
  if (check(api(), api().is_stream_stopped(stream_.handle), "Pa_IsStreamStopped") == 1 &&
      !stream_.life.is_running()) {
    throw Error(Errc::stream_is_stopped, call);
  }
  stop_locked(mode, options);
}

void StreamState::stop_locked(StopMode mode, const IoOptions& options) {
  Life& life = stream_.life;
  const struct End {  // when the audio thread has gone, however that went
    ~End() {
      if (life.is_ending() || life.state() == State::abandoned) state.end_worker();
      life.end_stop();
    }
    StreamState& state;
    Life& life;
  } end{*this, life};
  const bool was_writing = io_ && io_->is_writing();  // it may see the stop and end at once
  life.begin_stop();
  // Who interrupts a write does not wait for the end of the sound, which will not come.
  if (io_ && (io_->end_calls() || was_writing)) mode = StopMode::abort;
  std::exception_ptr failure;
  Interrupt interrupt{options};
  if (mode == StopMode::drain) {
    try {
      drain(interrupt);
    } catch (const std::exception&) {
      failure = std::current_exception();  // the end of the sound is lost; it stops all the same
    }
    if (interrupt.has_come) mode = StopMode::abort;  // Pa_StopStream() would wait on
  }
  const bool has_left = !dispatcher || !life.is_ending() || handler_leaves(interrupt);
  if (!life.is_ending()) return interrupt.rethrow();  // it has itself stopped the stream
  if (!has_left) {
    abandon(Errc::timed_out, call_for(mode),
            "the callback did not return; the stream was abandoned");
  }
  try {
    stop_portaudio(mode);
  } catch (const std::exception&) {
    if (life.state() == State::abandoned) throw;
    // Do not leave it running: Pa_CloseStream() would wait for a callback that may want the process
    // lock.
    static_cast<void>(api().abort_stream(stream_.handle));
    if (!failure) throw;
  }
  if (failure) std::rethrow_exception(failure);
  interrupt.rethrow();
}

void StreamState::drain(Interrupt& interrupt) {
  if (io_) return io_->drain(interrupt, sample_rate);
  const bool is_queued = dispatcher->queue_depth() > 0;
  if (!config.output || !(is_queued || tail_frames() > 0)) return;
  // The dispatcher sends the silence; the stream turns inactive once it has been played.
  dispatcher->drain();
  const std::size_t most = queue_frames() + frames_beyond_queue() + dispatcher->queue_depth();
  Drain(stream_.life, interrupt, most, sample_rate).run([this] { return stream_.is_active(); });
}

// PortAudio would wait for ever for a handler that never returns, and knows no timeout or
// interrupt.
bool StreamState::handler_leaves(Interrupt& interrupt) {
  const IoOptions& options = interrupt.options;
  if (!options.timeout && options.interrupt == nullptr) return true;
  auto deadline = deadline_after(options.timeout);
  while (!dispatcher->hold(longest_nap)) {
    if (deadline && Clock::now() >= *deadline) return false;
    const bool enough = interrupt.ask();
    if (!stream_.life.is_ending()) return true;
    if (!deadline && enough) deadline = deadline_after(last_patience);
  }
  return true;
}

void StreamState::stop_portaudio(StopMode mode) {
  // Without an audio thread, keep other threads out of PortAudio's blocking calls.
  std::unique_lock<std::mutex> io;
  if (io_ && ring_ == nullptr) io = io_->lock();
  const auto result =
      rescue_.stop([function = mode == StopMode::drain ? api().stop_stream : api().abort_stream,
                    handle = stream_.handle] { return function(handle); },
                   [this] { return api().is_stream_active(stream_.handle) == 1; });
  if (result) {
    if (*result != paStreamIsStopped) check(api(), *result, call_for(mode));
    if (quirks_->thread_outlives_stop) rescue_.watch().wait_for_end();
    return;
  }
  // The thread keeps the stream, and the stream keeps PortAudio running, because Pa_Terminate()
  // would wait for the thread.
  stream_.life.lose();
  rescue_.watch().yield_to_others();
  abandon(Errc::unanticipated_host_error, call_for(mode),
          std::string(device_lost_words) +
              "; PortAudio's thread did not end, and the stream was abandoned");
}

void StreamState::abandon(Errc error, const char* call, const std::string& why) {
  stream_.life.abandon();
  if (dispatcher) dispatcher->close(Seconds(0));
  throw Error(error, call, why);
}

// ---- closing ----

void StreamState::close(StopMode mode, const IoOptions& options) {
  refuse_inside_callback("Pa_CloseStream");
  Life& life = stream_.life;
  if (life.is_gone()) return;
  destroy_put_aside();
  const std::lock_guard control(control_);
  if (life.is_gone()) return;
  life.begin_close();
  std::exception_ptr failure;
  try {
    if (life.is_ending()) stop_locked(mode, options);
  } catch (ForcedUnwind&) {
    throw;
  } catch (...) {  // what an interrupt function throws may be anything
    if (life.state() == State::abandoned) throw;
    failure = std::current_exception();  // a stream that cannot be stopped is freed all the same
  }
  if (life.is_gone()) {  // the interrupt itself has closed it
    if (failure) std::rethrow_exception(failure);
    return;
  }
  life.close();
  {
    const auto lock = library_.lock();
    const PaError result = api().close_stream(stream_.handle);
    try {
      check(api(), result, "Pa_CloseStream");
    } catch (const Error&) {
      if (!failure) failure = std::current_exception();
    }
  }
  if (dispatcher) dispatcher->close();
  session_.reset();
  if (failure) std::rethrow_exception(failure);
}

void StreamState::leave() noexcept {
  if (callback_stream() != nullptr) return;
  try {
    close(StopMode::abort, {});
  } catch (const std::exception& error) {
    swallow(error);
  }
}

void StreamState::destroy() noexcept {
  leave();
  if (stream_.life.state() != State::abandoned) delete this;
}

}  // namespace audiopp::detail
