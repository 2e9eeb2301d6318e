// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audiopp/callback.hpp"
#include "audiopp/device.hpp"
#include "audiopp/flags.hpp"
#include "audiopp/host_api.hpp"
#include "audiopp/sample_format.hpp"
#include "audiopp/time.hpp"

namespace audiopp {

struct StreamSide;

/// Options of one host API for a stream's input or output; see audiopp/host/.
class HostOptions {
 public:
  virtual ~HostOptions() = default;
  /// The host API the options are for.
  virtual HostApiType host_api() const noexcept = 0;
  /// PortAudio's structure (PaMacCoreStreamInfo, ...), valid as long as this object.
  virtual void* stream_info() const noexcept = 0;
  /// The options in words, for people.
  virtual std::string description() const { return "the options"; }
  /// The devices that they name in place of StreamSide::device; empty for most.
  virtual std::vector<Device> devices() const { return {}; }
  /// Why a stream cannot have them for `side`, its input or output, where the other direction has
  /// `other` (of the same host API, or null); null if it can.
  ///
  /// PortAudio checks some of this only when it opens the stream, and some never.
  virtual const char* fault([[maybe_unused]] const StreamSide& side, [[maybe_unused]] bool is_input,
                            [[maybe_unused]] const HostOptions* other) const noexcept {
    return nullptr;
  }
};

/// The longest latency that can be suggested: larger values overflow PortAudio's counters.
inline constexpr Seconds longest_latency{3600};
/// The longest callback buffer, in frames.
inline constexpr std::size_t longest_callback_buffer = std::size_t{1} << 30;

/// One direction of a stream.
struct StreamSide {
  /// Empty: the devices of the host options, or the default device: of their host API, if there are
  /// options.
  std::optional<Device> device{};
  int channels = 2;
  SampleFormat format = SampleFormat::int16;
  Layout layout = Layout::interleaved;
  /// Suggested, from 0 to `longest_latency`; empty: the device's default low latency.
  std::optional<Seconds> latency{};
  std::shared_ptr<const HostOptions> host_options{};  ///< Kept alive by the stream.
};

/// Bytes of one frame of that side in an interleaved buffer; 0 for a format without a fixed size.
/// Any thread, real-time safe.
inline std::size_t frame_size(const StreamSide& side) noexcept {
  return side.channels > 0 ? sample_size(side.format) * static_cast<std::size_t>(side.channels) : 0;
}

/// What to open: plain data. At least one direction is needed.
struct StreamConfig {
  std::optional<StreamSide> input;
  std::optional<StreamSide> output;
  double sample_rate = 48000;           ///< In frames a second.
  unsigned long frames_per_buffer = 0;  ///< 0 (paFramesPerBufferUnspecified): PortAudio's choice.
  StreamFlags flags = StreamFlags::none;
  /// Frames to buffer between the audio thread and the callback; 0: the audio thread calls it.
  ///
  /// With a buffer the callback runs on its own thread, where it may lock and wait; only when it is
  /// late by more than the buffer does the sound break up. Output is delayed by as much, which the
  /// stream's latency includes; two blocks are the least. The host API's own block has to fit in:
  /// if it is longer (JACK's period, which we cannot choose), blocks come up short.
  std::size_t callback_buffer = 0;
  /// With a callback buffer: wraps the callback's calls for all blocks that are due together. What
  /// it throws ends the stream, like an exception of the callback.
  CallbackScope callback_scope{};
  /// Called when a callback stream has finished: after `complete` or `stop`, once everything has
  /// been played; after `abort` or an exception; or when the device is lost.
  ///
  /// Runs on PortAudio's thread under the rules of a callback; Stream::take_exception() returns
  /// what it throws. The stream may still be active.
  std::function<void()> finished_callback{};
};

}  // namespace audiopp
