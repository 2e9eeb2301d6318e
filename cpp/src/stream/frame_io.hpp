// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "audiopp/error.hpp"
#include "audiopp/stream_config.hpp"
#include "audiopp/time.hpp"

namespace audiopp::detail {

/// The directions of blocking I/O, as parameters of the templates over them.
struct Input {
  using Buffer = void*;
  using Byte = unsigned char;
  static constexpr auto side = &StreamConfig::input;
  static constexpr const char* transfer_call = "Pa_ReadStream";
  static constexpr const char* available_call = "Pa_GetStreamReadAvailable";
  static constexpr Errc has_callback = Errc::can_not_read_from_a_callback_stream;
  static constexpr Errc has_no_side = Errc::can_not_read_from_an_output_only_stream;
};
struct Output {
  using Buffer = const void*;
  using Byte = const unsigned char;
  static constexpr auto side = &StreamConfig::output;
  static constexpr const char* transfer_call = "Pa_WriteStream";
  static constexpr const char* available_call = "Pa_GetStreamWriteAvailable";
  static constexpr Errc has_callback = Errc::can_not_write_to_a_callback_stream;
  static constexpr Errc has_no_side = Errc::can_not_write_to_an_input_only_stream;
};

/// Moves the frames of a blocking stream to and from PortAudio. Nothing here waits.
///
/// *Threads*: one at a time, by BlockingIo's lock.
/// *Throws*: Error if PortAudio fails or the device is lost.
class FrameIo {
 public:
  virtual ~FrameIo() = default;

  /// Frames that can be moved at once; only our own calls reduce them.
  virtual std::size_t available(Input) = 0;
  virtual std::size_t available(Output) = 0;
  /// Moves available frames from or to a buffer in the stream's layout. Returns whether input was
  /// lost, or output came too late, before them.
  virtual bool move(Input, void* buffer, std::size_t frames) = 0;
  virtual bool move(Output, const void* buffer, std::size_t frames) = 0;

  /// Throws if the device is lost and PortAudio would not say so by itself.
  virtual void check_device(const char*) {}

  /// How long the frames last that can be in flight.
  virtual Seconds depth(Input) const noexcept = 0;
  virtual Seconds depth(Output) const noexcept = 0;

  /// Call before the stream starts: empties the queues.
  virtual void reset() = 0;

  /// Frames that may still have to be played before the stream stops; 0 if a stop plays them, or
  /// nothing was written.
  virtual std::size_t begin_drain() = 0;
  /// One step of a drain; false once everything has been played.
  virtual bool drain() = 0;
};

}  // namespace audiopp::detail
