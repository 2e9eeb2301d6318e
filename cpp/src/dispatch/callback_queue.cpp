// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "dispatch/callback_queue.hpp"

#include <algorithm>
#include <stdexcept>

#include "audiopp/stream_config.hpp"
#include "detail/fine_timer.hpp"

namespace audiopp::detail {
namespace {

using Clock = std::chrono::steady_clock;

// Waking a thread is a system call, so the audio thread wakes nobody: the worker polls this often.
constexpr Seconds shortest_nap{0.0005};
constexpr Seconds longest_nap{0.01};

constexpr std::size_t longest_block = 1024;

std::size_t choose_block(const CallbackBuffer& buffer) {
  if (buffer.frames > longest_callback_buffer || buffer.block > longest_callback_buffer) {
    throw std::invalid_argument("a callback buffer can hold at most 2^30 frames");
  }
  if (buffer.block > 0) return buffer.block;
  return std::clamp<std::size_t>(buffer.frames / 4, 1, longest_block);
}

StreamTime later(StreamTime time, std::uint64_t from, std::uint64_t to, double sample_rate) {
  if (time == StreamTime{}) return time;  // unknown to the host API
  return time + Seconds(static_cast<double>(static_cast<std::int64_t>(to - from)) / sample_rate);
}

}  // namespace

CallbackQueue::Block::Block(std::size_t frames, int channels, SampleFormat format, Layout layout)
    : data(byte_count(frames, channels, format)) {
  if (layout == Layout::interleaved) return;
  for (int i = 0; i < channels; ++i) {
    planes.push_back(data.data() + static_cast<std::size_t>(i) * frames * sample_size(format));
  }
}

CallbackQueue::CallbackQueue(const CallbackFormat& format, const CallbackBuffer& buffer)
    : format_(format),
      block_(choose_block(buffer)),
      depth_(std::max(buffer.frames, 2 * block_)),
      sample_rate_(buffer.sample_rate),
      nap_(std::clamp(Seconds(static_cast<double>(block_) / sample_rate_ / 2), shortest_nap,
                      longest_nap)),
      scope_(buffer.scope) {
  if (format.input_channels > 0) {
    input_.emplace(depth_, format.input_channels, format.input_format, format.input_layout);
    input_block_.emplace(block_, format.input_channels, format.input_format, format.input_layout);
  }
  if (format.output_channels > 0) {
    output_.emplace(depth_, format.output_channels, format.output_format, format.output_layout);
    output_block_.emplace(block_, format.output_channels, format.output_format,
                          format.output_layout);
  }
  reset();
}

void CallbackQueue::reset() noexcept {
  if (input_) input_->clear();
  if (output_) output_->clear();
  if (is_full_duplex()) output_->write_silence(depth_);
  anchor_.tell({});
  flags_.store(0, std::memory_order_relaxed);
  state_.store(State::working, std::memory_order_relaxed);
  draining_.store(false, std::memory_order_relaxed);
  filled_.store(is_full_duplex(), std::memory_order_relaxed);
  stopping_ = false;
}

// ---- the audio thread ----

CallbackQueue::Exchanged CallbackQueue::exchange(const CallbackContext& context,
                                                 bool draining) noexcept {
  // Read before the ring: then the ring has all that the handler wrote before it completed.
  const State state = state_.load(std::memory_order_acquire);
  if (state == State::aborted) return {CallbackResult::abort, 0};
  if (draining) draining_.store(true, std::memory_order_relaxed);
  const bool ending = draining || state == State::completed;

  Anchor anchor;
  anchor.times = context.times;
  anchor.when = Clock::now();
  if (input_) anchor.input_written = input_->frames_written();
  if (output_) anchor.output_read = output_->frames_read();
  anchor_.tell(anchor);

  std::size_t moved = context.frames;
  bool filling = false;
  if (output_) {
    filling = !ending && !filled_.load(std::memory_order_acquire);
    moved = filling ? 0 : std::min(context.frames, output_->readable());
    output_->read(context.output, moved);
  }
  if (input_ && !ending) {
    if (!output_) moved = std::min(context.frames, input_->writable());
    input_->write(context.input, moved);
  }
  auto flags = context.flags;
  const std::size_t missing = ending || filling ? 0 : context.frames - moved;
  if (missing > 0) {
    if (input_) flags = flags | CallbackFlags::input_overflow;
    if (output_) flags = flags | CallbackFlags::output_underflow;
  }
  if (flags != CallbackFlags::none) {
    flags_.fetch_or(static_cast<unsigned long>(flags), std::memory_order_relaxed);
  }
  const bool ended = ending && (!output_ || output_->readable() == 0);
  return {ended ? CallbackResult::complete : CallbackResult::continue_, missing};
}

// ---- the worker ----

void CallbackQueue::work(const Handler& handler) {
  const auto call_all_due = [&] {
    while (is_due() && !stopping_) call(handler);
  };
  const FineTimer timer;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (is_due()) {
      lock.unlock();
      scope_ ? scope_(call_all_due) : call_all_due();
      lock.lock();
    }
    changed_.wait_for(lock, nap_, [this] { return stopping_.load(); });
  }
}

void CallbackQueue::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
}

bool CallbackQueue::is_due() const noexcept {
  if (draining_.load(std::memory_order_relaxed)) return false;
  if (state_.load(std::memory_order_relaxed) != State::working) return false;
  if (input_) return input_->readable() >= block_;  // full duplex: then the output has room
  return output_->writable() >= block_;
}

void CallbackQueue::call(const Handler& handler) {
  const CallbackTimes when = times();
  void* const in = input_block_ ? input_block_->get() : nullptr;
  void* const out = output_block_ ? output_block_->get() : nullptr;
  if (input_) input_->read(in, block_);
  const CallbackResult result = handler({in, out, block_, when, take_flags(), &format_});
  if (output_ && result != CallbackResult::abort) {
    output_->write(out, block_);
    if (output_->writable() < block_) filled_.store(true, std::memory_order_release);
  }
  if (result == CallbackResult::complete) state_.store(State::completed, std::memory_order_release);
  if (result == CallbackResult::abort) abort();
}

CallbackTimes CallbackQueue::times() noexcept {
  const Anchor& anchor = anchor_.hear();
  if (anchor.when == Clock::time_point{}) return {};  // no block has been exchanged yet
  CallbackTimes result = anchor.times;
  result.current += Clock::now() - anchor.when;
  if (input_) {
    result.input_adc =
        later(result.input_adc, anchor.input_written, input_->frames_read(), sample_rate_);
  }
  if (output_) {
    result.output_dac =
        later(result.output_dac, anchor.output_read, output_->frames_written(), sample_rate_);
  }
  return result;
}

CallbackFlags CallbackQueue::take_flags() noexcept {
  return static_cast<CallbackFlags>(flags_.exchange(0, std::memory_order_relaxed));
}

}  // namespace audiopp::detail
