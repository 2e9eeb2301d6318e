// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "bindings.hpp"

/// Makes the interpreter hand over the GIL sooner while a stream's callback, read or write waits
/// for it too long.
///
/// CPython lets a waiting thread have the GIL only after the switch interval, 5 ms. When a wait
/// endangers a block, this lowers the interval for the whole process, and raises it again step by
/// step while no wait comes near. It ends at what the program had set, at the latest when the last
/// stream that needed it ends. A program that sets the interval meanwhile is obeyed until then.
///
/// Everything but is_due() needs the GIL.
class SwitchInterval {
 public:
  using Clock = std::chrono::steady_clock;
#ifdef Py_GIL_DISABLED
  explicit SwitchInterval(double) {}
  bool is_due() noexcept { return false; }
  void judge(Clock::time_point, double) {}
  void give_back() {}
  static void renew_after_fork() {}
#else
  /// PYAUDIOPP_SWITCH_INTERVAL=keep makes it do nothing.
  explicit SwitchInterval(double sample_rate);
  ~SwitchInterval() = default;
  SwitchInterval(const SwitchInterval&) = delete;
  SwitchInterval& operator=(const SwitchInterval&) = delete;

  /// Whether to measure the next wait. Without the GIL only on the audio thread. While nothing
  /// competes, most waits are not measured: reading a clock twice takes a tenth of a callback's
  /// time.
  bool is_due() noexcept {
    if (--unmeasured_ != 0) return false;
    unmeasured_ = 1;  // the next one instead, if this wait is never judged
    return true;
  }
  /// Just after a wait that began at `begin`, in a block that had `frames` of time.
  void judge(Clock::time_point begin, double frames);

  /// The stream has ended.
  void give_back();

  /// The program's own interval for a forked child, whose streams are closed.
  static void renew_after_fork();

 private:
  bool needs_less() const;
  void lower(double factor);

  const double sample_rate_;
  std::uint64_t unmeasured_;  // waits until one is measured
#endif
};
