// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "audiopp/simulation.hpp"

#ifndef _WIN32
#include <sys/wait.h>
#include <unistd.h>
#endif

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>

#include "audiopp/session.hpp"
#include "simulated_card_test.hpp"

// The parts of a simulation, and what portaudio.h says about calls that take no time.

namespace audiopp {
namespace {

using SimulationTest = SimulatedCardTest;

TEST_F(SimulationTest, NothingAnswersBeforeInitialize) {
  const auto both = side();
  PaStream* stream = nullptr;
  EXPECT_EQ(pa.terminate(), paNotInitialized);
  EXPECT_EQ(pa.host_api_count(), paNotInitialized);
  EXPECT_EQ(pa.default_host_api(), paNotInitialized);
  EXPECT_EQ(pa.host_api_type_id_to_host_api_index(HostApiType::alsa), paNotInitialized);
  EXPECT_EQ(pa.host_api_device_index_to_device_index(0, 0), paNotInitialized);
  EXPECT_EQ(pa.device_count(), paNotInitialized);
  EXPECT_EQ(pa.default_input_device(), paNoDevice);
  EXPECT_EQ(pa.default_output_device(), paNoDevice);
  EXPECT_EQ(pa.host_api_info(0), nullptr);
  EXPECT_EQ(pa.device_info(0), nullptr);
  EXPECT_EQ(pa.is_format_supported(&both, nullptr, 48000), paNotInitialized);
  EXPECT_EQ(pa.open_stream(&stream, &both, nullptr, 48000, 0, 0, nullptr, nullptr),
            paNotInitialized);
  EXPECT_EQ(pa.start_stream(&stream), paNotInitialized);
  EXPECT_EQ(pa.close_stream(nullptr), paNotInitialized);
  EXPECT_EQ(pa.stream_info(&stream), nullptr);
  EXPECT_EQ(pa.stream_time(&stream), 0);
  EXPECT_EQ(pa.version(), Pa_GetVersion());
}

TEST_F(SimulationTest, StartsAreCounted) {
  start(SimulatedClock::free_running);
  EXPECT_EQ(pa.initialize(), paNoError);
  EXPECT_EQ(pa.terminate(), paNoError);
  EXPECT_EQ(pa.device_count(), 1);
  EXPECT_EQ(pa.terminate(), paNoError);
  EXPECT_EQ(pa.device_count(), paNotInitialized);
  EXPECT_EQ(pa.terminate(), paNotInitialized);
}

TEST_F(SimulationTest, TerminateClosesWhatIsOpen) {
  start(SimulatedClock::free_running);
  Block block = [](auto...) { return paContinue; };
  ASSERT_EQ(pa.start_stream(open_output(&block)), paNoError);
  ASSERT_EQ(pa.start_stream(open_input()), paNoError);
  open_duplex();
  EXPECT_EQ(pa.terminate(), paNoError);
  simulation_.set_clock(SimulatedClock::by_hand);  // would throw if one were open
}

SimulatedDevice device(const std::string& name, int inputs, int outputs) {
  SimulatedDevice device;
  device.name = name;
  device.max_input_channels = inputs;
  device.max_output_channels = outputs;
  return device;
}

TEST_F(SimulationTest, DevicesAreNumberedThroughAllHostApis) {
  const std::vector<SimulatedHostApi> host_apis{
      {HostApiType::oss, "none", {}, std::nullopt, std::nullopt},
      {HostApiType::alsa,
       "ALSA",
       {device("\xff not UTF-8", 1, 0), device("speaker", 0, 2)},
       std::nullopt,
       std::nullopt},
      {HostApiType::jack, "JACK", {device("system", 8, 8)}, std::nullopt, -1}};
  start(SimulatedClock::real_time, host_apis);
  EXPECT_EQ(pa.host_api_count(), 3);
  EXPECT_EQ(pa.default_host_api(), 1) << "the first with a default device";
  EXPECT_EQ(pa.host_api_type_id_to_host_api_index(HostApiType::jack), 2);
  EXPECT_EQ(pa.host_api_type_id_to_host_api_index(HostApiType::mme), paHostApiNotFound);
  EXPECT_EQ(pa.host_api_info(3), nullptr);
  EXPECT_EQ(pa.host_api_info(0)->deviceCount, 0);
  EXPECT_EQ(pa.host_api_info(0)->defaultInputDevice, paNoDevice);
  EXPECT_STREQ(pa.host_api_info(2)->name, "JACK");
  EXPECT_EQ(pa.host_api_info(2)->defaultInputDevice, 2);
  EXPECT_EQ(pa.host_api_info(2)->defaultOutputDevice, paNoDevice);
  EXPECT_EQ(pa.device_count(), 3);
  EXPECT_EQ(pa.default_input_device(), 0);
  EXPECT_EQ(pa.default_output_device(), 1);
  EXPECT_EQ(pa.host_api_device_index_to_device_index(2, 0), 2);
  EXPECT_EQ(pa.host_api_device_index_to_device_index(2, 1), paInvalidDevice);
  EXPECT_EQ(pa.host_api_device_index_to_device_index(3, 0), paInvalidHostApi);
  EXPECT_EQ(pa.device_info(3), nullptr);
  EXPECT_EQ(pa.device_info(-1), nullptr);
  const PaDeviceInfo& info = *pa.device_info(0);
  EXPECT_STREQ(info.name, "\xff not UTF-8");
  EXPECT_EQ(info.structVersion, 2);
  EXPECT_EQ(info.hostApi, 1);
  EXPECT_EQ(info.maxInputChannels, 1);
  EXPECT_EQ(info.maxOutputChannels, 0);
  EXPECT_EQ(info.defaultLowInputLatency, 0.01);
  EXPECT_EQ(info.defaultHighInputLatency, 0.04);
  EXPECT_EQ(info.defaultSampleRate, 48000);
}

TEST_F(SimulationTest, AMachineWithoutSoundHasNoDefaults) {
  start(SimulatedClock::real_time, {});
  EXPECT_EQ(pa.host_api_count(), 0);
  EXPECT_EQ(pa.default_host_api(), paInternalError);
  EXPECT_EQ(pa.default_input_device(), paNoDevice);
  EXPECT_EQ(pa.device_count(), 0);
}

TEST_F(SimulationTest, InvalidDescriptionsAreRefused) {
  const auto refused = [](const auto& change) {
    SimulatedHostApi host_api;
    change(host_api);
    EXPECT_THROW(Simulation({host_api}), std::invalid_argument);
  };
  refused([](auto& api) { api.default_input = 1; });
  refused([](auto& api) { api.default_output = -2; });
  refused([](auto& api) { api.devices = {device("speaker", 0, 2)}, api.default_input = 0; });
  refused([](auto& api) { api.devices[0].max_input_channels = -1; });
  refused([](auto& api) { api.devices[0].default_sample_rate = 0; });
  refused([](auto& api) { api.devices[0].sample_rates = {48000, std::nan("")}; });
  refused([](auto& api) { api.devices[0].low_latency = Seconds(-1); });
}

TEST_F(SimulationTest, NewHostApisAreFoundByTheNextStart) {
  start(SimulatedClock::real_time);
  simulation_.set_host_apis({});
  EXPECT_EQ(pa.device_count(), 1);
  pa.terminate();
  pa.initialize();
  EXPECT_EQ(pa.device_count(), 0);
}

TEST_F(SimulationTest, OneSimulationRunsAtATime) {
  start(SimulatedClock::real_time);
  Simulation other;
  EXPECT_THROW(other.use(), std::logic_error);
  EXPECT_THROW(Session{other}, std::logic_error);
  simulation_.use();
  pa.terminate();
  SimulatedHostApi two;
  two.devices.resize(2);
  other.set_host_apis({two});
  {
    const Session session(other);
    EXPECT_EQ(session.device_count(), 2);
    EXPECT_THROW(simulation_.use(), std::logic_error);
  }
  EXPECT_EQ(Session().device_count(), 1) << "what is in use stays so";
}

TEST_F(SimulationTest, ASecondSessionOnASimulationChoosesNothingForLaterOnes) {
  SimulatedHostApi two;
  two.devices.resize(2);
  {
    Simulation other({two});
    const Session first(other);
    const Session second(other);
    EXPECT_EQ(second.device_count(), 2);
  }
  simulation_.use();
  EXPECT_EQ(Session().device_count(), 1);
}

TEST_F(SimulationTest, ASessionThatFailsChoosesNothingForLaterOnes) {
  SimulatedHostApi two;
  two.devices.resize(2);
  Simulation other({two});
  other.inject({"Pa_Initialize", Errc::internal_error});
  EXPECT_THROW(Session{other}, Error);
  simulation_.use();
  EXPECT_EQ(Session().device_count(), 1);
}

TEST_F(SimulationTest, ASessionOutlivesItsSimulation) {
  std::optional<Simulation> brief(std::in_place);
  const Session session(*brief);
  brief.reset();
  EXPECT_EQ(session.device_count(), 1);
}

TEST_F(SimulationTest, UnknownDevicesAndFormatsAreRefused) {
  const std::int16_t frame[3]{};
  EXPECT_THROW(simulation_.set_loopback(1, true), std::invalid_argument);
  EXPECT_THROW(simulation_.output(-1, SampleFormat::int16), std::invalid_argument);
  EXPECT_THROW(simulation_.output(0, SampleFormat::custom), std::invalid_argument);
  EXPECT_EQ(simulation_.output_channels(0), 2);
  EXPECT_THROW(simulation_.output_channels(1), std::invalid_argument);
  EXPECT_THROW(simulation_.feed_input(0, frame, 1, 3, SampleFormat::int16), std::invalid_argument);
  EXPECT_THROW(simulation_.feed_input(0, frame, 1, 0, SampleFormat::int16), std::invalid_argument);
  EXPECT_THROW(simulation_.feed_input(0, frame, 1, 1, SampleFormat::custom), std::invalid_argument);
  EXPECT_THROW(simulation_.step(), std::logic_error) << "the clock is not by hand";
}

// ---- states ----

TEST_F(SimulationTest, WhatWasNeverOpenIsABadStream) {
  start(SimulatedClock::free_running);
  int something = 0;
  for (PaStream* stream : {static_cast<PaStream*>(nullptr), static_cast<PaStream*>(&something)}) {
    EXPECT_EQ(pa.start_stream(stream), paBadStreamPtr);
    EXPECT_EQ(pa.stop_stream(stream), paBadStreamPtr);
    EXPECT_EQ(pa.abort_stream(stream), paBadStreamPtr);
    EXPECT_EQ(pa.close_stream(stream), paBadStreamPtr);
    EXPECT_EQ(pa.is_stream_active(stream), paBadStreamPtr);
    EXPECT_EQ(pa.is_stream_stopped(stream), paBadStreamPtr);
    EXPECT_EQ(pa.read_stream(stream, &something, 1), paBadStreamPtr);
    EXPECT_EQ(pa.write_stream(stream, &something, 1), paBadStreamPtr);
    EXPECT_EQ(pa.stream_info(stream), nullptr);
    EXPECT_EQ(pa.stream_time(stream), 0);
    EXPECT_EQ(pa.stream_cpu_load(stream), 0);
    EXPECT_EQ(pa.read_available(stream), 0) << "pa_front.c says so, whatever portaudio.h says";
  }
}

TEST_F(SimulationTest, StreamsGoThroughTheirStates) {
  start(SimulatedClock::by_hand);
  Block block = [](auto...) { return paContinue; };
  for (PaStream* stream : {open_output(), open_output(&block)}) {
    EXPECT_EQ(pa.is_stream_stopped(stream), 1);
    EXPECT_EQ(pa.is_stream_active(stream), 0);
    EXPECT_EQ(pa.stop_stream(stream), paStreamIsStopped);
    EXPECT_EQ(pa.abort_stream(stream), paStreamIsStopped);
    for (const auto stop : {pa.stop_stream, pa.abort_stream}) {
      EXPECT_EQ(pa.start_stream(stream), paNoError);
      EXPECT_EQ(pa.start_stream(stream), paStreamIsNotStopped);
      EXPECT_EQ(pa.is_stream_stopped(stream), 0);
      EXPECT_EQ(pa.is_stream_active(stream), 1);
      EXPECT_EQ(stop(stream), paNoError);
      EXPECT_EQ(pa.is_stream_stopped(stream), 1);
    }
    EXPECT_EQ(pa.start_stream(stream), paNoError);
    EXPECT_EQ(pa.close_stream(stream), paNoError) << "running or not";
    EXPECT_EQ(pa.close_stream(stream), paBadStreamPtr);
  }
}

TEST_F(SimulationTest, ReadingAndWritingFindFaultsInPortAudiosOrder) {
  start(SimulatedClock::by_hand);
  std::int16_t frame[2]{};
  Block block = [](auto...) { return paContinue; };
  PaStream* input = open_input();
  PaStream* output = open_output();
  PaStream* called = open_duplex(&block);
  EXPECT_EQ(pa.read_stream(output, nullptr, 0), paNoError) << "no frames, no fault";
  EXPECT_EQ(pa.read_stream(output, nullptr, 1), paBadBufferPtr);
  EXPECT_EQ(pa.write_stream(input, nullptr, 1), paBadBufferPtr);
  EXPECT_EQ(pa.read_stream(output, frame, 1), paStreamIsStopped);
  EXPECT_EQ(pa.write_stream(called, frame, 1), paStreamIsStopped);
  for (PaStream* stream : {input, output, called}) pa.start_stream(stream);
  EXPECT_EQ(pa.read_stream(output, frame, 1), paCanNotReadFromAnOutputOnlyStream);
  EXPECT_EQ(pa.write_stream(input, frame, 1), paCanNotWriteToAnInputOnlyStream);
  EXPECT_EQ(pa.read_stream(called, frame, 1), paCanNotReadFromACallbackStream);
  EXPECT_EQ(pa.write_stream(called, frame, 1), paCanNotWriteToACallbackStream);
  EXPECT_EQ(pa.read_available(output), paCanNotReadFromAnOutputOnlyStream);
  EXPECT_EQ(pa.write_available(input), paCanNotWriteToAnInputOnlyStream);
  EXPECT_EQ(pa.read_available(called), paCanNotReadFromACallbackStream);
  EXPECT_EQ(pa.write_available(called), paCanNotWriteToACallbackStream);
}

#ifndef _WIN32
// The child must not wait for what the parent's threads wait for.
TEST_F(SimulationTest, AForkedChildStartsAndStopsWhileTheParentsThreadsWait) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "ThreadSanitizer wants no thread after a fork of threads";
#endif
  const auto some_blocks = std::chrono::milliseconds(20);
  start(SimulatedClock::real_time);
  static Block block = [](auto...) { return paContinue; };  // until they are closed
  for (int i = 0; i < 2; ++i) pa.start_stream(open_output(&block));
  std::this_thread::sleep_for(some_blocks);
  for (int i = 0; i < 5; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      alarm(20);
      for (int j = 0; j < 3; ++j) {
        PaStream* stream = open_output(&block);
        if (pa.start_stream(stream) != paNoError) _exit(1);
        std::this_thread::sleep_for(some_blocks);
        if (pa.abort_stream(stream) != paNoError) _exit(1);
      }
      _exit(0);
    }
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
  }
}

TEST_F(SimulationTest, AForkedChildGoesOnWithoutTheParentsStreams) {
  start(SimulatedClock::by_hand);
  Block block = [](auto...) { return paContinue; };
  PaStream* parents = open_output(&block);
  pa.start_stream(parents);
  simulation_.step();
  const pid_t child = fork();
  if (child == 0) {
    PaStream* stream = open_output();
    bool right = pa.close_stream(parents) == paBadStreamPtr && pa.start_stream(stream) == paNoError;
    pa.write_stream(stream, ramp(64).data(), 64);
    simulation_.step();  // the parent's stream has no thread here that it could wait for
    right = right && simulation_.output_frames(0) == 128 && pa.terminate() == paNoError;
    _exit(right ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  simulation_.step();
  EXPECT_EQ(simulation_.output_frames(0), 128U);
}
#endif

// ---- samples ----

class Formats : public SimulatedCardTest,
                public testing::WithParamInterface<std::tuple<PaSampleFormat, bool>> {};

TEST_P(Formats, ComeBackBitExact) {
  const auto [format, planar] = GetParam();
  const std::size_t size = sample_size(static_cast<SampleFormat>(format));
  constexpr std::size_t frames = 1000;
  std::vector<unsigned char> sent(frames * 2 * size);
  for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<unsigned char>(i * 193 + 7);
  if (format == paFloat32) {
    for (std::size_t i = 0; i < frames * 2; ++i) {
      const float sample = std::sin(static_cast<float>(i)) * 1.5F;  // beyond full scale as well
      std::copy_n(reinterpret_cast<const unsigned char*>(&sample), size, &sent[i * size]);
    }
  }
  start(SimulatedClock::free_running);
  simulation_.set_loopback(0, true);
  const auto both = side(2, planar ? format | paNonInterleaved : format);
  PaStream* stream = open(&both, &both);
  pa.start_stream(stream);
  std::vector<unsigned char> got(sent.size());
  const void* out[2]{sent.data(), sent.data() + frames * size};
  void* in[2]{got.data(), got.data() + frames * size};
  pa.write_stream(stream, planar ? static_cast<void*>(out) : sent.data(), frames);
  pa.read_stream(stream, planar ? static_cast<void*>(in) : got.data(), frames);
  EXPECT_EQ(got, sent);
}

INSTANTIATE_TEST_SUITE_P(All, Formats,
                         testing::Combine(testing::Values(paFloat32, paInt32, paInt24, paInt16,
                                                          paInt8, paUInt8),
                                          testing::Bool()));

TEST_F(SimulationTest, IntegersAreRoundedAndClipped) {
  const std::vector<float> samples{
      1, -1, 2, -2, 0.5F, 1.4F / 128, -1.6F / 128, std::numeric_limits<float>::quiet_NaN()};
  start(SimulatedClock::free_running);
  const auto output = side(1, paFloat32);
  PaStream* stream = open(nullptr, &output);
  pa.start_stream(stream);
  pa.write_stream(stream, samples.data(), static_cast<unsigned long>(samples.size()));
  const auto left = [this](SampleFormat format) {  // the right channel is silent
    const auto bytes = simulation_.output(0, format);
    std::vector<int> values;
    for (std::size_t i = 0; i < bytes.size(); i += 2) values.push_back(bytes[i]);
    return values;
  };
  EXPECT_EQ(left(SampleFormat::uint8), (std::vector<int>{255, 0, 255, 0, 192, 129, 126, 128}));
  EXPECT_EQ(left(SampleFormat::int8), (std::vector<int>{127, 128, 127, 128, 64, 1, 254, 0}));
}

}  // namespace
}  // namespace audiopp
