// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
//
// Plays a wave file by writing it to a blocking output stream, block by block.

#include <audiopp/audiopp.hpp>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <sndfile.hh>
#include <stdexcept>
#include <vector>

namespace {

constexpr sf_count_t block = 1024;  // frames

void play(const char* path) {
  SndfileHandle file(path);
  if (file.error() != 0) throw std::runtime_error(file.strError());
  // Read float files as integers too.
  file.command(SFC_SET_SCALE_FLOAT_INT_READ, nullptr, SF_TRUE);

  audiopp::StreamConfig config;
  config.sample_rate = file.samplerate();
  config.output.emplace();
  config.output->channels = file.channels();
  config.output->format = audiopp::SampleFormat::int32;  // holds any integer format
  config.flags = audiopp::StreamFlags::dither_off;       // keep the samples unchanged

  audiopp::Stream stream(audiopp::Session(), config);
  stream.start();
  std::vector<std::int32_t> samples(static_cast<std::size_t>(block * file.channels()));
  while (const auto frames = file.readf(samples.data(), block)) {
    stream.write(audiopp::Interleaved<const std::int32_t>(
        samples.data(), static_cast<std::size_t>(frames), file.channels()));
  }
  stream.close();  // after the last frame was heard
}

}  // namespace

int main(int argc, char* argv[]) {
  if (argc != 2) {
    std::fprintf(stderr, "Plays a wave file. Usage: %s FILE\n", argv[0]);
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
