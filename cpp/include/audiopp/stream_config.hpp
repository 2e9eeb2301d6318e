// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

#include "audiopp/callback.hpp"
#include "audiopp/device.hpp"
#include "audiopp/flags.hpp"
#include "audiopp/host_api.hpp"
#include "audiopp/sample_format.hpp"
#include "audiopp/time.hpp"

namespace audiopp {

/// Options that only one host API knows; see audiopp/host/.
class HostOptions {
 public:
  virtual ~HostOptions() = default;
  /// The host API the options are for.
  virtual HostApiType host_api() const noexcept = 0;
  /// PortAudio's structure (PaMacCoreStreamInfo, ...), alive as long as this object.
  virtual void* stream_info() const noexcept = 0;
};

/// PortAudio's host APIs count frames and microseconds of a latency in numbers that more would turn
/// round.
inline constexpr Seconds longest_latency{3600};

/// One direction of a stream.
struct StreamSide {
  std::optional<Device> device{};  ///< Nothing means the default device.
  int channels = 2;
  SampleFormat format = SampleFormat::int16;
  Layout layout = Layout::interleaved;
  /// Suggested, at most `longest_latency`; nothing means the device's default low latency.
  std::optional<Seconds> latency{};
  std::shared_ptr<const HostOptions> host_options{};  ///< Kept alive by the stream.
};

/// What to open: plain data. At least one direction must be given.
struct StreamConfig {
  std::optional<StreamSide> input;
  std::optional<StreamSide> output;
  double sample_rate = 48000;           ///< In frames a second.
  unsigned long frames_per_buffer = 0;  ///< 0 (paFramesPerBufferUnspecified): PortAudio's choice.
  StreamFlags flags = StreamFlags::none;
  /// Frames between the audio thread and the callback; 0: the audio thread calls it.
  ///
  /// The callback then runs on a thread of its own, where it may lock and wait, and is late only
  /// when it is late by more than this. Output comes that much later, which the stream's latency
  /// says; at least two blocks are taken. A block of the sound system's own has to fit in: where it
  /// is longer than that (JACK's period, which is not ours to choose), blocks are short.
  std::size_t callback_buffer = 0;
  /// With a callback buffer: around the calls of the callback for blocks that are due together.
  CallbackScope callback_scope{};
  /// Called when a stream with a callback has finished: after `complete` or `stop`, when all has
  /// been played; after `abort` or an exception; or when its device is lost.
  ///
  /// On PortAudio's thread, by the rules of the callback: what it throws waits for
  /// Stream::take_exception(). The stream may still be active.
  std::function<void()> finished_callback{};
};

}  // namespace audiopp
