// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
//
// A small program: plays a wave file of 16-bit samples with the usual header of 44 bytes.

#include <audiopp/audiopp.hpp>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

namespace {

void play(std::FILE* file, const unsigned char* header) {
  audiopp::StreamConfig config;
  config.sample_rate = header[24] + 256 * header[25] + 65536 * header[26];
  config.output.emplace().channels = header[22];

  audiopp::Stream stream(audiopp::Session(), config);
  stream.start();
  std::vector<std::int16_t> samples(std::size_t{1024} * header[22]);
  const std::size_t frame_size = 2 * std::size_t{header[22]};
  while (const std::size_t frames = std::fread(samples.data(), frame_size, 1024, file)) {
    stream.write(audiopp::Interleaved<const std::int16_t>(samples.data(), frames, header[22]));
  }
  stream.close();
}

}  // namespace

int main(int argc, char* argv[]) {
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  const std::unique_ptr<std::FILE, Close> file(argc == 2 ? std::fopen(argv[1], "rb") : nullptr);
  unsigned char header[44];
  if (!file || std::fread(header, 1, sizeof header, file.get()) != sizeof header ||
      std::memcmp(header + 8, "WAVEfmt ", 8) != 0 || header[22] == 0 || header[34] != 16) {
    std::fputs("Usage: player FILE, a wave file of 16-bit samples\n", stderr);
    return 2;
  }
  try {
    play(file.get(), header);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "Cannot play %s: %s\n", argv[1], error.what());
    return 1;
  }
}
