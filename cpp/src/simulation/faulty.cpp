// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "simulation/faulty.hpp"

#include <mutex>

#include "detail/convert.hpp"

namespace audiopp::detail {

std::optional<Fault> fault_at(const char* call) {
  const auto system = concerned_simulation();
  if (!system) return std::nullopt;
  const std::lock_guard lock(system->mutex);
  auto fault = system->faults.next(call);
  if (fault && fault->error == Errc::unanticipated_host_error) {
    const Catalogue& found = system->catalogue();
    const PaHostApiInfo* const host_api = found.host_api(found.default_host_api());
    fail_by_host(host_api == nullptr ? HostApiType::in_development : type_in(host_api->type),
                 fault->host_code, fault->host_text);
  }
  return fault;
}

}  // namespace audiopp::detail
