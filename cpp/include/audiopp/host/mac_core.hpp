// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "audiopp/export.hpp"
#include "audiopp/stream_config.hpp"

namespace audiopp {

/// Options of Core Audio streams (PaMacCoreStreamInfo).
///
/// The class exists on every platform. Opening a stream with it on a device of another host API
/// fails with Errc::incompatible_host_api_specific_stream_info.
class AUDIOPP_API MacCoreOptions : public HostOptions {
 public:
  // PaMacCore_SetupStreamInfo's flags, under PortAudio's numbers.
  static constexpr unsigned long change_device_parameters = 0x01;
  static constexpr unsigned long fail_if_conversion_required = 0x02;
  static constexpr unsigned long conversion_quality_min = 0x0100;
  static constexpr unsigned long conversion_quality_medium = 0x0200;
  static constexpr unsigned long conversion_quality_low = 0x0300;
  static constexpr unsigned long conversion_quality_high = 0x0400;
  static constexpr unsigned long conversion_quality_max = 0x0000;
  static constexpr unsigned long play_nice = 0x00;
  static constexpr unsigned long pro = 0x01;
  static constexpr unsigned long minimize_cpu_but_play_nice = 0x0100;
  static constexpr unsigned long minimize_cpu = 0x0101;

  /// `channel_map`: for each device channel the stream channel that it carries, or -1; may be
  /// empty.
  explicit MacCoreOptions(unsigned long flags = play_nice,
                          std::vector<std::int32_t> channel_map = {});
  ~MacCoreOptions() override;

  HostApiType host_api() const noexcept override { return HostApiType::core_audio; }
  void* stream_info() const noexcept override;
  std::string description() const override;

  unsigned long flags() const noexcept { return flags_; }
  const std::vector<std::int32_t>& channel_map() const noexcept { return channel_map_; }

 private:
  struct Info;
  unsigned long flags_;
  std::vector<std::int32_t> channel_map_;
  std::unique_ptr<Info> info_;
};

}  // namespace audiopp
