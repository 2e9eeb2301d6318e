// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT

// Opening a stream, and its callbacks.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include "audiopp/error.hpp"
#include "backend/check.hpp"
#include "detail/convert.hpp"
#include "detail/rt.hpp"
#include "library/check_config.hpp"
#include "library/diagnosis.hpp"
#include "stream/portaudio_io.hpp"
#include "stream/put_aside.hpp"
#include "stream/stream_state.hpp"

namespace audiopp::detail {
namespace {

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

// ---- opening ----

void StreamState::open() {
  const auto lock = library_.lock();
  const OpenParameters parameters = library_.parameters(config);
  quirks_ = &library_.quirks(parameters);
  if (library_.is_inherited() && quirks_->fork_refusal != nullptr) {
    throw Error(Errc::device_unavailable, "Pa_OpenStream", quirks_->fork_refusal);
  }
  open_portaudio(parameters);
  try {
    set_up();
  } catch (const std::exception&) {
    static_cast<void>(api().close_stream(stream_.handle));
    throw;
  }
}

void StreamState::open_portaudio(const OpenParameters& parameters) {
  StreamFlags flags = working_flags(config, *quirks_);
  PaStreamCallback* callback = dispatcher ? audiopp_trampoline : nullptr;
  PaError error = check_block(config, frames_per_buffer());
  if (moves_by_ring()) {
    callback = audiopp_ring;
    // As Pa_OpenStream() treats these flags for a stream without a callback.
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

void StreamState::set_up() {
  if (config.finished_callback) {
    check(api(), api().set_finished_callback(stream_.handle, audiopp_finished),
          "Pa_SetStreamFinishedCallback");
  }
  sample_rate = config.sample_rate;
  // Read once: the values do not change while the stream is open, and remain after it is closed.
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
    std::optional<Seconds> suggested;  // the longer, if both sides have one
    for (const auto* side : {&config.input, &config.output}) {
      if (*side) suggested = std::max(suggested, (*side)->latency);
    }
    const std::size_t patience = quirks_->first_blocks_in_a_burst ? queue_frames() : 0;
    const RingIo::Facts facts{suggested, sample_rate, tail_frames(), patience,
                              !quirks_->xruns_of_others};
    auto ring = std::make_unique<RingIo>(stream_, config, facts);
    ring_ = ring.get();
    frames = std::move(ring);
  } else {
    const PortAudioIo::Facts facts{input_latency, output_latency, queue_frames(),
                                   frames_beyond_queue(), quirks_->stop_drops_queue};
    frames = std::make_unique<PortAudioIo>(stream_, config, facts);
  }
  io_ = std::make_unique<BlockingIo>(stream_.life, config, std::move(frames));
}

bool StreamState::moves_by_ring() const noexcept {
  if (dispatcher) return false;
  const auto is_mono = [](const auto& side) { return side && side->channels == 1; };
  return quirks_->blocking_by_ring ||
         (quirks_->mono_by_ring && (is_mono(config.input) || is_mono(config.output)));
}

// The queue between the threads must hold one of PortAudio's blocks, which otherwise may have any
// number of frames. A ring adapts itself, so it gains nothing from a fixed block size.
unsigned long StreamState::frames_per_buffer() const noexcept {
  if (moves_by_ring()) return paFramesPerBufferUnspecified;
  if (config.frames_per_buffer > 0 || !dispatcher) return config.frames_per_buffer;
  if (has(config.flags, StreamFlags::never_drop_input)) return 0;  // portaudio.h requires it
  return static_cast<unsigned long>(dispatcher->queue_block());
}

// ALSA's buffer holds what the latency counts plus the period that is being played.
std::size_t StreamState::queue_frames() const noexcept {
  if (!config.output) return 0;
  const auto latency = static_cast<std::size_t>(std::ceil(output_latency.count() * sample_rate));
  return latency + std::max<std::size_t>(latency, frames_per_buffer());
}

std::size_t StreamState::frames_beyond_queue() const noexcept {
  if (!config.output) return 0;
  return static_cast<std::size_t>(std::ceil(quirks_->beyond_queue.count() * sample_rate));
}

// The silence behind the sound without which a stop would drop some of the sound.
std::size_t StreamState::tail_frames() const noexcept {
  return (quirks_->stop_drops_queue ? queue_frames() : 0) + frames_beyond_queue();
}

void StreamState::throw_refusal(const OpenParameters& parameters, PaError error) const {
  // The host error first: describing the refusal makes further calls of PortAudio.
  try {
    check_result(api(), error, "Pa_OpenStream");
  } catch (const Error& plain) {
    auto host_error = plain.host_error();
    if (quirks_->hides_host_error && (error == paInvalidDevice || error == paInsufficientMemory)) {
      host_error = last_host_error(api());
    }
    throw Error(plain.errc(), plain.call(),
                describe_refusal(api(), parameters, config, error, library_.is_inherited()),
                std::move(host_error));
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

// Called when PortAudio's thread is about to end, not when the handler has returned.
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

}  // namespace audiopp::detail
