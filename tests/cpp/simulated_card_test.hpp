// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <numeric>
#include <utility>
#include <vector>

#include "audiopp/simulation.hpp"
#include "backend/backend.hpp"
#include "simulation/backend.hpp"

namespace audiopp {

/// A simulation, called like PortAudio itself, through the functions of the backend.
class SimulatedCardTest : public testing::Test {
 protected:
  /// Any callable as a stream callback; must not move while the stream is open.
  using Block =
      std::function<int(const void* input, void* output, unsigned long frames,
                        const PaStreamCallbackTimeInfo& times, PaStreamCallbackFlags flags)>;

  void start(SimulatedClock clock, std::vector<SimulatedHostApi> host_apis = {SimulatedHostApi{}}) {
    simulation_ = Simulation(std::move(host_apis), clock);
    simulation_.use();
    ASSERT_EQ(pa.initialize(), paNoError);
  }

  void TearDown() override {
    while (pa.terminate() == paNoError) {
    }
    Simulation::stop_using();
  }

  static PaStreamParameters side(int channels = 2, PaSampleFormat format = paInt16,
                                 int device = 0) {
    return {device, channels, format, 0.01, nullptr};
  }

  PaStream* open(const PaStreamParameters* input, const PaStreamParameters* output,
                 Block* callback = nullptr, unsigned long frames_per_buffer = 64,
                 PaStreamFlags flags = paNoFlag) {
    PaStream* stream = nullptr;
    EXPECT_EQ(pa.open_stream(&stream, input, output, 48000, frames_per_buffer, flags,
                             callback == nullptr ? nullptr : &call, callback),
              paNoError);
    return stream;
  }
  PaStream* open_input(Block* callback = nullptr) {
    const auto input = side();
    return open(&input, nullptr, callback);
  }
  PaStream* open_output(Block* callback = nullptr) {
    const auto output = side();
    return open(nullptr, &output, callback);
  }
  PaStream* open_duplex(Block* callback = nullptr) {
    const auto both = side();
    return open(&both, &both, callback);
  }

  std::vector<std::int16_t> played(int device = 0) const {
    const auto bytes = simulation_.output(device, SampleFormat::int16);
    const auto* samples = reinterpret_cast<const std::int16_t*>(bytes.data());
    return {samples, samples + bytes.size() / sizeof(std::int16_t)};
  }

  void feed(const std::vector<std::int16_t>& samples) {
    simulation_.feed_input(0, samples.data(), samples.size() / 2, 2, SampleFormat::int16);
  }

  /// Stereo frames with samples from `first` on.
  static std::vector<std::int16_t> ramp(std::size_t frames, std::int16_t first = 1) {
    std::vector<std::int16_t> samples(frames * 2);
    std::iota(samples.begin(), samples.end(), first);
    return samples;
  }

  const detail::Backend& pa = detail::simulated_backend();
  Simulation simulation_;

 private:
  static int call(const void* input, void* output, unsigned long frames,
                  const PaStreamCallbackTimeInfo* times, PaStreamCallbackFlags flags, void* block) {
    return (*static_cast<Block*>(block))(input, output, frames, *times, flags);
  }
};

}  // namespace audiopp
