// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <cstdlib>

/// Ends the program if `condition` is false; libFuzzer keeps the input that caused it.
#define EXPECT(condition) \
  ((condition) ? void() : audiopp::unexpected(#condition, __FILE__, __LINE__))

namespace audiopp {

[[noreturn]] inline void unexpected(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: not true: %s\n", file, line, condition);
  std::abort();
}

}  // namespace audiopp
