// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "stream/frame_io.hpp"
#include "stream/portaudio_stream.hpp"

namespace audiopp::detail {

/// Blocking I/O by Pa_ReadStream() and Pa_WriteStream().
class PortAudioIo final : public FrameIo {
 public:
  /// What is known once the stream is open.
  struct Facts {
    Seconds input_latency;
    Seconds output_latency;
    std::size_t queue_frames;  ///< The output queue's size, as far as known.
    std::size_t beyond_queue;  ///< Frames that a stop drops besides.
    bool stop_drops_queue;
  };

  PortAudioIo(PortAudioStream& stream, const StreamConfig& config, const Facts& facts)
      : stream_(stream), config_(config), facts_(facts), queue_frames_(facts.queue_frames) {}

  std::size_t available(Input) override;
  std::size_t available(Output) override;
  bool move(Input, void* buffer, std::size_t frames) override;
  bool move(Output, const void* buffer, std::size_t frames) override;
  Seconds depth(Input) const noexcept override { return facts_.input_latency; }
  Seconds depth(Output) const noexcept override { return facts_.output_latency; }
  void reset() override { has_written_ = false; }
  std::size_t begin_drain() override;
  bool drain() override;

 private:
  PortAudioStream& stream_;
  const StreamConfig& config_;
  const Facts facts_;
  std::size_t queue_frames_;  // the most that was ever writable at once
  bool has_written_ = false;  // since the start
  std::size_t silence_left_ = 0;
};

}  // namespace audiopp::detail
