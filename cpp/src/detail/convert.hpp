// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "audiopp/device.hpp"
#include "audiopp/host_api.hpp"
#include "audiopp/stream_config.hpp"
#include "detail/portaudio.hpp"

namespace audiopp::detail {

/// Our values as PortAudio's, and back.
PaStreamParameters to_parameters(const StreamSide& side, PaDeviceIndex device,
                                 Seconds latency) noexcept;
HostApi to_host_api(int index, const PaHostApiInfo& info);
/// The number of a host API's type. PortAudio may use one that its header, which may be older, does
/// not list; in C++ an enumeration cannot carry such a number, but its memory can.
HostApiType type_in(const PaHostApiTypeId& memory) noexcept;
void put_type(HostApiType type, PaHostApiTypeId& memory) noexcept;
/// All of a Device but the marks of its origin.
void copy_device_info(int index, const PaDeviceInfo& info, Device& device);

}  // namespace audiopp::detail
