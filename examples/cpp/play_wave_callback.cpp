// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
//
// Plays a wave file from a callback.
//
// A callback runs on the audio thread, where there is no time for files, memory allocation or
// locks: read the whole file first, and let the callback copy from memory.

#include <algorithm>
#include <atomic>
#include <audiopp/audiopp.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <sndfile.hh>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

void play(const char* path) {
  SndfileHandle file(path);
  if (file.error() != 0) throw std::runtime_error(file.strError());
  file.command(SFC_SET_SCALE_FLOAT_INT_READ, nullptr, SF_TRUE);
  const auto channels = static_cast<std::size_t>(file.channels());
  std::vector<std::int32_t> samples(static_cast<std::size_t>(file.frames()) * channels);
  samples.resize(static_cast<std::size_t>(file.readf(samples.data(), file.frames())) * channels);

  audiopp::StreamConfig config;
  config.sample_rate = file.samplerate();
  config.output.emplace();
  config.output->channels = file.channels();
  config.output->format = audiopp::SampleFormat::int32;
  config.flags = audiopp::StreamFlags::dither_off;

  std::atomic<std::size_t> played{0};
  const auto callback = [&](const audiopp::CallbackContext& context) {
    const std::size_t start = played.load(std::memory_order_relaxed);
    const std::size_t count = std::min(context.frames * channels, samples.size() - start);
    std::copy_n(samples.data() + start, count, context.output_as<std::int32_t>().data());
    played.store(start + count, std::memory_order_relaxed);
    // The rest of the last block is already silent.
    return start + count < samples.size() ? audiopp::CallbackResult::continue_
                                          : audiopp::CallbackResult::complete;
  };

  audiopp::Stream stream(audiopp::Session(), config, callback);
  stream.start();
  while (stream.is_active()) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  stream.close();
  if (played < samples.size()) throw std::runtime_error("the device stopped before the end");
}

}  // namespace

int main(int argc, char* argv[]) {
  if (argc != 2) {
    std::fprintf(stderr, "Plays a wave file from a callback. Usage: %s FILE\n", argv[0]);
    return 2;
  }
  try {
    play(argv[1]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "Cannot play %s: %s\n", argv[1], error.what());
    return 1;
  }
}
