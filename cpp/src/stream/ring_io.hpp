// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <optional>

#include "detail/frame_ring.hpp"
#include "stream/frame_io.hpp"
#include "stream/portaudio_stream.hpp"

namespace audiopp::detail {

/// Blocking I/O for host APIs on which PortAudio's own does not work: our callback moves frames
/// between PortAudio and two rings, one per direction.
///
/// A ring holds at most `depth` frames. A full-duplex stream starts with that much silence in its
/// output ring, so a program that writes what it has read never runs dry and is delayed by exactly
/// the depth. An output-only stream starts with half as much, held back until the first write, so
/// that small blocks have time to follow each other. The input ring stays empty as long as the
/// reader keeps up, so it adds no latency.
///
/// The audio thread raises the depth if three of PortAudio's blocks do not fit. When the input ring
/// is full, input is lost; when the output ring is empty, the output is silent. The next read or
/// write reports it, but neither silence before the first write nor silence during a drain counts.
class RingIo final : public FrameIo {
 public:
  /// What is known once the stream is open.
  struct Facts {
    std::optional<Seconds> suggested_latency;  ///< The depth is no less.
    double sample_rate;
    std::size_t tail;  ///< Frames of silence that end a drain if a stop would drop what is queued.
    std::size_t patience;    ///< Frames for which the first sound may wait until the ring is full.
    bool hears_hosts_xruns;  ///< Whether PortAudio's flags report only this stream's xruns.
  };

  /// *Throws*: Errc::buffer_too_big; Errc::sample_format_not_supported for samples of no known
  /// size; std::bad_alloc.
  RingIo(PortAudioStream& stream, const StreamConfig& config, const Facts& facts);

  std::size_t available(Input) override;
  std::size_t available(Output) override;
  bool move(Input, void* buffer, std::size_t frames) override;
  bool move(Output, const void* buffer, std::size_t frames) override;
  void check_device(const char* call) override;
  Seconds depth(Input) const noexcept override { return depth(); }
  Seconds depth(Output) const noexcept override { return depth(); }
  void reset() override;
  std::size_t begin_drain() override;
  bool drain() override { return stream_.is_active(); }

  /// What the ring adds to the output's latency. Any thread.
  Seconds depth() const noexcept {
    return Seconds(static_cast<double>(depth_.load(std::memory_order_relaxed)) / sample_rate_);
  }
  /// Whether a drain has told the audio thread to end, so that its end is not a lost device.
  bool is_draining() const noexcept { return draining_.load(std::memory_order_acquire); }

  /// The audio thread's side: one block, with the result of a PaStreamCallback.
  int exchange(const void* input, void* output, std::size_t frames,
               PaStreamCallbackFlags flags) noexcept;

 private:
  bool is_full_duplex() const noexcept { return input_ && output_; }
  void make_room_for(std::size_t block) noexcept;
  bool holds_back(std::size_t block, bool has_written, bool draining) noexcept;

  PortAudioStream& stream_;
  const StreamConfig& config_;
  const double sample_rate_;
  const std::size_t tail_;
  const std::size_t patience_;
  const bool hears_hosts_xruns_;
  const std::size_t wanted_;    // the initial depth
  const std::size_t capacity_;  // frames that a ring has memory for
  std::optional<FrameRing> input_;
  std::optional<FrameRing> output_;

  std::atomic<std::size_t> depth_;
  std::atomic<bool> has_written_{false};  // since the start
  std::atomic<bool> draining_{false};
  std::atomic<bool> overflow_{false};  // not reported yet
  std::atomic<bool> underflow_{false};
  // The audio thread's own.
  std::size_t tail_left_ = 0;
  std::size_t patience_left_ = 0;
  bool has_begun_ = false;
};

}  // namespace audiopp::detail
