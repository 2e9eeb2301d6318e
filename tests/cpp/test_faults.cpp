// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT

// Injected faults, at the level of PortAudio's calls, and lost devices, at the level of streams.
#include "simulation/faults.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#if defined(__linux__)
#include <sys/resource.h>
#include <unistd.h>
#endif

#include "audiopp/error.hpp"
#include "audiopp/session.hpp"
#include "audiopp/simulation.hpp"
#include "audiopp/stream.hpp"
#include "simulated_card_test.hpp"

namespace audiopp {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// ---- faults in PortAudio's calls ----

class FaultsTest : public SimulatedCardTest {
 protected:
  void inject(Fault fault) { simulation_.inject(std::move(fault)); }
};

TEST_F(FaultsTest, MeetsTheNthCall) {
  start(SimulatedClock::free_running);
  Fault fault{"Pa_GetDeviceCount", Errc::internal_error};
  fault.nth = 3;
  fault.times = 2;
  inject(fault);
  std::vector<int> answers;
  for (int i = 0; i < 6; ++i) answers.push_back(pa.device_count());
  EXPECT_EQ(answers, (std::vector<int>{1, 1, paInternalError, paInternalError, 1, 1}));
  EXPECT_EQ(simulation_.faults_hit(), 2U);
}

TEST_F(FaultsTest, MeetsEveryCallUntilItIsCleared) {
  start(SimulatedClock::free_running);
  Fault fault{"Pa_GetDeviceInfo"};
  fault.times = std::nullopt;
  inject(fault);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(pa.device_info(0), nullptr);
  simulation_.clear_faults();
  EXPECT_NE(pa.device_info(0), nullptr);
}

TEST_F(FaultsTest, MeetsTheSameCallsForTheSameSeed) {
  start(SimulatedClock::free_running);
  const auto pattern = [this](std::uint64_t seed) {
    Fault fault{"Pa_GetDeviceCount", Errc::internal_error};
    fault.times = std::nullopt;
    fault.probability = 0.25;
    fault.seed = seed;
    simulation_.clear_faults();
    inject(fault);
    std::vector<int> answers(400);
    for (int& answer : answers) answer = pa.device_count();
    return answers;
  };
  const auto first = pattern(1);
  EXPECT_EQ(pattern(1), first);
  EXPECT_NE(pattern(2), first);
  const auto hits = std::count(first.begin(), first.end(), paInternalError);
  EXPECT_GT(hits, 60);
  EXPECT_LT(hits, 140);
}

TEST_F(FaultsTest, OneCallMeetsOneFault) {
  start(SimulatedClock::free_running);
  inject({"Pa_GetDeviceCount", Errc::internal_error});
  inject({"Pa_GetDeviceCount", Errc::timed_out});
  EXPECT_EQ(pa.device_count(), paInternalError);
  EXPECT_EQ(pa.device_count(), paTimedOut);
  EXPECT_EQ(pa.device_count(), 1);
}

TEST_F(FaultsTest, TellsTheHostError) {
  SimulatedHostApi alsa;
  alsa.type = HostApiType::alsa;
  start(SimulatedClock::free_running, {alsa});
  inject({"Pa_OpenStream", Errc::unanticipated_host_error, "Broken pipe", -32});
  const auto output = side();
  PaStream* stream = nullptr;
  EXPECT_EQ(pa.open_stream(&stream, nullptr, &output, 48000, 64, paNoFlag, nullptr, nullptr),
            paUnanticipatedHostError);
  const PaHostErrorInfo* info = pa.last_host_error_info();
  EXPECT_EQ(info->hostApiType, paALSA);
  EXPECT_EQ(info->errorCode, -32);
  EXPECT_STREQ(info->errorText, "Broken pipe");
  EXPECT_EQ(simulation_.open_streams(), 0U);
}

TEST_F(FaultsTest, WhatFreesFreesAllTheSame) {
  start(SimulatedClock::free_running);
  PaStream* stream = open_output();
  EXPECT_EQ(simulation_.open_streams(), 1U);
  inject({"Pa_CloseStream", Errc::internal_error});
  EXPECT_EQ(pa.close_stream(stream), paInternalError);
  EXPECT_EQ(simulation_.open_streams(), 0U);
  inject({"Pa_Terminate", Errc::internal_error});
  EXPECT_EQ(pa.terminate(), paInternalError);
  EXPECT_EQ(pa.device_count(), paNotInitialized);
}

TEST_F(FaultsTest, AnXrunMovesTheFrames) {
  start(SimulatedClock::free_running);
  feed(ramp(4));
  PaStream* stream = open_duplex();
  ASSERT_EQ(pa.start_stream(stream), paNoError);
  inject({"Pa_ReadStream", Errc::input_overflowed});
  inject({"Pa_WriteStream", Errc::output_underflowed});
  std::vector<std::int16_t> frames(8);
  EXPECT_EQ(pa.read_stream(stream, frames.data(), 4), paInputOverflowed);
  EXPECT_EQ(frames, ramp(4));
  EXPECT_EQ(pa.write_stream(stream, frames.data(), 4), paOutputUnderflowed);
  EXPECT_EQ(played(), ramp(4));
}

TEST_F(FaultsTest, AnXrunIsAFlagOfTheNextCallback) {
  start(SimulatedClock::by_hand);
  std::vector<PaStreamCallbackFlags> seen;
  Block block = [&](const void*, void*, unsigned long, const auto&, PaStreamCallbackFlags flags) {
    seen.push_back(flags);
    return paContinue;
  };
  PaStream* stream = open_input(&block);
  ASSERT_EQ(pa.start_stream(stream), paNoError);
  Fault second{"PaStreamCallback", Errc::input_overflowed};
  second.nth = 2;
  inject(second);
  Fault third{"PaStreamCallback", Errc::output_underflowed};
  third.nth = 3;
  inject(third);
  simulation_.step(4);
  ASSERT_EQ(pa.abort_stream(stream), paNoError);
  EXPECT_EQ(seen, (std::vector<PaStreamCallbackFlags>{0, paInputOverflow, paOutputUnderflow, 0}));
}

TEST_F(FaultsTest, RefusesFaultsThatCannotHappen) {
  const auto refused = [this](const std::function<void(Fault&)>& spoil) {
    Fault fault{"Pa_OpenStream", Errc::internal_error};
    spoil(fault);
    EXPECT_THROW(simulation_.inject(fault), std::invalid_argument);
  };
  refused([](Fault& fault) { fault.call = "Pa_OpenSteam"; });
  refused([](Fault& fault) { fault.error = Errc::no_error; });
  refused([](Fault& fault) { fault.nth = 0; });
  refused([](Fault& fault) { fault.probability = 1.5; });
  refused([](Fault& fault) { fault.probability = std::nan(""); });
  refused([](Fault& fault) { fault = {"PaStreamCallback", Errc::device_unavailable}; });
}

TEST_F(FaultsTest, AnUnpluggedDeviceEndsAReadThatWaits) {
  start(SimulatedClock::by_hand);
  PaStream* stream = open_input();
  ASSERT_EQ(pa.start_stream(stream), paNoError);
  std::thread hand([this] {
    std::this_thread::sleep_for(20ms);
    simulation_.unplug(0);
  });
  std::int16_t frames[128];
  EXPECT_EQ(pa.read_stream(stream, frames, 64), paUnanticipatedHostError);
  hand.join();
  EXPECT_STREQ(pa.last_host_error_info()->errorText, "No such device");
  EXPECT_EQ(pa.read_available(stream), paUnanticipatedHostError);
  EXPECT_EQ(pa.stop_stream(stream), paNoError);
  EXPECT_EQ(pa.start_stream(stream), paUnanticipatedHostError);
  EXPECT_EQ(pa.close_stream(stream), paNoError);

  const auto input = side();
  EXPECT_EQ(pa.is_format_supported(&input, nullptr, 48000), paDeviceUnavailable);
  EXPECT_EQ(pa.open_stream(&stream, &input, nullptr, 48000, 64, paNoFlag, nullptr, nullptr),
            paDeviceUnavailable);
  simulation_.plug_in(0);
  EXPECT_EQ(pa.close_stream(open_input()), paNoError);
}

TEST_F(FaultsTest, AnUnpluggedDeviceLeavesOtherDevicesAlone) {
  SimulatedHostApi two;
  two.devices.resize(2);
  start(SimulatedClock::free_running, {two});
  PaStream* stream = open_output();
  ASSERT_EQ(pa.start_stream(stream), paNoError);
  simulation_.unplug(1);
  EXPECT_EQ(pa.write_stream(stream, ramp(4).data(), 4), paNoError);
  EXPECT_THROW(simulation_.unplug(2), std::invalid_argument);
}

TEST_F(FaultsTest, AnUnpluggedDeviceEndsACallbackStream) {
  start(SimulatedClock::by_hand);
  int calls = 0;
  Block block = [&](const void*, void*, unsigned long, const auto&, auto) {
    ++calls;
    return paContinue;
  };
  PaStream* stream = open_input(&block);
  ASSERT_EQ(pa.start_stream(stream), paNoError);
  simulation_.step();
  EXPECT_EQ(pa.is_stream_active(stream), 1);
  simulation_.unplug(0);
  EXPECT_EQ(pa.is_stream_active(stream), 0);
  EXPECT_EQ(pa.is_stream_stopped(stream), 0);
  simulation_.step(3);
  EXPECT_EQ(pa.close_stream(stream), paNoError);
  EXPECT_EQ(calls, 1);
}

TEST_F(FaultsTest, AStallIsFollowedByXruns) {
  start(SimulatedClock::real_time);
  std::atomic<int> calls{0};
  std::atomic<PaStreamCallbackFlags> seen{0};
  Block block = [&](const void*, void* output, unsigned long frames, const auto&, auto flags) {
    std::fill_n(static_cast<std::int16_t*>(output), 2 * frames, std::int16_t{0});
    seen = seen | flags;
    ++calls;
    return paContinue;
  };
  PaStream* stream = open_output(&block);
  simulation_.stall(300ms);
  const auto begin = Clock::now();
  ASSERT_EQ(pa.start_stream(stream), paNoError);
  while (calls == 0) std::this_thread::sleep_for(1ms);
  EXPECT_GE(Clock::now() - begin, 250ms);
  EXPECT_NE(seen & paOutputUnderflow, 0U);
  ASSERT_EQ(pa.abort_stream(stream), paNoError);
  EXPECT_THROW(simulation_.stall(Seconds(-1)), std::invalid_argument);
}

TEST_F(FaultsTest, AStalledStreamMovesNoFrames) {
  start(SimulatedClock::real_time);
  PaStream* stream = open_input();
  ASSERT_EQ(pa.start_stream(stream), paNoError);
  simulation_.stall(1h);
  const long before = pa.read_available(stream);
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(pa.read_available(stream), before);
  simulation_.stall(0s);
  std::vector<std::int16_t> frames(128);
  EXPECT_EQ(pa.read_stream(stream, frames.data(), 64), paInputOverflowed);
}

TEST_F(FaultsTest, OnlyRealTimeCanStall) {
  start(SimulatedClock::by_hand);
  EXPECT_THROW(simulation_.stall(1s), std::logic_error);
}

TEST_F(FaultsTest, AClockJumpsForwards) {
  start(SimulatedClock::by_hand);
  PaTime heard = 0;
  Block block = [&](const void*, void*, unsigned long, const auto& times, auto) {
    heard = times.currentTime;
    return paContinue;
  };
  PaStream* stream = open_input(&block);
  ASSERT_EQ(pa.start_stream(stream), paNoError);
  const PaTime before = pa.stream_time(stream);
  simulation_.jump(Seconds(3600));
  EXPECT_DOUBLE_EQ(pa.stream_time(stream), before + 3600);
  simulation_.step();
  EXPECT_GT(heard, before + 3600);
  ASSERT_EQ(pa.abort_stream(stream), paNoError);
  EXPECT_THROW(simulation_.jump(Seconds(-1)), std::invalid_argument);
}

// ---- streams whose device is lost ----

StreamConfig config_of(bool input, bool output) {
  StreamConfig config;
  if (input) config.input = StreamSide{};
  if (output) config.output = StreamSide{};
  config.frames_per_buffer = 64;
  return config;
}

std::optional<Error> error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

class UnpluggedTest : public testing::TestWithParam<std::pair<bool, bool>> {};

TEST_P(UnpluggedTest, ABlockingCallSaysSo) {
  const bool input = GetParam().first;  // C++17's lambdas cannot capture structured bindings
  const bool output = GetParam().second;
  Simulation simulation({SimulatedHostApi{}}, SimulatedClock::by_hand);
  const Session session(simulation);
  Stream stream(session, config_of(input, output));
  stream.start();
  const std::size_t moved = 192 + (input ? 0 : stream.write_available());
  std::thread hand([&] {
    std::this_thread::sleep_for(50ms);  // the write fills the queue
    simulation.step(3);
    std::this_thread::sleep_for(100ms);
    simulation.unplug(0);
  });
  std::vector<std::int16_t> frames(std::size_t{2} * 48000);
  const auto error = error_of([&] {
    if (input) {
      stream.read(frames.data(), 48000);
    } else {
      stream.write(frames.data(), 48000);
    }
  });
  hand.join();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->errc(), Errc::unanticipated_host_error);
  ASSERT_TRUE(error->host_error());
  EXPECT_EQ(error->host_error()->text, "No such device");
  EXPECT_NE(error->detail().find("the device is lost"), std::string::npos);
  EXPECT_EQ(error->frames(), moved);
  EXPECT_TRUE(stream.is_device_lost());
  stream.close();
  EXPECT_EQ(simulation.open_streams(), 0U);
  EXPECT_EQ(error_of([&] { Stream(session, config_of(input, output)); })->errc(),
            Errc::device_unavailable);
}

TEST_P(UnpluggedTest, ACallbackStreamSaysSo) {
  const bool input = GetParam().first;  // C++17's lambdas cannot capture structured bindings
  const bool output = GetParam().second;
  Simulation simulation({SimulatedHostApi{}}, SimulatedClock::by_hand);
  const Session session(simulation);
  Stream stream(session, config_of(input, output),
                [](const CallbackContext&) { return CallbackResult::continue_; });
  stream.start();
  simulation.step(2);
  EXPECT_TRUE(stream.is_active());
  simulation.unplug(0);
  EXPECT_FALSE(stream.is_active());
  EXPECT_TRUE(stream.is_device_lost());
  EXPECT_EQ(error_of([&] { stream.check_device(); })->errc(), Errc::unanticipated_host_error);
  stream.close();
  EXPECT_EQ(simulation.open_streams(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Directions, UnpluggedTest,
                         testing::Values(std::pair(true, false), std::pair(false, true),
                                         std::pair(true, true)));

// ---- stops that fail ----

TEST(FailedStopTest, CloseDoesNotWaitForACallbackThatAsksTheSession) {
  Simulation simulation({SimulatedHostApi{}}, SimulatedClock::free_running);
  const Session session(simulation);
  std::atomic<int> calls{0};
  Stream stream(session, config_of(false, true), [&](const CallbackContext&) {
    ++calls;
    std::this_thread::sleep_for(20ms);  // until the stream is being closed
    session.device_count();
    return CallbackResult::continue_;
  });
  stream.start();
  while (calls == 0) std::this_thread::sleep_for(100us);
  Fault fault{"Pa_StopStream", Errc::internal_error};
  simulation.inject(fault);
  const auto error = error_of([&] { stream.close(); });
  ASSERT_TRUE(error);
  EXPECT_STREQ(error->call(), "Pa_StopStream");
  EXPECT_EQ(simulation.open_streams(), 0U);
}

TEST(FailedStopTest, TellsThatTheEndOfTheSoundIsLost) {
  SimulatedHostApi alsa;  // where audiopp drains, because PortAudio does not
  alsa.type = HostApiType::alsa;
  Simulation simulation({alsa}, SimulatedClock::free_running);
  const Session session(simulation);
  Stream stream(session, config_of(false, true));
  stream.start();
  const std::vector<std::int16_t> frames(200);
  stream.write(frames.data(), 100);
  Fault fault{"Pa_WriteStream"};
  fault.host_text = "Broken pipe";
  simulation.inject(fault);
  const auto error = error_of([&] { stream.stop(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->errc(), Errc::unanticipated_host_error);
  EXPECT_EQ(error->host_error()->text, "Broken pipe");
  EXPECT_TRUE(stream.is_device_lost());
  EXPECT_TRUE(stream.is_stopped());
}

TEST(FailedStopTest, CanBeTriedAgainWhenTheAbortFailedToo) {
  Simulation simulation({SimulatedHostApi{}}, SimulatedClock::free_running);
  const Session session(simulation);
  Stream blocking(session, config_of(false, true));
  Stream calling(session, config_of(false, true),
                 [](const CallbackContext&) { return CallbackResult::continue_; });
  for (Stream* const stream : {&blocking, &calling}) {
    stream->start();
    simulation.inject({"Pa_StopStream", Errc::internal_error});
    simulation.inject({"Pa_AbortStream", Errc::internal_error});
    EXPECT_TRUE(error_of([&] { stream->stop(); }));
    ASSERT_FALSE(stream->is_stopped());
    stream->stop();
    EXPECT_TRUE(stream->is_stopped());
    stream->start();
    stream->stop();
  }
}

// ---- no more threads ----

#if defined(__linux__)

// The limit cannot be lifted again, so each test has its own process.
class NoThreadsDeathTest : public testing::Test {
 protected:
  static void use(std::size_t callback_buffer, const std::function<void(Stream&)>& end) {
    SimulatedHostApi alsa;  // where a stop runs on its own thread
    alsa.type = HostApiType::alsa;
    Simulation simulation({alsa}, SimulatedClock::free_running);
    const Session session(simulation);
    StreamConfig config = config_of(false, true);
    config.callback_buffer = callback_buffer;
    Stream stream(session, config,
                  [](const CallbackContext&) { return CallbackResult::continue_; });
    end(stream);
    EXPECT_EQ(simulation.open_streams(), 0U);
    std::_Exit(testing::Test::HasFailure() ? 1 : 0);
  }

  // As at the limit of a container.
  static void allow_no_more_threads() {
    const rlimit one{1, 1};
    constexpr uid_t nobody = 65534;  // root has no such limit
    if ((geteuid() == 0 && setuid(nobody) != 0) || setrlimit(RLIMIT_NPROC, &one) != 0) {
      std::_Exit(0);
    }
    EXPECT_THROW(std::thread([] {}).join(), std::system_error);
  }
  const testing::ExitedWithCode fine{0};
};

TEST_F(NoThreadsDeathTest, AStreamStopsAllTheSame) {
  const auto stop = [](Stream& stream) {
    stream.start();
    allow_no_more_threads();
    stream.stop();
    EXPECT_TRUE(stream.is_stopped());
    stream.close();
  };
  EXPECT_EXIT(use(0, stop), fine, "");
}

TEST_F(NoThreadsDeathTest, ABufferedCallbackIsRefused) {
  const auto start = [](Stream& stream) {
    allow_no_more_threads();
    const auto error = error_of([&] { stream.start(); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->errc(), Errc::insufficient_memory);
    EXPECT_STREQ(error->call(), "Pa_StartStream");
    EXPECT_TRUE(stream.is_stopped());
    stream.close();
  };
  EXPECT_EXIT(use(256, start), fine, "");
}

#endif

// ---- a callback that never returns ----

class BlockedCallbackDeathTest : public testing::TestWithParam<std::size_t> {
 protected:
  static void use(const std::function<void(Stream&)>& end) {
    Simulation simulation({SimulatedHostApi{}}, SimulatedClock::free_running);
    const Session session(simulation);
    StreamConfig config = config_of(false, true);
    config.callback_buffer = GetParam();
    std::atomic<bool> entered{false};
    Stream stream(session, config, [&](const CallbackContext&) {
      entered = true;
      for (;;) std::this_thread::sleep_for(1h);
      return CallbackResult::continue_;
    });
    stream.start();
    while (!entered) std::this_thread::sleep_for(1ms);
    end(stream);
    EXPECT_FALSE(stream.is_open());
    stream.close();
    std::_Exit(testing::Test::HasFailure() ? 1 : 0);
  }
  const testing::ExitedWithCode fine{0};
};

TEST_P(BlockedCallbackDeathTest, IsAbandonedAfterATimeout) {
  const auto close = [](Stream& stream) {
    IoOptions options;
    options.timeout = Seconds(0.1);
    const auto error = error_of([&] { stream.close(StopMode::drain, options); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->errc(), Errc::timed_out);
    EXPECT_STREQ(error->call(), "Pa_StopStream");
  };
  EXPECT_EXIT(use(close), fine, "");
}

TEST_P(BlockedCallbackDeathTest, IsAbandonedAfterAnInterrupt) {
  const auto stop = [](Stream& stream) {
    IoOptions options;
    options.interrupt = [](void*) { return true; };
    EXPECT_EQ(error_of([&] { stream.stop(StopMode::drain, options); })->errc(), Errc::timed_out);
  };
  EXPECT_EXIT(use(stop), fine, "");
}

INSTANTIATE_TEST_SUITE_P(DirectAndQueued, BlockedCallbackDeathTest, testing::Values(0, 256));

// ---- an audio thread that spins for ever ----

// The abandoned stream would disturb other tests, so each has its own process.
class SpinningThreadDeathTest : public testing::TestWithParam<std::size_t> {
 protected:
  void SetUp() override {
#ifndef __linux__
    GTEST_SKIP() << "nobody asks how long a thread has run: only ALSA's threads spin";
#endif
  }
  static void use(const std::function<void(Simulation&, Stream&)>& end) {
    SimulatedHostApi alsa;
    alsa.type = HostApiType::alsa;
    Simulation simulation({alsa}, SimulatedClock::free_running);
    {
      const Session session(simulation);
      StreamConfig config = config_of(true, true);
      config.frames_per_buffer = 64;
      config.callback_buffer = GetParam();
      Stream stream(session, config,
                    [](const CallbackContext&) { return CallbackResult::continue_; });
      Fault fault{"PaStreamCallback", Errc::internal_error};
      fault.nth = 20;
      simulation.inject(fault);
      stream.start();
      while (simulation.faults_hit() == 0) std::this_thread::sleep_for(1ms);
      end(simulation, stream);
    }
    if (simulation.open_streams() != 1) std::_Exit(2);
    {  // the abandoned stream does not affect a new one
      const Session again(simulation);
      Stream stream(again, config_of(false, true));
      stream.start();
      const std::vector<std::int16_t> frames(200);
      stream.write(frames.data(), 100);
      stream.close();
    }
    std::_Exit(testing::Test::HasFailure() ? 1 : 0);
  }
  const testing::ExitedWithCode fine{0};
};

TEST_P(SpinningThreadDeathTest, IsNoticedByQueries) {
  const auto ask = [](Simulation&, Stream& stream) {
    while (stream.is_active()) std::this_thread::sleep_for(1ms);
    EXPECT_TRUE(stream.is_device_lost());
    EXPECT_EQ(error_of([&] { stream.check_device(); })->errc(), Errc::unanticipated_host_error);
    EXPECT_EQ(error_of([&] { stream.close(); })->errc(), Errc::unanticipated_host_error);
    EXPECT_FALSE(stream.is_open());
    EXPECT_TRUE(stream.is_device_lost());
    stream.close();
  };
  EXPECT_EXIT(use(ask), fine, "");
}

TEST_P(SpinningThreadDeathTest, IsStopped) {
  const auto stop = [](Simulation&, Stream& stream) {
    EXPECT_STREQ(error_of([&] { stream.stop(); })->call(), "Pa_StopStream");
    EXPECT_EQ(error_of([&] { stream.start(); })->errc(), Errc::bad_stream_ptr);
  };
  EXPECT_EXIT(use(stop), fine, "");
}

TEST_P(SpinningThreadDeathTest, IsDropped) {
  EXPECT_EXIT(use([](Simulation&, Stream&) {}), fine, "");
}

TEST_P(SpinningThreadDeathTest, ComesBack) {
  const auto come_back = [](Simulation& simulation, Stream& stream) {
    EXPECT_STREQ(error_of([&] { stream.abort(); })->call(), "Pa_AbortStream");
    simulation.clear_faults();
    std::this_thread::sleep_for(20ms);
  };
  EXPECT_EXIT(use(come_back), fine, "");
}

INSTANTIATE_TEST_SUITE_P(DirectAndQueued, SpinningThreadDeathTest, testing::Values(0, 256));

// ---- errors that cannot be thrown ----

std::optional<Error> swallowed;

TEST(SwallowedErrorTest, AFailedTerminateTellsTheHostError) {
  Simulation simulation({SimulatedHostApi{}}, SimulatedClock::free_running);
  const ErrorHook previous = set_error_hook(
      [](const std::exception& error) noexcept { swallowed = dynamic_cast<const Error&>(error); });
  simulation.inject({"Pa_Terminate", Errc::unanticipated_host_error, "Broken pipe", -32});
  {
    const Session session(simulation);
  }
  set_error_hook(previous);
  ASSERT_TRUE(swallowed);
  EXPECT_STREQ(swallowed->call(), "Pa_Terminate");
  ASSERT_TRUE(swallowed->host_error());
  EXPECT_EQ(swallowed->host_error()->text, "Broken pipe");
}

}  // namespace
}  // namespace audiopp
