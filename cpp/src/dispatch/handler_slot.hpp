// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>

#include "audiopp/callback.hpp"
#include "audiopp/time.hpp"
#include "detail/fork.hpp"
#include "detail/rt.hpp"

namespace audiopp::detail {

/// The handler of a stream, which can be replaced while it is called.
///
/// A hazard pointer with one reader. The caller publishes the handler that it is about to call,
/// then looks again whether it still is the handler; the control side takes the handler out, then
/// waits until it is not published. Both need sequential consistency: each writes its own word,
/// then reads the other's, and one of the two must see.
///
/// *Threads*: `use` on one thread at a time; everything else on any thread outside callbacks.
class HandlerSlot {
 public:
  explicit HandlerSlot(Callback handler);
  ~HandlerSlot();
  HandlerSlot(const HandlerSlot&) = delete;
  HandlerSlot& operator=(const HandlerSlot&) = delete;

  /// Calls `work` with the handler, unless there is none. What `work` throws passes through.
  template <class Work>
  void use(const Work& work);

  /// Replaces the handler, waits until the old one has returned, and destroys it. False if the
  /// stream is closed: there is no handler then, and `handler` is dropped.
  bool set(Callback handler);
  /// Takes the handler out for good; false if it takes longer than `patience` to return. It is then
  /// destroyed by a later call that finds it gone.
  bool retire(std::optional<Seconds> patience);
  /// Retires the handler, and accepts no other from now on.
  bool close(std::optional<Seconds> patience);

  /// The handler is not called until resume(); false if it takes longer than `patience` to return.
  bool hold(Seconds patience);
  void resume();

 private:
  /// Puts `fresh` in and returns what was there. With mutex_ held.
  std::unique_ptr<const Callback> exchange(std::unique_ptr<const Callback> fresh) noexcept;
  bool wait_until_left(std::optional<Seconds> patience) const;
  void destroy(std::unique_ptr<const Callback> old, bool has_left);
  bool is_in_use(const std::unique_ptr<const Callback>& handler) const noexcept {
    return handler && in_use_.load(std::memory_order_seq_cst) == handler.get();
  }
  // The child of a fork has neither the caller's thread nor whoever held the mutex: there the slot
  // counts as closed, and the handler, which may be in use, is forgotten.
  bool is_inherited() const noexcept { return fork_ != fork_generation(); }

  const unsigned fork_ = fork_generation();

  std::atomic<const Callback*> handler_{nullptr};  // what to call: owned_, unless that is held
  std::atomic<const Callback*> in_use_{nullptr};   // what is being called

  std::mutex mutex_;  // guards what follows, and writing handler_; never held while waiting
  std::unique_ptr<const Callback> owned_;
  std::unique_ptr<const Callback> leaving_;  // retired in vain: was in use when patience ended
  bool is_held_ = false;
  bool is_closed_ = false;
};

template <class Work>
void HandlerSlot::use(const Work& work) {
  const Callback* handler = handler_.load(std::memory_order_seq_cst);
  for (;;) {
    in_use_.store(handler, std::memory_order_seq_cst);
    const Callback* const again = handler_.load(std::memory_order_seq_cst);
    if (again == handler) break;
    handler = again;
  }
  if (handler == nullptr) return;
  struct Leave {
    ~Leave() { in_use.store(nullptr, std::memory_order_release); }
    std::atomic<const Callback*>& in_use;
  } leave{in_use_};
  work(*handler);
}

}  // namespace audiopp::detail
