// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "stream/stream_state.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <future>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "audiopp/error.hpp"
#include "backend/check.hpp"
#include "detail/convert.hpp"
#include "detail/fork.hpp"
#include "detail/rt.hpp"
#include "detail/swallow.hpp"
#include "library/diagnosis.hpp"

namespace audiopp::detail {
namespace {

using Clock = std::chrono::steady_clock;

constexpr Seconds longest_nap{0.02};  // how late a signal or a close may be seen
constexpr Seconds shortest_nap{0.001};

// What PortAudio's thread takes between two callbacks is microseconds, and a part of a long block
// where ALSA converts it.
constexpr Seconds most_between_blocks{0.1};
// How long a stop may take in which there is no callback.
constexpr Seconds longest_silence{30};
// For a callback that does not return, after a signal's handler has asked for the end.
constexpr Seconds last_patience{1};

extern "C" int audiopp_trampoline(const void* input, void* output, unsigned long frames,
                                  const PaStreamCallbackTimeInfo* times,
                                  PaStreamCallbackFlags flags,
                                  void* state) noexcept AUDIOPP_NONBLOCKING {
  return static_cast<StreamState*>(state)->on_block(input, output, frames, *times, flags);
}

extern "C" void audiopp_finished(void* state) noexcept {
  static_cast<StreamState*>(state)->on_finished();
}

constexpr const char* device_lost_words =
    "the device is lost: it was unplugged, or its sound server is gone; close the stream and open "
    "a new one";

Error closed_error(const char* call) {
  return Error(Errc::bad_stream_ptr, call, "the stream is closed");
}

// Nothing for a time that the clock cannot hold, infinity among them.
std::optional<Clock::time_point> deadline_after(const std::optional<Seconds>& timeout) {
  constexpr Seconds longest{1e9};
  if (!timeout || !(*timeout < longest)) return std::nullopt;
  return Clock::now() + std::chrono::duration_cast<Clock::duration>(std::max(*timeout, -longest));
}

const char* call_for(StopMode mode) {
  return mode == StopMode::drain ? "Pa_StopStream" : "Pa_AbortStream";
}

bool interrupted(const IoOptions& options) {
  return options.interrupt != nullptr && options.interrupt(options.data);
}

/// A read or write position: frames after `done` of an interleaved buffer or of each channel's.
template <class Pointer>
Pointer advance(Pointer buffer, std::size_t done, const StreamSide& side) {
  using Byte =
      std::conditional_t<std::is_same_v<Pointer, void*>, unsigned char, const unsigned char>;
  return static_cast<Byte*>(buffer) +
         done * sample_size(side.format) * static_cast<std::size_t>(side.channels);
}

std::vector<const void*> advance_channels(const void* buffer, std::size_t done,
                                          const StreamSide& side) {
  const auto* const* blocks = static_cast<const unsigned char* const*>(buffer);
  std::vector<const void*> moved;
  for (int i = 0; i < side.channels; ++i)
    moved.push_back(blocks[i] + done * sample_size(side.format));
  return moved;
}

// Streams that were let go inside a callback, perhaps their own, until somebody elsewhere can close
// them.
struct PutAside {
  std::mutex mutex;
  std::vector<StreamState*> streams;
};

PutAside*& put_aside() {
  static auto* all = new PutAside;
  return all;
}

// In a child they are the parent's.
const ChildHandler forget_put_aside([] { put_aside() = new PutAside; });

void let_go(StreamState* state) {
  // In a forked child its locks and PortAudio's may be held by threads that do not exist.
  if (state->is_inherited()) return;
  if (callback_stream() == nullptr) {
    state->destroy();
    return;
  }
  const std::lock_guard lock(put_aside()->mutex);
  put_aside()->streams.push_back(state);
}

void close_put_aside() {
  std::vector<StreamState*> closing;
  {
    const std::lock_guard lock(put_aside()->mutex);
    closing.swap(put_aside()->streams);
  }
  for (StreamState* const state : closing) state->destroy();
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
      session_(std::move(session)) {
  if (config.callback_buffer > 0 && !dispatcher) {
    throw std::invalid_argument("a callback buffer needs a callback");
  }
  if (config.finished_callback && !dispatcher) {
    throw std::invalid_argument("a finished callback needs a callback");
  }
  refuse_inside_callback("Pa_OpenStream");
  close_put_aside();
  open();
}

void StreamState::destroy() noexcept {
  try {
    close(StopMode::abort, {});
  } catch (const std::exception& error) {
    swallow(error);
  }
  if (!abandoned_) delete this;
}

void StreamState::open() {
  const auto lock = Library::lock();
  const OpenParameters parameters = library_.parameters(config);
  const auto& side = parameters.output ? *parameters.output : *parameters.input;
  const PaDeviceInfo* device = api().device_info(side.device);
  if (const PaHostApiInfo* host = device ? api().host_api_info(device->hostApi) : nullptr) {
    host_api_ = type_in(host->type);
  }
  if (library_.is_inherited() && host_api_ == HostApiType::jack) {
    throw Error(Errc::device_unavailable, "Pa_OpenStream",
                "this process was forked from one in which PortAudio ran, and JACK cannot be used "
                "in both: start PortAudio after the fork, or use multiprocessing's spawn method");
  }
  const PaError error = api().open_stream(
      &handle_, parameters.input_or_null(), parameters.output_or_null(), config.sample_rate,
      frames_per_buffer(), static_cast<PaStreamFlags>(config.flags),
      dispatcher ? audiopp_trampoline : nullptr, this);
  if (error < 0) throw_refusal(parameters, error);
  if (config.finished_callback) {
    try {
      check(api(), api().set_finished_callback(handle_, audiopp_finished),
            "Pa_SetStreamFinishedCallback");
    } catch (const Error&) {
      static_cast<void>(api().close_stream(handle_));
      throw;
    }
  }
  sample_rate = config.sample_rate;
  // Read once: the values do not change while the stream is open, and outlive it here.
  if (const PaStreamInfo* info = api().stream_info(handle_)) {
    struct_version = info->structVersion;
    input_latency = Seconds(info->inputLatency);
    output_latency = Seconds(info->outputLatency);
    sample_rate = info->sampleRate;
  }
  capacity_ = queue_frames();
}

// What lies between the threads must hold a block of PortAudio's own, which without this may have
// any number of frames.
unsigned long StreamState::frames_per_buffer() const noexcept {
  if (config.frames_per_buffer > 0 || !dispatcher) return config.frames_per_buffer;
  if (has(config.flags, StreamFlags::never_drop_input)) return 0;  // portaudio.h wants that
  return static_cast<unsigned long>(dispatcher->queue_block());
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
}

// ---- the audio thread
// ----------------------------------------------------------------------------

int StreamState::on_block(const void* input, void* output, unsigned long frames,
                          const PaStreamCallbackTimeInfo& times,
                          PaStreamCallbackFlags flags) noexcept AUDIOPP_NONBLOCKING {
  const CallbackMark mark(*this);
  const ThreadWatch::Turn turn(watch_);
  const CallbackTimes when{Seconds(times.inputBufferAdcTime), Seconds(times.currentTime),
                           Seconds(times.outputBufferDacTime)};
  return static_cast<int>(
      dispatcher->dispatch(input, output, frames, when, static_cast<CallbackFlags>(flags)));
}

// Not when the handler has returned, but when PortAudio's thread is about to end.
void StreamState::on_finished() noexcept {
  const CallbackMark mark(*this);
  const ThreadWatch::Turn turn(watch_);
  [[maybe_unused]] const HandlerScope users_code{};
  try {
    config.finished_callback();
  } catch (...) {
    dispatcher->keep_exception();
  }
}

// ---- control
// -------------------------------------------------------------------------------------

void StreamState::start() {
  refuse_inside_callback("Pa_StartStream");
  if (!is_open())
    throw closed_error("Pa_StartStream");  // before a lock that a fork may have left held
  const std::lock_guard control(control_);
  if (!is_open()) throw closed_error("Pa_StartStream");
  if (check(api(), api().is_stream_stopped(handle_), "Pa_IsStreamStopped") == 0) {
    throw Error(Errc::stream_is_not_stopped, "Pa_StartStream");
  }
  {
    const std::lock_guard io(io_);
    input_.available = output_.available = 0;
    wrote_since_start_ = false;
  }
  if (dispatcher) dispatcher->reset(drops_on_stop() ? queue_frames() : 0);
  device_lost_ = false;
  watch_.forget();
  start_worker();
  try {
    check(api(), api().start_stream(handle_), "Pa_StartStream");
  } catch (const std::exception&) {
    end_worker();
    throw;
  }
  ++starts_;
  running_ = true;
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
  abandoned_ ? worker_.detach() : worker_.join();
}

void StreamState::stop(StopMode mode, const IoOptions& options) {
  const char* call = call_for(mode);
  refuse_inside_callback(call);
  if (!is_open()) throw closed_error(call);
  const std::lock_guard control(control_);
  if (!is_open()) throw closed_error(call);
  if (check(api(), api().is_stream_stopped(handle_), "Pa_IsStreamStopped") == 1) {
    throw Error(Errc::stream_is_stopped, call);
  }
  stop_locked(mode, options);
}

void StreamState::stop_locked(StopMode mode, const IoOptions& options) {
  const struct End {  // when the audio thread has gone, however that went
    ~End() {
      state.end_worker();
      state.stopping_ = false;
    }
    StreamState& state;
  } end{*this};
  stopping_ = true;
  {
    const std::lock_guard io(io_);
    running_ = false;
  }
  io_changed_.notify_all();
  std::exception_ptr failure;
  Interrupt interrupt{options};
  const bool queued = dispatcher && dispatcher->queue_depth() > 0 && config.output;
  if (mode == StopMode::drain && (queued || drops_on_stop())) {
    try {
      dispatcher ? drain_callback(interrupt) : drain_blocking(interrupt);
    } catch (const std::exception&) {
      failure =
          std::current_exception();  // the end of the sound is lost; stopped it is all the same
    }
  }
  const bool has_left = !dispatcher || !stopping_ || handler_leaves(interrupt);
  if (!stopping_) return;  // stopped meanwhile by the interrupt itself
  const char* call = call_for(mode);
  if (!has_left) {
    leave_behind(Errc::timed_out, call, "the callback does not return, and is left to itself");
  }
  // A blocking stream has no callback that could want io_.
  std::unique_lock io(io_, std::defer_lock);
  if (!dispatcher) io.lock();
  try {
    check(api(), stop_portaudio(mode), call);
  } catch (const std::exception&) {
    if (abandoned_) throw;
    // Not left running: Pa_CloseStream() would wait for a callback that may want the process lock.
    static_cast<void>(api().abort_stream(handle_));
    if (!failure) throw;
  }
  if (failure) std::rethrow_exception(failure);
}

// PortAudio would wait for a handler that never returns, and see neither timeout nor interrupt.
bool StreamState::handler_leaves(Interrupt& interrupt) {
  const IoOptions& options = interrupt.options;
  if (!options.timeout && options.interrupt == nullptr) return true;
  auto deadline = deadline_after(options.timeout);
  while (!dispatcher->hold(longest_nap)) {
    if (deadline && Clock::now() >= *deadline) return false;
    const bool enough = interrupt.ask();
    if (!stopping_) return true;
    if (!deadline && enough) deadline = deadline_after(last_patience);
  }
  return true;
}

// On a thread of its own where PortAudio may never return.
PaError StreamState::stop_portaudio(StopMode mode) {
  const auto stop = [function = mode == StopMode::drain ? api().stop_stream : api().abort_stream,
                     stream = handle_] { return function(stream); };
  if (!dispatcher || host_api_ != HostApiType::alsa) return stop();
  const char* call = call_for(mode);
  if (goes_astray()) abandon(call);
  std::promise<PaError> answer;
  auto result = answer.get_future();
  std::thread stopper;
  try {
    stopper =
        std::thread([stop, answer = std::move(answer)]() mutable { answer.set_value(stop()); });
  } catch (const std::system_error&) {
    return stop();  // no more threads can be started: better unwatched than not at all
  }
  const auto begin = Clock::now();
  while (result.wait_for(longest_nap) != std::future_status::ready) {
    const Seconds silent = std::min<Seconds>(watch_.silent(), Clock::now() - begin);
    if (!goes_astray() && silent < longest_silence) continue;
    stopper.detach();
    abandon(call);
  }
  stopper.join();
  return result.get();
}

bool StreamState::goes_astray() {
  if (!dispatcher || host_api_ != HostApiType::alsa) return false;
  return watch_.astray() > most_between_blocks + input_latency + output_latency;
}

// The thread keeps the stream, the stream its share in PortAudio, whose end would wait for the
// thread.
void StreamState::abandon(const char* call) {
  device_lost_ = true;
  watch_.yield_to_others();
  leave_behind(
      Errc::unanticipated_host_error, call,
      std::string(device_lost_words) + "; PortAudio's thread does not end, and is left to itself");
}

void StreamState::leave_behind(Errc error, const char* call, const std::string& why) {
  abandoned_ = closing_ = true;
  gate_.close();
  dispatcher->close(Seconds(0));
  throw Error(error, call, why);
}

void StreamState::close(StopMode mode, const IoOptions& options) {
  refuse_inside_callback("Pa_CloseStream");
  if (!gate_.is_open()) return;
  close_put_aside();
  const std::lock_guard control(control_);
  if (!gate_.is_open()) return;
  closing_ = true;
  std::exception_ptr failure;
  try {
    if (running_ || stopping_) stop_locked(mode, options);
  } catch (const std::exception&) {
    if (abandoned_) throw;
    failure = std::current_exception();  // a stream that cannot be stopped is freed all the same
  }
  if (!gate_.is_open()) return;  // closed meanwhile by what interrupts the drain
  {
    const std::lock_guard io(io_);
    running_ = false;
  }
  gate_.close();
  io_changed_.notify_all();
  PaError result;
  {
    const auto lock = Library::lock();
    result = api().close_stream(handle_);
    if (result < 0 && !failure) {
      try {
        check_result(api(), result, "Pa_CloseStream");
      } catch (const Error&) {
        failure = std::current_exception();
      }
    }
  }
  if (dispatcher) dispatcher->close();
  session_.reset();
  if (failure) std::rethrow_exception(failure);
}

// PortAudio's ALSA code drops what is queued where portaudio.h promises to play it (AlsaStop()).
bool StreamState::drops_on_stop() const noexcept {
  return config.output && host_api_ == HostApiType::alsa;
}

// ALSA's buffer is what the latency counts plus the period that is being played.
std::size_t StreamState::queue_frames() const noexcept {
  if (!config.output) return 0;
  const auto latency = static_cast<std::size_t>(std::ceil(output_latency.count() * sample_rate));
  return latency + std::max<std::size_t>(latency, frames_per_buffer());
}

bool StreamState::Interrupt::ask() {
  has_come = has_come || interrupted(options);
  return has_come;
}

// A step of a drain, in which the interrupt is asked; false when the drain is over.
bool StreamState::wait_in_drain(std::unique_lock<std::mutex>& io, Interrupt& interrupt) {
  io_changed_.wait_for(io, shortest_nap);
  io.unlock();
  const bool enough = interrupt.ask();
  io.lock();
  return !enough && stopping_;
}

Clock::time_point StreamState::drain_deadline(std::size_t frames) const {
  return Clock::now() + std::chrono::duration_cast<Clock::duration>(
                            2 * Seconds(static_cast<double>(frames) / sample_rate) + Seconds(0.5));
}

// Silence is written behind the sound until it fills the queue: then the sound has left it.
void StreamState::drain_blocking(Interrupt& interrupt) {
  const StreamSide& side = *config.output;
  constexpr std::size_t block = 1024;
  const bool planar = side.layout == Layout::planar;
  const auto channels = static_cast<std::size_t>(side.channels);
  std::vector<unsigned char> silence(block * sample_size(side.format) * (planar ? 1 : channels));
  fill_silence(silence.data(), silence.size(), side.format);
  const std::vector<const void*> blocks(channels, silence.data());
  const void* source = planar ? static_cast<const void*>(blocks.data()) : silence.data();

  std::unique_lock io(io_);
  if (!wrote_since_start_ || silence.empty()) return;
  std::size_t left = capacity_;
  const auto deadline = drain_deadline(left);
  while (left > 0 && Clock::now() < deadline) {
    const signed long room = check_io(api().write_available(handle_), "Pa_GetStreamWriteAvailable");
    if (room == 0) {
      if (!wait_in_drain(io, interrupt)) return;
      continue;
    }
    const std::size_t frames = std::min({left, block, static_cast<std::size_t>(room)});
    const PaError result = api().write_stream(handle_, source, static_cast<unsigned long>(frames));
    if (result != paOutputUnderflowed) check_io(result, "Pa_WriteStream");
    left -= frames;
  }
}

// The dispatcher sends the silence; PortAudio turns inactive when it has gone.
void StreamState::drain_callback(Interrupt& interrupt) {
  dispatcher->drain();
  const auto deadline = drain_deadline(queue_frames() + dispatcher->queue_depth());
  std::unique_lock io(io_);
  while (check_io(api().is_stream_active(handle_), "Pa_IsStreamActive") == 1 &&
         Clock::now() < deadline) {
    if (!wait_in_drain(io, interrupt)) return;
  }
}

// ---- queries
// -------------------------------------------------------------------------------------

Seconds StreamState::queue_latency() const noexcept {
  if (!dispatcher || !config.output || sample_rate <= 0) return Seconds{};
  return Seconds(static_cast<double>(dispatcher->queue_depth()) / sample_rate);
}

bool StreamState::is_active() {
  if (callback_stream() == this) return true;
  const HandleGate::Pass pass(gate_);
  if (!pass) return false;
  return check(api(), api().is_stream_active(handle_), "Pa_IsStreamActive") == 1 && !goes_astray();
}

bool StreamState::is_stopped() {
  if (callback_stream() == this) return false;
  const HandleGate::Pass pass(gate_);
  if (!pass) return true;
  return check(api(), api().is_stream_stopped(handle_), "Pa_IsStreamStopped") == 1;
}

bool StreamState::is_device_lost() {
  if (abandoned_) return true;
  if (!is_open()) return false;
  if (device_lost_ || callback_stream() == this) return device_lost_;
  const std::uint64_t starts = starts_;
  const HandleGate::Pass pass(gate_);
  if (!pass || !dispatcher || !running_ || dispatcher->has_ended()) return false;
  // Nobody has ended it: if PortAudio's thread has, then because the device failed it. Asked in
  // this order, so that an end in between is not taken for a failure.
  const bool inactive = api().is_stream_active(handle_) == 0 || goes_astray();
  if (inactive && running_ && !dispatcher->has_ended() && starts == starts_) device_lost_ = true;
  return device_lost_;
}

void StreamState::check_device() {
  if (is_device_lost()) {
    throw Error(Errc::unanticipated_host_error, "Pa_IsStreamActive", device_lost_words);
  }
}

// Once a stream is open, a host error is how PortAudio tells of a device that is gone.
signed long StreamState::check_io(signed long result, const char* call) {
  if (result == paUnanticipatedHostError) {
    device_lost_ = true;
    check_result(api(), paUnanticipatedHostError, call, device_lost_words);
  }
  return check(api(), result, call);
}

StreamTime StreamState::time() {
  const HandleGate::Pass pass(gate_);
  if (!pass) throw closed_error("Pa_GetStreamTime");
  return Seconds(api().stream_time(handle_));
}

double StreamState::cpu_load() {
  const HandleGate::Pass pass(gate_);
  if (!pass) throw closed_error("Pa_GetStreamCpuLoad");
  return api().stream_cpu_load(handle_);
}

CallbackCounters StreamState::counters() const noexcept {
  if (dispatcher) return dispatcher->counters();
  CallbackCounters counted;
  counted.input_overflows = input_.xruns.load(std::memory_order_relaxed);
  counted.output_underflows = output_.xruns.load(std::memory_order_relaxed);
  return counted;
}

std::size_t StreamState::read_available() {
  return available(true);
}

std::size_t StreamState::write_available() {
  return available(false);
}

std::size_t StreamState::available(bool is_input) {
  const char* call = is_input ? "Pa_GetStreamReadAvailable" : "Pa_GetStreamWriteAvailable";
  const HandleGate::Pass pass(gate_);
  if (!pass) throw closed_error(call);
  if (dispatcher) {
    throw Error(is_input ? Errc::can_not_read_from_a_callback_stream
                         : Errc::can_not_write_to_a_callback_stream,
                call);
  }
  // PortAudio's ALSA code dereferences a null pointer for the direction that a stream does not
  // have.
  if (!(is_input ? config.input : config.output)) {
    throw Error(is_input ? Errc::can_not_read_from_an_output_only_stream
                         : Errc::can_not_write_to_an_input_only_stream,
                call);
  }
  const std::lock_guard io(io_);
  const signed long frames =
      check_io(is_input ? api().read_available(handle_) : api().write_available(handle_), call);
  auto& direction = is_input ? input_ : output_;
  direction.available = static_cast<std::size_t>(frames);
  if (!is_input) capacity_ = std::max(capacity_, direction.available);
  return direction.available;
}

// ---- blocking I/O
// --------------------------------------------------------------------------------

// In the order in which PortAudio finds these faults.
void StreamState::check_transfer(bool is_input) const {
  const char* call = is_input ? "Pa_ReadStream" : "Pa_WriteStream";
  if (closing_ || is_inherited()) throw closed_error(call);
  if (!running_) throw Error(Errc::stream_is_stopped, call);
  if (dispatcher) {
    throw Error(is_input ? Errc::can_not_read_from_a_callback_stream
                         : Errc::can_not_write_to_a_callback_stream,
                call);
  }
  if (!(is_input ? config.input : config.output)) {
    throw Error(is_input ? Errc::can_not_read_from_an_output_only_stream
                         : Errc::can_not_write_to_an_input_only_stream,
                call);
  }
}

// How much can be moved without waiting. With io_ held, as the next.
void StreamState::ask_available(bool is_input) {
  const signed long there =
      is_input ? api().read_available(handle_) : api().write_available(handle_);
  check_io(there, is_input ? "Pa_GetStreamReadAvailable" : "Pa_GetStreamWriteAvailable");
  (is_input ? input_ : output_).available = static_cast<std::size_t>(there);
  if (!is_input) capacity_ = std::max(capacity_, output_.available);
}

template <class MoveFrames>
void StreamState::move_available(bool is_input, std::size_t frames, IoResult& result,
                                 const MoveFrames& move_frames) {
  Direction& mine = is_input ? input_ : output_;
  const std::size_t some = std::min(mine.available, frames - result.frames);
  const PaError error = move_frames(result.frames, some);
  if (error == paInputOverflowed || error == paOutputUnderflowed) {
    result.xrun = true;  // the frames were moved all the same
    mine.xruns.fetch_add(1, std::memory_order_relaxed);
  } else {
    check_io(error, is_input ? "Pa_ReadStream" : "Pa_WriteStream");
  }
  mine.available -= some;
  result.frames += some;
  if (!is_input) wrote_since_start_ = true;
}

template <class MoveFrames>
std::optional<IoResult> StreamState::try_transfer(bool is_input, std::size_t frames,
                                                  const MoveFrames& move_frames) {
  if (frames == 0) return transfer(is_input, 0, {}, move_frames);
  if (dispatcher && callback_stream() == this) {
    throw InsideCallbackError(is_input ? "Pa_ReadStream" : "Pa_WriteStream");
  }
  check_transfer(is_input);
  const std::unique_lock io(io_, std::try_to_lock);
  Direction& mine = is_input ? input_ : output_;
  if (!io || closing_ || !running_ || mine.is_busy()) return std::nullopt;
  if (mine.available < frames) ask_available(is_input);
  if (mine.available < frames) return std::nullopt;
  IoResult result;
  move_available(is_input, frames, result, move_frames);
  return result;
}

// Nothing wakes a thread inside Pa_ReadStream() or Pa_WriteStream(), so they are only asked to move
// what is there. In between the call naps, and sees close, stop, the timeout and the interrupt.
template <class MoveFrames>
IoResult StreamState::transfer(bool is_input, std::size_t frames, const IoOptions& options,
                               const MoveFrames& move_frames) {
  if (dispatcher && callback_stream() == this) {
    throw InsideCallbackError(is_input ? "Pa_ReadStream" : "Pa_WriteStream");
  }
  IoResult result;
  if (frames == 0) {
    if (closing_ || is_inherited())
      throw closed_error(is_input ? "Pa_ReadStream" : "Pa_WriteStream");
    return result;
  }
  Direction& mine = is_input ? input_ : output_;
  const Seconds latency = is_input ? input_latency : output_latency;
  const Seconds nap = std::clamp(latency / 4, shortest_nap, longest_nap);
  const auto deadline = deadline_after(options.timeout);

  check_transfer(is_input);  // also before a lock that a fork may have left held
  bool owner = false;
  std::unique_lock io(io_);
  struct Release {  // however the call ends, the next may go on
    ~Release() {
      if (!owner) return;
      if (!io.owns_lock()) io.lock();
      direction.thread = {};
      io.unlock();
      changed.notify_all();
    }
    bool& owner;
    std::unique_lock<std::mutex>& io;
    Direction& direction;
    std::condition_variable& changed;
  } release{owner, io, mine, io_changed_};

  for (;;) {
    if (closing_) throw closed_error(is_input ? "Pa_ReadStream" : "Pa_WriteStream");
    if (!running_) {
      result.status = IoStatus::stopped;
      return result;
    }
    if (!owner && !mine.is_busy()) {
      owner = true;
      mine.thread = std::this_thread::get_id();
    }
    // The second of them: called by what interrupts this thread's own call, which waits for it.
    const bool may_move = owner || mine.thread == std::this_thread::get_id();
    if (may_move) {  // close() takes io_ before it frees the handle, and running_ is false then
      if (mine.available == 0) ask_available(is_input);
      if (mine.available > 0) {
        move_available(is_input, frames, result, move_frames);
        if (result.frames == frames) return result;
        continue;
      }
    }
    const Seconds rest(static_cast<double>(frames - result.frames) / sample_rate);
    Seconds wait = std::min(nap, std::max(rest, shortest_nap));
    if (deadline) {
      const Seconds left = *deadline - Clock::now();
      if (left <= Seconds(0)) {
        result.status = IoStatus::timed_out;
        return result;
      }
      wait = std::min(wait, left);
    }
    io_changed_.wait_for(io, wait);
    if (options.interrupt != nullptr) {
      io.unlock();
      const bool enough = interrupted(options);
      io.lock();
      if (enough) {
        result.status = IoStatus::interrupted;
        return result;
      }
    }
  }
}

PaError StreamState::read_frames(void* buffer, std::size_t done, std::size_t some) {
  const StreamSide& side = *config.input;
  if (side.layout == Layout::interleaved) {
    return api().read_stream(handle_, advance(buffer, done, side),
                             static_cast<unsigned long>(some));
  }
  auto channels = advance_channels(buffer, done, side);
  return api().read_stream(handle_, channels.data(), static_cast<unsigned long>(some));
}

PaError StreamState::write_frames(const void* buffer, std::size_t done, std::size_t some) {
  const StreamSide& side = *config.output;
  if (side.layout == Layout::interleaved) {
    return api().write_stream(handle_, advance(buffer, done, side),
                              static_cast<unsigned long>(some));
  }
  const auto channels = advance_channels(buffer, done, side);
  return api().write_stream(handle_, channels.data(), static_cast<unsigned long>(some));
}

IoResult StreamState::read(void* buffer, std::size_t frames, const IoOptions& options) {
  return transfer(true, frames, options, [&](std::size_t done, std::size_t some) {
    return read_frames(buffer, done, some);
  });
}

IoResult StreamState::write(const void* buffer, std::size_t frames, const IoOptions& options) {
  return transfer(false, frames, options, [&](std::size_t done, std::size_t some) {
    return write_frames(buffer, done, some);
  });
}

std::optional<IoResult> StreamState::try_read(void* buffer, std::size_t frames) {
  return try_transfer(true, frames, [&](std::size_t done, std::size_t some) {
    return read_frames(buffer, done, some);
  });
}

std::optional<IoResult> StreamState::try_write(const void* buffer, std::size_t frames) {
  return try_transfer(false, frames, [&](std::size_t done, std::size_t some) {
    return write_frames(buffer, done, some);
  });
}

}  // namespace audiopp::detail
