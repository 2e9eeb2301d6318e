// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "library/check_options.hpp"

#include <vector>

#include "backend/host_api_of.hpp"
#include "library/diagnosis.hpp"

namespace audiopp::detail {
namespace {

std::string fault_in(const Backend& api, const StreamSide& side, PaDeviceIndex device,
                     bool is_input, const StreamConfig& config) {
  const HostOptions& options = *side.host_options;
  const HostApiType wanted = options.host_api();
  std::vector<PaDeviceIndex> devices;
  for (const Device& named : options.devices()) devices.push_back(named.index);
  if (device != paUseHostApiSpecificDeviceSpecification) devices.push_back(device);
  for (const PaDeviceIndex index : devices) {
    if (host_api_of(api, index) == wanted) continue;
    std::string text = options.description() + " is for " + name_of(wanted) + ", but " +
                       name_device(api, index) + " is not one of its devices";
    if (api.host_api_type_id_to_host_api_index(wanted) < 0) {
      text += "; " + describe_missing(api, wanted);
    }
    return text;
  }
  const auto& opposite = is_input ? config.output : config.input;
  const HostOptions* const other = opposite ? opposite->host_options.get() : nullptr;
  const bool is_alike = other != nullptr && other->host_api() == wanted;
  const char* const fault = options.fault(side, is_input, is_alike ? other : nullptr);
  return fault == nullptr ? std::string() : options.description() + ": " + fault;
}

}  // namespace

std::string fault_in_options(const Backend& api, const StreamConfig& config,
                             const OpenParameters& parameters) {
  for (const bool is_input : {true, false}) {
    const auto& side = is_input ? config.input : config.output;
    if (!side || !side->host_options) continue;
    const auto& resolved = is_input ? parameters.input : parameters.output;
    const std::string fault = fault_in(api, *side, resolved->device, is_input, config);
    if (!fault.empty()) return (is_input ? "input" : "output") + (".host_options: " + fault);
  }
  return {};
}

}  // namespace audiopp::detail
