// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "audiopp/time.hpp"

namespace audiopp {

namespace detail {
class Library;
}

/// Which directions a device has to have.
enum class Direction { any, input, output, both };

/// A sound device: a copy of its PaDeviceInfo, valid for ever.
///
/// PortAudio renumbers its devices whenever it starts, so a Device remembers the start it comes
/// from. Opening a Device from an earlier start fails with Errc::invalid_device rather than open
/// another device under the same index.
class Device {
 public:
  int index = -1;
  int struct_version = 0;
  std::string name;   ///< As PortAudio gives it: UTF-8 as a rule; old versions use any encoding.
  int host_api = -1;  ///< HostApi::index.
  int max_input_channels = 0;
  int max_output_channels = 0;
  Seconds default_low_input_latency{};
  Seconds default_low_output_latency{};
  Seconds default_high_input_latency{};
  Seconds default_high_output_latency{};
  double default_sample_rate = 0;  ///< In frames a second.

 private:
  friend class Session;
  friend class detail::Library;
  const detail::Library* library_ = nullptr;
  std::uint64_t generation_ = 0;
};

}  // namespace audiopp
