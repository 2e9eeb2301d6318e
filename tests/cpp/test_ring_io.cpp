// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT

// Blocking streams on host APIs whose own blocking calls are broken: the same reads and writes,
// over our callback and rings. On a simulated JACK whose clock is by hand.
#include <gtest/gtest.h>

#ifndef _WIN32
#include <sys/wait.h>
#include <unistd.h>
#endif

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "audiopp/error.hpp"
#include "audiopp/session.hpp"
#include "audiopp/simulation.hpp"
#include "audiopp/stream.hpp"
#include "code_of.hpp"

namespace audiopp {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t depth = 1920;  // the default, 40 ms

std::vector<SimulatedHostApi> jack(bool loopback = false, Seconds latency = Seconds(0.01)) {
  SimulatedHostApi host_api;
  host_api.type = HostApiType::jack;
  SimulatedDevice& device = host_api.devices[0];
  device.max_input_channels = device.max_output_channels = 8;
  device.loopback = loopback;
  device.low_latency = latency;
  return {host_api};
}

/// Advances a simulation's time on its own thread while a call waits for it.
class Clockwork {
 public:
  explicit Clockwork(Simulation& simulation)
      : thread_([this, &simulation] {
          while (!done_) {
            simulation.step();
            std::this_thread::sleep_for(100us);
          }
        }) {}
  ~Clockwork() {
    done_ = true;
    thread_.join();
  }
  Clockwork(const Clockwork&) = delete;
  Clockwork& operator=(const Clockwork&) = delete;

 private:
  std::atomic<bool> done_{false};
  std::thread thread_;
};

// ---- frames of each format, number of channels and layout ----

using Bytes = std::vector<unsigned char>;

struct Shape {
  SampleFormat format;
  int channels;
  Layout layout;

  std::size_t sample() const { return sample_size(format); }
  std::size_t frame() const { return sample() * static_cast<std::size_t>(channels); }
  StreamSide side() const {
    StreamSide side;
    side.format = format;
    side.channels = channels;
    side.layout = layout;
    return side;
  }
};

/// Interleaved frames of noise, none of whose samples is silence.
Bytes noise(const Shape& shape, std::size_t frames) {
  std::mt19937 random(static_cast<unsigned>(shape.channels));
  Bytes bytes(frames * shape.frame());
  if (shape.format == SampleFormat::float32) {
    for (std::size_t i = 0; i < bytes.size(); i += sizeof(float)) {
      const float sample = std::ldexp(static_cast<float>(random() % 8388607 + 1), -23);
      std::memcpy(&bytes[i], &sample, sizeof sample);
    }
    return bytes;
  }
  for (auto& byte : bytes) byte = static_cast<unsigned char>(1 + random() % 100);
  return bytes;
}

/// A buffer in a stream's layout: interleaved frames, or one plane per channel.
class Buffer {
 public:
  Buffer(const Shape& shape, std::size_t frames)
      : shape_(shape), frames_(frames), data_(frames * shape.frame()) {
    for (int i = 0; i < shape.channels; ++i) {
      planes_.push_back(data_.data() + static_cast<std::size_t>(i) * frames * shape.sample());
    }
  }
  void* get() {
    return shape_.layout == Layout::planar ? static_cast<void*>(planes_.data()) : data_.data();
  }
  void fill(const unsigned char* interleaved) {
    copy(const_cast<unsigned char*>(interleaved), true);
  }
  void take(unsigned char* interleaved) { copy(interleaved, false); }

 private:
  void copy(unsigned char* interleaved, bool in) {
    const std::size_t sample = shape_.sample();
    const auto channels = static_cast<std::size_t>(shape_.channels);
    for (std::size_t frame = 0; frame < frames_; ++frame) {
      for (std::size_t channel = 0; channel < channels; ++channel) {
        unsigned char* const mine = shape_.layout == Layout::planar
                                        ? planes_[channel] + frame * sample
                                        : data_.data() + (frame * channels + channel) * sample;
        unsigned char* const theirs = interleaved + (frame * channels + channel) * sample;
        in ? std::memcpy(mine, theirs, sample) : std::memcpy(theirs, mine, sample);
      }
    }
  }

  const Shape shape_;
  const std::size_t frames_;
  Bytes data_;
  std::vector<unsigned char*> planes_;
};

/// Writes as many frames as there is room for, at most `most`; returns how many.
std::size_t write_some(Stream& stream, const Shape& shape, const Bytes& frames, std::size_t done,
                       std::size_t most) {
  const std::size_t left = frames.size() / shape.frame() - done;
  const std::size_t some = std::min({left, most, stream.write_available()});
  if (some == 0) return 0;
  Buffer buffer(shape, some);
  buffer.fill(frames.data() + done * shape.frame());
  const IoResult result = stream.write(buffer.get(), some);
  EXPECT_EQ(result.frames, some);
  EXPECT_FALSE(result.xrun);
  return some;
}

/// Appends the frames that are available, at most `most`.
std::size_t read_some(Stream& stream, const Shape& shape, Bytes& heard, std::size_t most) {
  const std::size_t some = std::min(most, stream.read_available());
  if (some == 0) return 0;
  Buffer buffer(shape, some);
  const IoResult result = stream.read(buffer.get(), some);
  EXPECT_EQ(result.frames, some);
  EXPECT_FALSE(result.xrun);
  heard.resize(heard.size() + some * shape.frame());
  buffer.take(heard.data() + heard.size() - some * shape.frame());
  return some;
}

/// What a stream played on the device's first channels, from the first sound on.
Bytes heard_from(const Simulation& simulation, const Shape& shape) {
  const Bytes all = simulation.output(0, shape.format);
  const std::size_t device_frame = shape.sample() * 8;
  Bytes silence(shape.frame());
  fill_silence(silence.data(), silence.size(), shape.format);
  Bytes heard;
  for (std::size_t i = 0; i < all.size(); i += device_frame) {
    const auto* const frame = all.data() + i;
    if (heard.empty() && std::equal(silence.begin(), silence.end(), frame)) continue;
    heard.insert(heard.end(), frame, frame + shape.frame());
  }
  return heard;
}

class RingFormatTest : public testing::TestWithParam<std::tuple<SampleFormat, int, Layout>> {
 protected:
  const Shape shape_{std::get<0>(GetParam()), std::get<1>(GetParam()), std::get<2>(GetParam())};
  static constexpr std::size_t frames = 3000;
  const Bytes sound_ = noise(shape_, frames);
};

TEST_P(RingFormatTest, WhatIsWrittenIsPlayed) {
  Simulation simulation(jack(), SimulatedClock::by_hand);
  const Session session(simulation);
  StreamConfig config;
  config.output = shape_.side();
  Stream stream(session, config);
  stream.start();
  for (std::size_t done = 0; done < frames;) {
    const std::size_t some = write_some(stream, shape_, sound_, done, 77);
    if (some == 0) simulation.step();
    done += some;
  }
  {
    const Clockwork time(simulation);
    stream.stop();
  }
  Bytes heard = heard_from(simulation, shape_);
  ASSERT_GE(heard.size(), sound_.size());
  heard.resize(sound_.size());
  EXPECT_EQ(heard, sound_);
  EXPECT_EQ(stream.counters().output_underflows, 0U);
}

TEST_P(RingFormatTest, WhatWasFedIsRead) {
  Simulation simulation(jack(), SimulatedClock::by_hand);
  simulation.feed_input(0, sound_.data(), frames, shape_.channels, shape_.format);
  const Session session(simulation);
  StreamConfig config;
  config.input = shape_.side();
  Stream stream(session, config);
  stream.start();
  Bytes heard;
  while (heard.size() < sound_.size()) {
    simulation.step();
    while (read_some(stream, shape_, heard, 77) > 0) {
    }
  }
  heard.resize(sound_.size());
  EXPECT_EQ(heard, sound_);
  EXPECT_EQ(stream.counters().input_overflows, 0U);
}

TEST_P(RingFormatTest, WhatIsWrittenComesBackByTheDepthAndABlockLater) {
  Simulation simulation(jack(true), SimulatedClock::by_hand);
  const Session session(simulation);
  StreamConfig config;
  config.input = config.output = shape_.side();
  Stream stream(session, config);
  stream.start();
  EXPECT_EQ(stream.write_available(), 0U) << "silence has to be played first";
  Bytes sent = sound_;
  const std::size_t later = depth + 240;
  Bytes silence(later * shape_.frame());
  fill_silence(silence.data(), silence.size(), shape_.format);
  sent.insert(sent.end(), silence.begin(), silence.end());
  Bytes heard;
  std::size_t done = 0;
  while (done < frames + later) {
    simulation.step();
    for (;;) {
      const std::size_t before = heard.size();
      const std::size_t some =
          read_some(stream, shape_, heard, std::min<std::size_t>(77, frames + later - done));
      if (some == 0) break;
      EXPECT_EQ(write_some(stream, shape_, sent, done, some), some);
      done += some;
      if (heard.size() == before || done == frames + later) break;
    }
  }
  Bytes expected = silence;
  expected.insert(expected.end(), sound_.begin(), sound_.end());
  EXPECT_EQ(heard, expected);
  EXPECT_EQ(stream.counters().input_overflows + stream.counters().output_underflows, 0U);
}

std::string name_of(const testing::TestParamInfo<std::tuple<SampleFormat, int, Layout>>& info) {
  const auto format = std::get<0>(info.param);
  const char* name = format == SampleFormat::uint8   ? "Uint8"
                     : format == SampleFormat::int8  ? "Int8"
                     : format == SampleFormat::int16 ? "Int16"
                     : format == SampleFormat::int24 ? "Int24"
                     : format == SampleFormat::int32 ? "Int32"
                                                     : "Float32";
  return name + std::to_string(std::get<1>(info.param)) +
         (std::get<2>(info.param) == Layout::planar ? "Planar" : "Interleaved");
}

INSTANTIATE_TEST_SUITE_P(Shapes, RingFormatTest,
                         testing::Combine(testing::Values(SampleFormat::uint8, SampleFormat::int8,
                                                          SampleFormat::int16, SampleFormat::int24,
                                                          SampleFormat::int32,
                                                          SampleFormat::float32),
                                          testing::Values(1, 2, 4, 8),
                                          testing::Values(Layout::interleaved, Layout::planar)),
                         name_of);

// ---- the rules for all blocking streams ----

class RingTest : public testing::Test {
 protected:
  Stream open(bool input, bool output) {
    StreamConfig config;
    if (input) config.input = StreamSide{};
    if (output) config.output = StreamSide{};
    Stream stream(session_, config);
    stream.start();
    return stream;
  }
  /// What the device's first channel played, without silence.
  std::vector<std::int16_t> sounds() const {
    const auto bytes = simulation_.output(0, SampleFormat::int16);
    std::vector<std::int16_t> heard;
    for (std::size_t i = 0; i < bytes.size(); i += 16) {
      std::int16_t sample;
      std::memcpy(&sample, &bytes[i], sizeof sample);
      if (sample != 0) heard.push_back(sample);
    }
    return heard;
  }
  static std::vector<std::int16_t> sound(std::size_t frames, std::int16_t value = 7) {
    return std::vector<std::int16_t>(2 * frames, value);
  }

  Simulation simulation_{jack(), SimulatedClock::by_hand};
  Session session_{simulation_};
  static constexpr std::size_t block = 240;  // half of the latency
};

TEST_F(RingTest, IsABlockingStreamToItsUser) {
  Stream stream = open(true, true);
  EXPECT_TRUE(stream.is_active());
  EXPECT_FALSE(stream.is_stopped());
  simulation_.step(3);
  EXPECT_EQ(stream.cpu_load(), 0);
  EXPECT_EQ(stream.counters().callbacks, 0U);
  EXPECT_THROW(stream.set_callback([](const auto&) { return CallbackResult::abort; }),
               std::invalid_argument);
  stream.abort();
  EXPECT_TRUE(stream.is_stopped());
  std::int16_t frame[2];
  EXPECT_EQ(code_of([&] { stream.read(frame, 1); }), Errc::stream_is_stopped);
  EXPECT_EQ(stream.read_available(), 0U);
  stream.close();
  EXPECT_EQ(code_of([&] { stream.read(frame, 1); }), Errc::bad_stream_ptr);
  Stream output = open(false, true);
  EXPECT_EQ(code_of([&] { output.read(frame, 1); }), Errc::can_not_read_from_an_output_only_stream);
  EXPECT_EQ(code_of([&] { output.read_available(); }),
            Errc::can_not_read_from_an_output_only_stream);
}

TEST_F(RingTest, TheOutputsLatencyCountsTheRing) {
  Stream stream = open(true, true);
  EXPECT_NEAR(stream.output_latency().count(), 0.01 + 0.04, 1e-9);
  EXPECT_NEAR(stream.input_latency().count(), 0.01, 1e-9)
      << "what is read at once waits for nobody";
  StreamConfig config;
  config.output = StreamSide{};
  config.output->latency = Seconds(0.5);
  EXPECT_NEAR(Stream(session_, config).output_latency().count(), 0.5 + 0.5, 1e-3);
  config.output->latency = Seconds(0);
  EXPECT_NEAR(Stream(session_, config).output_latency().count(), 0.02, 0.011) << "the least";
  config.output->latency = {};
  config.frames_per_buffer = 4800;
  EXPECT_NEAR(Stream(session_, config).output_latency().count(), 0.01 + 0.2, 1e-3);
}

TEST_F(RingTest, AnInputThatNobodyReadsIsLostAndTheNextReadReportsIt) {
  Stream stream = open(true, false);
  simulation_.step(depth / block);
  EXPECT_EQ(stream.read_available(), depth);
  simulation_.step();
  EXPECT_EQ(stream.read_available(), depth);
  auto frames = sound(depth);
  EXPECT_TRUE(stream.read(frames.data(), 10).xrun);
  EXPECT_FALSE(stream.read(frames.data(), 10).xrun);
  EXPECT_EQ(stream.counters().input_overflows, 1U);
}

TEST_F(RingTest, TheNextWriteReportsAGap) {
  Stream stream = open(false, true);
  simulation_.step(10);
  const auto frames = sound(depth);
  EXPECT_FALSE(stream.write(frames.data(), 100).xrun) << "there was nothing to be late with";
  simulation_.step(10);
  EXPECT_TRUE(stream.write(frames.data(), 100).xrun);
  EXPECT_FALSE(stream.write(frames.data(), 100).xrun);
  EXPECT_EQ(stream.counters().output_underflows, 1U);
}

TEST_F(RingTest, AShortSoundIsHeardWithoutAStop) {
  Stream stream = open(false, true);
  simulation_.step(5);
  const auto frames = sound(10);
  stream.write(frames.data(), 10);
  simulation_.step(depth / 2 / block + 1);
  EXPECT_EQ(sounds().size(), 10U);
}

// Not on JACK, which reports every client's xruns.
TEST(RingXrunTest, HostXrunsAreReportedWhereTheyAreOurs) {
  for (const auto type : {HostApiType::direct_sound, HostApiType::jack}) {
    auto host_apis = jack();
    host_apis[0].type = type;
    Simulation simulation(host_apis, SimulatedClock::by_hand);
    const Session session(simulation);
    StreamConfig config;
    config.input = config.output = StreamSide{};
    Stream stream(session, config);
    stream.start();
    std::vector<std::int16_t> frames(20);
    simulation.step();
    stream.read(frames.data(), 10);
    stream.write(frames.data(), 10);
    simulation.inject({"PaStreamCallback", Errc::input_overflowed});
    simulation.step();
    const bool are_ours = type == HostApiType::direct_sound;
    EXPECT_EQ(stream.read(frames.data(), 10).xrun, are_ours);
    EXPECT_FALSE(stream.write(frames.data(), 10).xrun);
    simulation.inject({"PaStreamCallback", Errc::output_underflowed});
    simulation.step();
    EXPECT_EQ(stream.write(frames.data(), 10).xrun, are_ours);
  }
}

TEST_F(RingTest, StopAndClosePlayTheRingAndAbortDropsIt) {
  for (const int how : {0, 1, 2}) {
    simulation_.clear_output(0);
    Stream stream = open(false, true);
    const auto frames = sound(300);
    stream.write(frames.data(), 300);
    {
      const Clockwork time(simulation_);
      if (how == 0) stream.stop();
      if (how == 1) stream.close();
    }
    if (how == 2) stream.abort();
    EXPECT_EQ(sounds().size(), how == 2 ? 0U : 300U);
    EXPECT_EQ(stream.counters().output_underflows, 0U);
  }
}

TEST_F(RingTest, AStreamThatNothingWasWrittenToStopsAtOnce) {
  Stream stream = open(false, true);
  simulation_.step();
  const auto begin = std::chrono::steady_clock::now();
  stream.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 400ms);
}

TEST_F(RingTest, ARestartBeginsEmpty) {
  Stream stream = open(true, true);
  simulation_.step(depth / block);
  auto frames = sound(100);
  stream.read(frames.data(), 100);
  stream.write(frames.data(), 100);
  stream.abort();
  simulation_.clear_output(0);
  stream.start();
  EXPECT_EQ(stream.read_available(), 0U);
  EXPECT_EQ(stream.write_available(), 0U);
  simulation_.step(depth / block);
  EXPECT_TRUE(sounds().empty());
  EXPECT_EQ(stream.read_available(), depth);
  stream.abort();
}

TEST_F(RingTest, WhatAnAbortDroppedTakesNoRoom) {
  Stream stream = open(false, true);
  const auto frames = sound(depth / 2);
  stream.write(frames.data(), depth / 2);
  EXPECT_EQ(stream.write_available(), 0U);
  stream.abort();
  EXPECT_EQ(stream.write_available(), depth);
}

TEST_F(RingTest, TimesOutAndIsInterrupted) {
  Stream stream = open(true, true);
  auto frames = sound(2 * block);
  IoOptions options;
  options.timeout = Seconds(0);
  EXPECT_EQ(stream.read(frames.data(), 1, options).status, IoStatus::timed_out);
  EXPECT_EQ(stream.write(frames.data(), 1, options).status, IoStatus::timed_out);
  simulation_.step();
  options.timeout = Seconds(0.03);
  const IoResult result = stream.read(frames.data(), 2 * block, options);
  EXPECT_EQ(result.status, IoStatus::timed_out);
  EXPECT_EQ(result.frames, block);
  int asked = 0;
  options = {};
  options.interrupt = [](void* data) { return ++*static_cast<int*>(data) == 3; };
  options.data = &asked;
  EXPECT_EQ(stream.read(frames.data(), 1, options).status, IoStatus::interrupted);
  EXPECT_EQ(asked, 3);
}

TEST_F(RingTest, TryingMovesAllOrNothing) {
  Stream stream = open(true, true);
  auto frames = sound(2 * block);
  EXPECT_EQ(stream.try_read(frames.data(), 1), std::nullopt);
  EXPECT_EQ(stream.try_write(frames.data(), 1), std::nullopt);
  simulation_.step();
  EXPECT_EQ(stream.try_read(frames.data(), block + 1), std::nullopt);
  EXPECT_EQ(stream.try_read(frames.data(), block)->frames, block);
  EXPECT_EQ(stream.try_write(frames.data(), block + 1), std::nullopt);
  EXPECT_EQ(stream.try_write(frames.data(), block)->frames, block);
}

TEST_F(RingTest, StopAbortAndCloseEndACallInFlight) {
  for (const int how : {0, 1, 2}) {
    Stream stream = open(true, true);
    std::thread control([&] {
      std::this_thread::sleep_for(20ms);
      if (how == 0) stream.stop();
      if (how == 1) stream.abort();
      if (how == 2) stream.close();
    });
    std::int16_t frame[2];
    if (how == 2) {
      EXPECT_EQ(code_of([&] { stream.read(frame, 1); }), Errc::bad_stream_ptr);
    } else {
      EXPECT_EQ(stream.read(frame, 1).status, IoStatus::stopped);
    }
    control.join();
  }
  EXPECT_EQ(simulation_.open_streams(), 0U);
}

TEST_F(RingTest, ASecondReaderWaitsForTheFirst) {
  std::vector<std::int16_t> ramp(2 * 4800);
  for (std::size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<std::int16_t>(i / 2 + 1);
  simulation_.feed_input(0, ramp.data(), 4800, 2, SampleFormat::int16);
  Stream stream = open(true, false);
  std::vector<std::int16_t> first(2 * 2 * block);
  std::vector<std::int16_t> second(2 * 2 * block);
  std::thread other([&] { stream.read(second.data(), 2 * block); });
  stream.read(first.data(), 2 * block, [&] {
    IoOptions options;
    options.interrupt = [](void* simulation) {
      static_cast<Simulation*>(simulation)->step();
      return false;
    };
    options.data = &simulation_;
    return options;
  }());
  simulation_.step(2);
  other.join();
  for (const auto* heard : {&first, &second}) {
    EXPECT_EQ(heard->back() - heard->front(), static_cast<int>(2 * block) - 1) << "contiguous";
  }
}

TEST_F(RingTest, ALostDeviceEndsReadsAndWrites) {
  for (const bool input : {true, false}) {
    Stream stream = open(input, !input);
    std::thread hand([&] {
      std::this_thread::sleep_for(20ms);
      simulation_.unplug(0);
    });
    auto frames = sound(4800);
    const auto move = [&] {
      input ? stream.read(frames.data(), 4800) : stream.write(frames.data(), 4800);
    };
    EXPECT_EQ(code_of(move), Errc::unanticipated_host_error);
    hand.join();
    EXPECT_TRUE(stream.is_device_lost());
    EXPECT_THROW(stream.check_device(), Error);
    if (input) {
      const auto error = [&]() -> std::string {
        try {
          stream.read_available();
        } catch (const Error& lost) {
          return lost.call();
        }
        return "none";
      };
      EXPECT_EQ(error(), "Pa_GetStreamReadAvailable");
    }
    stream.close();
    simulation_.plug_in(0);
  }
}

TEST_F(RingTest, TryingFindsALostDeviceThoughSomeFramesCouldBeMoved) {
  for (const bool input : {true, false}) {
    Stream stream = open(input, !input);
    auto frames = sound(depth);
    simulation_.step();
    simulation_.step();  // waits until the first block has been moved
    ASSERT_GT(input ? stream.read_available() : stream.write_available(), 0U);
    simulation_.unplug(0);
    const auto move = [&] {
      return input ? stream.try_read(frames.data(), depth) : stream.try_write(frames.data(), depth);
    };
    EXPECT_EQ(code_of(move), Errc::unanticipated_host_error);
    EXPECT_EQ(code_of([&] { input ? stream.read_available() : stream.write_available(); }),
              Errc::unanticipated_host_error);
    EXPECT_TRUE(stream.is_device_lost());
    stream.close();
    simulation_.plug_in(0);
  }
}

TEST_F(RingTest, AStopDoesNotCountAsALostDevice) {
  Stream stream = open(false, true);
  const auto frames = sound(100);
  stream.write(frames.data(), 100);
  const Clockwork time(simulation_);
  stream.stop();
  EXPECT_FALSE(stream.is_device_lost());
  stream.start();
  EXPECT_FALSE(stream.is_device_lost());
  stream.abort();
}

TEST_F(RingTest, WhatCannotBeQueuedIsRefusedAndNothingIsLeftOpen) {
  StreamConfig config;
  config.output = StreamSide{};
  config.output->latency = longest_latency;
  EXPECT_EQ(code_of([&] { Stream(session_, config); }), Errc::buffer_too_big);
  config.output->latency = {};
  config.frames_per_buffer = std::numeric_limits<unsigned long>::max();
  EXPECT_EQ(code_of([&] { Stream(session_, config); }), Errc::buffer_too_big);
  config.frames_per_buffer = 0;
  config.output->format = SampleFormat::custom;
  EXPECT_EQ(code_of([&] { Stream(session_, config); }), Errc::sample_format_not_supported);
  config.output->format = SampleFormat::int16;
  config.sample_rate = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(code_of([&] { Stream(session_, config); }), Errc::invalid_sample_rate);
  config.sample_rate = 48000;
  config.input = StreamSide{};
  config.flags = StreamFlags::never_drop_input;
  EXPECT_EQ(code_of([&] { Stream(session_, config); }), Errc::invalid_flag);
  EXPECT_EQ(simulation_.open_streams(), 0U);
  config.flags = StreamFlags::prime_output | StreamFlags::clip_off;
  EXPECT_EQ(code_of([&] { Stream(session_, config); }), Errc::no_error);
}

TEST_F(RingTest, ALargeBlockOfTheHostsMakesTheRingDeeper) {
  simulation_.set_host_apis(jack());
  StreamConfig config;
  config.output = StreamSide{};
  config.output->latency = Seconds(0.2);  // so that the simulation calls back for 4,800 frames
  config.output->channels = 1;
  Stream stream(session_, config);
  stream.start();
  simulation_.step();
  EXPECT_NEAR(stream.output_latency().count(), 0.2 + 0.3, 1e-6) << "three blocks";
  std::vector<std::int16_t> samples(40000);
  for (std::size_t i = 0; i < samples.size(); ++i)
    samples[i] = static_cast<std::int16_t>(i % 9999 + 1);
  for (std::size_t done = 0; done < samples.size();) {
    const std::size_t some = std::min(stream.write_available(), samples.size() - done);
    EXPECT_FALSE(some > 0 && stream.write(&samples[done], some).xrun);
    done += some;
    if (some == 0) simulation_.step();
  }
  const Clockwork time(simulation_);
  stream.stop();
  EXPECT_EQ(sounds(), samples);
}

#ifndef _WIN32
TEST_F(RingTest, AForkedChildSeesAnInheritedStreamAsClosed) {
  Stream stream = open(true, true);
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);
    std::int16_t frame[2];
    const bool fine = !stream.is_open() &&
                      code_of([&] { stream.read(frame, 1); }) == Errc::bad_stream_ptr &&
                      code_of([&] { open(true, false); }) == Errc::device_unavailable;
    stream.close();
    _exit(fine ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  simulation_.step();
  EXPECT_EQ(stream.read_available(), block);
}
#endif

TEST(RingInRealTimeTest, ReadThenWriteHasNoGaps) {
  Simulation simulation(jack(true), SimulatedClock::real_time);
  const Session session(simulation);
  StreamConfig config;
  config.input = config.output = StreamSide{};
  config.input->latency = config.output->latency = Seconds(0.2);
  Stream stream(session, config);
  stream.start();
  std::vector<std::int16_t> frames(2 * 100);
  bool xrun = false;
  for (int i = 0; i < 300; ++i) {
    xrun |= stream.read(frames.data(), 100).xrun;
    xrun |= stream.write(frames.data(), 100).xrun;
  }
  EXPECT_FALSE(xrun);
}

}  // namespace
}  // namespace audiopp
