// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
//
// Plays on its own simulation, then on one that all sessions use; exits with 0 if both heard it.

#include <audiopp/audiopp.hpp>
#include <cstdint>
#include <vector>

namespace {

bool is_heard(const audiopp::Session& session, audiopp::Simulation& simulation) {
  const std::vector<std::int16_t> samples{1, -2, 300, -32768};
  simulation.set_clock(audiopp::SimulatedClock::free_running);
  audiopp::StreamConfig config;
  config.output.emplace();
  audiopp::Stream stream(session, config);
  stream.start();
  stream.write(audiopp::interleaved(samples, 2));
  stream.close();
  const auto heard = simulation.output(0, audiopp::SampleFormat::int16);
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(samples.data());
  return heard == std::vector<std::uint8_t>(bytes, bytes + samples.size() * sizeof(samples[0]));
}

}  // namespace

int main() {
  audiopp::Simulation own;
  if (!is_heard(audiopp::Session(own), own)) return 1;
  audiopp::Simulation used;
  used.use();
  const bool heard = is_heard(audiopp::Session(), used);
  audiopp::Simulation::stop_using();
  return heard ? 0 : 2;
}
