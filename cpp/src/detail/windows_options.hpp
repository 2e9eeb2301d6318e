// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include "audiopp/host_api.hpp"
#include "detail/portaudio.hpp"

namespace audiopp::detail {

// PortAudio's structures for the options of Windows' host APIs. They are declared here because its
// headers for them exist only on Windows, while the options exist on every platform.
// windows_options.cpp compares the two there.

/// How each of them begins, and all that PortAudio reads of one for another host API.
struct OptionsHeader {
  unsigned long size;
  HostApiType host_api;
  unsigned long version;
};

/// PaWasapiStreamInfo.
struct WasapiInfo {
  static constexpr unsigned long exclusive = 0x1;
  static constexpr unsigned long use_channel_mask = 0x4;
  static constexpr unsigned long polling = 0x8;
  static constexpr unsigned long use_thread_priority = 0x10;
  static constexpr unsigned long explicit_format = 0x20;
  static constexpr unsigned long auto_convert = 0x40;

  using Processor = void(void* input, long input_frames, void* output, long output_frames,
                         void* user_data);

  OptionsHeader header{sizeof(WasapiInfo), HostApiType::wasapi, 1};
  unsigned long flags = 0;
  unsigned long channel_mask = 0;
  Processor* output_processor = nullptr;
  Processor* input_processor = nullptr;
  int thread_priority = 0;
  int category = 0;
  int option = 0;
};

/// PaWinDirectSoundStreamInfo.
struct DirectSoundInfo {
  static constexpr unsigned long use_frames_per_buffer = 0x1;
  static constexpr unsigned long use_channel_mask = 0x4;

  OptionsHeader header{sizeof(DirectSoundInfo), HostApiType::direct_sound, 2};
  unsigned long flags = 0;
  unsigned long frames_per_buffer = 0;
  unsigned long channel_mask = 0;
};

/// PaWinMmeDeviceAndChannelCount.
struct MmeDeviceInfo {
  PaDeviceIndex device;
  int channels;
};

/// PaWinMmeStreamInfo.
struct MmeInfo {
  static constexpr unsigned long use_buffers = 0x1;
  static constexpr unsigned long use_devices = 0x2;
  static constexpr unsigned long use_channel_mask = 0x4;
  static constexpr unsigned long no_throttling = 0x8;
  static constexpr unsigned long dolby_ac3 = 0x10;
  static constexpr unsigned long wma = 0x20;

  OptionsHeader header{sizeof(MmeInfo), HostApiType::mme, 1};
  unsigned long flags = 0;
  unsigned long frames_per_buffer = 0;
  unsigned long buffer_count = 0;
  MmeDeviceInfo* devices = nullptr;
  unsigned long device_count = 0;
  unsigned long channel_mask = 0;
};

/// PaWinWDMKSInfo.
struct WdmKsInfo {
  static constexpr unsigned long override_frame_size = 0x1;
  static constexpr unsigned long use_channel_mask = 0x2;

  OptionsHeader header{sizeof(WdmKsInfo), HostApiType::wdm_ks, 1};
  unsigned long flags = 0;
  unsigned packets = 0;
  unsigned channel_mask = 0;
};

}  // namespace audiopp::detail
