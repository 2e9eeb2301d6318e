// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "backend/check.hpp"

#include <utility>

#include "detail/convert.hpp"

namespace audiopp::detail {

std::optional<HostError> last_host_error(const Backend& backend) {
  const PaHostErrorInfo* const info = backend.last_host_error_info();
  if (info == nullptr) return std::nullopt;
  return HostError{static_cast<int>(type_in(info->hostApiType)), info->errorCode,
                   info->errorText ? info->errorText : ""};
}

void check_result(const Backend& backend, PaError result, const char* call, std::string detail) {
  if (result >= 0) return;
  std::optional<HostError> host_error;
  if (result == paUnanticipatedHostError) host_error = last_host_error(backend);
  throw Error(static_cast<Errc>(result), call, std::move(detail), std::move(host_error));
}

}  // namespace audiopp::detail
