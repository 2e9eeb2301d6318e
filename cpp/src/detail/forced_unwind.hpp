// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <exception>

#ifdef __GLIBCXX__
#include <cxxabi.h>
#endif

namespace audiopp::detail {

/// What ends a thread that is cancelled, or that Python ends at its exit. Code that catches
/// everything has to throw it again.
#ifdef __GLIBCXX__
using ForcedUnwind = abi::__forced_unwind;
#else
struct ForcedUnwind {};  // nobody throws it
#endif

}  // namespace audiopp::detail
