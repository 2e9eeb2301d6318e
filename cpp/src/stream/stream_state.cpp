// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT

// A stream is opened, started, stopped and closed.
#include "stream/stream_state.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "audiopp/error.hpp"
#include "backend/check.hpp"
#include "detail/convert.hpp"
#include "detail/rt.hpp"
#include "detail/swallow.hpp"
#include "library/diagnosis.hpp"
#include "stream/portaudio_io.hpp"
#include "stream/put_aside.hpp"

namespace audiopp::detail {
namespace {

// For a callback that does not return, after a signal's handler has asked for the end.
constexpr Seconds last_patience{1};

extern "C" int audiopp_trampoline(const void* input, void* output, unsigned long frames,
                                  const PaStreamCallbackTimeInfo* times,
                                  PaStreamCallbackFlags flags,
                                  void* state) noexcept AUDIOPP_NONBLOCKING {
  return static_cast<StreamState*>(state)->on_block(input, output, frames, *times, flags);
}

extern "C" int audiopp_ring(const void* input, void* output, unsigned long frames,
                            const PaStreamCallbackTimeInfo*, PaStreamCallbackFlags flags,
                            void* state) noexcept AUDIOPP_NONBLOCKING {
  return static_cast<StreamState*>(state)->on_ring_block(input, output, frames, flags);
}

extern "C" void audiopp_finished(void* state) noexcept {
  static_cast<StreamState*>(state)->on_finished();
}

const char* call_for(StopMode mode) {
  return mode == StopMode::drain ? "Pa_StopStream" : "Pa_AbortStream";
}

}  // namespace

std::shared_ptr<StreamState> StreamState::make(std::shared_ptr<SessionState> session,
                                               const StreamConfig& config,
                                               std::shared_ptr<Dispatcher> dispatcher) {
  return {new StreamState(std::move(session), config, std::move(dispatcher)), let_go};
}

StreamState::StreamState(std::shared_ptr<SessionState> session, const StreamConfig& wanted,
                         std::shared_ptr<Dispatcher> callback_dispatcher)
    : config(wanted),
      dispatcher(std::move(callback_dispatcher)),
      library_(session->library),
      session_(std::move(session)),
      stream_{library_.api} {
  if (config.callback_buffer > 0 && !dispatcher) {
    throw std::invalid_argument("a callback buffer needs a callback");
  }
  if (config.finished_callback && !dispatcher) {
    throw std::invalid_argument("a finished callback needs a callback");
  }
  refuse_inside_callback("Pa_OpenStream");
  destroy_put_aside();
  open();
}

void StreamState::destroy() noexcept {
  try {
    close(StopMode::abort, {});
  } catch (const std::exception& error) {
    swallow(error);
  }
  if (stream_.life.state() != State::abandoned) delete this;
}

// ---- opening ----

void StreamState::open() {
  const auto lock = Library::lock();
  const OpenParameters parameters = library_.parameters(config);
  const auto& side = parameters.output ? *parameters.output : *parameters.input;
  const PaDeviceInfo* device = api().device_info(side.device);
  if (const PaHostApiInfo* host = device ? api().host_api_info(device->hostApi) : nullptr) {
    quirks_ = &quirks_of(type_in(host->type));
  }
  if (library_.is_inherited() && quirks_->fork_refusal != nullptr) {
    throw Error(Errc::device_unavailable, "Pa_OpenStream", quirks_->fork_refusal);
  }
  open_portaudio(parameters);
  try {
    set_up(parameters);
  } catch (const std::exception&) {
    static_cast<void>(api().close_stream(stream_.handle));
    throw;
  }
}

void StreamState::open_portaudio(const OpenParameters& parameters) {
  StreamFlags flags = config.flags;
  PaStreamCallback* callback = dispatcher ? audiopp_trampoline : nullptr;
  PaError error = paNoError;
  if (moves_by_ring()) {
    callback = audiopp_ring;
    // What Pa_OpenStream() says of these to a stream without a callback.
    if (has(flags, StreamFlags::never_drop_input)) error = paInvalidFlag;
    if (has(flags, StreamFlags::prime_output)) {
      flags = flags & (StreamFlags::clip_off | StreamFlags::dither_off);
    }
  }
  if (error == paNoError) {
    error = api().open_stream(&stream_.handle, parameters.input_or_null(),
                              parameters.output_or_null(), config.sample_rate, frames_per_buffer(),
                              static_cast<PaStreamFlags>(flags), callback, this);
  }
  if (error < 0) throw_refusal(parameters, error);
}

void StreamState::set_up(const OpenParameters& parameters) {
  if (config.finished_callback) {
    check(api(), api().set_finished_callback(stream_.handle, audiopp_finished),
          "Pa_SetStreamFinishedCallback");
  }
  sample_rate = config.sample_rate;
  // Read once: the values do not change while the stream is open, and outlive it here.
  if (const PaStreamInfo* info = api().stream_info(stream_.handle)) {
    struct_version = info->structVersion;
    input_latency = Seconds(info->inputLatency);
    output_latency = Seconds(info->outputLatency);
    sample_rate = info->sampleRate;
  }
  rescue_.set_up(*quirks_, dispatcher || moves_by_ring(), input_latency + output_latency);
  if (dispatcher) return;
  std::unique_ptr<FrameIo> frames;
  if (moves_by_ring()) {
    const auto latency = [](const auto& side) { return side ? side->suggestedLatency : 0; };
    const Seconds suggested(std::max(latency(parameters.input), latency(parameters.output)));
    const std::size_t tail = quirks_->stop_drops_queue ? queue_frames() : 0;
    auto ring =
        std::make_unique<RingIo>(stream_, config, RingIo::Facts{suggested, sample_rate, tail});
    ring_ = ring.get();
    frames = std::move(ring);
  } else {
    const PortAudioIo::Facts facts{input_latency, output_latency, queue_frames(),
                                   quirks_->stop_drops_queue};
    frames = std::make_unique<PortAudioIo>(stream_, config, facts);
  }
  io_ = std::make_unique<BlockingIo>(stream_.life, config, std::move(frames));
}

// What lies between the threads must hold a block of PortAudio's own, which without this may have
// any number of frames. A ring adapts itself: then nothing is gained by blocks of another size.
unsigned long StreamState::frames_per_buffer() const noexcept {
  if (moves_by_ring()) return paFramesPerBufferUnspecified;
  if (config.frames_per_buffer > 0 || !dispatcher) return config.frames_per_buffer;
  if (has(config.flags, StreamFlags::never_drop_input)) return 0;  // portaudio.h wants that
  return static_cast<unsigned long>(dispatcher->queue_block());
}

// ALSA's buffer is what the latency counts plus the period that is being played.
std::size_t StreamState::queue_frames() const noexcept {
  if (!config.output) return 0;
  const auto latency = static_cast<std::size_t>(std::ceil(output_latency.count() * sample_rate));
  return latency + std::max<std::size_t>(latency, frames_per_buffer());
}

void StreamState::throw_refusal(const OpenParameters& parameters, PaError error) const {
  // The host error first: describing the refusal makes further calls of PortAudio.
  try {
    check_result(api(), error, "Pa_OpenStream");
  } catch (const Error& plain) {
    throw Error(plain.errc(), plain.call(),
                describe_refusal(api(), parameters, config, error, library_.is_inherited()),
                plain.host_error());
  }
  std::abort();  // check_result() throws for an error
}

// ---- the audio thread ----

int StreamState::on_block(const void* input, void* output, unsigned long frames,
                          const PaStreamCallbackTimeInfo& times,
                          PaStreamCallbackFlags flags) noexcept AUDIOPP_NONBLOCKING {
  const CallbackMark mark(*this);
  const ThreadWatch::Turn turn(rescue_.watch());
  const CallbackTimes when{Seconds(times.inputBufferAdcTime), Seconds(times.currentTime),
                           Seconds(times.outputBufferDacTime)};
  return static_cast<int>(
      dispatcher->dispatch(input, output, frames, when, static_cast<CallbackFlags>(flags)));
}

int StreamState::on_ring_block(const void* input, void* output, unsigned long frames,
                               PaStreamCallbackFlags flags) noexcept AUDIOPP_NONBLOCKING {
  const ThreadWatch::Turn turn(rescue_.watch());
  return ring_->exchange(input, output, frames, flags);
}

// Not when the handler has returned, but when PortAudio's thread is about to end.
void StreamState::on_finished() noexcept {
  const CallbackMark mark(*this);
  const ThreadWatch::Turn turn(rescue_.watch());
  [[maybe_unused]] const HandlerScope users_code{};
  try {
    config.finished_callback();
  } catch (...) {
    dispatcher->keep_exception();
  }
}

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
  if (io_) io_->reset();
  if (dispatcher) dispatcher->reset(quirks_->stop_drops_queue ? queue_frames() : 0);
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
  if (check(api(), api().is_stream_stopped(stream_.handle), "Pa_IsStreamStopped") == 1) {
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
  life.begin_stop();
  if (io_) io_->end_calls();
  std::exception_ptr failure;
  Interrupt interrupt{options};
  if (mode == StopMode::drain) {
    try {
      drain(interrupt);
    } catch (const std::exception&) {
      failure = std::current_exception();  // the end of the sound is lost; it stops all the same
    }
  }
  const bool has_left = !dispatcher || !life.is_ending() || handler_leaves(interrupt);
  if (!life.is_ending()) return;  // stopped meanwhile by the interrupt itself
  if (!has_left) {
    abandon(Errc::timed_out, call_for(mode),
            "the callback did not return; the stream was abandoned");
  }
  try {
    stop_portaudio(mode);
  } catch (const std::exception&) {
    if (life.state() == State::abandoned) throw;
    // Not left running: Pa_CloseStream() would wait for a callback that may want the process lock.
    static_cast<void>(api().abort_stream(stream_.handle));
    if (!failure) throw;
  }
  if (failure) std::rethrow_exception(failure);
}

void StreamState::drain(Interrupt& interrupt) {
  if (io_) return io_->drain(interrupt, sample_rate);
  const bool is_queued = dispatcher->queue_depth() > 0;
  if (!config.output || !(is_queued || quirks_->stop_drops_queue)) return;
  // The dispatcher sends the silence; PortAudio turns inactive when it has gone.
  dispatcher->drain();
  Drain(stream_.life, interrupt, queue_frames() + dispatcher->queue_depth(), sample_rate)
      .run([this] { return stream_.is_active(); });
}

// PortAudio would wait for a handler that never returns, and see neither timeout nor interrupt.
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
  // Without an audio thread, nobody may be in PortAudio's blocking calls.
  std::unique_lock<std::mutex> io;
  if (io_ && ring_ == nullptr) io = io_->lock();
  const auto result =
      rescue_.stop([function = mode == StopMode::drain ? api().stop_stream : api().abort_stream,
                    handle = stream_.handle] { return function(handle); });
  if (result) {
    check(api(), *result, call_for(mode));
    return;
  }
  // The thread keeps the stream, the stream its share in PortAudio, whose end would wait for the
  // thread.
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
  } catch (const std::exception&) {
    if (life.state() == State::abandoned) throw;
    failure = std::current_exception();  // a stream that cannot be stopped is freed all the same
  }
  if (life.is_gone()) return;  // closed meanwhile by what interrupts the drain
  life.close();
  {
    const auto lock = Library::lock();
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

}  // namespace audiopp::detail
