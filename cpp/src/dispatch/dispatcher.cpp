// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "dispatch/dispatcher.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "audiopp/error.hpp"
#include "detail/forced_unwind.hpp"
#include "detail/rt.hpp"
#include "detail/silence.hpp"

namespace audiopp::detail {
namespace {

std::unique_ptr<CallbackQueue> make_queue(const CallbackFormat& format,
                                          const CallbackBuffer& buffer) {
  if ((format.input_channels > 0 && sample_size(format.input_format) == 0) ||
      (format.output_channels > 0 && sample_size(format.output_format) == 0)) {
    throw std::invalid_argument(
        "samples of a custom format have no known size and cannot be queued");
  }
  return std::make_unique<CallbackQueue>(format, buffer);
}

}  // namespace

Dispatcher::Dispatcher(const CallbackFormat& format, Callback handler)
    : format_(format), handler_(std::move(handler)) {}

Dispatcher::Dispatcher(const CallbackFormat& format, Callback handler, const CallbackBuffer& buffer)
    : format_(format), queue_(make_queue(format, buffer)), handler_(std::move(handler)) {}

// ---- the audio thread ----

CallbackResult Dispatcher::dispatch(const void* input, void* output, std::size_t frames,
                                    const CallbackTimes& times,
                                    CallbackFlags flags) noexcept AUDIOPP_NONBLOCKING {
  counters_.count(frames, flags);
  const CallbackResult result = next_block({input, output, frames, times, flags, &format_});
  if (result != CallbackResult::continue_) has_ended_.store(true, std::memory_order_release);
  return result;
}

CallbackResult Dispatcher::next_block(const CallbackContext& context) noexcept {
  if (!queue_ && phase_ == Phase::handling && is_draining_.load(std::memory_order_relaxed)) {
    phase_ = Phase::tail;
  }
  if (phase_ != Phase::handling) {
    silence(context);
    return phase_ == Phase::tail ? play_tail(context.frames) : CallbackResult::abort;
  }
  const CallbackResult result = queue_ ? move_block(context) : run_handler(context);
  if (result == CallbackResult::abort) phase_ = Phase::aborted;
  if (result != CallbackResult::complete) return result;
  phase_ = Phase::tail;
  return tail_left_ == 0 ? CallbackResult::complete : CallbackResult::continue_;
}

CallbackResult Dispatcher::run_handler(const CallbackContext& context) noexcept {
  CallbackResult result = CallbackResult::continue_;
  bool is_filled = false;
  handler_.use([&](const Callback& handler) {
    [[maybe_unused]] const HandlerScope users_code{};
    if (!handler.fills_output()) silence(context);
    try {
      result = handler(context);
      is_filled = true;
    } catch (...) {
      exception_.keep();
      result = CallbackResult::abort;
    }
  });
  if (!is_filled) silence(context);
  return result;
}

void Dispatcher::silence(const CallbackContext& context) const noexcept {
  if (context.output == nullptr) return;
  fill_silence(context.output, context.frames, format_.output_channels, format_.output_format,
               format_.output_layout);
}

CallbackResult Dispatcher::move_block(const CallbackContext& context) noexcept {
  silence(context);  // where the queue has no frames
  const auto moved = queue_->exchange(context, is_draining_.load(std::memory_order_relaxed));
  if (moved.missing > 0) counters_.count_short_block(moved.missing);
  return moved.result;
}

CallbackResult Dispatcher::play_tail(std::size_t frames) noexcept {
  tail_left_ -= std::min(tail_left_, frames);
  return tail_left_ == 0 ? CallbackResult::complete : CallbackResult::continue_;
}

// ---- the control side ----

void Dispatcher::set_handler(Callback handler) {
  constexpr const char* call = "CallbackDispatcher::set_handler";
  refuse_inside_callback(call);
  const bool is_empty = !handler;
  if (!handler_.set(std::move(handler)) && !is_empty) {
    throw Error(Errc::bad_stream_ptr, call, "the stream is closed");
  }
}

bool Dispatcher::retire(std::optional<Seconds> timeout) {
  refuse_inside_callback("CallbackDispatcher::retire");
  return handler_.retire(timeout);
}

bool Dispatcher::hold(Seconds patience) {
  drain();
  stop_work();
  return handler_.hold(patience);
}

void Dispatcher::close(std::optional<Seconds> timeout) {
  handler_.close(timeout);
}

void Dispatcher::drain() noexcept {
  is_draining_.store(true, std::memory_order_relaxed);
}

void Dispatcher::reset(std::size_t tail_frames) {
  is_draining_.store(false, std::memory_order_relaxed);
  has_ended_.store(false, std::memory_order_relaxed);
  phase_ = Phase::handling;
  tail_left_ = tail_frames;
  if (queue_) queue_->reset();
  handler_.resume();
}

void Dispatcher::work() {
  if (!queue_) return;
  try {
    queue_->work([this](const CallbackContext& context) { return run_handler(context); });
  } catch (ForcedUnwind&) {
    throw;
  } catch (...) {  // from the scope
    exception_.keep();
    queue_->abort();
  }
}

void Dispatcher::stop_work() {
  if (queue_) queue_->stop();
}

}  // namespace audiopp::detail
