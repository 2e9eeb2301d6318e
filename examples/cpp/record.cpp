// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
//
// Records a few seconds from the default input device into a wave file.

#include <algorithm>
#include <audiopp/audiopp.hpp>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <sndfile.hh>
#include <stdexcept>
#include <vector>

namespace {

constexpr std::size_t block = 1024;  // frames
constexpr int rate = 48000;
constexpr int channels = 2;

void record(const char* path, double seconds) {
  audiopp::StreamConfig config;
  config.sample_rate = rate;
  config.input.emplace();
  config.input->channels = channels;
  config.input->format = audiopp::SampleFormat::int16;
  audiopp::Stream stream(audiopp::Session(), config);

  SndfileHandle file(path, SFM_WRITE, SF_FORMAT_WAV | SF_FORMAT_PCM_16, channels, rate);
  if (file.error() != 0) throw std::runtime_error(file.strError());

  std::printf("Recording %g seconds ...\n", seconds);
  stream.start();
  std::vector<std::int16_t> samples(block * channels);
  bool lost = false;
  for (auto left = static_cast<std::size_t>(std::llround(seconds * rate)); left > 0;) {
    const std::size_t frames = std::min(block, left);
    const auto result =
        stream.read(audiopp::Interleaved<std::int16_t>(samples.data(), frames, channels));
    lost = lost || result.xrun;
    if (file.writef(samples.data(), static_cast<sf_count_t>(frames)) != sf_count_t(frames)) {
      throw std::runtime_error(file.strError());
    }
    left -= frames;
  }
  stream.close();
  if (lost) std::printf("Some frames were lost: this machine was too busy.\n");
}

}  // namespace

int main(int argc, char* argv[]) {
  const double seconds = argc == 3 ? std::atof(argv[2]) : 5;
  if (argc < 2 || argc > 3 || !(seconds > 0 && seconds < 1e6)) {
    std::fprintf(stderr, "Records into a wave file. Usage: %s FILE [SECONDS]\n", argv[0]);
    return 2;
  }
  try {
    record(argv[1], seconds);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "Cannot record %s: %s\n", argv[1], error.what());
    return 1;
  }
}
