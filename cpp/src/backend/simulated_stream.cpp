// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "backend/simulated_stream.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "audiopp/time.hpp"

namespace audiopp::detail {
namespace {

thread_local const SimulatedStream* calling_back = nullptr;

// Interleaved memory for a block, with the array of channel pointers that planar streams want.
class BlockBuffer {
 public:
  BlockBuffer(const SampleShape& shape, std::size_t frames) {
    const auto channels = static_cast<std::size_t>(shape.channels);
    const std::size_t channel_bytes = frames * sample_size(shape.format);
    bytes_.resize(channel_bytes * channels);
    if (shape.layout == Layout::interleaved) return;
    for (std::size_t i = 0; i < channels; ++i) planes_.push_back(bytes_.data() + i * channel_bytes);
  }

  void* get() {
    return planes_.empty() ? static_cast<void*>(bytes_.data()) : static_cast<void*>(planes_.data());
  }

 private:
  std::vector<unsigned char> bytes_;
  std::vector<unsigned char*> planes_;
};

}  // namespace

bool inside_simulated_callback() noexcept { return calling_back != nullptr; }

void undefined(const char* what) noexcept {
  std::fprintf(stderr, "audiopp simulation: %s is undefined in PortAudio\n", what);
  std::abort();
}

SimulatedStream::SimulatedStream(SimulatedTime& time, const StreamOrder& order, bool drops_on_stop)
    : time_(time), order_(order), drops_on_stop_(drops_on_stop) {
  const double latency = std::max(order.input.latency, order.output.latency);
  const auto period = static_cast<std::size_t>(std::ceil(latency * order.sample_rate / 2));
  block_ = order.frames_per_buffer != paFramesPerBufferUnspecified
               ? order.frames_per_buffer
               : std::clamp<std::size_t>(period, 16, 1 << 16);
  info_.structVersion = 1;
  info_.sampleRate = order.sample_rate;
  if (order.input.card != nullptr) {
    capture_.emplace(*order.input.card, order.input.shape.channels, capacity(order.input.latency));
    info_.inputLatency = static_cast<double>(capture_->capacity()) / order.sample_rate;
  }
  if (order.output.card != nullptr) {
    playback_.emplace(*order.output.card, order.output.shape.channels,
                      capacity(order.output.latency));
    info_.outputLatency = static_cast<double>(playback_->capacity()) / order.sample_rate;
  }
}

std::size_t SimulatedStream::capacity(double latency) const {
  return std::max(static_cast<std::size_t>(std::ceil(std::max(latency, 0.0) * order_.sample_rate)),
                  2 * block_);
}

double SimulatedStream::now() const {
  if (time_.clock == SimulatedClock::by_hand) {
    return 1 + static_cast<double>(stepped_) / order_.sample_rate;  // 0 would mean an error
  }
  return Seconds(Clock::now().time_since_epoch()).count();
}

Position SimulatedStream::elapsed() const {
  if (time_.clock == SimulatedClock::by_hand) return stepped_;
  return static_cast<Position>(Seconds(Clock::now() - started_).count() * order_.sample_rate);
}

void SimulatedStream::start(bool from_unheard) {
  if (thread_.joinable()) thread_.join();  // finished and stopped before
  stopped_ = stopping_ = false;
  active_ = true;
  turns_ = turns_done_ = 0;
  stepped_ = 0;
  started_ = Clock::now();
  if (playback_) playback_->start();
  if (capture_) capture_->start(from_unheard);
  if (has_callback()) thread_ = std::thread([this] { run(); });
}

void SimulatedStream::stop(Lock& lock, bool abort) {
  stopping_ = true;
  time_.changed.notify_all();
  if (thread_.joinable()) {
    lock.unlock();
    thread_.join();
    lock.lock();
  }
  if (!has_callback() && playback_) {
    catch_up();
    if (abort || drops_on_stop_) {
      playback_->drop_queue();
    } else {
      playback_->play_queue();
    }
  }
  if (capture_) capture_->stop();
  active_ = false;
  stopped_ = true;
}

bool SimulatedStream::step(Lock& lock) {
  if (!active_) return true;
  if (!has_callback()) {
    stepped_ += block_;
    catch_up();
    time_.changed.notify_all();
    return true;
  }
  ++turns_;
  time_.changed.notify_all();
  return time_.changed.wait_for(lock, std::chrono::seconds(30),
                                [this] { return turns_done_ == turns_ || !active_; });
}

// ---- blocking ------------------------------------------------------------------------------------

void SimulatedStream::catch_up() {
  if (!active_ || has_callback() || time_.clock == SimulatedClock::free_running) return;
  const Position until = elapsed();
  if (playback_) playback_->play_until(until, order_.sample_rate);
  if (capture_ && until > capture_->heard_until()) {
    capture_->keep(static_cast<std::size_t>(until - capture_->heard_until()));
  }
}

void SimulatedStream::wait_for_time(Lock& lock) {
  time_.changed.wait_for(lock, std::chrono::milliseconds(1));
  catch_up();
}

signed long SimulatedStream::read_available(bool card_is_played) {
  catch_up();
  if (time_.clock != SimulatedClock::free_running) {
    return static_cast<signed long>(capture_->available());
  }
  // As much as one likes, unless there is an output to wait for.
  if (!order_.input.card->loopback) return static_cast<signed long>(capture_->capacity());
  const std::size_t unheard = capture_->unheard();
  return static_cast<signed long>(unheard > 0 || card_is_played ? unheard : capture_->capacity());
}

signed long SimulatedStream::write_available() {
  catch_up();
  const bool endless = time_.clock == SimulatedClock::free_running;
  return static_cast<signed long>(endless ? playback_->capacity() : playback_->room());
}

PaError SimulatedStream::read(Lock& lock, void* buffer, unsigned long frames, bool card_is_played) {
  std::size_t done = 0;
  while (done < frames) {
    const auto there = static_cast<std::size_t>(read_available(card_is_played));
    if (there == 0) {
      wait_for_time(lock);
      if (stopping_ || !active_) return paStreamIsStopped;
      continue;
    }
    const std::size_t some = std::min(there, frames - done);
    const bool endless = time_.clock == SimulatedClock::free_running;
    const auto samples = endless ? capture_->hear(some) : capture_->take(some);
    encode(order_.input.shape, samples.data(), buffer, done, some);
    done += some;
  }
  return capture_->take_overflow() ? paInputOverflowed : paNoError;
}

PaError SimulatedStream::write(Lock& lock, const void* buffer, unsigned long frames) {
  std::vector<double> samples(static_cast<std::size_t>(order_.output.shape.channels) * frames);
  decode(order_.output.shape, buffer, 0, frames, samples.data());
  catch_up();
  const bool underflow = playback_->take_underflow();
  std::size_t done = 0;
  while (done < frames) {
    const auto room = static_cast<std::size_t>(write_available());
    if (room == 0) {
      wait_for_time(lock);
      if (stopping_ || !active_) return paStreamIsStopped;
      continue;
    }
    const std::size_t some = std::min(room, frames - done);
    const double* next = samples.data() + done * static_cast<std::size_t>(order_.output.shape.channels);
    if (time_.clock == SimulatedClock::free_running) {
      playback_->play(next, some);
    } else {
      playback_->queue(next, some, elapsed());
    }
    done += some;
  }
  return underflow ? paOutputUnderflowed : paNoError;
}

// ---- the audio thread ----------------------------------------------------------------------------

void SimulatedStream::run() {
  Lock lock(time_.mutex);
  for (Position block = 0;; ++block) {
    PaStreamCallbackFlags flags = 0;
    if (!wait_for_turn(lock, block, flags)) break;
    std::vector<double> input;
    std::vector<double> output;
    if (capture_) input = capture_->hear(block_);
    lock.unlock();
    const auto begin = Clock::now();
    const PaStreamCallbackResult result = call_back(input, output, flags);
    const Seconds busy = Clock::now() - begin;
    lock.lock();
    cpu_load_ = 0.9 * cpu_load_ +
                0.1 * std::min(1.0, busy.count() * order_.sample_rate / static_cast<double>(block_));
    stepped_ += block_;
    // Played as it is made: so nothing of it is left to wait for when the callback is complete.
    if (playback_ && result != paAbort) playback_->play(output.data(), block_);
    ++turns_done_;
    if (result != paContinue) break;
    time_.changed.notify_all();
  }
  active_ = false;
  time_.changed.notify_all();
}

bool SimulatedStream::wait_for_turn(Lock& lock, Position block, PaStreamCallbackFlags& flags) {
  if (time_.clock == SimulatedClock::by_hand) {
    time_.changed.wait(lock, [this] { return stopping_ || turns_ > turns_done_; });
  } else if (time_.clock == SimulatedClock::real_time) {
    const Seconds length(static_cast<double>(block_) / order_.sample_rate);
    const auto due = started_ + std::chrono::duration_cast<Clock::duration>(
                                    length * static_cast<double>(block));
    time_.changed.wait_until(lock, due, [this] { return stopping_; });
    // More than two blocks late: a card would have run out of its buffers.
    if (Clock::now() > due + std::chrono::duration_cast<Clock::duration>(2 * length)) {
      started_ += std::chrono::duration_cast<Clock::duration>(Clock::now() - due);
      if (playback_) flags |= paOutputUnderflow;
      if (capture_) flags |= paInputOverflow;
    }
  } else if (!stopping_) {  // let others have the lock
    lock.unlock();
    std::this_thread::yield();
    lock.lock();
  }
  return !stopping_;
}

PaStreamCallbackResult SimulatedStream::call_back(const std::vector<double>& input,
                                                  std::vector<double>& output,
                                                  PaStreamCallbackFlags flags) {
  std::optional<BlockBuffer> in;
  std::optional<BlockBuffer> out;
  if (capture_) {
    in.emplace(order_.input.shape, block_);
    encode(order_.input.shape, input.data(), in->get(), 0, block_);
  }
  if (playback_) out.emplace(order_.output.shape, block_);
  PaStreamCallbackTimeInfo times;
  times.currentTime = now();
  times.inputBufferAdcTime = capture_ ? times.currentTime - info_.inputLatency : 0;
  times.outputBufferDacTime = playback_ ? times.currentTime + info_.outputLatency : 0;
  calling_back = this;
  const int result = order_.callback(in ? in->get() : nullptr, out ? out->get() : nullptr, block_,
                                     &times, flags, order_.user_data);
  calling_back = nullptr;
  if (result != paContinue && result != paComplete && result != paAbort) {
    undefined("a callback's result that is not paContinue, paComplete or paAbort");
  }
  if (playback_) {
    output.resize(block_ * static_cast<std::size_t>(order_.output.shape.channels));
    decode(order_.output.shape, out->get(), 0, block_, output.data());
  }
  return static_cast<PaStreamCallbackResult>(result);
}

}  // namespace audiopp::detail
