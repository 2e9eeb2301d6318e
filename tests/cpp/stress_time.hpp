// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdlib>

namespace audiopp {

/// How long each stress test lasts: AUDIOPP_STRESS_SECONDS, by default 1.
inline std::chrono::duration<double> stress_time() {
  const char* seconds = std::getenv("AUDIOPP_STRESS_SECONDS");
  return std::chrono::duration<double>(seconds != nullptr ? std::atof(seconds) : 1.0);
}

}  // namespace audiopp
