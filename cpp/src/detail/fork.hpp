// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

namespace audiopp::detail {

/// For fork_generation() alone.
extern std::atomic<unsigned> forks;

/// How many forks lie between the first process that used audiopp and this one.
///
/// An object with another number was inherited: its threads do not exist here, its locks may stay
/// locked for ever, and its devices belong to the parent. Treat it as closed and leak it.
/// *Real time*: reads a variable; no system call.
inline unsigned fork_generation() noexcept {
  return forks.load(std::memory_order_relaxed);
}

/// Runs a function in every forked child; for static storage. The child has only one thread then,
/// so the function may replace a locked object, but must not wait for a lock. Does nothing on
/// Windows.
class ChildHandler {
 public:
  explicit ChildHandler(void (*function)()) noexcept;
  ChildHandler(const ChildHandler&) = delete;
  ChildHandler& operator=(const ChildHandler&) = delete;

  void (*const renew)();
  const ChildHandler* const next;
};

}  // namespace audiopp::detail
