// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "audiopp/stream.hpp"

#include <stdexcept>
#include <utility>

#include "audiopp/error.hpp"
#include "dispatch/dispatcher.hpp"
#include "library/check_config.hpp"
#include "stream/stream_state.hpp"

namespace audiopp {
namespace {

CallbackFormat callback_format(const StreamConfig& config) {
  CallbackFormat format;
  if (config.input) {
    format.input_channels = config.input->channels;
    format.input_format = config.input->format;
    format.input_layout = config.input->layout;
  }
  if (config.output) {
    format.output_channels = config.output->channels;
    format.output_format = config.output->format;
    format.output_layout = config.output->layout;
  }
  return format;
}

std::shared_ptr<detail::Dispatcher> make_dispatcher(const StreamConfig& config, Callback callback) {
  const CallbackFormat format = callback_format(config);
  if (config.callback_buffer == 0) {
    return std::make_shared<detail::Dispatcher>(format, std::move(callback));
  }
  const detail::CallbackBuffer buffer{config.callback_buffer, config.frames_per_buffer,
                                      config.sample_rate, config.callback_scope};
  return std::make_shared<detail::Dispatcher>(format, std::move(callback), buffer);
}

const std::shared_ptr<detail::Dispatcher>& dispatcher_of(const detail::StreamState& stream) {
  if (!stream.dispatcher) throw std::invalid_argument("the stream was opened without a callback");
  return stream.dispatcher;
}

}  // namespace

Stream::Stream() noexcept = default;

Stream::Stream(const Session& session, const StreamConfig& config) {
  if (config.callback_buffer > 0) throw std::invalid_argument("callback_buffer needs a callback");
  if (config.finished_callback) throw std::invalid_argument("finished_callback needs a callback");
  detail::check_config(config);
  state_ = detail::StreamState::make(session.state("Pa_OpenStream"), config, nullptr);
}

Stream::Stream(const Session& session, const StreamConfig& config, Callback callback) {
  if (!callback) throw std::invalid_argument("the callback is empty");
  detail::check_config(config);
  state_ = detail::StreamState::make(session.state("Pa_OpenStream"), config,
                                     make_dispatcher(config, std::move(callback)));
}

Stream::Stream(Stream&& other) noexcept = default;

Stream& Stream::operator=(Stream&& other) noexcept {
  if (this == &other) return *this;
  release();
  state_ = std::move(other.state_);
  return *this;
}

Stream::~Stream() {
  release();
}

// The user's code that a call runs may destroy this object: an interrupt function, or a callback's
// destructor. So such a call shares the state until it ends, and closing makes it end.
void Stream::release() noexcept {
  if (state_ && state_.use_count() > 1) state_->leave();
  state_.reset();
}

std::shared_ptr<detail::StreamState> Stream::share(const char* call) const {
  static_cast<void>(state(call));
  return state_;
}

detail::StreamState& Stream::state(const char* call) const {
  if (!state_) throw Error(Errc::bad_stream_ptr, call, "the stream was never opened");
  return *state_;
}

void Stream::start() {
  state("Pa_StartStream").start();
}

void Stream::stop(StopMode mode, const IoOptions& options) {
  share("Pa_StopStream")->stop(mode, options);
}

void Stream::abort() {
  share("Pa_AbortStream")->stop(StopMode::abort, {});
}

void Stream::close(StopMode mode, const IoOptions& options) {
  if (state_) share("Pa_CloseStream")->close(mode, options);
}

bool Stream::is_open() const noexcept {
  return state_ && state_->is_open();
}

bool Stream::is_active() const {
  return state_ && state_->is_active();
}

bool Stream::is_stopped() const {
  return !state_ || state_->is_stopped();
}

bool Stream::is_device_lost() const {
  return state_ && state_->is_device_lost();
}

void Stream::check_device() const {
  if (state_) state_->check_device();
}

StreamTime Stream::time() const {
  return state("Pa_GetStreamTime").time();
}

Seconds Stream::input_latency() const noexcept {
  return state_ ? state_->input_latency : Seconds{};
}

Seconds Stream::output_latency() const noexcept {
  return state_ ? state_->output_latency + state_->queue_latency() : Seconds{};
}

double Stream::sample_rate() const noexcept {
  return state_ ? state_->sample_rate : 0;
}

int Stream::struct_version() const noexcept {
  return state_ ? state_->struct_version : -1;
}

double Stream::cpu_load() const {
  return state("Pa_GetStreamCpuLoad").cpu_load();
}

const StreamConfig& Stream::config() const noexcept {
  static const StreamConfig empty;
  return state_ ? state_->config : empty;
}

std::size_t Stream::read_available() const {
  return state("Pa_GetStreamReadAvailable").read_available();
}

std::size_t Stream::write_available() const {
  return state("Pa_GetStreamWriteAvailable").write_available();
}

IoResult Stream::read(void* buffer, std::size_t frames, const IoOptions& options) {
  if (options.interrupt != nullptr) return share("Pa_ReadStream")->read(buffer, frames, options);
  return state("Pa_ReadStream").read(buffer, frames, options);
}

IoResult Stream::write(const void* buffer, std::size_t frames, const IoOptions& options) {
  if (options.interrupt != nullptr) return share("Pa_WriteStream")->write(buffer, frames, options);
  return state("Pa_WriteStream").write(buffer, frames, options);
}

std::optional<IoResult> Stream::try_read(void* buffer, std::size_t frames) {
  return state("Pa_ReadStream").try_read(buffer, frames);
}

std::optional<IoResult> Stream::try_write(const void* buffer, std::size_t frames) {
  return state("Pa_WriteStream").try_write(buffer, frames);
}

void Stream::expect(const std::optional<StreamSide>& side, SampleFormat format, Layout layout,
                    int channels) {
  if (!side) return;  // the call itself reports the missing direction
  if (side->format != format) {
    throw std::invalid_argument("the buffer's samples are not in the stream's format");
  }
  if (side->layout != layout) {
    throw std::invalid_argument("the buffer's layout (interleaved or planar) is not the stream's");
  }
  if (side->channels != channels) {
    throw std::invalid_argument("the buffer has " + std::to_string(channels) +
                                " channels, the stream " + std::to_string(side->channels));
  }
}

CallbackDispatcher Stream::dispatcher() const {
  const auto& stream = state("Stream::dispatcher");
  if (!stream.dispatcher) stream.check_open("Stream::dispatcher");
  return CallbackDispatcher(dispatcher_of(stream));
}

void Stream::set_callback(Callback callback) {
  const auto stream = share("Stream::set_callback");
  stream->check_open("Stream::set_callback");
  dispatcher_of(*stream)->set_handler(std::move(callback));
}

CallbackCounters Stream::counters() const noexcept {
  return state_ ? state_->counters() : CallbackCounters{};
}

std::exception_ptr Stream::take_exception() noexcept {
  return state_ && state_->dispatcher ? state_->dispatcher->take_exception() : nullptr;
}

}  // namespace audiopp
