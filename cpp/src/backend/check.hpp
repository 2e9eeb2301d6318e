// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "audiopp/error.hpp"
#include "backend/backend.hpp"

namespace audiopp::detail {

/// The last host error; empty if there was none. Only meaningful right after the failing call, and
/// on its thread (portaudio.h).
std::optional<HostError> last_host_error(const Backend& backend);

/// Checks the result of every PortAudio call: if it is negative, reads the host error at once and
/// throws Error.
void check_result(const Backend& backend, PaError result, const char* call,
                  std::string detail = {});

/// The same, but returns a result that is not an error.
template <class Result>
Result check(const Backend& backend, Result result, const char* call) {
  check_result(backend, result < 0 ? static_cast<PaError>(result) : paNoError, call);
  return result;
}

}  // namespace audiopp::detail
