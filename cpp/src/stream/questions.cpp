// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT

// Queries, from any thread, and reads and writes.
#include "audiopp/error.hpp"
#include "detail/rt.hpp"
#include "stream/stream_state.hpp"

namespace audiopp::detail {

Seconds StreamState::queue_latency() const noexcept {
  if (!config.output || sample_rate <= 0) return Seconds{};
  if (ring_ != nullptr) return ring_->depth(Output{});
  const std::size_t frames = dispatcher ? dispatcher->queue_depth() : 0;
  return Seconds(static_cast<double>(frames) / sample_rate);
}

void StreamState::check_open(const char* call) const {
  if (!is_open()) throw closed_error(call);
}

bool StreamState::is_active() {
  if (callback_stream() == this) return true;
  const Life::Pass pass(stream_.life);
  return pass && check(api(), api().is_stream_active(stream_.handle), "Pa_IsStreamActive") == 1 &&
         !rescue_.is_spinning();
}

bool StreamState::is_stopped() {
  if (callback_stream() == this) return false;
  const Life::Pass pass(stream_.life);
  return !pass || check(api(), api().is_stream_stopped(stream_.handle), "Pa_IsStreamStopped") == 1;
}

// Whether the audio thread was told to end, so that its end is not a lost device.
bool StreamState::has_ended() const noexcept {
  return dispatcher ? dispatcher->has_ended() : ring_->is_draining();
}

bool StreamState::is_device_lost() {
  Life& life = stream_.life;
  if (life.state() == State::abandoned) return true;
  if (!is_open()) return false;
  if (life.is_lost() || callback_stream() == this) return life.is_lost();
  const std::uint64_t run = life.run();
  const Life::Pass pass(life);
  const bool has_audio_thread = dispatcher || ring_ != nullptr;
  if (!pass || !has_audio_thread || !life.is_running() || has_ended()) return false;
  // Nobody ended it, so if PortAudio's thread has ended, the device failed. The order of these
  // queries keeps a normal end in between from looking like a failure.
  const PaError active = check(api(), api().is_stream_active(stream_.handle), "Pa_IsStreamActive");
  if ((active == 0 || rescue_.is_spinning()) && !has_ended()) life.lose(run);
  return life.is_lost();
}

void StreamState::check_device() {
  if (is_device_lost()) {
    throw Error(Errc::unanticipated_host_error, "Pa_IsStreamActive", device_lost_words);
  }
}

StreamTime StreamState::time() {
  const Life::Pass pass(stream_.life);
  if (!pass) throw closed_error("Pa_GetStreamTime");
  return Seconds(api().stream_time(stream_.handle));
}

double StreamState::cpu_load() {
  const Life::Pass pass(stream_.life);
  if (!pass) throw closed_error("Pa_GetStreamCpuLoad");
  return ring_ != nullptr ? 0 : api().stream_cpu_load(stream_.handle);
}

CallbackCounters StreamState::counters() const noexcept {
  return dispatcher ? dispatcher->counters() : io_->counters();
}

// ---- reads and writes ----

std::size_t StreamState::read_available() {
  return available<Input>();
}

std::size_t StreamState::write_available() {
  return available<Output>();
}

template <class Direction>
std::size_t StreamState::available() {
  constexpr auto call = Direction::available_call;
  const Life::Pass pass(stream_.life);
  if (!pass) throw closed_error(call);
  if (dispatcher) throw Error(Direction::has_callback, call);
  // PortAudio's ALSA code dereferences a null pointer for a side that a stream does not have.
  if (!(config.*Direction::side)) throw Error(Direction::has_no_side, call);
  return io_->available<Direction>();
}

// In the order in which PortAudio checks for these errors.
template <class Direction>
void StreamState::check_transfer() const {
  constexpr auto call = Direction::transfer_call;
  if (!is_open()) throw closed_error(call);
  if (!stream_.life.is_running()) throw Error(Errc::stream_is_stopped, call);
  if (dispatcher) throw Error(Direction::has_callback, call);
  if (!(config.*Direction::side)) throw Error(Direction::has_no_side, call);
}

template <class Direction>
IoResult StreamState::transfer(typename Direction::Buffer buffer, std::size_t frames,
                               const IoOptions& options) {
  if (dispatcher && callback_stream() == this) throw InsideCallbackError(Direction::transfer_call);
  if (frames == 0) {
    if (!is_open()) throw closed_error(Direction::transfer_call);
    return {};
  }
  check_transfer<Direction>();  // before taking a lock that a fork may have left held
  return io_->transfer<Direction>(buffer, frames, options);
}

template <class Direction>
std::optional<IoResult> StreamState::try_transfer(typename Direction::Buffer buffer,
                                                  std::size_t frames) {
  if (frames == 0) return transfer<Direction>(buffer, 0, {});
  if (dispatcher && callback_stream() == this) throw InsideCallbackError(Direction::transfer_call);
  check_transfer<Direction>();
  return io_->try_transfer<Direction>(buffer, frames);
}

IoResult StreamState::read(void* buffer, std::size_t frames, const IoOptions& options) {
  return transfer<Input>(buffer, frames, options);
}

IoResult StreamState::write(const void* buffer, std::size_t frames, const IoOptions& options) {
  return transfer<Output>(buffer, frames, options);
}

std::optional<IoResult> StreamState::try_read(void* buffer, std::size_t frames) {
  return try_transfer<Input>(buffer, frames);
}

std::optional<IoResult> StreamState::try_write(const void* buffer, std::size_t frames) {
  return try_transfer<Output>(buffer, frames);
}

}  // namespace audiopp::detail
