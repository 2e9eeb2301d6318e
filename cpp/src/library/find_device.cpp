// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "library/find_device.hpp"

#include <stdexcept>
#include <utility>

#include "detail/text.hpp"

namespace audiopp::detail {
namespace {

bool wants_input(Direction direction) {
  return direction == Direction::input || direction == Direction::both;
}

bool wants_output(Direction direction) {
  return direction == Direction::output || direction == Direction::both;
}

bool fits(const Device& device, Direction direction) {
  return (!wants_input(direction) || device.max_input_channels > 0) &&
         (!wants_output(direction) || device.max_output_channels > 0);
}

template <class Condition>
std::vector<Device> those(const std::vector<Device>& devices, const Condition& condition) {
  std::vector<Device> found;
  for (const Device& device : devices) {
    if (condition(device)) found.push_back(device);
  }
  return found;
}

}  // namespace

DeviceSearch::DeviceSearch(const std::vector<Device>& devices, std::vector<HostApi> host_apis,
                           Direction direction)
    : host_apis_(std::move(host_apis)),
      direction_(direction),
      fitting_(those(devices, [=](const Device& device) { return fits(device, direction); })) {}

std::string_view DeviceSearch::host_api_of(const Device& device) const {
  for (const HostApi& host_api : host_apis_) {
    if (host_api.index == device.host_api) return host_api.name;
  }
  return {};
}

// The devices with that name or, if there are none, those whose names contain it; ignores case.
std::vector<Device> DeviceSearch::called(std::string_view name, const std::vector<Device>& devices,
                                         const Names& name_of) {
  const std::u32string wanted = fold_case(name);
  const auto is_name = [&](const Device& device) { return fold_case(name_of(device)) == wanted; };
  const auto has_name = [&](const Device& device) {
    return fold_case(name_of(device)).find(wanted) != std::u32string::npos;
  };
  auto exact = those(devices, is_name);
  return exact.empty() ? those(devices, has_name) : exact;
}

Device DeviceSearch::by_index(int index) const {
  return only(those(fitting_, [=](const Device& device) { return device.index == index; }),
              std::to_string(index));
}

Device DeviceSearch::by_name(std::string_view name) const {
  const auto name_of = [](const Device& device) { return std::string_view(device.name); };
  return only(called(name, fitting_, name_of), quoted(name));
}

Device DeviceSearch::by_name(std::string_view host_api, std::string_view name) const {
  const auto name_of = [](const Device& device) { return std::string_view(device.name); };
  const auto there =
      called(host_api, fitting_, [this](const Device& device) { return host_api_of(device); });
  return only(called(name, there, name_of), "(" + quoted(host_api) + ", " + quoted(name) + ")");
}

// A later list may have another device at that index.
Device DeviceSearch::again(const Device& known) const {
  const auto is_same = [&](const Device& device) {
    return device.index == known.index && device.host_api == known.host_api &&
           device.name == known.name;
  };
  return only(those(fitting_, is_same), quoted(known.name));
}

Device DeviceSearch::only(const std::vector<Device>& found, const std::string& wanted) const {
  if (found.size() == 1) return found.front();
  const std::string kind = direction_ == Direction::both ? "full-duplex "
                           : wants_input(direction_)     ? "input "
                           : wants_output(direction_)    ? "output "
                                                         : "";
  std::string list;
  for (const Device& device : found.empty() ? fitting_ : found) {
    if (!list.empty()) list += "; ";
    list += std::to_string(device.index) + ": " + quoted(device.name) + " (" +
            std::string(host_api_of(device)) + ")";
  }
  if (found.empty()) {
    throw std::invalid_argument("no " + kind + "device matches " + wanted +
                                "; available: " + (list.empty() ? "none" : list));
  }
  throw std::invalid_argument(std::to_string(found.size()) + " " + kind + "devices match " +
                              wanted + "; choose one by (host API, name) or by index: " + list);
}

}  // namespace audiopp::detail
