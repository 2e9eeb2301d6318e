// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audiopp/device.hpp"
#include "audiopp/export.hpp"
#include "audiopp/host/channel_mask.hpp"
#include "audiopp/stream_config.hpp"

namespace audiopp {

/// One of several devices that together are one side of a stream.
struct MmeDevice {
  Device device;
  int channels = 2;  ///< The next so many channels of the stream are this device's.
};

/// Compressed sound for a digital output, which the stream's samples then are.
enum class MmePassthrough { none, dolby_ac3, wma };

/// What MmeOptions can set; as it stands, PortAudio's defaults.
struct MmeSettings {
  /// Several devices, in place of StreamSide::device; the channels of all add up to
  /// StreamSide::channels. Their clocks are not synchronised.
  std::vector<MmeDevice> devices{};
  /// The size of each of the device's buffers, from 1 to 2^24 frames, and how many there are, from
  /// 2 to 1024, instead of what the suggested latency gives; 0 and 0: PortAudio's choice. Where
  /// both directions set the size, one must be a multiple of the other.
  unsigned long frames_per_buffer = 0;
  unsigned long buffer_count = 0;
  std::optional<ChannelMask> channel_mask{};  ///< With one device.
  /// Keep the audio thread at the highest priority even when its load is beyond 100 %. Otherwise
  /// PortAudio then lowers it and lets the thread sleep.
  bool no_throttling = false;
  MmePassthrough passthrough = MmePassthrough::none;
};

/// Options of a stream's input or output on MME (PaWinMmeStreamInfo); otherwise as WasapiOptions.
class AUDIOPP_API MmeOptions : public HostOptions {
 public:
  /// std::invalid_argument if a setting is out of range, or settings contradict each other.
  explicit MmeOptions(MmeSettings settings = {});
  ~MmeOptions() override;

  const MmeSettings& settings() const noexcept { return settings_; }

  HostApiType host_api() const noexcept override { return HostApiType::mme; }
  void* stream_info() const noexcept override;
  std::string description() const override;
  std::vector<Device> devices() const override;
  const char* fault(const StreamSide& side, bool is_input,
                    const HostOptions* other) const noexcept override;

 private:
  struct Info;
  MmeSettings settings_;
  std::unique_ptr<Info> info_;
};

}  // namespace audiopp
