// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include "backend/backend.hpp"
#include "detail/convert.hpp"
#include "detail/windows_options.hpp"

namespace audiopp::detail {

/// The type of a device's host API; in_development if there is no such device.
inline HostApiType host_api_of(const Backend& api, PaDeviceIndex index) noexcept {
  const PaDeviceInfo* const device = api.device_info(index);
  const PaHostApiInfo* const host =
      device == nullptr ? nullptr : api.host_api_info(device->hostApi);
  return host == nullptr ? HostApiType::in_development : type_in(host->type);
}

/// The same for a side of a stream, whose host options may name its devices.
inline HostApiType host_api_of(const Backend& api, const PaStreamParameters& side) noexcept {
  if (side.device != paUseHostApiSpecificDeviceSpecification) return host_api_of(api, side.device);
  return static_cast<const OptionsHeader*>(side.hostApiSpecificStreamInfo)->host_api;
}

}  // namespace audiopp::detail
