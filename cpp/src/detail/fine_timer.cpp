// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "detail/fine_timer.hpp"

#ifdef _WIN32
#include <windows.h>
// After windows.h.
#include <timeapi.h>
#endif

namespace audiopp::detail {

#ifdef _WIN32

FineTimer::FineTimer() noexcept {
  timeBeginPeriod(1);
}

FineTimer::~FineTimer() {
  timeEndPeriod(1);
}

#else

FineTimer::FineTimer() noexcept = default;
FineTimer::~FineTimer() = default;

#endif

}  // namespace audiopp::detail
