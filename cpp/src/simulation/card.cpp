// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "simulation/card.hpp"

#include <algorithm>
#include <utility>

namespace audiopp::detail {

void Tape::mix(Position position, const double* frames, std::size_t count, int channels) {
  if (position < begin_) {  // what is gone stays gone
    const auto gone = static_cast<std::size_t>(std::min<Position>(begin_ - position, count));
    frames += gone * static_cast<std::size_t>(channels);
    count -= gone;
    position += gone;
  }
  extend_to(position + count);
  const std::size_t shared = std::min(channels_, static_cast<std::size_t>(channels));
  auto sample = samples_.begin() + static_cast<std::ptrdiff_t>((position - begin_) * channels_);
  for (std::size_t frame = 0; frame < count; ++frame) {
    for (std::size_t i = 0; i < shared; ++i) sample[static_cast<std::ptrdiff_t>(i)] += frames[i];
    sample += static_cast<std::ptrdiff_t>(channels_);
    frames += channels;
  }
}

void Tape::extend_to(Position end) {
  if (end > this->end()) samples_.resize(static_cast<std::size_t>(end - begin_) * channels_);
}

std::size_t Tape::add_to(double* frames, std::size_t count, int channels, Position position) const {
  if (position < begin_ || position >= end()) return 0;
  count = static_cast<std::size_t>(std::min<Position>(count, end() - position));
  const std::size_t shared = std::min(channels_, static_cast<std::size_t>(channels));
  auto sample = samples_.begin() + static_cast<std::ptrdiff_t>((position - begin_) * channels_);
  for (std::size_t frame = 0; frame < count; ++frame) {
    for (std::size_t i = 0; i < shared; ++i) frames[i] += sample[static_cast<std::ptrdiff_t>(i)];
    sample += static_cast<std::ptrdiff_t>(channels_);
    frames += channels;
  }
  return count;
}

void Tape::drop_before(Position position) {
  position = std::clamp(position, begin_, end());
  const auto samples = static_cast<std::ptrdiff_t>((position - begin_) * channels_);
  samples_.erase(samples_.begin(), samples_.begin() + samples);
  begin_ = position;
}

SoundCard::SoundCard(const SimulatedDevice& description)
    : device(description),
      loopback(description.loopback),
      played(description.max_output_channels),
      fed(description.max_input_channels) {}

void SoundCard::set_loopback(bool on) {
  if (on && !loopback) {
    playback_heard = played.end();
    for (Capture* listener : listeners) listener->follow_playback();
  }
  loopback = on;
}

void SoundCard::clear_output() {
  output_from = played.end();
}

void SoundCard::trim_played() {
  const auto kept = static_cast<Position>(device.output_kept.count() * device.default_sample_rate);
  if (played.frames() > kept) played.drop_before(played.end() - kept);
  output_from = std::max(output_from, played.begin());
  playback_heard = std::max(playback_heard, played.begin());
}

void SoundCard::trim_fed() {
  Position needed = feed_heard;
  for (const Capture* listener : listeners) needed = std::min(needed, listener->feed_position());
  fed.drop_before(needed);
}

Playback::Playback(SoundCard& card, int channels, std::size_t capacity)
    : card_(&card), channels_(channels), capacity_(capacity), queue_(channels) {}

void Playback::start() {
  position_ = card_->played.end();
  begun_ = false;
  underflow_ = false;
}

void Playback::play(const double* frames, std::size_t count) {
  card_->played.mix(position_, frames, count, channels_);
  card_->trim_played();
  position_ += count;
  frames_ += count;
}

void Playback::play_silence(std::size_t count, double rate) {
  position_ += std::min(count, static_cast<std::size_t>(10 * rate));
  card_->played.extend_to(position_);
  card_->trim_played();
}

void Playback::queue(const double* frames, std::size_t count, Position elapsed) {
  if (!begun_) {
    begun_ = true;
    played_until_ = elapsed;
    position_ = card_->played.end();
  }
  queue_.append(frames, count, channels_);
}

void Playback::play_until(Position elapsed, double rate) {
  if (!begun_ || elapsed <= played_until_) return;
  const auto due = static_cast<std::size_t>(elapsed - played_until_);
  const std::size_t there = std::min(due, queue_.frames());
  std::vector<double> frames(there * static_cast<std::size_t>(channels_));
  queue_.add_to(frames.data(), there, channels_, queue_.begin());
  queue_.drop_before(queue_.begin() + there);
  play(frames.data(), there);
  if (there < due) {
    underflow_ = true;
    play_silence(due - there, rate);
  }
  played_until_ = elapsed;
}

void Playback::play_queue() {
  if (queue_.frames() > 0) play_until(played_until_ + queue_.frames(), 0);
}

void Playback::drop_queue() {
  queue_.drop_before(queue_.end());
}

bool Playback::take_underflow() {
  return std::exchange(underflow_, false);
}

Capture::Capture(SoundCard& card, int channels, std::size_t capacity)
    : card_(&card), channels_(channels), capacity_(capacity), heard_(channels) {}

void Capture::start(bool from_unheard) {
  playback_position_ = from_unheard ? card_->playback_heard : card_->played.end();
  feed_position_ = card_->feed_heard;
  heard_.drop_before(heard_.end());
  heard_until_ = 0;
  overflow_ = false;
  card_->listeners.push_back(this);
}

void Capture::stop() {
  auto& listeners = card_->listeners;
  listeners.erase(std::remove(listeners.begin(), listeners.end(), this), listeners.end());
}

std::size_t Capture::unheard() {
  if (playback_position_ < card_->played.begin()) {
    playback_position_ = card_->played.begin();
    overflow_ = true;
  }
  return static_cast<std::size_t>(card_->played.end() - playback_position_);
}

std::vector<double> Capture::hear(std::size_t count) {
  std::vector<double> frames(count * static_cast<std::size_t>(channels_));
  std::size_t played = 0;
  if (card_->loopback && unheard() > 0) {
    played = card_->played.add_to(frames.data(), count, channels_, playback_position_);
  }
  follow(played, card_->fed.add_to(frames.data(), count, channels_, feed_position_));
  frames_ += count;
  return frames;
}

void Capture::skip(std::size_t count) {
  follow(card_->loopback ? std::min(count, unheard()) : 0,
         static_cast<std::size_t>(std::min<Position>(count, card_->fed.end() - feed_position_)));
}

void Capture::follow(std::size_t played, std::size_t fed) {
  playback_position_ += played;
  feed_position_ += fed;
  card_->playback_heard = std::max(card_->playback_heard, playback_position_);
  card_->feed_heard = std::max(card_->feed_heard, feed_position_);
  card_->trim_fed();
}

void Capture::keep(std::size_t count) {
  heard_until_ += count;
  if (count > capacity_) {
    skip(count - capacity_);
    count = capacity_;
    overflow_ = true;
  }
  const std::vector<double> frames = hear(count);
  heard_.append(frames.data(), count, channels_);
  if (heard_.frames() > capacity_) {
    heard_.drop_before(heard_.end() - capacity_);
    overflow_ = true;
  }
}

std::vector<double> Capture::take(std::size_t count) {
  std::vector<double> frames(count * static_cast<std::size_t>(channels_));
  heard_.add_to(frames.data(), count, channels_, heard_.begin());
  heard_.drop_before(heard_.begin() + count);
  return frames;
}

bool Capture::take_overflow() {
  return std::exchange(overflow_, false);
}

}  // namespace audiopp::detail
