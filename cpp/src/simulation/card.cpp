// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "simulation/card.hpp"

#include <algorithm>
#include <utility>

namespace audiopp::detail {

void Tape::mix(Position position, const double* frames, std::size_t count, int channels,
               int stride) {
  if (stride == 0) stride = channels;
  if (position < begin_) {  // what is gone stays gone
    const auto gone = static_cast<std::size_t>(std::min<Position>(begin_ - position, count));
    frames += gone * static_cast<std::size_t>(stride);
    count -= gone;
    position += gone;
  }
  extend_to(position + count);
  const std::size_t shared = std::min(channels_, static_cast<std::size_t>(channels));
  auto sample = samples_.begin() + static_cast<std::ptrdiff_t>((position - begin_) * channels_);
  for (std::size_t frame = 0; frame < count; ++frame) {
    for (std::size_t i = 0; i < shared; ++i) sample[static_cast<std::ptrdiff_t>(i)] += frames[i];
    sample += static_cast<std::ptrdiff_t>(channels_);
    frames += stride;
  }
}

void Tape::extend_to(Position end) {
  if (end > this->end()) samples_.resize(static_cast<std::size_t>(end - begin_) * channels_);
}

std::size_t Tape::add_to(double* frames, std::size_t count, int channels, Position position,
                         int stride) const {
  if (stride == 0) stride = channels;
  if (position < begin_ || position >= end()) return 0;
  count = static_cast<std::size_t>(std::min<Position>(count, end() - position));
  const std::size_t shared = std::min(channels_, static_cast<std::size_t>(channels));
  auto sample = samples_.begin() + static_cast<std::ptrdiff_t>((position - begin_) * channels_);
  for (std::size_t frame = 0; frame < count; ++frame) {
    for (std::size_t i = 0; i < shared; ++i) frames[i] += sample[static_cast<std::ptrdiff_t>(i)];
    sample += static_cast<std::ptrdiff_t>(channels_);
    frames += stride;
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
    for (Capture* listener : listeners) listener->follow_playback(*this);
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
  for (const Capture* listener : listeners)
    needed = std::min(needed, listener->feed_position(*this));
  fed.drop_before(needed);
}

namespace {

int channels_of(const std::vector<CardChannels>& cards) {
  int sum = 0;
  for (const CardChannels& it : cards) sum += it.channels;
  return sum;
}

template <class Part>
std::vector<Part> parts_of(const std::vector<CardChannels>& cards) {
  std::vector<Part> parts;
  int first = 0;
  for (const CardChannels& it : cards) {
    Part part{};
    static_cast<CardChannels&>(part) = it;
    part.first = first;
    parts.push_back(part);
    first += it.channels;
  }
  return parts;
}

template <class Part>
bool has_card(const std::vector<Part>& parts, const SoundCard& card) {
  return std::any_of(parts.begin(), parts.end(), [&](auto& it) { return it.card == &card; });
}

}  // namespace

Playback::Playback(const std::vector<CardChannels>& cards, std::size_t capacity)
    : parts_(parts_of<Part>(cards)),
      channels_(channels_of(cards)),
      capacity_(capacity),
      queue_(channels_) {}

bool Playback::is_on(const SoundCard& card) const {
  return has_card(parts_, card);
}

void Playback::begin_now() {
  for (Part& part : parts_) part.position = part.card->played.end();
}

void Playback::start() {
  begin_now();
  begun_ = false;
  underflow_ = false;
}

void Playback::play(const double* frames, std::size_t count) {
  for (Part& part : parts_) {
    part.card->played.mix(part.position, frames + part.first, count, part.channels, channels_);
    part.card->trim_played();
    part.position += count;
  }
  frames_ += count;
}

void Playback::play_silence(std::size_t count, double rate) {
  for (Part& part : parts_) {
    part.position += std::min(count, static_cast<std::size_t>(10 * rate));
    part.card->played.extend_to(part.position);
    part.card->trim_played();
  }
}

void Playback::queue(const double* frames, std::size_t count, Position elapsed) {
  if (!begun_) {
    begun_ = true;
    played_until_ = elapsed;
    begin_now();
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

Capture::Capture(const std::vector<CardChannels>& cards, std::size_t capacity)
    : parts_(parts_of<Part>(cards)),
      channels_(channels_of(cards)),
      capacity_(capacity),
      heard_(channels_) {}

bool Capture::is_on(const SoundCard& card) const {
  return has_card(parts_, card);
}

void Capture::start(bool from_unheard) {
  for (Part& part : parts_) {
    part.playback_position = from_unheard ? part.card->playback_heard : part.card->played.end();
    part.feed_position = part.card->feed_heard;
    part.card->listeners.push_back(this);
  }
  heard_.drop_before(heard_.end());
  heard_until_ = 0;
  overflow_ = false;
}

void Capture::stop() {
  for (Part& part : parts_) {
    auto& listeners = part.card->listeners;
    listeners.erase(std::remove(listeners.begin(), listeners.end(), this), listeners.end());
  }
}

Position Capture::feed_position(const SoundCard& card) const {
  Position position = card.fed.end();
  for (const Part& part : parts_) {
    if (part.card == &card) position = std::min(position, part.feed_position);
  }
  return position;
}

void Capture::follow_playback(const SoundCard& card) {
  for (Part& part : parts_) {
    if (part.card == &card) part.playback_position = card.played.end();
  }
}

std::size_t Capture::unheard(Part& part) {
  const Tape& played = part.card->played;
  if (part.playback_position < played.begin()) {
    part.playback_position = played.begin();
    overflow_ = true;
  }
  return static_cast<std::size_t>(played.end() - part.playback_position);
}

std::size_t Capture::unheard() {
  return unheard(parts_.front());
}

std::vector<double> Capture::hear(std::size_t count) {
  std::vector<double> frames(count * static_cast<std::size_t>(channels_));
  for (Part& part : parts_) {
    double* const its = frames.data() + part.first;
    std::size_t played = 0;
    if (part.card->loopback && unheard(part) > 0) {
      played =
          part.card->played.add_to(its, count, part.channels, part.playback_position, channels_);
    }
    follow(part, played,
           part.card->fed.add_to(its, count, part.channels, part.feed_position, channels_));
  }
  frames_ += count;
  return frames;
}

void Capture::skip(std::size_t count) {
  for (Part& part : parts_) {
    const Position fed = part.card->fed.end() - part.feed_position;
    follow(part, part.card->loopback ? std::min(count, unheard(part)) : 0,
           static_cast<std::size_t>(std::min<Position>(count, fed)));
  }
}

void Capture::follow(Part& part, std::size_t played, std::size_t fed) {
  SoundCard& card = *part.card;
  part.playback_position += played;
  part.feed_position += fed;
  card.playback_heard = std::max(card.playback_heard, part.playback_position);
  card.feed_heard = std::max(card.feed_heard, part.feed_position);
  card.trim_fed();
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
