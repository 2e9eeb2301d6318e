// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT

// The audio thread of a callback stream.
#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

#include "audiopp/error.hpp"
#include "simulation/stream.hpp"

namespace audiopp::detail {

namespace {

thread_local bool inside_callback = false;

// Neither silence nor sound: a callback must fill the whole output, because PortAudio does not
// promise what is in the buffer.
constexpr int garbage = 0x5a;

}  // namespace

bool inside_simulated_callback() noexcept {
  return inside_callback;
}

void SimulatedStream::CallbackBuffers::resize(const SampleShape& shape, std::size_t frames) {
  const std::size_t plane = frames * sample_size(shape.format);
  samples.resize(plane * static_cast<std::size_t>(shape.channels));
  if (shape.layout == Layout::interleaved) {
    data = samples.data();
    return;
  }
  channels.resize(static_cast<std::size_t>(shape.channels));
  data = channels.data();
  point();
}

void SimulatedStream::CallbackBuffers::point() {
  for (std::size_t channel = 0; channel < channels.size(); ++channel) {
    channels[channel] = samples.data() + channel * (samples.size() / channels.size());
  }
}

void SimulatedStream::run() noexcept {
  Lock lock(surroundings_.mutex);
  int result = paContinue;
  while (result == paContinue && wait_for_turn(lock)) {
    if (input_) {
      const auto heard = turn_ ? std::move(stepped_input_) : input_->hear(block_);
      encode(input_shape_, heard.data(), input_buffers_.data, 0, block_);
    }
    result = call_back(lock);
    if (output_ && result != paAbort && !aborting_ && !lost_) {
      std::vector<double> played(block_ * static_cast<std::size_t>(output_shape_.channels));
      decode(output_shape_, output_buffers_.data, 0, block_, played.data());
      output_->play(played.data(), block_);
    }
    block_position_ += block_;
    if (result == paContinue) {
      turn_ = false;
      surroundings_.changed.notify_all();
      if (surroundings_.clock() == SimulatedClock::free_running) {
        lock.unlock();
        std::this_thread::yield();  // control calls want the lock too
        lock.lock();
      }
    }
  }
  finish(lock, result);
}

bool SimulatedStream::wait_for_turn(Lock& lock) {
  auto& changed = surroundings_.changed;
  switch (surroundings_.clock()) {
    case SimulatedClock::by_hand:
      changed.wait(lock, [this] { return turn_ || is_ending(); });
      break;
    case SimulatedClock::free_running:
      wait_for_input(lock);
      break;
    case SimulatedClock::real_time:
      do {
        changed.wait_until(lock, std::max(time_of(block_position_), surroundings_.stalled_until()),
                           [this] { return is_ending(); });
      } while (!is_ending() && Clock::now() < surroundings_.stalled_until());
      if (!is_ending()) {
        surroundings_.advance();
        catch_up();
        wait_for_input(lock);
      }
      break;
  }
  return !is_ending();
}

void SimulatedStream::wait_for_input(Lock& lock) {
  while (!is_ending() && input_ && waits_for_playback() && input_->unheard() < block_) {
    if (surroundings_.clock() == SimulatedClock::free_running) {
      surroundings_.changed.wait(lock);
    } else {  // a blocking stream plays as time passes, and notifies nobody
      surroundings_.changed.wait_for(lock, std::chrono::milliseconds(1));
      surroundings_.advance();
    }
  }
}

// A callback that is late by more than the buffers hold has missed blocks.
void SimulatedStream::catch_up() {
  if ((flags_ & paNeverDropInput) != 0) return;
  const std::size_t slack =
      std::max(input_ ? input_->capacity() : 0, output_ ? output_->capacity() : 0);
  const Position present = elapsed();
  if (present <= block_position_ + slack) return;
  const auto missed = static_cast<std::size_t>((present - block_position_) / block_ * block_);
  block_position_ += missed;
  if (input_) {
    input_->skip(missed);
    status_ |= paInputOverflow;
  }
  if (output_) {
    output_->play_silence(missed, info_.sampleRate);
    status_ |= paOutputUnderflow;
  }
}

// Like PaAlsaStream_WaitForFrames() when its device fails at a bad moment: ignores stop and abort.
void SimulatedStream::spin(Lock& lock) {
  surroundings_.spins = true;
  lock.unlock();
  while (surroundings_.spins) {
  }
  lock.lock();
}

int SimulatedStream::call_back(Lock& lock) {
  if (input_ && input_->take_overflow()) status_ |= paInputOverflow;
  if (const auto fault = surroundings_.faults.next(stream_callback_call)) {
    if (fault->error == Errc::internal_error) spin(lock);
    if (fault->error == Errc::input_overflowed) status_ |= paInputOverflow;
    if (fault->error == Errc::output_underflowed) status_ |= paOutputUnderflow;
  }
  if (output_) std::memset(output_buffers_.samples.data(), garbage, output_buffers_.samples.size());
  const PaTime current = now();
  const PaStreamCallbackTimeInfo times{input_ ? current - info_.inputLatency : 0, current,
                                       output_ ? current + info_.outputLatency : 0};
  const PaStreamCallbackFlags status = std::exchange(status_, 0);

  lock.unlock();
  inside_callback = true;
  const auto begin = Clock::now();
  int result;
  try {
    result =
        callback_(input_ ? input_buffers_.data : nullptr, output_ ? output_buffers_.data : nullptr,
                  static_cast<unsigned long>(block_), &times, status, user_data_);
  } catch (...) {
    die("PaStreamCallback", "an exception left the callback; C code cannot handle one");
  }
  const std::chrono::duration<double> took = Clock::now() - begin;
  inside_callback = false;
  lock.lock();

  if (result != paContinue && result != paComplete && result != paAbort) {
    die("PaStreamCallback", "the callback did not return a PaStreamCallbackResult");
  }
  input_buffers_.point();
  output_buffers_.point();
  cpu_load_ = 0.8 * cpu_load_ + 0.2 * took.count() / seconds(block_);
  return result;
}

// Inactive once the last block has been played (paComplete, Pa_StopStream) or at once (paAbort,
// Pa_AbortStream).
void SimulatedStream::finish(Lock& lock, int result) {
  const bool plays_on =
      output_ && !lost_ && result != paAbort && block_position_ > (input_ ? block_ : 0);
  if (plays_on && surroundings_.clock() == SimulatedClock::real_time) {
    const auto heard_last = time_of(block_position_ + output_->capacity());
    surroundings_.changed.wait_until(lock, heard_last, [this] { return aborting_ || lost_; });
  }
  // As on ALSA: the stream is still active in the meantime.
  if (finished_callback_ != nullptr) {
    lock.unlock();
    inside_callback = true;
    try {
      finished_callback_(user_data_);
    } catch (...) {
      die("PaStreamFinishedCallback", "an exception left the callback");
    }
    inside_callback = false;
    lock.lock();
  }
  state_ = State::finished;
  turn_ = false;
  surroundings_.changed.notify_all();
}

}  // namespace audiopp::detail
