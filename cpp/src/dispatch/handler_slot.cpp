// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "dispatch/handler_slot.hpp"

#include <chrono>
#include <thread>
#include <utility>

namespace audiopp::detail {
namespace {

std::unique_ptr<const Callback> keep(Callback handler) {
  return handler ? std::make_unique<const Callback>(std::move(handler)) : nullptr;
}

}  // namespace

HandlerSlot::HandlerSlot(Callback handler) : owned_(keep(std::move(handler))) {
  handler_.store(owned_.get(), std::memory_order_seq_cst);
}

HandlerSlot::~HandlerSlot() {
  if (!is_inherited()) return;
  static_cast<void>(owned_.release());
  static_cast<void>(leaving_.release());
}

bool HandlerSlot::set(Callback handler) {
  if (is_inherited()) return false;
  auto fresh = keep(std::move(handler));
  std::unique_ptr<const Callback> old;
  {
    const std::lock_guard lock(mutex_);
    if (is_closed_) return false;
    old = exchange(std::move(fresh));
  }
  destroy(std::move(old), wait_until_left({}));
  return true;
}

bool HandlerSlot::retire(std::optional<Seconds> patience) {
  if (is_inherited()) return true;
  std::unique_ptr<const Callback> old;
  {
    const std::lock_guard lock(mutex_);
    old = exchange(nullptr);
  }
  const bool has_left = wait_until_left(patience);
  destroy(std::move(old), has_left);
  return has_left;
}

bool HandlerSlot::close(std::optional<Seconds> patience) {
  if (is_inherited()) return true;
  {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
  }
  return retire(patience);
}

bool HandlerSlot::hold(Seconds patience) {
  if (is_inherited()) return true;
  {
    const std::lock_guard lock(mutex_);
    is_held_ = true;
    handler_.store(nullptr, std::memory_order_seq_cst);
  }
  return wait_until_left(patience);
}

void HandlerSlot::resume() {
  if (is_inherited()) return;
  const std::lock_guard lock(mutex_);
  is_held_ = false;
  handler_.store(owned_.get(), std::memory_order_seq_cst);
}

std::unique_ptr<const Callback> HandlerSlot::exchange(
    std::unique_ptr<const Callback> fresh) noexcept {
  owned_.swap(fresh);
  handler_.store(is_held_ ? nullptr : owned_.get(), std::memory_order_seq_cst);
  return fresh;
}

// A handler that is in use now, but is no longer the current one, will not be called again.
// Whatever is called later is at least as new as the current one.
bool HandlerSlot::wait_until_left(std::optional<Seconds> patience) const {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  const Callback* const running = in_use_.load(std::memory_order_seq_cst);
  while (running != nullptr && running == in_use_.load(std::memory_order_seq_cst) &&
         running != handler_.load(std::memory_order_seq_cst)) {
    if (patience && Clock::now() - begin >= *patience) return false;
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  return true;
}

// Outside the mutex: the handler's destructor is the user's code.
void HandlerSlot::destroy(std::unique_ptr<const Callback> old, bool has_left) {
  std::unique_ptr<const Callback> gone;
  const std::lock_guard lock(mutex_);
  // Only one can be in use, so an older one in `leaving_` has returned.
  if (!has_left && is_in_use(old)) old.swap(leaving_);
  if (!is_in_use(leaving_)) gone = std::move(leaving_);
}

}  // namespace audiopp::detail
