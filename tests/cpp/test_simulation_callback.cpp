// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <thread>

#include "simulated_card_test.hpp"

// Callback streams of a simulation.

namespace audiopp {
namespace {

using namespace std::chrono_literals;
using Samples = std::vector<std::int16_t>;

class CallingBack : public SimulatedCardTest {
 protected:
  void wait_until_inactive(PaStream* stream) {
    while (pa.is_stream_active(stream) == 1) std::this_thread::sleep_for(1ms);
  }

  // Fills a stereo block with `value`.
  static void fill(void* output, unsigned long frames, int value) {
    auto* const samples = static_cast<std::int16_t*>(output);
    std::fill(samples, samples + 2 * frames, static_cast<std::int16_t>(value));
  }
  static Samples block_of(const void* input) {
    const auto* const samples = static_cast<const std::int16_t*>(input);
    return {samples, samples + 128};
  }
};

TEST_F(CallingBack, ByHandAStepIsABlockOnTheAudioThread) {
  start(SimulatedClock::by_hand);
  int blocks = 0;
  std::thread::id thread;
  Block block = [&](const void* input, void* output, unsigned long frames, auto&, auto flags) {
    EXPECT_EQ(input, nullptr);
    EXPECT_EQ(frames, 64U);
    EXPECT_EQ(flags, 0U);
    thread = std::this_thread::get_id();
    fill(output, frames, ++blocks);
    return paContinue;
  };
  PaStream* stream = open_output(&block);
  pa.start_stream(stream);
  std::this_thread::sleep_for(5ms);
  EXPECT_EQ(blocks, 0);
  simulation_.step();
  EXPECT_EQ(blocks, 1);
  EXPECT_NE(thread, std::this_thread::get_id());
  simulation_.step(2);
  EXPECT_EQ(blocks, 3);
  Samples expected(3 * 128);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    expected[i] = static_cast<std::int16_t>(1 + i / 128);
  }
  EXPECT_EQ(played(), expected);
  pa.stop_stream(stream);
  simulation_.step();
  EXPECT_EQ(blocks, 3);
}

TEST_F(CallingBack, ByHandAllStreamsHearBeforeAnyPlays) {
  start(SimulatedClock::by_hand);
  simulation_.set_loopback(0, true);
  std::vector<Samples> heard[2];
  int value = 0;
  Block listen = [&](const void* input, auto...) {
    heard[0].push_back(block_of(input));
    return paContinue;
  };
  Block talk = [&](const void*, void* output, unsigned long frames, auto...) {
    fill(output, frames, ++value);
    return paContinue;
  };
  Block wire = [&](const void* input, void* output, unsigned long frames, auto...) {
    heard[1].push_back(block_of(input));
    fill(output, frames, 100);
    return paContinue;
  };
  for (PaStream* stream : {open_output(&talk), open_input(&listen), open_duplex(&wire)}) {
    pa.start_stream(stream);
  }
  simulation_.step(3);
  for (const auto& blocks : heard) {
    EXPECT_EQ(blocks,
              (std::vector<Samples>{Samples(128, 0), Samples(128, 101), Samples(128, 102)}));
  }
}

TEST_F(CallingBack, CompleteFinishesAndAStopMakesItReady) {
  for (const auto clock :
       {SimulatedClock::real_time, SimulatedClock::free_running, SimulatedClock::by_hand}) {
    start(clock);
    int blocks = 0;
    Block block = [&](const void*, void* output, unsigned long frames, auto...) {
      fill(output, frames, ++blocks);
      return blocks % 3 == 0 ? paComplete : paContinue;
    };
    auto output = side();
    output.suggestedLatency = 0.1;  // so that a busy machine misses no blocks
    PaStream* stream = open(nullptr, &output, &block);
    for (int round = 1; round <= 2; ++round) {
      EXPECT_EQ(pa.start_stream(stream), paNoError);
      if (clock == SimulatedClock::by_hand) simulation_.step(5);
      wait_until_inactive(stream);
      EXPECT_EQ(pa.is_stream_stopped(stream), 0) << "finished, not stopped";
      EXPECT_EQ(pa.start_stream(stream), paStreamIsNotStopped);
      EXPECT_EQ(pa.stop_stream(stream), paNoError);
      EXPECT_EQ(simulation_.output_frames(0), 192U * static_cast<unsigned>(round));
    }
    TearDown();
  }
}

TEST_F(CallingBack, TheFinishedCallbackGetsTheUserDataWhileTheStreamIsStillActive) {
  start(SimulatedClock::by_hand);
  static PaStream* stream;
  static int finished;
  static Block block;
  finished = 0;
  block = [](auto...) { return paComplete; };
  stream = open_output(&block);
  const auto callback = [](void* user_data) {
    EXPECT_EQ(user_data, &block);
    EXPECT_EQ(detail::simulated_backend().is_stream_active(stream), 1);
    ++finished;
  };
  EXPECT_EQ(pa.set_finished_callback(stream, callback), paNoError);
  for (int round = 1; round <= 2; ++round) {
    EXPECT_EQ(pa.start_stream(stream), paNoError);
    EXPECT_EQ(pa.set_finished_callback(stream, nullptr), paStreamIsNotStopped);
    simulation_.step();
    EXPECT_EQ(finished, round);
    EXPECT_EQ(pa.is_stream_active(stream), 0);
    EXPECT_EQ(pa.stop_stream(stream), paNoError);
  }
}

TEST_F(CallingBack, CompleteIsInactiveWhenTheSoundIsOver) {
  start(SimulatedClock::real_time);
  auto output = side();
  output.suggestedLatency = 0.1;
  Block block = [&](const void*, void* buffer, unsigned long frames, auto...) {
    fill(buffer, frames, 1);
    return paComplete;
  };
  PaStream* stream = open(nullptr, &output, &block);
  const double begin = pa.stream_time(stream);
  pa.start_stream(stream);
  wait_until_inactive(stream);
  EXPECT_GE(pa.stream_time(stream) - begin, 0.1);
}

TEST_F(CallingBack, AbortDropsTheBlockAndFinishesAtOnce) {
  start(SimulatedClock::by_hand);
  Block block = [](const void*, void* output, unsigned long frames, auto...) {
    fill(output, frames, 1);
    return paAbort;
  };
  PaStream* stream = open_output(&block);
  pa.start_stream(stream);
  simulation_.step();
  EXPECT_EQ(pa.is_stream_active(stream), 0);
  EXPECT_EQ(pa.is_stream_stopped(stream), 0);
  EXPECT_EQ(simulation_.output_frames(0), 0U);
}

TEST_F(CallingBack, FedInputArrivesInOrder) {
  start(SimulatedClock::free_running);
  feed(ramp(640));
  Samples heard;
  Block block = [&](const void* input, void* output, unsigned long, auto...) {
    EXPECT_EQ(output, nullptr);
    const auto samples = block_of(input);
    heard.insert(heard.end(), samples.begin(), samples.end());
    return heard.size() < 1280 ? paContinue : paComplete;
  };
  PaStream* stream = open_input(&block);
  pa.start_stream(stream);
  wait_until_inactive(stream);
  EXPECT_EQ(heard, ramp(640));
}

TEST_F(CallingBack, AWireOnALoopbackIsOneBlockLateUnderEveryClock) {
  for (const auto clock : {SimulatedClock::real_time, SimulatedClock::free_running}) {
    start(clock);
    simulation_.set_loopback(0, true);
    std::int16_t next = 0;
    std::vector<Samples> heard;
    Block block = [&](const void* input, void* output, unsigned long frames, auto...) {
      heard.push_back(block_of(input));
      fill(output, frames, ++next);
      return next < 20 ? paContinue : paComplete;
    };
    PaStream* stream = open_duplex(&block);
    pa.start_stream(stream);
    wait_until_inactive(stream);
    if (clock == SimulatedClock::free_running) {  // in real time a stalled machine drops blocks
      for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(heard[static_cast<std::size_t>(i)], Samples(128, static_cast<std::int16_t>(i)));
      }
    }
    EXPECT_EQ(heard.size(), 20U);
    TearDown();
  }
}

TEST_F(CallingBack, ARecorderHearsAnotherStreamWithoutGaps) {
  start(SimulatedClock::free_running);
  simulation_.set_loopback(0, true);
  std::atomic<int> blocks{0};
  std::vector<Samples> heard;
  Block talk = [&](const void*, void* output, unsigned long frames, auto...) {
    fill(output, frames, ++blocks);
    std::this_thread::sleep_for(100us);
    return blocks < 50 ? paContinue : paComplete;
  };
  Block listen = [&](const void* input, auto...) {
    heard.push_back(block_of(input));
    return heard.size() < 50 ? paContinue : paComplete;
  };
  PaStream* talker = open_output(&talk);
  PaStream* listener = open_input(&listen);
  pa.start_stream(talker);
  wait_until_inactive(talker);
  pa.start_stream(listener);
  wait_until_inactive(listener);
  for (std::int16_t i = 0; i < 50; ++i) {
    EXPECT_EQ(heard[static_cast<std::size_t>(i)], Samples(128, static_cast<std::int16_t>(i + 1)));
  }
}

TEST_F(CallingBack, TimesAreOnTheStreamsClock) {
  for (const auto clock : {SimulatedClock::real_time, SimulatedClock::by_hand}) {
    start(clock);
    std::vector<PaStreamCallbackTimeInfo> all;
    PaStream* stream = nullptr;
    double asked = 0;
    Block block = [&](const void*, void* output, unsigned long frames, auto& times, auto) {
      fill(output, frames, 0);
      all.push_back(times);
      asked = pa.stream_time(stream);
      return all.size() < 3 ? paContinue : paComplete;
    };
    stream = open_duplex(&block);
    pa.start_stream(stream);
    if (clock == SimulatedClock::by_hand) simulation_.step(3);
    wait_until_inactive(stream);
    ASSERT_EQ(all.size(), 3U);
    const PaStreamInfo& info = *pa.stream_info(stream);
    for (const auto& times : all) {
      EXPECT_NEAR(times.currentTime - times.inputBufferAdcTime, info.inputLatency, 1e-9);
      EXPECT_NEAR(times.outputBufferDacTime - times.currentTime, info.outputLatency, 1e-9);
    }
    EXPECT_GE(asked, all[2].currentTime);
    EXPECT_LE(asked, pa.stream_time(stream));
    EXPECT_GT(all[1].currentTime, all[0].currentTime);
    TearDown();
  }
}

TEST_F(CallingBack, TheOutputIsNotSilentBeforehand) {
  start(SimulatedClock::by_hand);
  bool silent = true;
  Block block = [&](const void*, void* output, auto...) {
    const auto samples = block_of(output);
    silent = std::all_of(samples.begin(), samples.end(), [](auto sample) { return sample == 0; });
    return paContinue;
  };
  pa.start_stream(open_output(&block));
  simulation_.step();
  EXPECT_FALSE(silent);
}

TEST_F(CallingBack, PlanarPointersAreTheCallbacksToChange) {
  start(SimulatedClock::by_hand);
  const auto both = side(2, paInt16 | paNonInterleaved);
  Block block = [&](const void* input, void* output, unsigned long frames, auto...) {
    auto** const in = static_cast<std::int16_t**>(const_cast<void*>(input));
    auto** const out = static_cast<std::int16_t**>(output);
    std::copy(in[0], in[0] + frames, out[1]);
    std::copy(in[1], in[1] + frames, out[0]);
    in[0] = in[1] = out[0] = out[1] = nullptr;
    return paContinue;
  };
  feed({1, 2, 3, 4});
  pa.start_stream(open(&both, &both, &block, 2));
  simulation_.step(2);
  EXPECT_EQ(played(), (Samples{2, 1, 4, 3, 0, 0, 0, 0}));
}

TEST_F(CallingBack, PrimingIsFlaggedWhereItWasAskedFor) {
  start(SimulatedClock::by_hand);
  std::vector<PaStreamCallbackFlags> flags;
  Block block = [&](const void*, void* output, unsigned long frames, auto&, auto now) {
    fill(output, frames, 0);
    flags.push_back(now);
    return paContinue;
  };
  const auto output = side();
  pa.start_stream(open(nullptr, &output, &block, 64, paPrimeOutputBuffersUsingStreamCallback));
  simulation_.step(2);
  EXPECT_EQ(flags, (std::vector<PaStreamCallbackFlags>{paPrimingOutput, 0}));
}

TEST_F(CallingBack, ALateCallbackMissesBlocks) {
  start(SimulatedClock::real_time);
  std::vector<PaStreamCallbackFlags> flags;
  Block block = [&](const void*, void* output, unsigned long frames, auto&, auto now) {
    fill(output, frames, 1);
    flags.push_back(now);
    if (flags.size() == 1) std::this_thread::sleep_for(50ms);
    return flags.size() < 2 ? paContinue : paComplete;
  };
  PaStream* stream = open_duplex(&block);
  pa.start_stream(stream);
  wait_until_inactive(stream);
  EXPECT_EQ(flags.back(), paInputOverflow | paOutputUnderflow);
  EXPECT_GE(simulation_.output_frames(0), 2400U) << "the gap is on the tape";
  EXPECT_GT(pa.stream_cpu_load(stream), 1);
}

TEST_F(CallingBack, QueriesDoNotWaitForACallback) {
  start(SimulatedClock::free_running);
  std::atomic<bool> inside{false};
  std::atomic<bool> leave{false};
  PaStream* stream = nullptr;
  Block block = [&](const void*, void* output, unsigned long frames, auto...) {
    fill(output, frames, 0);
    EXPECT_EQ(pa.is_stream_active(stream), 1);
    EXPECT_NE(pa.stream_time(stream), 0);
    EXPECT_THROW(simulation_.step(), std::logic_error);
    inside = true;
    while (!leave) std::this_thread::yield();
    return paComplete;
  };
  stream = open_output(&block);
  pa.start_stream(stream);
  while (!inside) std::this_thread::yield();
  EXPECT_EQ(pa.is_stream_active(stream), 1);
  EXPECT_EQ(pa.is_stream_stopped(stream), 0);
  EXPECT_EQ(pa.device_count(), 1);
  EXPECT_NE(pa.stream_info(stream), nullptr);
  EXPECT_EQ(simulation_.output_frames(0), 0U);
  leave = true;
  EXPECT_EQ(pa.stop_stream(stream), paNoError) << "it waits for the callback";
}

TEST_F(CallingBack, AStreamCanBeStoppedWhileAStepWaitsForIt) {
  start(SimulatedClock::by_hand);
  std::atomic<bool> inside{false};
  Block block = [&](const void*, void* output, unsigned long frames, auto...) {
    fill(output, frames, 0);
    inside = true;
    std::this_thread::sleep_for(10ms);
    return paContinue;
  };
  PaStream* stream = open_output(&block);
  pa.start_stream(stream);
  std::thread stepper([&] { simulation_.step(100); });
  while (!inside) std::this_thread::yield();
  EXPECT_EQ(pa.close_stream(stream), paNoError);
  stepper.join();
}

}  // namespace
}  // namespace audiopp
