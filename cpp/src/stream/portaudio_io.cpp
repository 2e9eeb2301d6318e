// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "stream/portaudio_io.hpp"

#include <algorithm>

namespace audiopp::detail {

std::size_t PortAudioIo::available(Input) {
  return static_cast<std::size_t>(
      stream_.check(stream_.api.read_available(stream_.handle), Input::available_call));
}

std::size_t PortAudioIo::available(Output) {
  const auto frames = static_cast<std::size_t>(
      stream_.check(stream_.api.write_available(stream_.handle), Output::available_call));
  queue_frames_ = std::max(queue_frames_, frames);
  return frames;
}

bool PortAudioIo::move(Input, void* buffer, std::size_t frames) {
  const PaError result =
      stream_.api.read_stream(stream_.handle, buffer, static_cast<unsigned long>(frames));
  if (result == paInputOverflowed) return true;  // the frames were moved all the same
  stream_.check(result, Input::transfer_call);
  return false;
}

bool PortAudioIo::move(Output, const void* buffer, std::size_t frames) {
  has_written_ = true;
  const PaError result =
      stream_.api.write_stream(stream_.handle, buffer, static_cast<unsigned long>(frames));
  if (result == paOutputUnderflowed) return true;
  stream_.check(result, Output::transfer_call);
  return false;
}

std::size_t PortAudioIo::begin_drain() {
  const bool is_possible =
      has_written_ && config_.output && sample_size(config_.output->format) > 0;
  const std::size_t dropped = (facts_.stop_drops_queue ? queue_frames_ : 0) + facts_.beyond_queue;
  silence_left_ = is_possible ? dropped : 0;
  return silence_left_;
}

// Silence is written behind the sound until it fills the queue: then the sound has left it.
bool PortAudioIo::drain() {
  constexpr std::size_t block = 1024;
  const StreamSide& side = *config_.output;
  const auto channels = static_cast<std::size_t>(side.channels);
  const bool is_planar = side.layout == Layout::planar;
  std::vector<unsigned char> silence(block * sample_size(side.format) * (is_planar ? 1 : channels));
  fill_silence(silence.data(), silence.size(), side.format);
  const std::vector<const void*> planes(channels, silence.data());
  const void* source = is_planar ? static_cast<const void*>(planes.data()) : silence.data();
  while (silence_left_ > 0) {
    const std::size_t frames = std::min({silence_left_, block, available(Output{})});
    if (frames == 0) return true;
    move(Output{}, source, frames);
    silence_left_ -= frames;
  }
  return false;
}

}  // namespace audiopp::detail
