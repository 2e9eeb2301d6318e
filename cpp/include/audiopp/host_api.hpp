// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "audiopp/export.hpp"

namespace audiopp {

/// PortAudio's host API types, under PortAudio's numbers, on every platform.
enum class HostApiType : int {
  in_development = 0,
  direct_sound = 1,
  mme = 2,
  asio = 3,
  sound_manager = 4,
  core_audio = 5,
  oss = 7,
  alsa = 8,
  al = 9,
  be_os = 10,
  wdm_ks = 11,
  jack = 12,
  wasapi = 13,
  audio_science_hpi = 14,
  audio_io = 15,
  pulse_audio = 16,
  sndio = 17,
};

/// PortAudio's name for a type, such as "Windows WASAPI", or "unknown" for other values. Any
/// thread, real-time safe.
AUDIOPP_API const char* name_of(HostApiType type) noexcept;

/// A sound system that PortAudio can use: a copy of its PaHostApiInfo, valid for ever.
struct HostApi {
  int index;
  int struct_version;
  HostApiType type;
  std::string name;
  int device_count;
  int default_input_device;   ///< Device index, or -1 for none.
  int default_output_device;  ///< Device index, or -1 for none.
};

}  // namespace audiopp
