// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "simulation/stream.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <system_error>

namespace audiopp::detail {

namespace {

// Virtual clocks start here: a stream time of 0 means an error.
constexpr double virtual_start = 1000;
constexpr double longest_latency = 60;
constexpr std::size_t chunk = 4096;  // frames converted at a time

std::size_t latency_frames(const OrderedSide& side, double rate) {
  if (side.cards.empty() || !(side.latency > 0)) return 0;
  return static_cast<std::size_t>(std::ceil(std::min(side.latency, longest_latency) * rate));
}

}  // namespace

void die(const char* call, const char* why) noexcept {
  std::fprintf(stderr, "audiopp's simulation: %s: %s.\n", call, why);
  std::abort();
}

SimulatedStream::SimulatedStream(Surroundings& surroundings, const StreamOrder& order)
    : surroundings_(surroundings),
      input_shape_(order.input.shape),
      output_shape_(order.output.shape),
      block_(order.frames_per_buffer),
      flags_(order.flags),
      host_api_(order.host_api),
      drops_on_stop_(order.drops_on_stop),
      callback_(order.callback),
      user_data_(order.user_data) {
  info_.structVersion = 1;
  info_.sampleRate = order.sample_rate;
  const std::size_t input_latency = latency_frames(order.input, order.sample_rate);
  const std::size_t output_latency = latency_frames(order.output, order.sample_rate);
  if (block_ == paFramesPerBufferUnspecified) {
    block_ = std::max<std::size_t>(std::max(input_latency, output_latency) / 2, 64);
  }
  // Honours the suggested latency as long as it leaves room for two blocks.
  const auto latency = [this](const OrderedSide& side) {
    const double wanted = side.latency > 0 ? std::min(side.latency, longest_latency) : 0;
    return std::max(wanted, seconds(2 * block_));
  };
  if (!order.input.cards.empty()) {
    info_.inputLatency = latency(order.input);
    input_.emplace(order.input.cards, std::max(input_latency, 2 * block_));
    if (!is_blocking()) input_buffers_.resize(input_shape_, block_);
  }
  if (!order.output.cards.empty()) {
    info_.outputLatency = latency(order.output);
    output_.emplace(order.output.cards, std::max(output_latency, 2 * block_));
    if (!is_blocking()) output_buffers_.resize(output_shape_, block_);
  }
}

// Without a stream callback, PortAudio's code for some host APIs never calls it, and its JACK code
// passes another pointer.
PaError SimulatedStream::set_finished_callback(PaStreamFinishedCallback* callback) {
  const Lock lock(surroundings_.mutex);
  if (is_blocking()) {
    die("Pa_SetStreamFinishedCallback", "the stream has no callback");
  }
  if (state_ != State::stopped) return paStreamIsNotStopped;
  finished_callback_ = callback;
  return paNoError;
}

PaError SimulatedStream::start() {
  const CallMark mark(controlling_, "Pa_StartStream", "another thread controls the stream");
  check_idle("Pa_StartStream");
  const Lock lock(surroundings_.mutex);
  if (state_ != State::stopped) return paStreamIsNotStopped;
  if (lost_) return device_is_lost();
  surroundings_.advance();
  if (output_) output_->start();
  if (input_) {
    input_->start(surroundings_.clock() == SimulatedClock::free_running && !output_);
  }
  started_ = Clock::now();
  step_started_ = stepped_;
  stopping_ = aborting_ = turn_ = false;
  block_position_ = input_ ? block_ : 0;  // a block is recorded before it is delivered
  cpu_load_ = 0;
  status_ =
      (flags_ & paPrimeOutputBuffersUsingStreamCallback) != 0 && output_ ? paPrimingOutput : 0;
  state_ = State::running;
  if (!is_blocking()) {
    try {
      thread_ = std::thread(&SimulatedStream::run, this);
    } catch (const std::system_error&) {
      state_ = State::stopped;
      if (input_) input_->stop();
      return paInsufficientMemory;
    }
  }
  surroundings_.changed.notify_all();
  return paNoError;
}

PaError SimulatedStream::stop(const char* call, bool drain) {
  const CallMark mark(controlling_, call, "another thread controls the stream");
  check_idle(call);
  Lock lock(surroundings_.mutex);
  if (state_ == State::stopped) return paStreamIsStopped;
  surroundings_.advance();
  stopping_ = true;
  aborting_ = !drain;
  surroundings_.changed.notify_all();
  if (!is_blocking()) {
    lock.unlock();  // the callback that we wait for may query the stream
    thread_.join();
    lock.lock();
  } else if (output_) {
    if (drain && !drops_on_stop_ && !lost_) {
      if (surroundings_.clock() == SimulatedClock::real_time && output_->queued() > 0) {
        const auto end = time_of(output_->played_until() + output_->queued());
        surroundings_.changed.wait_until(lock, end, [end] { return Clock::now() >= end; });
      }
      // By hand nothing else advances time, so the rest of the sound is played at once.
      output_->play_queue();
    }
    output_->drop_queue();
  }
  if (input_) input_->stop();
  state_ = State::stopped;
  surroundings_.changed.notify_all();
  return paNoError;
}

PaError SimulatedStream::is_stopped() const {
  const Lock lock(surroundings_.mutex);
  return state_ == State::stopped ? 1 : 0;
}

PaError SimulatedStream::is_active() const {
  const Lock lock(surroundings_.mutex);
  if (lost_ && !is_blocking()) return 0;  // at once, though its thread may still be about to end
  return state_ == State::running ? 1 : 0;
}

PaTime SimulatedStream::time() const {
  const Lock lock(surroundings_.mutex);
  return now();
}

void SimulatedStream::check_idle(const char* call) const {
  if (reading_ || writing_) die(call, "another thread reads from the stream or writes to it");
}

// ---- time ----

PaTime SimulatedStream::now() const {
  const double jumped = surroundings_.jumped().count();
  switch (surroundings_.clock()) {
    case SimulatedClock::real_time:
      break;
    case SimulatedClock::free_running:
      return virtual_start + jumped +
             seconds(static_cast<std::size_t>(
                 std::max(input_ ? input_->frames() : 0, output_ ? output_->frames() : 0)));
    case SimulatedClock::by_hand:
      return virtual_start + jumped + seconds(static_cast<std::size_t>(stepped_));
  }
  return jumped + std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

// The time since the stream was started, in frames.
Position SimulatedStream::elapsed() const {
  if (surroundings_.clock() == SimulatedClock::by_hand) return stepped_ - step_started_;
  const std::chrono::duration<double> running = Clock::now() - started_;
  return static_cast<Position>(running.count() * info_.sampleRate);
}

SimulatedStream::Clock::time_point SimulatedStream::time_of(Position position) const {
  // A nanosecond more, so that elapsed() does not round down to the frame before.
  return started_ + std::chrono::nanoseconds(1) +
         std::chrono::duration_cast<Clock::duration>(
             std::chrono::duration<double>(static_cast<double>(position) / info_.sampleRate));
}

void SimulatedStream::play_due() {
  if (state_ != State::running || lost_ || !is_blocking() || !output_) return;
  Position until = elapsed();
  // A stream that is being stopped plays what it has, and no silence after it.
  if (stopping_) until = std::min(until, output_->played_until() + output_->queued());
  output_->play_until(until, info_.sampleRate);
}

void SimulatedStream::hear_due() {
  if (state_ != State::running || lost_ || !is_blocking() || !input_) return;
  auto due = static_cast<std::size_t>(elapsed() - input_->heard_until());
  if (waits_for_playback()) due = std::min(due, input_->unheard());
  if (due > 0) input_->keep(due);
}

void SimulatedStream::step_clock() {
  stepped_ += block_;
}

void SimulatedStream::step_input() {
  if (state_ != State::running || lost_ || !input_) return;
  if (is_blocking()) {
    input_->keep(block_);
  } else {
    stepped_input_ = input_->hear(block_);
  }
}

void SimulatedStream::step_output() {
  if (state_ != State::running || lost_) return;
  if (!is_blocking()) {
    turn_ = true;
  } else if (output_) {
    output_->play_until(elapsed(), info_.sampleRate);
  }
}

void SimulatedStream::lose(const SoundCard& card) {
  if ((input_ && input_->is_on(card)) || (output_ && output_->is_on(card))) lost_ = true;
}

// What ALSA reports when a sound card was pulled out.
PaError SimulatedStream::device_is_lost() const {
  constexpr long no_such_device = -19;
  return fail_by_host(host_api_, no_such_device, "No such device");
}

bool SimulatedStream::will_play_on(const SoundCard& card) const {
  if (state_ != State::running || lost_ || !output_ || !output_->is_on(card)) return false;
  return !is_blocking() || surroundings_.clock() == SimulatedClock::free_running ||
         output_->has_begun();
}

// A looped-back input must not hear silence just because the playing thread is late: while another
// stream plays on the card, an input-only stream gets what was played and no more. A stream with an
// output never waits, so streams cannot wait for each other in a circle.
bool SimulatedStream::waits_for_playback() {
  return !output_ && input_->card().loopback && surroundings_.clock() != SimulatedClock::by_hand &&
         surroundings_.will_play_on(input_->card());
}

// ---- blocking reading and writing ----

// Frames that can be read at once.
std::size_t SimulatedStream::readable() {
  if (surroundings_.clock() != SimulatedClock::free_running) return input_->available();
  if (waits_for_playback()) return input_->unheard();
  if (input_->card().loopback && input_->unheard() > 0) return input_->unheard();
  return input_->capacity();
}

// Waits until time, a step or another stream has changed something.
void SimulatedStream::wait_for_frames(Lock& lock, Position until) {
  if (surroundings_.clock() != SimulatedClock::real_time) {
    surroundings_.changed.wait(lock);
    return;
  }
  surroundings_.changed.wait_until(
      lock, std::max(time_of(until), Clock::now() + std::chrono::milliseconds(1)));
}

PaError SimulatedStream::read(void* buffer, std::size_t frames) {
  const CallMark mark(reading_, "Pa_ReadStream", "another thread reads from the stream");
  if (controlling_) die("Pa_ReadStream", "another thread controls the stream");
  Lock lock(surroundings_.mutex);
  if (state_ == State::stopped) return paStreamIsStopped;
  if (!is_blocking()) return paCanNotReadFromACallbackStream;
  if (!input_) return paCanNotReadFromAnOutputOnlyStream;
  std::size_t done = 0;
  while (done < frames) {
    if (lost_) return device_is_lost();
    surroundings_.advance();
    const std::size_t some = std::min({readable(), frames - done, chunk});
    if (some == 0) {
      wait_for_frames(lock, input_->heard_until() + std::min(frames - done, block_));
      continue;
    }
    const bool free_running = surroundings_.clock() == SimulatedClock::free_running;
    const auto samples = free_running ? input_->hear(some) : input_->take(some);
    encode(input_shape_, samples.data(), buffer, done, some);
    done += some;
  }
  return input_->take_overflow() ? paInputOverflowed : paNoError;
}

PaError SimulatedStream::write(const void* buffer, std::size_t frames) {
  const CallMark mark(writing_, "Pa_WriteStream", "another thread writes to the stream");
  if (controlling_) die("Pa_WriteStream", "another thread controls the stream");
  Lock lock(surroundings_.mutex);
  if (state_ == State::stopped) return paStreamIsStopped;
  if (!is_blocking()) return paCanNotWriteToACallbackStream;
  if (!output_) return paCanNotWriteToAnInputOnlyStream;
  const bool free_running = surroundings_.clock() == SimulatedClock::free_running;
  std::vector<double> samples;
  std::size_t done = 0;
  while (done < frames) {
    if (lost_) return device_is_lost();
    surroundings_.advance();
    const std::size_t room = free_running ? chunk : output_->room();
    const std::size_t some = std::min({room, frames - done, chunk});
    if (some == 0) {
      wait_for_frames(lock, output_->played_until() + std::min(frames - done, block_));
      continue;
    }
    samples.resize(some * static_cast<std::size_t>(output_shape_.channels));
    decode(output_shape_, buffer, done, some, samples.data());
    if (free_running) {
      output_->play(samples.data(), some);
    } else {
      output_->queue(samples.data(), some, elapsed());
    }
    done += some;
    surroundings_.changed.notify_all();
  }
  return output_->take_underflow() ? paOutputUnderflowed : paNoError;
}

signed long SimulatedStream::read_available() {
  const Lock lock(surroundings_.mutex);
  if (!is_blocking()) return paCanNotReadFromACallbackStream;
  if (!input_) return paCanNotReadFromAnOutputOnlyStream;
  if (lost_) return device_is_lost();
  if (state_ == State::stopped) return 0;
  surroundings_.advance();
  return static_cast<signed long>(readable());
}

signed long SimulatedStream::write_available() {
  const Lock lock(surroundings_.mutex);
  if (!is_blocking()) return paCanNotWriteToACallbackStream;
  if (!output_) return paCanNotWriteToAnInputOnlyStream;
  if (lost_) return device_is_lost();
  surroundings_.advance();
  return static_cast<signed long>(output_->room());
}

}  // namespace audiopp::detail
