// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "audiopp/host_api.hpp"

namespace audiopp {

const char* name_of(HostApiType type) noexcept {
  switch (type) {
    case HostApiType::in_development:
      return "host API in development";
    case HostApiType::direct_sound:
      return "Windows DirectSound";
    case HostApiType::mme:
      return "MME";
    case HostApiType::asio:
      return "ASIO";
    case HostApiType::sound_manager:
      return "Sound Manager";
    case HostApiType::core_audio:
      return "Core Audio";
    case HostApiType::oss:
      return "OSS";
    case HostApiType::alsa:
      return "ALSA";
    case HostApiType::al:
      return "AL";
    case HostApiType::be_os:
      return "BeOS";
    case HostApiType::wdm_ks:
      return "Windows WDM-KS";
    case HostApiType::jack:
      return "JACK Audio Connection Kit";
    case HostApiType::wasapi:
      return "Windows WASAPI";
    case HostApiType::audio_science_hpi:
      return "AudioScience HPI";
    case HostApiType::audio_io:
      return "audio(4)";
    case HostApiType::pulse_audio:
      return "PulseAudio";
    case HostApiType::sndio:
      return "sndio";
  }
  return "unknown";
}

}  // namespace audiopp
