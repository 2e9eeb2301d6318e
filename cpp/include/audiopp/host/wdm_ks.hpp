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

/// What WdmKsOptions can set; as it stands, PortAudio's defaults.
struct WdmKsSettings {
  /// How many packets a WaveCyclic device has, from 2 to 8; 0: PortAudio's choice, 2.
  unsigned packets = 0;
  /// Go by the suggested latency even where a WaveCyclic device reports a frame size of its own.
  /// PortAudio 19.7 accepts this, and ignores it.
  bool override_frame_size = false;
  std::optional<ChannelMask> channel_mask{};  ///< Outputs only.
};

/// Options of a stream's input or output on WDM-KS (PaWinWDMKSInfo); otherwise as WasapiOptions.
class AUDIOPP_API WdmKsOptions : public HostOptions {
 public:
  /// std::invalid_argument if a setting is out of range.
  explicit WdmKsOptions(const WdmKsSettings& settings = {});
  ~WdmKsOptions() override;

  const WdmKsSettings& settings() const noexcept { return settings_; }

  HostApiType host_api() const noexcept override { return HostApiType::wdm_ks; }
  void* stream_info() const noexcept override;
  std::string description() const override;
  const char* fault(const StreamSide& side, bool is_input,
                    const HostOptions* other) const noexcept override;

 private:
  struct Info;
  WdmKsSettings settings_;
  std::unique_ptr<Info> info_;
};

}  // namespace audiopp
