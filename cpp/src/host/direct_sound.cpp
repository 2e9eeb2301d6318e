// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "audiopp/host/direct_sound.hpp"

#include "detail/describe_options.hpp"
#include "detail/windows_options.hpp"

namespace audiopp {

using detail::DirectSoundInfo;

struct DirectSoundOptions::Info : DirectSoundInfo {};

DirectSoundOptions::DirectSoundOptions(const DirectSoundSettings& settings)
    : settings_(settings), info_(std::make_unique<Info>()) {
  detail::require(settings_.frames_per_buffer <= detail::longest_host_buffer,
                  "frames_per_buffer must be from 1 to 2^24, or 0 for PortAudio's choice");
  detail::require_speakers(settings_.channel_mask);
  if (settings_.frames_per_buffer > 0) {
    info_->flags |= DirectSoundInfo::use_frames_per_buffer;
    info_->frames_per_buffer = settings_.frames_per_buffer;
  }
  if (settings_.channel_mask) {
    info_->flags |= DirectSoundInfo::use_channel_mask;
    info_->channel_mask = static_cast<unsigned long>(*settings_.channel_mask);
  }
}

DirectSoundOptions::~DirectSoundOptions() = default;

void* DirectSoundOptions::stream_info() const noexcept {
  return static_cast<DirectSoundInfo*>(info_.get());
}

std::string DirectSoundOptions::description() const {
  return detail::OptionWords("DirectSoundOptions")
      .number("frames_per_buffer", settings_.frames_per_buffer)
      .mask("channel_mask", settings_.channel_mask)
      .text();
}

const char* DirectSoundOptions::fault(const StreamSide&, bool,
                                      const HostOptions* other) const noexcept {
  const auto* const theirs = dynamic_cast<const DirectSoundOptions*>(other);
  if (theirs == nullptr) return nullptr;
  const unsigned long frames = settings_.frames_per_buffer;
  const unsigned long others = theirs->settings_.frames_per_buffer;
  // OpenStream(): "the current code requires the sizes to match"
  return frames > 0 && others > 0 && frames != others
             ? "frames_per_buffer must be the same in both directions"
             : nullptr;
}

}  // namespace audiopp
