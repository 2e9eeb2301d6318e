// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "audiopp/export.hpp"
#include "audiopp/host/channel_mask.hpp"
#include "audiopp/stream_config.hpp"

namespace audiopp {

/// What DirectSoundOptions can set; as it stands, PortAudio's defaults.
struct DirectSoundSettings {
  /// The size of DirectSound's buffer, from 1 to 2^24 frames, instead of one for the suggested
  /// latency; 0: PortAudio's choice. Where both directions set it, the same.
  unsigned long frames_per_buffer = 0;
  std::optional<ChannelMask> channel_mask{};
};

/// Options of a stream's input or output on DirectSound (PaWinDirectSoundStreamInfo); otherwise as
/// WasapiOptions.
class AUDIOPP_API DirectSoundOptions : public HostOptions {
 public:
  /// std::invalid_argument if a setting is out of range.
  explicit DirectSoundOptions(const DirectSoundSettings& settings = {});
  ~DirectSoundOptions() override;

  const DirectSoundSettings& settings() const noexcept { return settings_; }

  HostApiType host_api() const noexcept override { return HostApiType::direct_sound; }
  void* stream_info() const noexcept override;
  std::string description() const override;
  const char* fault(const StreamSide& side, bool is_input,
                    const HostOptions* other) const noexcept override;

 private:
  struct Info;
  DirectSoundSettings settings_;
  std::unique_ptr<Info> info_;
};

}  // namespace audiopp
