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

/// How Windows schedules the audio thread (PaWasapiThreadPriority).
enum class WasapiThreadPriority : int {
  none = 0,  ///< PortAudio's choice, as without the option.
  audio,     ///< PortAudio's choice in shared mode.
  capture,
  distribution,
  games,
  playback,
  pro_audio,  ///< PortAudio's choice in exclusive mode.
  window_manager,
};

/// What the sound is for (PaWasapiStreamCategory), from Windows 8 on: Windows may process, route
/// and duck it accordingly.
enum class WasapiStreamCategory : int {
  other = 0,
  communications = 3,
  alerts,
  sound_effects,
  game_effects,
  game_media,
  game_chat,
  speech,
  movie,
  media,
};

/// How Windows processes the sound (PaWasapiStreamOption), from Windows 8.1 on.
enum class WasapiStreamOption : int {
  none = 0,
  raw,           ///< Without the driver's and Windows' effects.
  match_format,  ///< The engine runs in the stream's format, from Windows 10 on.
};

/// What WasapiOptions can set; as it stands, PortAudio's defaults.
struct WasapiSettings {
  /// The stream has the device to itself, in a format that the hardware supports. Other programs'
  /// sound stops, and opening fails while another program has the device.
  bool exclusive = false;
  /// Windows converts the stream's sample rate and channels. Without it, a shared device takes
  /// only its own rate (Device::default_sample_rate). Shared mode only.
  bool auto_convert = false;
  /// In exclusive mode, refuse the stream where the device lacks its sample format; otherwise
  /// PortAudio converts from another one.
  bool explicit_format = false;
  /// Ask for frames at intervals instead of waiting for the device's event: slower, but some
  /// drivers need it. Either both directions or none.
  bool polling = false;
  std::optional<ChannelMask> channel_mask{};
  /// Both directions should have the same.
  std::optional<WasapiThreadPriority> thread_priority{};
  WasapiStreamCategory category = WasapiStreamCategory::other;
  WasapiStreamOption option = WasapiStreamOption::none;
};

/// Options of a stream's input or output on WASAPI (PaWasapiStreamInfo).
///
/// Exists on every platform, as the options of all host APIs do. A side with these options and no
/// device has WASAPI's default device; on a device of another host API, opening fails with
/// Errc::incompatible_host_api_specific_stream_info.
class AUDIOPP_API WasapiOptions : public HostOptions {
 public:
  /// std::invalid_argument if the settings contradict each other.
  explicit WasapiOptions(const WasapiSettings& settings = {});
  ~WasapiOptions() override;

  const WasapiSettings& settings() const noexcept { return settings_; }

  HostApiType host_api() const noexcept override { return HostApiType::wasapi; }
  void* stream_info() const noexcept override;
  std::string description() const override;
  const char* fault(const StreamSide& side, bool is_input,
                    const HostOptions* other) const noexcept override;

 private:
  struct Info;
  WasapiSettings settings_;
  std::unique_ptr<Info> info_;
};

}  // namespace audiopp
