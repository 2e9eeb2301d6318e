// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <mutex>

namespace audiopp::detail {

/// While it exists, no other thread of this process holds one, not even in another copy of audiopp.
///
/// A plugin may contain audiopp, hidden from the program and from other plugins, which contain
/// other versions; all of them may share one PortAudio. They cannot share a variable, so they meet
/// at something of the system that each process has once. Every version must use the same.
class ProcessLock {
 public:
  /// `own` is this copy's mutex, and `for_all_copies` is false if PortAudio is not involved.
  ProcessLock(std::mutex& own, bool for_all_copies);
  ~ProcessLock();
  ProcessLock(const ProcessLock&) = delete;
  ProcessLock& operator=(const ProcessLock&) = delete;

 private:
  const std::lock_guard<std::mutex> own_;
#ifdef _WIN32
  void* shared_ = nullptr;  // a HANDLE
#else
  int shared_ = -1;
#endif
};

}  // namespace audiopp::detail
