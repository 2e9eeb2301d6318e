// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "audiopp/host/mac_core.hpp"

#include <utility>

#include "detail/describe_options.hpp"
#include "detail/portaudio.hpp"

namespace audiopp {

#ifdef __APPLE__
struct MacCoreOptions::Info {
  PaMacCoreStreamInfo stream_info;
};

static_assert(MacCoreOptions::change_device_parameters == paMacCoreChangeDeviceParameters);
static_assert(MacCoreOptions::fail_if_conversion_required == paMacCoreFailIfConversionRequired);
static_assert(MacCoreOptions::conversion_quality_min == paMacCoreConversionQualityMin);
static_assert(MacCoreOptions::conversion_quality_medium == paMacCoreConversionQualityMedium);
static_assert(MacCoreOptions::conversion_quality_low == paMacCoreConversionQualityLow);
static_assert(MacCoreOptions::conversion_quality_high == paMacCoreConversionQualityHigh);
static_assert(MacCoreOptions::conversion_quality_max == paMacCoreConversionQualityMax);
static_assert(MacCoreOptions::play_nice == paMacCorePlayNice);
static_assert(MacCoreOptions::pro == paMacCorePro);
static_assert(MacCoreOptions::minimize_cpu_but_play_nice == paMacCoreMinimizeCPUButPlayNice);
static_assert(MacCoreOptions::minimize_cpu == paMacCoreMinimizeCPU);
#else
// Only the header, which is all that PortAudio reads before it refuses another host API's options.
struct MacCoreOptions::Info {
  struct {
    unsigned long size;
    int host_api_type;
    unsigned long version;
  } stream_info;
};
#endif

MacCoreOptions::MacCoreOptions(unsigned long flags, std::vector<std::int32_t> channel_map)
    : flags_(flags), channel_map_(std::move(channel_map)), info_(std::make_unique<Info>()) {
#ifdef __APPLE__
  PaMacCore_SetupStreamInfo(&info_->stream_info, flags_);
  if (!channel_map_.empty()) {
    PaMacCore_SetupChannelMap(&info_->stream_info, channel_map_.data(),
                              static_cast<unsigned long>(channel_map_.size()));
  }
#else
  info_->stream_info = {sizeof(info_->stream_info), static_cast<int>(HostApiType::core_audio), 1};
#endif
}

MacCoreOptions::~MacCoreOptions() = default;

void* MacCoreOptions::stream_info() const noexcept {
  return &info_->stream_info;
}

std::string MacCoreOptions::description() const {
  return detail::OptionWords("MacCoreOptions").number("flags", flags_).text();
}

}  // namespace audiopp
