// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
//
// Plays the default input device on the default output device, from a callback.
//
// The callback gets a block of input and fills a block of output, so the delay is as short as the
// device allows. Loudspeakers near the microphone cause feedback.

#include <algorithm>
#include <audiopp/audiopp.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <thread>

namespace {

audiopp::CallbackResult copy(const audiopp::CallbackContext& context) {
  const auto input = context.input_as<std::int16_t>();
  std::copy(input.begin(), input.end(), context.output_as<std::int16_t>().begin());
  return audiopp::CallbackResult::continue_;
}

void wire(double seconds) {
  audiopp::StreamConfig config;
  config.input.emplace();
  config.output = config.input;

  audiopp::Stream stream(audiopp::Session(), config, copy);
  stream.start();
  std::printf("Wired for %g seconds ...\n", seconds);
  const auto end = std::chrono::steady_clock::now() + audiopp::Seconds(seconds);
  while (std::chrono::steady_clock::now() < end) {
    if (!stream.is_active()) throw std::runtime_error("the device stopped");
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  stream.close();
}

}  // namespace

int main(int argc, char* argv[]) {
  const double seconds = argc == 2 ? std::atof(argv[1]) : 5;
  if (argc > 2 || !(seconds > 0)) {
    std::fprintf(stderr, "Plays what is heard, from a callback. Usage: %s [SECONDS]\n", argv[0]);
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
