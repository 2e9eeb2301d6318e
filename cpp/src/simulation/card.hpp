// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "audiopp/simulation.hpp"

namespace audiopp::detail {

/// A point on a tape, counted in frames.
using Position = std::uint64_t;

/// Consecutive frames. Positions count from the first frame ever, even after it was discarded.
class Tape {
 public:
  explicit Tape(int channels) : channels_(static_cast<std::size_t>(channels)) {}

  Position begin() const { return begin_; }
  Position end() const { return begin_ + frames(); }
  std::size_t frames() const { return channels_ == 0 ? 0 : samples_.size() / channels_; }

  /// Adds frames of `channels` channels to what is at `position`; the tape grows as needed. Frames
  /// lie `stride` samples apart; 0: `channels`.
  void mix(Position position, const double* frames, std::size_t count, int channels,
           int stride = 0);
  void append(const double* frames, std::size_t count, int channels) {
    mix(end(), frames, count, channels);
  }
  /// Appends silence up to `end`.
  void extend_to(Position end);
  /// Adds up to `count` frames from `position` on to `frames`; returns how many there were.
  std::size_t add_to(double* frames, std::size_t count, int channels, Position position,
                     int stride = 0) const;
  void drop_before(Position position);

 private:
  std::size_t channels_;
  Position begin_ = 0;
  std::deque<double> samples_;
};

class Capture;

/// A running device: what was played on it and what its inputs will hear.
struct SoundCard {
  explicit SoundCard(const SimulatedDevice& description);

  const SimulatedDevice device;
  bool loopback;
  std::atomic<bool> unplugged{false};
  Tape played;
  Position output_from = 0;     ///< Where output() begins: the last clear_output().
  Position playback_heard = 0;  ///< How far an input has followed `played`.
  Tape fed;
  Position feed_heard = 0;          ///< How far an input has followed `fed`.
  std::vector<Capture*> listeners;  ///< The running inputs.

  void set_loopback(bool on);
  void clear_output();
  /// Discards output older than SimulatedDevice::output_kept.
  void trim_played();
  /// Discards fed frames that all listeners have heard.
  void trim_fed();
};

/// A card that has the next so many channels of a stream: a stream on MME may have several.
struct CardChannels {
  SoundCard* card;
  int channels;
};

/// The output side of a stream.
class Playback {
 public:
  Playback(const std::vector<CardChannels>& cards, std::size_t capacity);

  bool is_on(const SoundCard& card) const;
  std::size_t capacity() const { return capacity_; }
  std::size_t queued() const { return queue_.frames(); }
  std::size_t room() const { return capacity_ - queue_.frames(); }
  Position frames() const { return frames_; }
  /// Whether it plays, frames or silence, as time passes: from the first queue() on.
  bool has_begun() const { return begun_; }

  void start();
  /// Puts frames on the card's tape at once.
  void play(const double* frames, std::size_t count);
  /// Plays a gap, at most ten seconds long, so that a process that slept does not fill the memory.
  void play_silence(std::size_t count, double rate);
  /// Queues frames to be played as time passes; the first is due at `elapsed`.
  void queue(const double* frames, std::size_t count, Position elapsed);
  /// Plays what is due by `elapsed`, and silence when the queue runs dry.
  void play_until(Position elapsed, double rate);
  Position played_until() const { return played_until_; }
  void play_queue();
  void drop_queue();
  /// Whether silence was played for lack of frames since the last call.
  bool take_underflow();

 private:
  struct Part : CardChannels {
    int first;              // its first channel in the stream
    Position position = 0;  // on the card's tape
  };

  void begin_now();

  std::vector<Part> parts_;
  int channels_;
  std::size_t capacity_;
  Tape queue_;
  Position played_until_ = 0;  // on the stream's clock
  Position frames_ = 0;        // taken since the stream was opened
  bool begun_ = false;
  bool underflow_ = false;
};

/// The input side of a stream.
class Capture {
 public:
  Capture(const std::vector<CardChannels>& cards, std::size_t capacity);

  bool is_on(const SoundCard& card) const;
  /// The first one, by whose playback a looped-back stream goes.
  SoundCard& card() const { return *parts_.front().card; }
  std::size_t capacity() const { return capacity_; }
  std::size_t available() const { return heard_.frames(); }
  Position frames() const { return frames_; }

  /// `from_unheard`: hears a looped-back card from where the last input stopped, not from now.
  void start(bool from_unheard);
  void stop();
  Position feed_position(const SoundCard& card) const;
  /// Hears a looped-back card from now on.
  void follow_playback(const SoundCard& card);
  /// Frames that were played on a looped-back card and that this stream has not heard.
  std::size_t unheard();

  /// The card's next frames: its output if it is looped back, mixed with what was fed; then
  /// silence.
  std::vector<double> hear(std::size_t count);
  /// Skips `count` frames.
  void skip(std::size_t count);
  /// Keeps the next frames for take(); if they do not fit, drops the oldest.
  void keep(std::size_t count);
  /// The stream's clock, in frames, up to which frames were kept.
  Position heard_until() const { return heard_until_; }
  std::vector<double> take(std::size_t count);
  /// Whether frames were lost since the last call.
  bool take_overflow();

 private:
  struct Part : CardChannels {
    int first;                       // its first channel in the stream
    Position playback_position = 0;  // on card->played
    Position feed_position = 0;      // on card->fed
  };

  std::size_t unheard(Part& part);
  static void follow(Part& part, std::size_t played, std::size_t fed);

  std::vector<Part> parts_;
  int channels_;
  std::size_t capacity_;
  Tape heard_;
  Position heard_until_ = 0;  // on the stream's clock
  Position frames_ = 0;       // given since the stream was opened
  bool overflow_ = false;
};

}  // namespace audiopp::detail
