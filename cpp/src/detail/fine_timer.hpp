// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

namespace audiopp::detail {

/// While it exists, waits of this process end on the millisecond. Without it Windows ends them at
/// its clock's next tick, which may be 15.6 ms away, longer than many a buffer lasts. A finer clock
/// costs power, so keep it only while something waits. Does nothing elsewhere than on Windows.
class FineTimer {
 public:
  FineTimer() noexcept;
  ~FineTimer();
  FineTimer(const FineTimer&) = delete;
  FineTimer& operator=(const FineTimer&) = delete;
};

}  // namespace audiopp::detail
