// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "stream/ring_io.hpp"

#include <algorithm>
#include <cmath>

#include "audiopp/flags.hpp"
#include "detail/rt.hpp"
#include "detail/silence.hpp"

namespace audiopp::detail {
namespace {

// Measured once, on two busy cores, at JACK's 128 frames and without real-time priority: in 16
// seconds 46 reads and writes reported an xrun with 10 ms, 3 with 20 ms, none with 40 ms. A program
// that suggests a latency may have less.
constexpr Seconds default_depth{0.04};
constexpr Seconds least_depth{0.02};
// PortAudio's own rule for JACK: three blocks, one at each end and one in between.
constexpr std::size_t blocks = 3;
// JACK's longest period. Memory for three of them is allocated at once.
constexpr std::size_t longest_block = 8192;
constexpr std::size_t most_frames = std::size_t{1} << 22;  // 87 seconds at 48,000

std::size_t depth_for(const StreamConfig& config, const RingIo::Facts& facts) {
  const Seconds wanted = std::max(facts.suggested_latency.value_or(default_depth), least_depth);
  const double least = wanted.count() * facts.sample_rate;
  const double frames =
      std::max(std::ceil(least), 2 * static_cast<double>(config.frames_per_buffer));
  if (frames <= static_cast<double>(most_frames)) return static_cast<std::size_t>(frames);
  throw Error(Errc::buffer_too_big, "Pa_OpenStream",
              "on this host API a blocking stream queues at most 4194304 frames: ask for a smaller "
              "latency, or fewer frames per buffer");
}

std::optional<FrameRing> ring_for(const std::optional<StreamSide>& side, std::size_t capacity) {
  if (!side) return std::nullopt;
  if (sample_size(side->format) == 0) {
    throw Error(Errc::sample_format_not_supported, "Pa_OpenStream",
                "samples of a custom format have no known size: on this host API they need a "
                "callback");
  }
  return std::optional<FrameRing>(std::in_place, capacity, side->channels, side->format,
                                  side->layout);
}

}  // namespace

RingIo::RingIo(PortAudioStream& stream, const StreamConfig& config, const Facts& facts)
    : stream_(stream),
      config_(config),
      sample_rate_(facts.sample_rate),
      tail_(facts.tail),
      patience_(facts.patience),
      hears_hosts_xruns_(facts.hears_hosts_xruns),
      wanted_(depth_for(config, facts)),
      capacity_(std::max(wanted_, blocks * longest_block)),
      input_(ring_for(config.input, capacity_)),
      output_(ring_for(config.output, capacity_)),
      depth_(wanted_) {}

void RingIo::reset() {
  if (input_) input_->clear();
  if (output_) output_->clear();
  // Keep what the last run learnt about the size of PortAudio's blocks.
  const std::size_t depth = depth_.load(std::memory_order_relaxed);
  if (output_) output_->write_silence(input_ ? depth : depth / 2);
  has_written_.store(false, std::memory_order_relaxed);
  draining_.store(false, std::memory_order_relaxed);
  overflow_.store(false, std::memory_order_relaxed);
  underflow_.store(false, std::memory_order_relaxed);
  tail_left_ = tail_;
  patience_left_ = patience_;
  has_begun_ = false;
}

// ---- the reader and the writer ----

std::size_t RingIo::available(Input) {
  if (!stream_.life.is_running()) return 0;
  const std::size_t frames = input_->readable();
  if (frames == 0) check_device(Input::available_call);
  return frames;
}

std::size_t RingIo::available(Output) {
  const std::size_t depth = depth_.load(std::memory_order_relaxed);
  if (!stream_.life.is_running()) return depth;  // the next start empties the ring
  const std::size_t queued = output_->readable();
  if (queued < depth) return depth - queued;
  check_device(Output::available_call);
  return 0;
}

// When the device is gone PortAudio reports no error here; it just stops calling back.
void RingIo::check_device(const char* call) {
  if (!stream_.life.is_running() || stream_.is_active()) return;
  stream_.life.lose();
  throw Error(Errc::unanticipated_host_error, call, device_lost_words);
}

bool RingIo::move(Input, void* buffer, std::size_t frames) {
  input_->read(buffer, frames);
  return overflow_.exchange(false, std::memory_order_relaxed);
}

bool RingIo::move(Output, const void* buffer, std::size_t frames) {
  output_->write(buffer, frames);
  has_written_.store(true, std::memory_order_release);
  return underflow_.exchange(false, std::memory_order_relaxed);
}

std::size_t RingIo::begin_drain() {
  if (!has_written_.load(std::memory_order_relaxed)) return 0;
  draining_.store(true, std::memory_order_release);
  return output_->readable() + tail_;
}

// ---- the audio thread ----

int RingIo::exchange(const void* input, void* output, std::size_t frames,
                     PaStreamCallbackFlags flags) noexcept AUDIOPP_NONBLOCKING {
  make_room_for(frames);
  if (!hears_hosts_xruns_) flags = 0;
  // Read before the ring: then the ring has everything that was written before the drain.
  const bool draining = draining_.load(std::memory_order_acquire);
  const bool has_written = has_written_.load(std::memory_order_acquire);
  if (input_) {
    const std::size_t queued = input_->readable();
    const std::size_t depth = depth_.load(std::memory_order_relaxed);
    const std::size_t moved = std::min(frames, depth - std::min(depth, queued));
    input_->write(input, moved);
    if (moved < frames || (flags & paInputOverflow) != 0) {
      overflow_.store(true, std::memory_order_relaxed);
    }
  }
  if (!output_) return paContinue;
  fill_silence(output, frames, config_.output->channels, config_.output->format,
               config_.output->layout);
  const bool waits = holds_back(frames, has_written, draining);
  const std::size_t moved = waits ? 0 : std::min(frames, output_->readable());
  output_->read(output, moved);
  if (!draining) {
    if (has_written && !waits && (moved < frames || (flags & paOutputUnderflow) != 0)) {
      underflow_.store(true, std::memory_order_relaxed);
    }
    return paContinue;
  }
  if (output_->readable() > 0) return paContinue;
  tail_left_ -= std::min(tail_left_, frames - moved);
  return tail_left_ == 0 ? paComplete : paContinue;
}

bool RingIo::holds_back(std::size_t block, bool has_written, bool draining) noexcept {
  if (input_ || has_begun_) return false;
  if (!has_written) return true;
  has_begun_ = draining || patience_left_ == 0 ||
               output_->readable() >= depth_.load(std::memory_order_relaxed);
  patience_left_ -= std::min(patience_left_, block);
  return !has_begun_;
}

void RingIo::make_room_for(std::size_t block) noexcept {
  const std::size_t depth = std::min(blocks * block, capacity_);
  if (depth > depth_.load(std::memory_order_relaxed)) {
    depth_.store(depth, std::memory_order_relaxed);
  }
}

}  // namespace audiopp::detail
