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

/// The handler of a stream; it can be replaced while it is being called.
///
/// A hazard pointer with one reader. The caller publishes the handler that it is about to call,
/// then checks that it still is the handler; the control side takes the handler out, then waits
/// until it is no longer published. Both need sequential consistency: each writes its own word,
/// then reads the other's, and at least one of them must see the other's write.
///
/// *Threads*: `use` on one thread at a time; everything else on any thread outside callbacks.
class HandlerSlot {
 public:
  explicit HandlerSlot(Callback handler);
  ~HandlerSlot();
  HandlerSlot(const HandlerSlot&) = delete;
  HandlerSlot& operator=(const HandlerSlot&) = delete;

  /// Calls `work` with the handler, if there is one. Exceptions of `work` pass through.
  template <class Work>
  void use(const Work& work);

  /// Replaces the handler, waits until the old one has returned, and destroys it. False if the
  /// stream is closed: there is no handler then, and `handler` is dropped.
  bool set(Callback handler);
  /// Removes the handler for good; false if it takes longer than `patience` to return. A later call
  /// that finds it has returned then destroys it.
  bool retire(std::optional<Seconds> patience);
  /// Retires the handler, and accepts no other afterwards.
  bool close(std::optional<Seconds> patience);

  /// Keeps the handler from being called until resume(); false if it takes longer than `patience`
  /// to return.
  bool hold(Seconds patience);
  void resume();

 private:
  /// Installs `fresh` and returns the old one. Call with mutex_ held.
  std::unique_ptr<const Callback> exchange(std::unique_ptr<const Callback> fresh) noexcept;
  bool wait_until_left(std::optional<Seconds> patience) const;
  void destroy(std::unique_ptr<const Callback> old, bool has_left);
  bool is_in_use(const std::unique_ptr<const Callback>& handler) const noexcept {
    return handler && in_use_.load(std::memory_order_seq_cst) == handler.get();
  }
  // In a forked child neither the calling thread nor the mutex's owner exists: there the slot
  // counts as closed, and the handler, which may be in use, is leaked.
  bool is_inherited() const noexcept { return fork_ != fork_generation(); }

  const unsigned fork_ = fork_generation();

  std::atomic<const Callback*> handler_{nullptr};  // what to call: owned_, unless that is held
  std::atomic<const Callback*> in_use_{nullptr};   // what is being called

  std::mutex mutex_;  // guards what follows, and writing handler_; never held while waiting
  std::unique_ptr<const Callback> owned_;
  std::unique_ptr<const Callback> leaving_;  // still in use when retire() gave up
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
