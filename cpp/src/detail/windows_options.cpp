// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "detail/windows_options.hpp"

#ifdef _WIN32

#ifndef NOMINMAX  // libstdc++ defines it
#define NOMINMAX
#endif
#include <windows.h>
// After windows.h.
#include <mmsystem.h>
#include <pa_win_ds.h>
#include <pa_win_wasapi.h>
#include <pa_win_wdmks.h>
#include <pa_win_wmme.h>

#include <cstddef>

#include "audiopp/host/channel_mask.hpp"
#include "audiopp/host/wasapi.hpp"

// That our structures and numbers are PortAudio's.
namespace audiopp::detail {
namespace {

#define SAME_SIZE(ours, theirs) \
  static_assert(sizeof(ours) == sizeof(theirs) && alignof(ours) == alignof(theirs))
#define SAME_FIELD(ours, field, theirs, their_field)                      \
  static_assert(offsetof(ours, field) == offsetof(theirs, their_field) && \
                sizeof(static_cast<ours*>(nullptr)->field) ==             \
                    sizeof(static_cast<theirs*>(nullptr)->their_field))
#define SAME_HEADER(ours, theirs)                         \
  SAME_SIZE(ours, theirs);                                \
  SAME_FIELD(ours, header.size, theirs, size);            \
  SAME_FIELD(ours, header.host_api, theirs, hostApiType); \
  SAME_FIELD(ours, header.version, theirs, version);      \
  SAME_FIELD(ours, flags, theirs, flags)

SAME_HEADER(WasapiInfo, PaWasapiStreamInfo);
SAME_FIELD(WasapiInfo, channel_mask, PaWasapiStreamInfo, channelMask);
SAME_FIELD(WasapiInfo, output_processor, PaWasapiStreamInfo, hostProcessorOutput);
SAME_FIELD(WasapiInfo, input_processor, PaWasapiStreamInfo, hostProcessorInput);
SAME_FIELD(WasapiInfo, thread_priority, PaWasapiStreamInfo, threadPriority);
SAME_FIELD(WasapiInfo, category, PaWasapiStreamInfo, streamCategory);
SAME_FIELD(WasapiInfo, option, PaWasapiStreamInfo, streamOption);

SAME_HEADER(DirectSoundInfo, PaWinDirectSoundStreamInfo);
SAME_FIELD(DirectSoundInfo, frames_per_buffer, PaWinDirectSoundStreamInfo, framesPerBuffer);
SAME_FIELD(DirectSoundInfo, channel_mask, PaWinDirectSoundStreamInfo, channelMask);

SAME_SIZE(MmeDeviceInfo, PaWinMmeDeviceAndChannelCount);
SAME_FIELD(MmeDeviceInfo, device, PaWinMmeDeviceAndChannelCount, device);
SAME_FIELD(MmeDeviceInfo, channels, PaWinMmeDeviceAndChannelCount, channelCount);
SAME_HEADER(MmeInfo, PaWinMmeStreamInfo);
SAME_FIELD(MmeInfo, frames_per_buffer, PaWinMmeStreamInfo, framesPerBuffer);
SAME_FIELD(MmeInfo, buffer_count, PaWinMmeStreamInfo, bufferCount);
SAME_FIELD(MmeInfo, devices, PaWinMmeStreamInfo, devices);
SAME_FIELD(MmeInfo, device_count, PaWinMmeStreamInfo, deviceCount);
SAME_FIELD(MmeInfo, channel_mask, PaWinMmeStreamInfo, channelMask);

SAME_HEADER(WdmKsInfo, PaWinWDMKSInfo);
SAME_FIELD(WdmKsInfo, packets, PaWinWDMKSInfo, noOfPackets);
SAME_FIELD(WdmKsInfo, channel_mask, PaWinWDMKSInfo, channelMask);

#undef SAME_SIZE
#undef SAME_FIELD
#undef SAME_HEADER

template <class A, class B>
constexpr bool same(A ours, B theirs) {
  return static_cast<long long>(ours) == static_cast<long long>(theirs);
}

static_assert(same(WasapiInfo::exclusive, paWinWasapiExclusive));
static_assert(same(WasapiInfo::use_channel_mask, paWinWasapiUseChannelMask));
static_assert(same(WasapiInfo::polling, paWinWasapiPolling));
static_assert(same(WasapiInfo::use_thread_priority, paWinWasapiThreadPriority));
static_assert(same(WasapiInfo::explicit_format, paWinWasapiExplicitSampleFormat));
static_assert(same(WasapiInfo::auto_convert, paWinWasapiAutoConvert));
static_assert(same(WasapiThreadPriority::none, eThreadPriorityNone));
static_assert(same(WasapiThreadPriority::audio, eThreadPriorityAudio));
static_assert(same(WasapiThreadPriority::capture, eThreadPriorityCapture));
static_assert(same(WasapiThreadPriority::distribution, eThreadPriorityDistribution));
static_assert(same(WasapiThreadPriority::games, eThreadPriorityGames));
static_assert(same(WasapiThreadPriority::playback, eThreadPriorityPlayback));
static_assert(same(WasapiThreadPriority::pro_audio, eThreadPriorityProAudio));
static_assert(same(WasapiThreadPriority::window_manager, eThreadPriorityWindowManager));
static_assert(same(WasapiStreamCategory::other, eAudioCategoryOther));
static_assert(same(WasapiStreamCategory::communications, eAudioCategoryCommunications));
static_assert(same(WasapiStreamCategory::alerts, eAudioCategoryAlerts));
static_assert(same(WasapiStreamCategory::sound_effects, eAudioCategorySoundEffects));
static_assert(same(WasapiStreamCategory::game_effects, eAudioCategoryGameEffects));
static_assert(same(WasapiStreamCategory::game_media, eAudioCategoryGameMedia));
static_assert(same(WasapiStreamCategory::game_chat, eAudioCategoryGameChat));
static_assert(same(WasapiStreamCategory::speech, eAudioCategorySpeech));
static_assert(same(WasapiStreamCategory::movie, eAudioCategoryMovie));
static_assert(same(WasapiStreamCategory::media, eAudioCategoryMedia));
static_assert(same(WasapiStreamOption::none, eStreamOptionNone));
static_assert(same(WasapiStreamOption::raw, eStreamOptionRaw));
static_assert(same(WasapiStreamOption::match_format, eStreamOptionMatchFormat));

static_assert(same(DirectSoundInfo::use_frames_per_buffer,
                   paWinDirectSoundUseLowLevelLatencyParameters));
static_assert(same(DirectSoundInfo::use_channel_mask, paWinDirectSoundUseChannelMask));

static_assert(same(MmeInfo::use_buffers, paWinMmeUseLowLevelLatencyParameters));
static_assert(same(MmeInfo::use_devices, paWinMmeUseMultipleDevices));
static_assert(same(MmeInfo::use_channel_mask, paWinMmeUseChannelMask));
static_assert(same(MmeInfo::no_throttling, paWinMmeDontThrottleOverloadedProcessingThread));
static_assert(same(MmeInfo::dolby_ac3, paWinMmeWaveFormatDolbyAc3Spdif));
static_assert(same(MmeInfo::wma, paWinMmeWaveFormatWmaSpdif));

static_assert(same(WdmKsInfo::override_frame_size, paWinWDMKSOverrideFramesize));
static_assert(same(WdmKsInfo::use_channel_mask, paWinWDMKSUseGivenChannelMask));

static_assert(same(ChannelMask::direct_out, PAWIN_SPEAKER_DIRECTOUT));
static_assert(same(ChannelMask::mono, PAWIN_SPEAKER_MONO));
static_assert(same(ChannelMask::stereo, PAWIN_SPEAKER_STEREO));
static_assert(same(ChannelMask::quad, PAWIN_SPEAKER_QUAD));
static_assert(same(ChannelMask::surround, PAWIN_SPEAKER_SURROUND));
static_assert(same(ChannelMask::surround_5_1, PAWIN_SPEAKER_5POINT1_SURROUND));
static_assert(same(ChannelMask::surround_5_1_back, PAWIN_SPEAKER_5POINT1_BACK));
static_assert(same(ChannelMask::surround_7_1, PAWIN_SPEAKER_7POINT1_SURROUND));
static_assert(same(ChannelMask::top_back_right, PAWIN_SPEAKER_TOP_BACK_RIGHT));

}  // namespace
}  // namespace audiopp::detail

#endif
