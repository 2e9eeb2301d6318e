// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "audiopp/dispatcher.hpp"

#include <utility>

#include "audiopp/error.hpp"
#include "detail/rt.hpp"
#include "dispatch/dispatcher.hpp"

namespace audiopp {

CallbackDispatcher::CallbackDispatcher(std::shared_ptr<detail::Dispatcher> dispatcher) noexcept
    : dispatcher_(std::move(dispatcher)) {}

void CallbackDispatcher::set_handler(Callback handler) {
  constexpr const char* call = "CallbackDispatcher::set_handler";
  // A copy, because the destructor of the old handler may destroy this object.
  if (const auto kept = dispatcher_) return kept->set_handler(std::move(handler));
  detail::refuse_inside_callback(call);
  if (handler) throw Error(Errc::bad_stream_ptr, call, "the stream was never opened");
}

bool CallbackDispatcher::retire(std::optional<Seconds> timeout) {
  if (const auto kept = dispatcher_) return kept->retire(timeout);
  detail::refuse_inside_callback("CallbackDispatcher::retire");
  return true;
}

bool CallbackDispatcher::has_ended() const noexcept {
  return dispatcher_ && dispatcher_->has_ended();
}

CallbackCounters CallbackDispatcher::counters() const noexcept {
  return dispatcher_ ? dispatcher_->counters() : CallbackCounters{};
}

std::exception_ptr CallbackDispatcher::take_exception() noexcept {
  return dispatcher_ ? dispatcher_->take_exception() : nullptr;
}

CallbackFormat CallbackDispatcher::format() const noexcept {
  return dispatcher_ ? dispatcher_->format() : CallbackFormat{};
}

}  // namespace audiopp
