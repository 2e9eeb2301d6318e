// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "audiopp/device.hpp"
#include "audiopp/host_api.hpp"

namespace audiopp::detail {

/// A search among the devices that support a direction.
class DeviceSearch {
 public:
  DeviceSearch(const std::vector<Device>& devices, std::vector<HostApi> host_apis,
               Direction direction);

  Device by_index(int index) const;
  Device by_name(std::string_view name) const;
  Device by_name(std::string_view host_api, std::string_view name) const;
  Device again(const Device& known) const;

 private:
  using Names = std::function<std::string_view(const Device&)>;

  static std::vector<Device> called(std::string_view name, const std::vector<Device>& devices,
                                    const Names& name_of);
  std::string_view host_api_of(const Device& device) const;
  Device only(const std::vector<Device>& found, const std::string& wanted) const;

  const std::vector<HostApi> host_apis_;
  const Direction direction_;
  std::vector<Device> fitting_;
};

}  // namespace audiopp::detail
