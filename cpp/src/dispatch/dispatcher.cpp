// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "audiopp/dispatcher.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "audiopp/error.hpp"
#include "detail/rt.hpp"
#include "dispatch/callback_queue.hpp"

namespace audiopp {
namespace {

// The dispatcher whose handler this thread is in: it must not wait for itself.
thread_local const CallbackDispatcher* running = nullptr;

void silence(void* output, std::size_t frames, const CallbackFormat& format) noexcept {
  const auto channels = static_cast<std::size_t>(format.output_channels);
  const std::size_t channel_bytes = frames * sample_size(format.output_format);
  if (format.output_layout == Layout::interleaved) {
    fill_silence(output, channel_bytes * channels, format.output_format);
  } else {
    auto* const* blocks = static_cast<void* const*>(output);
    for (std::size_t i = 0; i < channels; ++i) {
      fill_silence(blocks[i], channel_bytes, format.output_format);
    }
  }
}

void raise(std::atomic<std::uint64_t>& counter, std::uint64_t by) noexcept {
  // The audio thread alone writes, so a plain sum does; others read whole values.
  counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

}  // namespace

CallbackDispatcher::CallbackDispatcher(const CallbackFormat& format, Callback handler)
    : format_(format) {
  if (handler) handler_.store(new Callback(std::move(handler)));
}

CallbackDispatcher::CallbackDispatcher(const CallbackFormat& format, Callback handler,
                                       const CallbackBuffer& buffer)
    : format_(format),
      queue_(std::make_unique<detail::CallbackQueue>(format, buffer)),
      scope_(buffer.scope) {
  if ((format.input_channels > 0 && sample_size(format.input_format) == 0) ||
      (format.output_channels > 0 && sample_size(format.output_format) == 0)) {
    throw std::invalid_argument(
        "samples of a custom format have no known size and cannot be queued");
  }
  if (handler) handler_.store(new Callback(std::move(handler)));
}

CallbackDispatcher::~CallbackDispatcher() {
  delete handler_.load();
}

// A hazard pointer with one reader. The audio thread publishes what it is about to use and looks
// again whether it is still the handler; the control side takes the handler out and then waits
// until it is not published. Both need sequential consistency: each writes its own word, then reads
// the other's, and one of the two must see.
void CallbackDispatcher::set_handler(Callback handler) {
  if (running == this) throw InsideCallbackError("CallbackDispatcher::set_handler");
  auto* fresh = handler ? new Callback(std::move(handler)) : nullptr;
  const std::unique_ptr<Callback> old(handler_.exchange(fresh, std::memory_order_seq_cst));
  while (old && in_use_.load(std::memory_order_seq_cst) == old.get()) {
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
}

CallbackResult CallbackDispatcher::dispatch(const void* input, void* output, std::size_t frames,
                                            const CallbackTimes& times,
                                            CallbackFlags flags) noexcept AUDIOPP_NONBLOCKING {
  if (output != nullptr) silence(output, frames, format_);
  count(frames, flags);
  const CallbackResult result = next_block({input, output, frames, times, flags, &format_});
  if (result != CallbackResult::continue_) ended_.store(true, std::memory_order_release);
  return result;
}

CallbackResult CallbackDispatcher::next_block(const CallbackContext& context) noexcept {
  if (!queue_ && phase_ == Phase::handling && drain_.load(std::memory_order_relaxed)) {
    phase_ = Phase::tail;
  }
  if (phase_ == Phase::tail) return play_tail(context.frames);
  if (phase_ == Phase::aborted) return CallbackResult::abort;

  const CallbackResult result = queue_ ? move_block(context) : run_handler(context);
  if (result == CallbackResult::abort) phase_ = Phase::aborted;
  if (result != CallbackResult::complete) return result;
  phase_ = Phase::tail;
  return tail_left_ == 0 ? CallbackResult::complete : CallbackResult::continue_;
}

CallbackResult CallbackDispatcher::run_handler(const CallbackContext& context) noexcept {
  Callback* handler = handler_.load(std::memory_order_seq_cst);
  for (;;) {
    in_use_.store(handler, std::memory_order_seq_cst);
    Callback* const again = handler_.load(std::memory_order_seq_cst);
    if (again == handler) break;
    handler = again;
  }
  if (handler == nullptr) return CallbackResult::continue_;

  const CallbackDispatcher* const outer = running;
  running = this;
  CallbackResult result = CallbackResult::abort;
  [[maybe_unused]] const detail::HandlerScope users_code{};
  try {
    result = (*handler)(context);
  } catch (...) {
    if (context.output != nullptr) silence(context.output, context.frames, format_);
    keep_exception();
  }
  running = outer;
  in_use_.store(nullptr, std::memory_order_release);
  return result;
}

CallbackResult CallbackDispatcher::move_block(const CallbackContext& context) noexcept {
  const auto moved = queue_->exchange(context, drain_.load(std::memory_order_relaxed));
  if (moved.missing > 0) {
    raise(short_blocks_, 1);
    raise(missing_frames_, moved.missing);
  }
  return moved.result;
}

void CallbackDispatcher::work() {
  if (!queue_) return;
  queue_->work([this](const CallbackContext& context) { return run_handler(context); }, scope_);
}

void CallbackDispatcher::stop_work() {
  if (queue_) queue_->stop();
}

bool CallbackDispatcher::retire(Seconds patience) {
  drain();
  stop_work();
  const auto begin = std::chrono::steady_clock::now();
  while (in_use_.load(std::memory_order_seq_cst) != nullptr) {
    if (std::chrono::steady_clock::now() - begin > patience) return false;
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  return true;
}

std::size_t CallbackDispatcher::queue_depth() const noexcept {
  return queue_ ? queue_->depth() : 0;
}

std::size_t CallbackDispatcher::queue_block() const noexcept {
  return queue_ ? queue_->block() : 0;
}

CallbackResult CallbackDispatcher::play_tail(std::size_t frames) noexcept {
  tail_left_ -= std::min(tail_left_, frames);
  return tail_left_ == 0 ? CallbackResult::complete : CallbackResult::continue_;
}

void CallbackDispatcher::reset(std::size_t tail_frames) noexcept {
  drain_.store(false, std::memory_order_relaxed);
  ended_.store(false, std::memory_order_relaxed);
  phase_ = Phase::handling;
  tail_left_ = tail_frames;
  if (queue_) queue_->reset();
}

void CallbackDispatcher::drain() noexcept {
  drain_.store(true, std::memory_order_relaxed);
}

void CallbackDispatcher::count(std::size_t frames, CallbackFlags flags) noexcept {
  raise(callbacks_, 1);
  raise(frames_, frames);
  if (flags == CallbackFlags::none) return;
  if (has(flags, CallbackFlags::input_underflow)) raise(input_underflows_, 1);
  if (has(flags, CallbackFlags::input_overflow)) raise(input_overflows_, 1);
  if (has(flags, CallbackFlags::output_underflow)) raise(output_underflows_, 1);
  if (has(flags, CallbackFlags::output_overflow)) raise(output_overflows_, 1);
}

CallbackCounters CallbackDispatcher::counters() const noexcept {
  constexpr auto relaxed = std::memory_order_relaxed;
  return {callbacks_.load(relaxed),         frames_.load(relaxed),
          input_underflows_.load(relaxed),  input_overflows_.load(relaxed),
          output_underflows_.load(relaxed), output_overflows_.load(relaxed),
          short_blocks_.load(relaxed),      missing_frames_.load(relaxed)};
}

void CallbackDispatcher::keep_exception() noexcept {
  auto expected = Captured::none;
  if (!captured_.compare_exchange_strong(expected, Captured::busy, std::memory_order_acquire)) {
    return;
  }
  exception_ = std::current_exception();
  captured_.store(Captured::held, std::memory_order_release);
}

std::exception_ptr CallbackDispatcher::take_exception() noexcept {
  auto expected = Captured::held;
  if (!captured_.compare_exchange_strong(expected, Captured::busy, std::memory_order_acquire)) {
    return nullptr;
  }
  std::exception_ptr taken = std::move(exception_);
  exception_ = nullptr;
  captured_.store(Captured::none, std::memory_order_release);
  return taken;
}

}  // namespace audiopp
