// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "backend/check.hpp"

#include <optional>
#include <utility>

#include "audiopp/error.hpp"
#include "detail/convert.hpp"

namespace audiopp::detail {

void check_result(const Backend& backend, PaError result, const char* call, std::string detail) {
  if (result >= 0) return;
  // Only meaningful for this code, right after the failing call and on its thread (portaudio.h).
  std::optional<HostError> host_error;
  if (result == paUnanticipatedHostError) {
    if (const PaHostErrorInfo* info = backend.last_host_error_info()) {
      host_error = HostError{static_cast<int>(type_in(info->hostApiType)), info->errorCode,
                             info->errorText ? info->errorText : ""};
    }
  }
  throw Error(static_cast<Errc>(result), call, std::move(detail), std::move(host_error));
}

}  // namespace audiopp::detail
