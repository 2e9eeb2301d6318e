// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "audiopp/host/mme.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "detail/describe_options.hpp"
#include "detail/windows_options.hpp"

namespace audiopp {

using detail::MmeInfo;
using detail::require;

struct MmeOptions::Info : MmeInfo {
  std::vector<detail::MmeDeviceInfo> parts;
};

namespace {

void check(const MmeSettings& settings) {
  require((settings.frames_per_buffer > 0) == (settings.buffer_count > 0),
          "frames_per_buffer and buffer_count go together");
  require(settings.frames_per_buffer <= detail::longest_host_buffer,
          "frames_per_buffer must be from 1 to 2^24, or 0 for PortAudio's choice");
  require(settings.buffer_count != 1 && settings.buffer_count <= 1024,
          "buffer_count must be from 2 to 1024, or 0 for PortAudio's choice");
  require(settings.devices.size() <= 64, "devices can be at most 64");
  require(std::all_of(settings.devices.begin(), settings.devices.end(),
                      [](const MmeDevice& it) { return it.channels > 0; }),
          "each of the devices needs channels");
  detail::require_speakers(settings.channel_mask);
  // PortAudio's masks for several devices are always direct_out.
  require(!settings.channel_mask || settings.devices.size() < 2,
          "channel_mask is for one device, not for several");
  require(
      settings.passthrough >= MmePassthrough::none && settings.passthrough <= MmePassthrough::wma,
      "passthrough is not one of MME's");
}

}  // namespace

MmeOptions::MmeOptions(MmeSettings settings)
    : settings_(std::move(settings)), info_(std::make_unique<Info>()) {
  check(settings_);
  if (settings_.buffer_count > 0) {
    info_->flags |= MmeInfo::use_buffers;
    info_->frames_per_buffer = settings_.frames_per_buffer;
    info_->buffer_count = settings_.buffer_count;
  }
  for (const MmeDevice& it : settings_.devices) {
    info_->parts.push_back({it.device.index, it.channels});
  }
  if (!info_->parts.empty()) {
    info_->flags |= MmeInfo::use_devices;
    info_->devices = info_->parts.data();
    info_->device_count = static_cast<unsigned long>(info_->parts.size());
  }
  if (settings_.channel_mask) {
    info_->flags |= MmeInfo::use_channel_mask;
    info_->channel_mask = static_cast<unsigned long>(*settings_.channel_mask);
  }
  if (settings_.no_throttling) info_->flags |= MmeInfo::no_throttling;
  if (settings_.passthrough == MmePassthrough::dolby_ac3) info_->flags |= MmeInfo::dolby_ac3;
  if (settings_.passthrough == MmePassthrough::wma) info_->flags |= MmeInfo::wma;
}

MmeOptions::~MmeOptions() = default;

void* MmeOptions::stream_info() const noexcept {
  return static_cast<MmeInfo*>(info_.get());
}

std::string MmeOptions::description() const {
  std::string devices;
  for (const MmeDevice& it : settings_.devices) {
    devices += (devices.empty() ? "" : " + ") + std::to_string(it.channels) + " of device " +
               std::to_string(it.device.index);
  }
  detail::OptionWords words("MmeOptions");
  if (!devices.empty()) words.words("devices", devices);
  words.number("frames_per_buffer", settings_.frames_per_buffer)
      .number("buffer_count", settings_.buffer_count)
      .mask("channel_mask", settings_.channel_mask)
      .flag("no_throttling", settings_.no_throttling);
  if (settings_.passthrough != MmePassthrough::none) {
    words.words("passthrough", settings_.passthrough == MmePassthrough::wma ? "wma" : "dolby_ac3");
  }
  return words.text();
}

std::vector<Device> MmeOptions::devices() const {
  std::vector<Device> all;
  all.reserve(settings_.devices.size());
  for (const MmeDevice& it : settings_.devices) all.push_back(it.device);
  return all;
}

const char* MmeOptions::fault(const StreamSide& side, bool is_input,
                              const HostOptions* other) const noexcept {
  if (!settings_.devices.empty()) {
    if (side.device) return "devices take the place of the stream's device: give one of the two";
    std::int64_t sum = 0;
    for (const MmeDevice& it : settings_.devices) {
      sum += it.channels;
      const int there = is_input ? it.device.max_input_channels : it.device.max_output_channels;
      if (there < 1) return "one of the devices has no channels in this direction";
    }
    if (sum != side.channels) return "the channels of its devices do not add up to the stream's";
  }
  const auto* const theirs = dynamic_cast<const MmeOptions*>(other);
  if (theirs == nullptr) return nullptr;
  const auto [smaller, larger] =
      std::minmax(settings_.frames_per_buffer, theirs->settings_.frames_per_buffer);
  // CalculateBufferSettings(): "the larger buffer size must be a multiple of the smaller"
  return smaller > 0 && larger % smaller != 0
             ? "frames_per_buffer of one direction must be a multiple of the other's"
             : nullptr;
}

}  // namespace audiopp
