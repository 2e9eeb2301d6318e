// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "stream/blocking_io.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "detail/fine_timer.hpp"
#include "stream/portaudio_stream.hpp"

namespace audiopp::detail {

/// The right to move frames in one direction: taken when no other call has it, and released however
/// the call ends.
class BlockingIo::Turn {
 public:
  Turn(Side& side, std::unique_lock<std::mutex>& lock, std::condition_variable& changed)
      : side_(side), lock_(lock), changed_(changed) {}
  ~Turn() {
    if (!is_mine_) return;
    if (!lock_.owns_lock()) lock_.lock();
    side_.thread = {};
    lock_.unlock();
    changed_.notify_all();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  bool take() {
    if (!is_mine_ && !side_.is_busy()) {
      is_mine_ = true;
      side_.thread = std::this_thread::get_id();
    }
    // The second case: the interrupt function of this thread's own call, which waits for it.
    return is_mine_ || side_.thread == std::this_thread::get_id();
  }

 private:
  Side& side_;
  std::unique_lock<std::mutex>& lock_;
  std::condition_variable& changed_;
  bool is_mine_ = false;
};

void BlockingIo::reset() {
  const std::lock_guard lock(mutex_);
  input_.available = output_.available = 0;
  frames_->reset();
}

bool BlockingIo::is_writing() {
  const std::lock_guard lock(mutex_);
  return output_.is_busy();
}

bool BlockingIo::end_calls() {
  const bool was_writing = is_writing();  // locks: who moves frames now saw the stream running
  changed_.notify_all();
  return was_writing;
}

void BlockingIo::drain(Interrupt& interrupt, double sample_rate) {
  std::size_t frames;
  {
    const std::lock_guard lock(mutex_);
    frames = frames_->begin_drain();
  }
  if (frames == 0) return;
  Drain(life_, interrupt, frames, sample_rate).run([this] {
    const std::lock_guard lock(mutex_);
    return frames_->drain();
  });
}

CallbackCounters BlockingIo::counters() const noexcept {
  CallbackCounters counted;
  counted.input_overflows = input_.xruns.load(std::memory_order_relaxed);
  counted.output_underflows = output_.xruns.load(std::memory_order_relaxed);
  return counted;
}

template <class Direction>
std::size_t BlockingIo::available() {
  const std::lock_guard lock(mutex_);
  frames_->check_device(Direction::available_call);
  return side(Direction{}).available = frames_->available(Direction{});
}

// The available frames only grow by themselves, so ask again only if too few are known.
template <class Direction>
bool BlockingIo::refresh(std::size_t frames) {
  Side& mine = side(Direction{});
  if (mine.available < frames) mine.available = frames_->available(Direction{});
  return mine.available >= frames;
}

// With at least one frame available, moves as many of the rest as it can.
template <class Direction>
void BlockingIo::move(typename Direction::Buffer buffer, std::size_t frames, IoResult& result) {
  Side& mine = side(Direction{});
  const StreamSide& shape = *(config_.*Direction::side);
  const std::size_t some = std::min(mine.available, frames - result.frames);
  bool xrun;
  if (shape.layout == Layout::interleaved) {
    const std::size_t frame = sample_size(shape.format) * static_cast<std::size_t>(shape.channels);
    auto* const place = static_cast<typename Direction::Byte*>(buffer) + result.frames * frame;
    xrun = frames_->move(Direction{}, place, some);
  } else {
    const auto* planes = static_cast<typename Direction::Byte* const*>(buffer);
    std::vector<typename Direction::Byte*> places(planes, planes + shape.channels);
    for (auto& place : places) place += result.frames * sample_size(shape.format);
    xrun = frames_->move(Direction{}, places.data(), some);
  }
  if (xrun) {
    result.xrun = true;
    mine.xruns.fetch_add(1, std::memory_order_relaxed);
  }
  mine.available -= some;
  result.frames += some;
}

template <class Direction>
std::optional<IoResult> BlockingIo::try_transfer(typename Direction::Buffer buffer,
                                                 std::size_t frames) {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock || !life_.is_running() || side(Direction{}).is_busy()) return std::nullopt;
  if (!refresh<Direction>(frames)) {
    frames_->check_device(Direction::available_call);  // or some frames, too few, would hide it
    return std::nullopt;
  }
  IoResult result;
  move<Direction>(buffer, frames, result);
  return result;
}

// Nothing wakes a thread that waits for frames, neither PortAudio nor our ring. So the call naps,
// and checks in between for a close, a stop, the timeout and the interrupt.
template <class Direction>
IoResult BlockingIo::transfer(typename Direction::Buffer buffer, std::size_t frames,
                              const IoOptions& options) {
  IoResult result;
  try {
    transfer<Direction>(buffer, frames, options, result);
  } catch (Error& error) {
    error.set_frames(result.frames);
    throw;
  }
  return result;
}

template <class Direction>
void BlockingIo::transfer(typename Direction::Buffer buffer, std::size_t frames,
                          const IoOptions& options, IoResult& result) {
  const auto deadline = deadline_after(options.timeout);
  Interrupt interrupt{options};
  std::unique_lock lock(mutex_);
  Turn turn(side(Direction{}), lock, changed_);
  std::optional<FineTimer> timer;
  for (;;) {
    if (!life_.is_running()) {
      if (!life_.is_open()) throw closed_error(Direction::transfer_call);
      result.status = IoStatus::stopped;
      return;
    }
    // A stop waits for the lock before it asks anything of PortAudio.
    if (turn.take() && refresh<Direction>(1)) {
      move<Direction>(buffer, frames, result);
      if (result.frames == frames) return;
      continue;
    }
    const Seconds nap = std::clamp(frames_->depth(Direction{}) / 4, shortest_nap, longest_nap);
    const Seconds rest(static_cast<double>(frames - result.frames) / config_.sample_rate);
    Seconds wait = std::min(nap, std::max(rest, shortest_nap));
    if (deadline) {
      const Seconds left = *deadline - Clock::now();
      if (left <= Seconds(0)) {
        result.status = IoStatus::timed_out;
        return;
      }
      wait = std::min(wait, left);
    }
    if (!timer) timer.emplace();
    changed_.wait_for(lock, wait);
    if (options.interrupt != nullptr) {
      lock.unlock();
      const bool enough = interrupt.ask();
      lock.lock();
      if (enough) {
        interrupt.rethrow();
        result.status = IoStatus::interrupted;
        return;
      }
    }
  }
}

template IoResult BlockingIo::transfer<Input>(void*, std::size_t, const IoOptions&);
template IoResult BlockingIo::transfer<Output>(const void*, std::size_t, const IoOptions&);
template std::optional<IoResult> BlockingIo::try_transfer<Input>(void*, std::size_t);
template std::optional<IoResult> BlockingIo::try_transfer<Output>(const void*, std::size_t);
template std::size_t BlockingIo::available<Input>();
template std::size_t BlockingIo::available<Output>();

}  // namespace audiopp::detail
