// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT

#include <audiopp/audiopp.hpp>
#include <cmath>
#include <vector>

int main() {
  audiopp::StreamConfig config;
  config.output.emplace().channels = 1;
  std::vector<std::int16_t> tone(48000);
  for (int n = 0; n < 48000; ++n) tone[n] = std::int16_t(16000 * std::cos(0.0576 * n));
  audiopp::Stream stream(audiopp::Session(), config);
  stream.start();
  stream.write(audiopp::interleaved(tone, 1));
  stream.close();
}
