// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "audiopp/host/wdm_ks.hpp"

#include "detail/describe_options.hpp"
#include "detail/windows_options.hpp"

namespace audiopp {

using detail::WdmKsInfo;

struct WdmKsOptions::Info : WdmKsInfo {};

WdmKsOptions::WdmKsOptions(const WdmKsSettings& settings)
    : settings_(settings), info_(std::make_unique<Info>()) {
  detail::require(settings_.packets == 0 || (settings_.packets >= 2 && settings_.packets <= 8),
                  "packets must be from 2 to 8, or 0 for PortAudio's choice");
  detail::require_speakers(settings_.channel_mask);
  info_->packets = settings_.packets;
  if (settings_.override_frame_size) info_->flags |= WdmKsInfo::override_frame_size;
  if (settings_.channel_mask) {
    info_->flags |= WdmKsInfo::use_channel_mask;
    info_->channel_mask = static_cast<unsigned>(*settings_.channel_mask);
  }
}

WdmKsOptions::~WdmKsOptions() = default;

void* WdmKsOptions::stream_info() const noexcept {
  return static_cast<WdmKsInfo*>(info_.get());
}

std::string WdmKsOptions::description() const {
  return detail::OptionWords("WdmKsOptions")
      .number("packets", settings_.packets)
      .flag("override_frame_size", settings_.override_frame_size)
      .mask("channel_mask", settings_.channel_mask)
      .text();
}

const char* WdmKsOptions::fault(const StreamSide&, bool is_input,
                                const HostOptions*) const noexcept {
  // ValidateSpecificStreamParameters()
  return is_input && settings_.channel_mask ? "channel_mask is for outputs only" : nullptr;
}

}  // namespace audiopp
