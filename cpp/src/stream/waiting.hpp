// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "audiopp/stream.hpp"
#include "audiopp/time.hpp"

namespace audiopp::detail {

using Clock = std::chrono::steady_clock;

inline constexpr Seconds longest_nap{0.02};  // how late a signal or a close may be seen
inline constexpr Seconds shortest_nap{0.001};

/// Empty for a time that the clock cannot hold, infinity among them.
inline std::optional<Clock::time_point> deadline_after(const std::optional<Seconds>& timeout) {
  constexpr Seconds longest{1e9};
  if (!timeout || !(*timeout < longest)) return std::nullopt;
  return Clock::now() + std::chrono::duration_cast<Clock::duration>(std::max(*timeout, -longest));
}

/// A call's interrupt function, which is not asked again once it has said yes.
struct Interrupt {
  const IoOptions& options;
  bool has_come = false;

  bool ask() {
    has_come = has_come || (options.interrupt != nullptr && options.interrupt(options.data));
    return has_come;
  }
};

}  // namespace audiopp::detail
