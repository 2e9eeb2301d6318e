// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>

#include "audiopp/stream.hpp"
#include "audiopp/time.hpp"
#include "detail/forced_unwind.hpp"

namespace audiopp::detail {

using Clock = std::chrono::steady_clock;

inline constexpr Seconds longest_nap{0.02};  // a signal or a close may be noticed this late
inline constexpr Seconds shortest_nap{0.001};

/// Empty for a timeout that the clock cannot represent, such as infinity.
inline std::optional<Clock::time_point> deadline_after(const std::optional<Seconds>& timeout) {
  constexpr Seconds longest{1e9};
  if (!timeout || !(*timeout < longest)) return std::nullopt;
  return Clock::now() + std::chrono::duration_cast<Clock::duration>(std::max(*timeout, -longest));
}

/// A call's interrupt function; once it has returned true, or has thrown, it is not called again.
struct Interrupt {
  const IoOptions& options;
  bool has_come = false;
  std::exception_ptr failure{};

  bool ask() {
    if (has_come || options.interrupt == nullptr) return has_come;
    try {
      has_come = options.interrupt(options.data);
    } catch (ForcedUnwind&) {
      throw;
    } catch (...) {
      failure = std::current_exception();
      has_come = true;
    }
    return has_come;
  }
  /// Throws what it has thrown; call when everything else is done.
  void rethrow() const {
    if (failure) std::rethrow_exception(failure);
  }
};

}  // namespace audiopp::detail
