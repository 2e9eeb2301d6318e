// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "audiopp/stream.hpp"

#include <gtest/gtest.h>

#ifndef _WIN32
#include <sys/wait.h>
#include <unistd.h>
#endif

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "audiopp/error.hpp"
#include "audiopp/host/mac_core.hpp"
#include "audiopp/simulation.hpp"
#include "code_of.hpp"

namespace audiopp {
namespace {

using namespace std::chrono_literals;

static_assert(std::is_nothrow_move_constructible_v<Stream>);
static_assert(std::is_nothrow_move_assignable_v<Stream>);
static_assert(!std::is_copy_constructible_v<Stream>);

std::vector<std::int16_t> ramp(std::size_t frames) {
  std::vector<std::int16_t> samples(frames * 2);
  std::iota(samples.begin(), samples.end(), std::int16_t{1});
  return samples;
}

StreamConfig output_config() {
  StreamConfig config;
  config.output = StreamSide{};
  config.frames_per_buffer = 64;
  return config;
}

StreamConfig input_config() {
  StreamConfig config;
  config.input = StreamSide{};
  config.frames_per_buffer = 64;
  return config;
}

StreamConfig duplex_config() {
  StreamConfig config = output_config();
  config.input = StreamSide{};
  return config;
}

std::vector<std::int16_t> played(const Simulation& simulation) {
  const auto bytes = simulation.output(0, SampleFormat::int16);
  const auto* samples = reinterpret_cast<const std::int16_t*>(bytes.data());
  return {samples, samples + bytes.size() / sizeof(std::int16_t)};
}

class StreamTest : public testing::Test {
 protected:
  Simulation free_{{SimulatedHostApi{}}, SimulatedClock::free_running};
  Session session_{free_};
};

TEST_F(StreamTest, ADefaultConstructedStreamBehavesLikeAClosedOne) {
  Stream stream;
  EXPECT_FALSE(stream.is_open());
  EXPECT_FALSE(stream.is_active());
  EXPECT_TRUE(stream.is_stopped());
  EXPECT_EQ(stream.input_latency().count(), 0);
  EXPECT_EQ(stream.sample_rate(), 0);
  EXPECT_EQ(stream.counters().callbacks, 0U);
  EXPECT_FALSE(stream.take_exception());
  stream.close();
  std::int16_t frame[2]{};
  EXPECT_EQ(code_of([&] { stream.start(); }), Errc::bad_stream_ptr);
  EXPECT_EQ(code_of([&] { stream.stop(); }), Errc::bad_stream_ptr);
  EXPECT_EQ(code_of([&] { stream.abort(); }), Errc::bad_stream_ptr);
  EXPECT_EQ(code_of([&] { stream.time(); }), Errc::bad_stream_ptr);
  EXPECT_EQ(code_of([&] { stream.cpu_load(); }), Errc::bad_stream_ptr);
  EXPECT_EQ(code_of([&] { stream.read_available(); }), Errc::bad_stream_ptr);
  EXPECT_EQ(code_of([&] { stream.write_available(); }), Errc::bad_stream_ptr);
  EXPECT_EQ(code_of([&] { stream.read(frame, 1); }), Errc::bad_stream_ptr);
  EXPECT_EQ(code_of([&] { stream.write(frame, 1); }), Errc::bad_stream_ptr);
}

TEST_F(StreamTest, AClosedStreamKeepsItsValues) {
  Stream stream(session_, output_config());
  const Seconds latency = stream.output_latency();
  EXPECT_GT(latency.count(), 0);
  stream.start();
  stream.close();
  stream.close();
  EXPECT_FALSE(stream.is_open());
  EXPECT_FALSE(stream.is_active());
  EXPECT_TRUE(stream.is_stopped());
  EXPECT_EQ(stream.output_latency(), latency);
  EXPECT_EQ(stream.sample_rate(), 48000);
  EXPECT_EQ(stream.config().frames_per_buffer, 64U);
  EXPECT_EQ(code_of([&] { stream.start(); }), Errc::bad_stream_ptr);
  EXPECT_EQ(code_of([&] { stream.write(ramp(1).data(), 1); }), Errc::bad_stream_ptr);
  EXPECT_EQ(code_of([&] { stream.time(); }), Errc::bad_stream_ptr);
}

TEST_F(StreamTest, AMovedFromStreamIsClosedAndTheOtherGoesOn) {
  Stream first(session_, output_config());
  first.start();
  Stream second = std::move(first);
  EXPECT_FALSE(first.is_open());
  EXPECT_TRUE(second.is_active());
  second = Stream(session_, output_config());
  EXPECT_TRUE(second.is_stopped());
}

TEST_F(StreamTest, GoesThroughItsStates) {
  Stream stream(session_, output_config());
  EXPECT_TRUE(stream.is_stopped());
  EXPECT_FALSE(stream.is_active());
  EXPECT_EQ(code_of([&] { stream.stop(); }), Errc::stream_is_stopped);
  stream.start();
  EXPECT_FALSE(stream.is_stopped());
  EXPECT_TRUE(stream.is_active());
  EXPECT_EQ(code_of([&] { stream.start(); }), Errc::stream_is_not_stopped);
  stream.stop();
  EXPECT_TRUE(stream.is_stopped());
  stream.start();
  stream.abort();
  EXPECT_TRUE(stream.is_stopped());
  EXPECT_EQ(code_of([&] { stream.abort(); }), Errc::stream_is_stopped);
}

TEST_F(StreamTest, WhatIsWrittenIsPlayed) {
  const auto samples = ramp(1000);
  Stream stream(session_, output_config());
  stream.start();
  const IoResult result = stream.write(interleaved(samples, 2));
  EXPECT_EQ(result.frames, 1000U);
  EXPECT_FALSE(result.xrun);
  stream.stop();
  EXPECT_EQ(played(free_), samples);
}

TEST_F(StreamTest, WhatWasFedIsRead) {
  const auto samples = ramp(500);
  free_.feed_input(0, samples.data(), 500, 2, SampleFormat::int16);
  Stream stream(session_, input_config());
  stream.start();
  std::vector<std::int16_t> heard(samples.size());
  EXPECT_EQ(stream.read(interleaved(heard, 2)).frames, 500U);
  EXPECT_EQ(heard, samples);
}

TEST_F(StreamTest, PlanarFramesArriveInTheirChannels) {
  StreamConfig config = duplex_config();
  config.input->layout = config.output->layout = Layout::planar;
  config.input->format = config.output->format = SampleFormat::float32;
  Stream stream(session_, config);
  stream.start();
  std::vector<float> left{0.25F, 0.5F};
  std::vector<float> right{-0.25F, -0.5F};
  const std::vector<const float*> out{left.data(), right.data()};
  stream.write(Planar<const float>(out.data(), 2, 2));
  const auto bytes = free_.output(0, SampleFormat::float32);
  ASSERT_EQ(bytes.size(), 4 * sizeof(float));
  const auto* heard = reinterpret_cast<const float*>(bytes.data());
  EXPECT_EQ((std::vector<float>(heard, heard + 4)),
            (std::vector<float>{0.25F, -0.25F, 0.5F, -0.5F}));

  const std::vector<float> fed{0.125F, 0.75F, 0.375F, 1.0F};
  free_.feed_input(0, fed.data(), 2, 2, SampleFormat::float32);
  std::vector<float> first(2);
  std::vector<float> second(2);
  const std::vector<float*> in{first.data(), second.data()};
  stream.read(Planar<float>(in.data(), 2, 2));
  EXPECT_EQ(first, (std::vector<float>{0.125F, 0.375F}));
  EXPECT_EQ(second, (std::vector<float>{0.75F, 1.0F}));
}

TEST_F(StreamTest, ViewsOfTheWrongKindAreRefused) {
  Stream stream(session_, duplex_config());
  stream.start();
  std::vector<float> floats(4);
  std::vector<std::int16_t> shorts(4);
  EXPECT_THROW(stream.read(interleaved(floats, 2)), std::invalid_argument);
  EXPECT_THROW(stream.write(interleaved(floats, 2)), std::invalid_argument);
  EXPECT_THROW(stream.write(interleaved(shorts, 1)), std::invalid_argument);
  const std::vector<std::int16_t*> channels{shorts.data(), shorts.data()};
  EXPECT_THROW(stream.read(Planar<std::int16_t>(channels.data(), 2, 2)), std::invalid_argument);
}

TEST_F(StreamTest, FindsFaultsInPortAudiosOrder) {
  std::int16_t frame[2]{};
  Stream output(session_, output_config());
  EXPECT_EQ(output.read(frame, 0).frames, 0U) << "no frames: no fault, even when stopped";
  EXPECT_EQ(code_of([&] { output.read(frame, 1); }), Errc::stream_is_stopped);
  output.start();
  EXPECT_EQ(code_of([&] { output.read(frame, 1); }), Errc::can_not_read_from_an_output_only_stream);
  EXPECT_EQ(code_of([&] { output.read_available(); }),
            Errc::can_not_read_from_an_output_only_stream);
  Stream input(session_, input_config());
  input.start();
  EXPECT_EQ(code_of([&] { input.write(frame, 1); }), Errc::can_not_write_to_an_input_only_stream);
  EXPECT_EQ(code_of([&] { input.write_available(); }), Errc::can_not_write_to_an_input_only_stream);
}

TEST_F(StreamTest, CallbackStreamsAreNotReadOrWritten) {
  std::int16_t frame[2]{};
  Stream stream(session_, duplex_config(),
                [](const CallbackContext&) { return CallbackResult::continue_; });
  EXPECT_EQ(code_of([&] { stream.read(frame, 1); }), Errc::stream_is_stopped);
  stream.start();
  EXPECT_EQ(code_of([&] { stream.read(frame, 1); }), Errc::can_not_read_from_a_callback_stream);
  EXPECT_EQ(code_of([&] { stream.write(frame, 1); }), Errc::can_not_write_to_a_callback_stream);
  EXPECT_EQ(code_of([&] { stream.read_available(); }), Errc::can_not_read_from_a_callback_stream);
  EXPECT_THROW(Stream(session_, duplex_config(), Callback{}), std::invalid_argument);
}

TEST_F(StreamTest, ImpossibleLatenciesAreRefused) {
  StreamConfig config = output_config();
  for (const double wrong : {-0.001, 3600.1, 1e300, std::numeric_limits<double>::infinity(),
                             std::numeric_limits<double>::quiet_NaN()}) {
    config.output->latency = Seconds(wrong);
    EXPECT_THROW(Stream(session_, config), std::invalid_argument);
  }
  config.output->latency = longest_latency;
  EXPECT_NO_THROW(Stream(session_, config));
}

TEST_F(StreamTest, AStreamThatCannotBeOpenedLeavesNothingOpen) {
  for (int i = 0; i < 100; ++i) {
    StreamConfig config = output_config();
    config.output->channels = 77;
    EXPECT_EQ(code_of([&] { Stream(session_, config); }), Errc::invalid_channel_count);
    config = output_config();
    config.sample_rate = 1;
    EXPECT_EQ(code_of([&] { Stream(session_, config); }), Errc::invalid_sample_rate);
    config = output_config();
    config.output->host_options = std::make_shared<MacCoreOptions>();
    EXPECT_EQ(code_of([&] { Stream(session_, config); }),
              Errc::incompatible_host_api_specific_stream_info);
    EXPECT_THROW(Stream(session_, StreamConfig{}), std::invalid_argument);
    config = output_config();
    config.output->format = static_cast<SampleFormat>(0x80000008);  // paInt16 | paNonInterleaved
    EXPECT_THROW(Stream(session_, config), std::invalid_argument);
  }
  free_.set_clock(SimulatedClock::real_time);  // refused while a stream is open
}

TEST_F(StreamTest, ACallbackThrowsItsStreamFinishes) {
  Stream stream(session_, output_config(),
                [](const CallbackContext&) -> CallbackResult { throw std::runtime_error("boom"); });
  stream.start();
  while (stream.is_active()) std::this_thread::sleep_for(1ms);
  EXPECT_FALSE(stream.is_stopped()) << "finished, but not stopped";
  EXPECT_THROW(std::rethrow_exception(stream.take_exception()), std::runtime_error);
  stream.stop();
  EXPECT_TRUE(stream.is_stopped());
}

TEST_F(StreamTest, ControlCallsInsideTheCallbackAreRefusedAndQueriesAnswer) {
  Stream* self = nullptr;
  int refused = 0;
  std::atomic<bool> active{false};
  std::atomic<bool> stopped{true};
  const Session session = session_;
  Stream stream(session_, duplex_config(), [&](const CallbackContext&) {
    active = self->is_active();
    stopped = self->is_stopped();
    self->time();
    self->cpu_load();
    const auto count = [&](const auto& call) {
      try {
        call();
      } catch (const InsideCallbackError&) {
        ++refused;
      }
    };
    std::int16_t frame[2]{};
    count([&] { self->start(); });
    count([&] { self->stop(); });
    count([&] { self->abort(); });
    count([&] { self->close(); });
    count([&] { self->read(frame, 1); });
    count([&] { self->write(frame, 1); });
    count([&] { Stream(session, output_config()); });
    count([&] { self->set_callback({}); });
    return CallbackResult::complete;
  });
  self = &stream;
  stream.start();
  while (stream.is_active()) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(refused, 8);
  EXPECT_TRUE(active);
  EXPECT_FALSE(stopped);
}

TEST_F(StreamTest, TheFinishedCallbackIsCalledOnceForEachEnd) {
  free_.set_clock(SimulatedClock::by_hand);
  std::atomic<int> finished{0};
  auto result = CallbackResult::continue_;
  StreamConfig config = duplex_config();
  config.finished_callback = [&] { ++finished; };
  Stream stream(session_, config, [&](const CallbackContext&) { return result; });
  const auto run = [&](CallbackResult last) {
    result = last;
    stream.start();
    free_.step();
  };
  run(CallbackResult::continue_);
  EXPECT_EQ(finished, 0);
  stream.stop();
  EXPECT_EQ(finished, 1);
  run(CallbackResult::continue_);
  stream.abort();
  EXPECT_EQ(finished, 2);
  for (const auto last : {CallbackResult::complete, CallbackResult::abort}) {
    const int before = finished;
    run(last);
    EXPECT_EQ(finished, before + 1);
    EXPECT_FALSE(stream.is_active());
    stream.stop();
    EXPECT_EQ(finished, before + 1);
  }
  run(CallbackResult::continue_);
  stream.close();
  EXPECT_EQ(finished, 5);
}

TEST_F(StreamTest, TheFinishedCallbackHearsThatTheDeviceIsLost) {
  free_.set_clock(SimulatedClock::by_hand);
  std::atomic<bool> finished{false};
  StreamConfig config = output_config();
  config.finished_callback = [&] { finished = true; };
  Stream stream(session_, config, [](const CallbackContext&) { return CallbackResult::continue_; });
  stream.start();
  free_.step();
  free_.unplug(0);
  while (!finished) std::this_thread::sleep_for(1ms);
  EXPECT_TRUE(stream.is_device_lost());
}

TEST_F(StreamTest, TheFinishedCallbackThrowsAndIsRefusedControl) {
  Stream* self = nullptr;
  std::atomic<int> refused{0};
  std::atomic<bool> active{false};
  StreamConfig config = output_config();
  config.finished_callback = [&] {
    active = self->is_active();
    for (const auto& call : {std::function<void()>([&] { self->stop(); }),
                             std::function<void()>([&] { self->close(); })}) {
      try {
        call();
      } catch (const InsideCallbackError&) {
        ++refused;
      }
    }
    throw std::runtime_error("finished");
  };
  Stream stream(session_, config, [](const CallbackContext&) { return CallbackResult::complete; });
  self = &stream;
  stream.start();
  while (stream.is_active()) std::this_thread::sleep_for(1ms);
  EXPECT_TRUE(active);
  EXPECT_EQ(refused, 2);
  EXPECT_THROW(std::rethrow_exception(stream.take_exception()), std::runtime_error);
}

TEST_F(StreamTest, ABlockingStreamHasNoFinishedCallback) {
  StreamConfig config = output_config();
  config.finished_callback = [] {};
  EXPECT_THROW(Stream(session_, config), std::invalid_argument);
  EXPECT_EQ(free_.open_streams(), 0U);
}

TEST_F(StreamTest, BlockingXrunsAreCounted) {
  Stream stream(session_, duplex_config());
  stream.start();
  const auto inject = [&](const char* call, Errc error, std::size_t times) {
    Fault fault{call, error};
    fault.times = times;
    free_.inject(fault);
  };
  inject("Pa_ReadStream", Errc::input_overflowed, 2);
  inject("Pa_WriteStream", Errc::output_underflowed, 1);
  auto samples = ramp(10);
  for (int i = 0; i < 5; ++i) {
    stream.read(interleaved(samples, 2));
    stream.write(interleaved(samples, 2));
  }
  stream.close();
  EXPECT_EQ(stream.counters().input_overflows, 2U);
  EXPECT_EQ(stream.counters().output_underflows, 1U);
  EXPECT_EQ(stream.counters().callbacks, 0U);
}

TEST_F(StreamTest, AStreamDestroyedByItsOwnCallbackIsClosedLater) {
  std::atomic<bool> destroyed{false};
  auto stream = std::make_shared<Stream>();
  const std::weak_ptr<Stream> gone = stream;
  auto witness = std::shared_ptr<void>(nullptr, [&](void*) { destroyed = true; });
  *stream = Stream(session_, output_config(), [&stream, witness](const CallbackContext&) {
    stream.reset();
    return CallbackResult::continue_;
  });
  witness.reset();
  stream->start();
  while (!gone.expired()) std::this_thread::sleep_for(1ms);
  EXPECT_FALSE(destroyed);
  Stream(session_, output_config()).close();
  EXPECT_TRUE(destroyed);
}

TEST_F(StreamTest, ReadsAndWritesTimeOut) {
  free_.set_clock(SimulatedClock::by_hand);
  Stream stream(session_, input_config());
  stream.start();
  std::vector<std::int16_t> frames(2 * 640);
  free_.step();
  IoOptions options;
  options.timeout = Seconds(0.05);
  const IoResult result = stream.read(frames.data(), 640, options);
  EXPECT_EQ(result.status, IoStatus::timed_out);
  EXPECT_EQ(result.frames, 64U) << "what was there has been handed over";
}

TEST_F(StreamTest, ATimeoutOfZeroMovesWhatIsThereAndInfinityWaits) {
  free_.set_clock(SimulatedClock::by_hand);
  Stream stream(session_, input_config());
  stream.start();
  std::vector<std::int16_t> frames(2 * 64);
  IoOptions at_once;
  at_once.timeout = Seconds(0);
  EXPECT_EQ(stream.read(frames.data(), 64, at_once).status, IoStatus::timed_out);
  free_.step();
  EXPECT_EQ(stream.read(frames.data(), 64, at_once).status, IoStatus::done);
  for (const double longest : {1e300, std::numeric_limits<double>::infinity()}) {
    std::thread feeder([this] {
      std::this_thread::sleep_for(5ms);
      free_.step();
    });
    IoOptions for_ever;
    for_ever.timeout = Seconds(longest);
    EXPECT_EQ(stream.read(frames.data(), 64, for_ever).status, IoStatus::done);
    feeder.join();
  }
}

TEST_F(StreamTest, TryingMovesAllOrNothing) {
  free_.set_clock(SimulatedClock::by_hand);
  Stream input(session_, input_config());
  EXPECT_THROW(input.try_read(nullptr, 1), Error) << "it is stopped";
  input.start();
  std::vector<std::int16_t> frames(2 * 640);
  EXPECT_EQ(input.try_read(frames.data(), 64), std::nullopt);
  free_.step();
  EXPECT_EQ(input.try_read(frames.data(), 65), std::nullopt);
  const auto result = input.try_read(frames.data(), 64);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->frames, 64U);
  EXPECT_EQ(result->status, IoStatus::done);
  EXPECT_EQ(input.try_read(frames.data(), 1), std::nullopt);
  EXPECT_EQ(input.try_read(frames.data(), 0)->frames, 0U);
  EXPECT_THROW(input.try_write(frames.data(), 1), Error);

  Stream output(session_, output_config());
  output.start();
  const std::size_t room = output.write_available();
  std::vector<std::int16_t> sound(2 * (room + 1), 7);
  EXPECT_EQ(output.try_write(sound.data(), room + 1), std::nullopt);
  EXPECT_EQ(output.try_write(sound.data(), room)->frames, room);
  EXPECT_EQ(output.try_write(sound.data(), 1), std::nullopt);
  output.close();
  EXPECT_THROW(output.try_write(sound.data(), 1), Error);
}

TEST_F(StreamTest, AnInterruptEndsAWaitingCall) {
  free_.set_clock(SimulatedClock::by_hand);
  Stream stream(session_, input_config());
  stream.start();
  std::int16_t frame[2];
  IoOptions options;
  int asked = 0;
  options.interrupt = [](void* data) { return ++*static_cast<int*>(data) == 3; };
  options.data = &asked;
  EXPECT_EQ(stream.read(frame, 1, options).status, IoStatus::interrupted);
  EXPECT_EQ(asked, 3);
}

#ifndef _WIN32
TEST_F(StreamTest, AForkedChildForgetsWhatWasPutAside) {
  StreamConfig config = output_config();
  config.callback_buffer = 256;  // its thread is not in the child
  auto stream = std::make_shared<Stream>();
  const std::weak_ptr<Stream> gone = stream;
  *stream = Stream(session_, config, [&stream](const CallbackContext&) {
    stream.reset();
    return CallbackResult::continue_;
  });
  stream->start();
  while (!gone.expired()) std::this_thread::sleep_for(1ms);
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);
    Stream(session_, output_config()).close();
    _exit(0);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  Stream(session_, output_config()).close();
}
#endif

// What an interrupt does, once, on the thread whose call it interrupts.
struct Interrupt {
  static bool ask(void* data) {
    auto& self = *static_cast<Interrupt*>(data);
    if (std::exchange(self.done, true)) return false;
    self.work();
    return false;
  }
  IoOptions options() {
    IoOptions options;
    options.interrupt = ask;
    options.data = this;
    return options;
  }

  std::function<void()> work;
  bool done = false;
};

TEST_F(StreamTest, AnInterruptMayWriteToTheStreamItself) {
  free_.set_clock(SimulatedClock::real_time);
  Stream stream(session_, output_config());
  stream.start();
  const auto sound = ramp(64);
  Interrupt beep{[&] { EXPECT_EQ(stream.write(interleaved(sound, 2)).frames, 64U); }};
  const std::vector<std::int16_t> silence(2 * 4800);
  const auto result = stream.write(interleaved(silence, 2), beep.options());
  EXPECT_TRUE(beep.done);
  EXPECT_EQ(result.status, IoStatus::done);
  stream.close();
  auto samples = played(free_);
  samples.erase(std::remove(samples.begin(), samples.end(), std::int16_t{0}), samples.end());
  EXPECT_EQ(samples, sound);
}

TEST_F(StreamTest, StopAndCloseEndACallInFlight) {
  free_.set_clock(SimulatedClock::by_hand);
  for (const bool close : {false, true}) {
    Stream stream(session_, input_config());
    stream.start();
    std::thread control([&] {
      std::this_thread::sleep_for(30ms);
      if (close) {
        stream.close();
      } else {
        stream.stop();
      }
    });
    std::int16_t frame[2];
    if (close) {
      EXPECT_EQ(code_of([&] { stream.read(frame, 1); }), Errc::bad_stream_ptr);
    } else {
      EXPECT_EQ(stream.read(frame, 1).status, IoStatus::stopped);
    }
    control.join();
    EXPECT_EQ(stream.is_open(), !close);
  }
}

TEST_F(StreamTest, CallsOfTwoThreadsStayWhole) {
  free_.set_clock(SimulatedClock::real_time);
  StreamConfig config = output_config();
  config.output->channels = 1;
  Stream stream(session_, config);
  stream.start();
  const auto write = [&](std::int16_t value) {
    const std::vector<std::int16_t> block(3000, value);
    stream.write(block.data(), block.size());
  };
  std::thread other([&] { write(1); });
  write(2);
  other.join();
  stream.stop();
  int changes = 0;
  std::int16_t last = 0;
  const auto samples = played(free_);
  for (std::size_t i = 0; i < samples.size(); i += 2) {  // the device is stereo
    if (samples[i] != 0 && samples[i] != last) ++changes;
    if (samples[i] != 0) last = samples[i];
  }
  EXPECT_EQ(changes, 2);
}

// On ALSA the library itself has to drain.
class StopTest : public testing::TestWithParam<HostApiType> {
 protected:
  static std::vector<SimulatedHostApi> host_apis() {
    SimulatedHostApi host_api;
    host_api.type = GetParam();
    return {host_api};
  }

  Simulation simulation_{host_apis(), SimulatedClock::real_time};
  Session session_{simulation_};
};

// The frames from the first sound on, as many as there should be.
std::vector<std::int16_t> heard(const Simulation& simulation, std::size_t samples) {
  auto all = played(simulation);
  const auto first = std::find_if(all.begin(), all.end(), [](auto sample) { return sample != 0; });
  all.erase(all.begin(), first);
  all.resize(samples);
  return all;
}

TEST_P(StopTest, StopPlaysWhatIsQueued) {
  const auto samples = ramp(1000);
  Stream stream(session_, output_config());
  stream.start();
  stream.write(interleaved(samples, 2));
  stream.stop();
  EXPECT_EQ(heard(simulation_, samples.size()), samples);
}

TEST_P(StopTest, AStopThatInterruptsAWriteDropsWhatIsQueued) {
  for (const auto& end : {&Stream::stop, &Stream::close}) {
    StreamConfig config = output_config();
    config.output->latency = Seconds(2);
    Stream stream(session_, config);
    stream.start();
    const auto samples = ramp(16000);
    std::thread writer([&] {
      const auto write = [&] {
        for (;;) {
          const IoResult result = stream.write(interleaved(samples, 2));
          if (result.status == IoStatus::stopped) break;
        }
      };
      EXPECT_TRUE(end == &Stream::stop ? (write(), true) : code_of(write) == Errc::bad_stream_ptr);
    });
    while (stream.write_available() > 0) std::this_thread::sleep_for(1ms);
    const auto begin = std::chrono::steady_clock::now();
    (stream.*end)(StopMode::drain, {});
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
    writer.join();
  }
}

TEST_P(StopTest, AnInterruptMayStopOrCloseTheStreamItself) {
  const auto samples = ramp(1000);
  for (const bool callback : {false, true}) {
    for (const auto& end : {&Stream::stop, &Stream::close}) {
      for (const auto& inner : {&Stream::stop, &Stream::close}) {
        StreamConfig config = output_config();
        config.output->latency = Seconds(0.1);
        if (callback) config.callback_buffer = 4800;
        Stream stream =
            callback ? Stream(session_, config,
                              [](const CallbackContext&) { return CallbackResult::continue_; })
                     : Stream(session_, config);
        stream.start();
        if (!callback) stream.write(interleaved(samples, 2));
        Interrupt interrupt{[&] {
          if (stream.is_open()) (stream.*inner)(StopMode::drain, {});
          EXPECT_TRUE(stream.is_stopped() || !stream.is_open());
        }};
        (stream.*end)(StopMode::drain, interrupt.options());
        EXPECT_TRUE(stream.is_stopped());
        stream.close();
        EXPECT_EQ(simulation_.open_streams(), 0U);
      }
    }
  }
}

TEST_P(StopTest, ClosePlaysASoundShorterThanABlock) {
  const auto samples = ramp(10);
  Stream stream(session_, output_config());
  stream.start();
  stream.write(interleaved(samples, 2));
  stream.close();
  EXPECT_EQ(heard(simulation_, samples.size()), samples);
}

TEST_P(StopTest, ACallbackThatIsCompletePlaysItsLastBlock) {
  std::int16_t next = 0;
  Stream stream(session_, output_config(), [&](const CallbackContext& context) {
    for (auto& sample : context.output_as<std::int16_t>()) sample = ++next;
    return next == 1280 ? CallbackResult::complete : CallbackResult::continue_;
  });
  stream.start();
  while (stream.is_active()) std::this_thread::sleep_for(1ms);
  stream.close();
  EXPECT_EQ(heard(simulation_, 1280), ramp(640));
}

TEST_P(StopTest, AStreamHasFinishedWhenAllHasBeenPlayed) {
  std::size_t played_then = 0;
  StreamConfig config = output_config();
  config.output->latency = 100ms;
  config.finished_callback = [&] { played_then = simulation_.output_frames(0); };
  std::int16_t next = 0;
  Stream stream(session_, config, [&](const CallbackContext& context) {
    for (auto& sample : context.output_as<std::int16_t>()) sample = ++next;
    return next == 1280 ? CallbackResult::complete : CallbackResult::continue_;
  });
  const auto begin = std::chrono::steady_clock::now();
  stream.start();
  while (stream.is_active()) std::this_thread::sleep_for(1ms);
  EXPECT_GE(played_then, 640U);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 100ms) << "the queue is as long as that";
}

TEST_P(StopTest, AbortDoesNotWait) {
  Stream stream(session_, output_config());
  stream.start();
  const auto begin = std::chrono::steady_clock::now();
  const auto samples = ramp(400);
  stream.write(interleaved(samples, 2));
  stream.abort();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
}

INSTANTIATE_TEST_SUITE_P(HostApis, StopTest, testing::Values(HostApiType::alsa, HostApiType::jack));

TEST_F(StreamTest, ByHandALoopbackIsOneBlockLate) {
  free_.set_clock(SimulatedClock::by_hand);
  free_.set_loopback(0, true);
  std::vector<std::vector<std::int16_t>> heard;
  std::int16_t next = 1;
  Stream stream(session_, duplex_config(), [&](const CallbackContext& context) {
    const auto in = context.input_as<std::int16_t>();
    heard.emplace_back(in.begin(), in.end());
    for (auto& sample : context.output_as<std::int16_t>()) sample = next;
    ++next;
    return CallbackResult::continue_;
  });
  stream.start();
  free_.step(3);
  stream.abort();
  ASSERT_EQ(heard.size(), 3U);
  EXPECT_EQ(heard[0], std::vector<std::int16_t>(128, 0));
  EXPECT_EQ(heard[1], std::vector<std::int16_t>(128, 1));
  EXPECT_EQ(heard[2], std::vector<std::int16_t>(128, 2));
}

}  // namespace
}  // namespace audiopp
