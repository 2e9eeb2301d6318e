// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT

#include <audiopp/audiopp.hpp>
#include <cmath>
#include <vector>

int main() {
  audiopp::StreamConfig config;
  config.output = audiopp::StreamSide{{}, 1, audiopp::SampleFormat::float32};
  std::vector<float> tone(48000);
  for (std::size_t i = 0; i < tone.size(); ++i) tone[i] = 0.5F * std::cos(0.0576F * float(i));
  audiopp::Stream stream(audiopp::Session(), config);
  stream.start();
  stream.write(audiopp::interleaved(tone, 1));
  stream.close();
}
