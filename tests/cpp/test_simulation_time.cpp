// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "simulated_card_test.hpp"

// Blocking streams of a simulation, under each of its clocks.

namespace audiopp {
namespace {

using namespace std::chrono_literals;
using Samples = std::vector<std::int16_t>;

Samples silence(std::size_t frames) {
  return Samples(frames * 2);
}

Samples operator+(Samples first, const Samples& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

class Blocking : public SimulatedCardTest {
 protected:
  PaError write(PaStream* stream, const Samples& samples) {
    return pa.write_stream(stream, samples.data(), static_cast<unsigned long>(samples.size() / 2));
  }
  Samples read(PaStream* stream, std::size_t frames, PaError expected = paNoError) {
    Samples samples(frames * 2);
    EXPECT_EQ(pa.read_stream(stream, samples.data(), static_cast<unsigned long>(frames)), expected);
    return samples;
  }
  // A buffer of 100 ms, so that a busy machine does not disturb the test.
  PaStream* open_slow_output() {
    auto output = side();
    output.suggestedLatency = 0.1;
    return open(nullptr, &output);
  }
};

// ---- free running ----

TEST_F(Blocking, FreeRunningWritesArePlayedAtOnce) {
  start(SimulatedClock::free_running);
  PaStream* stream = open_output();
  pa.start_stream(stream);
  const double begin = pa.stream_time(stream);
  EXPECT_EQ(pa.write_available(stream), 480) << "10 ms, always";
  EXPECT_EQ(write(stream, ramp(10000)), paNoError);
  EXPECT_EQ(pa.write_available(stream), 480);
  EXPECT_EQ(played(), ramp(10000));
  EXPECT_NEAR(pa.stream_time(stream) - begin, 10000.0 / 48000, 1e-9);
  EXPECT_EQ(pa.stream_cpu_load(stream), 0);
  simulation_.clear_output(0);
  EXPECT_EQ(simulation_.output_frames(0), 0U);
  write(stream, ramp(3));
  EXPECT_EQ(played(), ramp(3));
}

TEST_F(Blocking, FreeRunningReadsGetWhatWasFedAndThenSilence) {
  start(SimulatedClock::free_running);
  feed(ramp(100));
  PaStream* stream = open_input();
  pa.start_stream(stream);
  EXPECT_EQ(read(stream, 60), ramp(60));
  EXPECT_EQ(simulation_.input_left(0), 40U);
  pa.stop_stream(stream);
  pa.start_stream(stream);
  EXPECT_EQ(read(stream, 60), ramp(40, 121) + silence(20));
  EXPECT_EQ(simulation_.input_left(0), 0U);
  feed(ramp(5));
  EXPECT_EQ(read(stream, 10), ramp(5) + silence(5)) << "silence does not use up what comes later";
}

TEST_F(Blocking, TwoInputsHearTheSame) {
  start(SimulatedClock::free_running);
  feed(ramp(100));
  PaStream* first = open_input();
  PaStream* second = open_input();
  pa.start_stream(first);
  pa.start_stream(second);
  EXPECT_EQ(read(first, 100), ramp(100));
  EXPECT_EQ(read(second, 100), ramp(100));
}

TEST_F(Blocking, StreamsThatPlayAtOnceAreMixedAndOthersFollow) {
  start(SimulatedClock::free_running);
  const auto left = side(1);
  PaStream* first = open_output();
  PaStream* second = open(nullptr, &left);
  pa.start_stream(first);
  pa.start_stream(second);
  write(first, {1, 10, 2, 20, 3, 30});
  const std::int16_t mono[]{100, 200};
  pa.write_stream(second, mono, 2);
  EXPECT_EQ(played(), (Samples{101, 10, 202, 20, 3, 30}));
  pa.stop_stream(second);
  pa.start_stream(second);
  pa.write_stream(second, mono, 1);
  EXPECT_EQ(played(), (Samples{101, 10, 202, 20, 3, 30, 100, 0}));
}

TEST_F(Blocking, TheOldestOutputIsForgotten) {
  SimulatedHostApi host_api;
  host_api.devices[0].output_kept = Seconds(0.1);
  start(SimulatedClock::free_running, {host_api});
  PaStream* stream = open_output();
  pa.start_stream(stream);
  write(stream, silence(5000));
  write(stream, ramp(4800));
  EXPECT_EQ(played(), ramp(4800));
}

TEST_F(Blocking, FreeRunningLoopbackHasNoGaps) {
  start(SimulatedClock::free_running);
  simulation_.set_loopback(0, true);
  PaStream* output = open_output();
  PaStream* input = open_input();
  pa.start_stream(input);
  EXPECT_EQ(pa.read_available(input), 480) << "silence, since nothing plays";
  pa.start_stream(output);
  EXPECT_EQ(pa.read_available(input), 0) << "what will be heard is not known yet";
  std::thread player([&] {
    for (std::int16_t i = 0; i < 50; ++i) {
      write(output, ramp(20, static_cast<std::int16_t>(1 + 40 * i)));
      if (i % 10 == 0) std::this_thread::sleep_for(1ms);
    }
    pa.stop_stream(output);
  });
  EXPECT_EQ(read(input, 1010), ramp(1000) + silence(10));
  player.join();
}

TEST_F(Blocking, WhatWasPlayedBeforeIsHeardLater) {
  start(SimulatedClock::free_running);
  simulation_.set_loopback(0, true);
  PaStream* output = open_output();
  pa.start_stream(output);
  write(output, ramp(100));
  pa.close_stream(output);
  PaStream* input = open_input();
  pa.start_stream(input);
  EXPECT_EQ(pa.read_available(input), 100);
  EXPECT_EQ(read(input, 120), ramp(100) + silence(20));
}

TEST_F(Blocking, ADuplexStreamDoesNotWaitForItself) {
  start(SimulatedClock::free_running);
  simulation_.set_loopback(0, true);
  PaStream* stream = open_duplex();
  pa.start_stream(stream);
  EXPECT_EQ(read(stream, 10), silence(10));
  write(stream, ramp(10));
  EXPECT_EQ(read(stream, 20), ramp(10) + silence(10));
}

// ---- by hand ----

TEST_F(Blocking, ByHandTimeMovesByBlocks) {
  start(SimulatedClock::by_hand);
  PaStream* stream = open_duplex();
  const double begin = pa.stream_time(stream);
  simulation_.step();
  EXPECT_NEAR(pa.stream_time(stream) - begin, 64.0 / 48000, 1e-9) << "stopped or not";
  pa.start_stream(stream);
  EXPECT_EQ(pa.read_available(stream), 0);
  feed(ramp(1000));
  write(stream, ramp(100));
  EXPECT_EQ(pa.write_available(stream), 380);
  EXPECT_EQ(simulation_.output_frames(0), 0U);
  simulation_.step();
  EXPECT_EQ(played(), ramp(64));
  EXPECT_EQ(pa.write_available(stream), 444);
  EXPECT_EQ(pa.read_available(stream), 64);
  EXPECT_EQ(read(stream, 64), ramp(64));
  EXPECT_EQ(pa.stop_stream(stream), paNoError);
  EXPECT_EQ(played(), ramp(100)) << "stopping plays the rest";
}

TEST_F(Blocking, ByHandAnUnderflowIsSilenceAndIsReportedOnce) {
  start(SimulatedClock::by_hand);
  PaStream* stream = open_output();
  pa.start_stream(stream);
  simulation_.step(5);
  EXPECT_EQ(write(stream, ramp(64)), paNoError) << "nothing underflows before the first write";
  simulation_.step(2);
  EXPECT_EQ(write(stream, ramp(64, 500)), paOutputUnderflowed);
  EXPECT_EQ(write(stream, ramp(64, 700)), paNoError);
  pa.stop_stream(stream);
  EXPECT_EQ(played(), ramp(64) + silence(64) + ramp(64, 500) + ramp(64, 700));
}

TEST_F(Blocking, ByHandAnOverflowLosesTheOldestAndIsReportedOnce) {
  start(SimulatedClock::by_hand);
  feed(ramp(2000));
  PaStream* stream = open_input();
  pa.start_stream(stream);
  simulation_.step(8);  // 512 frames, into a buffer of 480
  EXPECT_EQ(pa.read_available(stream), 480);
  EXPECT_EQ(read(stream, 100, paInputOverflowed), ramp(100, 1 + 2 * 32));
  EXPECT_EQ(read(stream, 380), ramp(380, 1 + 2 * 132));
  simulation_.step();
  EXPECT_EQ(read(stream, 64), ramp(64, 1 + 2 * 512));
}

TEST_F(Blocking, ByHandCallsWaitForSteps) {
  start(SimulatedClock::by_hand);
  PaStream* stream = open_output();
  pa.start_stream(stream);
  std::atomic<bool> written{false};
  std::thread writer([&] {
    write(stream, ramp(600));
    written = true;
  });
  std::this_thread::sleep_for(20ms);
  EXPECT_FALSE(written) << "the buffer holds 480";
  while (!written) {
    simulation_.step();
    std::this_thread::sleep_for(1ms);
  }
  writer.join();
}

TEST_F(Blocking, ByHandAFrameComesBackOneBlockLater) {
  start(SimulatedClock::by_hand);
  simulation_.set_loopback(0, true);
  PaStream* output = open_output();
  PaStream* input = open_input();
  pa.start_stream(output);
  pa.start_stream(input);
  write(output, ramp(128));
  simulation_.step(3);
  EXPECT_EQ(read(input, 192), silence(64) + ramp(128));
}

TEST_F(Blocking, TheClockIsKeptWhileAStreamIsOpen) {
  start(SimulatedClock::by_hand);
  PaStream* stream = open_input();
  EXPECT_THROW(simulation_.set_clock(SimulatedClock::real_time), std::logic_error);
  pa.close_stream(stream);
  simulation_.set_clock(SimulatedClock::real_time);
  EXPECT_THROW(simulation_.step(), std::logic_error);
}

// ---- real time ----

TEST_F(Blocking, InRealTimeASoundTakesItsTime) {
  start(SimulatedClock::real_time);
  PaStream* stream = open_slow_output();
  const double begin = pa.stream_time(stream);
  pa.start_stream(stream);
  EXPECT_EQ(write(stream, ramp(9600)), paNoError);
  EXPECT_GE(pa.stream_time(stream) - begin, 0.0999) << "all but the buffer has been played";
  EXPECT_EQ(pa.stop_stream(stream), paNoError);
  EXPECT_GE(pa.stream_time(stream) - begin, 0.1999);
  EXPECT_EQ(played(), ramp(9600));
}

TEST_F(Blocking, AbortDropsWhatIsQueued) {
  start(SimulatedClock::real_time);
  auto output = side();
  output.suggestedLatency = 1;
  PaStream* stream = open(nullptr, &output);
  pa.start_stream(stream);
  write(stream, ramp(48000));
  EXPECT_EQ(pa.abort_stream(stream), paNoError);
  EXPECT_LT(simulation_.output_frames(0), 40000U);
}

TEST_F(Blocking, AlsaDropsWhenItStops) {
  SimulatedHostApi alsa;
  alsa.type = HostApiType::alsa;
  start(SimulatedClock::by_hand, {alsa});
  PaStream* stream = open_output();
  pa.start_stream(stream);
  write(stream, ramp(100));
  simulation_.step();
  EXPECT_EQ(pa.stop_stream(stream), paNoError);
  EXPECT_EQ(played(), ramp(64));
}

TEST_F(Blocking, InRealTimeAnUnderflowIsHeard) {
  start(SimulatedClock::real_time);
  PaStream* stream = open_slow_output();
  pa.start_stream(stream);
  EXPECT_EQ(write(stream, ramp(48)), paNoError);
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(write(stream, ramp(4800)), paOutputUnderflowed);
  pa.stop_stream(stream);
  const auto samples = played();
  EXPECT_GE(samples.size(), 2U * (960 + 4800)) << "1 ms of sound and 19 of silence";
  EXPECT_EQ(Samples(samples.end() - 9600, samples.end()), ramp(4800));
}

TEST_F(Blocking, InRealTimeAnInputThatIsNotReadOverflows) {
  start(SimulatedClock::real_time);
  PaStream* stream = open_input();
  pa.start_stream(stream);
  std::this_thread::sleep_for(30ms);
  EXPECT_EQ(pa.read_available(stream), 480);
  read(stream, 10, paInputOverflowed);
}

TEST_F(Blocking, InRealTimeLoopbackLosesNothing) {
  start(SimulatedClock::real_time);
  simulation_.set_loopback(0, true);
  auto input = side();
  input.suggestedLatency = 1;  // so that a busy machine does not disturb the test
  PaStream* recorder = open(&input, nullptr);
  auto output = side();
  output.suggestedLatency = 1;
  PaStream* player = open(nullptr, &output);
  pa.start_stream(recorder);
  pa.start_stream(player);
  write(player, ramp(4800));
  const auto heard = read(recorder, 9600);
  const auto first =
      std::find_if(heard.begin(), heard.end(), [](auto sample) { return sample != 0; });
  ASSERT_GE(heard.end() - first, 9600);
  EXPECT_EQ(Samples(first, first + 9600), ramp(4800));
}

}  // namespace
}  // namespace audiopp
