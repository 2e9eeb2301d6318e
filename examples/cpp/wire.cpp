// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
//
// Plays the default input device on the default output device, with one full-duplex stream.
// Loudspeakers near the microphone cause feedback.

#include <audiopp/audiopp.hpp>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <vector>

namespace {

constexpr std::size_t block = 1024;  // frames
constexpr int channels = 2;

void wire(double seconds) {
  audiopp::StreamConfig config;
  config.input.emplace();
  config.input->channels = channels;
  config.output = config.input;
  config.frames_per_buffer = block;

  audiopp::Stream stream(audiopp::Session(), config);
  stream.start();
  std::printf("Wired for %g seconds ...\n", seconds);
  std::vector<std::int16_t> samples(block * channels);
  const auto frames = audiopp::interleaved(samples, channels);
  for (double left = seconds * stream.sample_rate(); left > 0; left -= block) {
    stream.read(frames);
    stream.write(frames);
  }
  stream.close();
}

}  // namespace

int main(int argc, char* argv[]) {
  const double seconds = argc == 2 ? std::atof(argv[1]) : 5;
  if (argc > 2 || !(seconds > 0)) {
    std::fprintf(stderr, "Plays what is heard. Usage: %s [SECONDS]\n", argv[0]);
    return 2;
  }
  try {
    wire(seconds);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "Cannot wire input to output: %s\n", error.what());
    return 1;
  }
}
