// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "audiopp/device.hpp"
#include "audiopp/host_api.hpp"
#include "audiopp/stream_config.hpp"
#include "detail/portaudio.hpp"

namespace audiopp::detail {

/// Converts our values to PortAudio's, and back.
PaStreamParameters to_parameters(const StreamSide& side, PaDeviceIndex device,
                                 Seconds latency) noexcept;
HostApi to_host_api(int index, const PaHostApiInfo& info);
/// Copies a host API's type as raw memory: PortAudio may be newer than its header and use a type
/// that the header does not list, and a C++ enumeration cannot hold such a value.
HostApiType type_in(const PaHostApiTypeId& memory) noexcept;
void put_type(HostApiType type, PaHostApiTypeId& memory) noexcept;
/// Fills in a Device, except which library and generation it comes from.
void copy_device_info(int index, const PaDeviceInfo& info, Device& device);

}  // namespace audiopp::detail
