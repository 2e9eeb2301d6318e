// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "backend/backend.hpp"

namespace audiopp::detail {

/// The one way out of a PortAudio call: throws Error for a negative result, host error read at
/// once.
void check_result(const Backend& backend, PaError result, const char* call,
                  std::string detail = {});

/// The same, handing a result that is not an error on.
template <class Result>
Result check(const Backend& backend, Result result, const char* call) {
  check_result(backend, result < 0 ? static_cast<PaError>(result) : paNoError, call);
  return result;
}

}  // namespace audiopp::detail
