// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
// Queued callbacks: the rings, the worker, and the streams that use them.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <mutex>
#include <new>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <vector>

#include "audiopp/error.hpp"
#include "audiopp/simulation.hpp"
#include "audiopp/stream.hpp"
#include "detail/frame_ring.hpp"
#include "dispatch/latest.hpp"

namespace audiopp {
namespace {

using namespace std::chrono_literals;

template <class Condition>
testing::AssertionResult soon(const Condition& condition) {
  for (int i = 0; i < 20000; ++i) {
    if (condition()) return testing::AssertionSuccess();
    std::this_thread::sleep_for(1ms);
  }
  return testing::AssertionFailure() << "not within 20 seconds";
}

// ---- the ring ----

TEST(FrameRing, FramesGoRoundInOrderInEitherLayout) {
  detail::FrameRing interleaved(7, 2, SampleFormat::int16, Layout::interleaved);
  detail::FrameRing planar(7, 2, SampleFormat::int16, Layout::planar);
  std::int16_t next = 0;
  std::int16_t expected = 0;
  for (int round = 0; round < 50; ++round) {
    for (const std::size_t frames : {3U, 4U}) {
      std::vector<std::int16_t> block(2 * frames);
      std::vector<std::int16_t> left(frames);
      std::vector<std::int16_t> right(frames);
      for (std::size_t i = 0; i < frames; ++i) {
        left[i] = block[2 * i] = ++next;
        right[i] = block[2 * i + 1] = static_cast<std::int16_t>(-next);
      }
      const void* const channels[] = {left.data(), right.data()};
      interleaved.write(block.data(), frames);
      planar.write(channels, frames);
    }
    EXPECT_EQ(interleaved.writable(), 0U);
    for (const std::size_t frames : {5U, 2U}) {
      std::vector<std::int16_t> block(2 * frames);
      std::vector<std::int16_t> left(frames);
      std::vector<std::int16_t> right(frames);
      void* const channels[] = {left.data(), right.data()};
      interleaved.read(block.data(), frames);
      planar.read(const_cast<void**>(channels), frames);
      for (std::size_t i = 0; i < frames; ++i) {
        ++expected;
        EXPECT_EQ(block[2 * i], expected);
        EXPECT_EQ(block[2 * i + 1], -expected);
        EXPECT_EQ(left[i], expected);
        EXPECT_EQ(right[i], -expected);
      }
    }
    EXPECT_EQ(planar.readable(), 0U);
  }
}

TEST(FrameRing, TwoThreadsLoseNothing) {
  constexpr std::int32_t last = 300000;
  detail::FrameRing ring(61, 1, SampleFormat::int32, Layout::interleaved);
  std::thread writer([&] {
    std::int32_t next = 0;
    while (next < last) {
      std::int32_t block[17];
      const std::size_t frames =
          std::min({ring.writable(), std::size_t{17}, static_cast<std::size_t>(last - next)});
      std::iota(block, block + frames, next + 1);
      ring.write(block, frames);
      next += static_cast<std::int32_t>(frames);
      if (frames == 0) std::this_thread::yield();
    }
  });
  std::int32_t seen = 0;
  while (seen < last) {
    std::int32_t block[23];
    const std::size_t frames = std::min(ring.readable(), std::size_t{23});
    ring.read(block, frames);
    for (std::size_t i = 0; i < frames; ++i) ASSERT_EQ(block[i], ++seen);
    if (frames == 0) std::this_thread::yield();
  }
  writer.join();
}

TEST(Latest, HearsWholeValuesAndNeverAnOlderOne) {
  struct Pair {
    int a = 0;
    int b = 0;
  };
  constexpr int last = 200000;
  detail::Latest<Pair> latest;
  EXPECT_EQ(latest.hear().a, 0);
  std::thread teller([&] {
    for (int i = 1; i <= last; ++i) latest.tell({i, -i});
  });
  int before = 0;
  while (before < last) {
    const Pair heard = latest.hear();
    ASSERT_EQ(heard.a, -heard.b);
    ASSERT_GE(heard.a, before);
    before = heard.a;
  }
  teller.join();
}

// ---- streams ----

StreamConfig config_of(bool input, bool output, std::size_t callback_buffer) {
  StreamConfig config;
  if (input) config.input = StreamSide{};
  if (output) config.output = StreamSide{};
  config.frames_per_buffer = 64;
  config.callback_buffer = callback_buffer;
  return config;
}

std::vector<std::int16_t> samples_of(const std::vector<unsigned char>& bytes) {
  const auto* samples = reinterpret_cast<const std::int16_t*>(bytes.data());
  return {samples, samples + bytes.size() / sizeof(std::int16_t)};
}

class QueuedStream : public testing::Test {
 protected:
  std::vector<std::int16_t> played() const {
    return samples_of(by_hand_.output(0, SampleFormat::int16));
  }
  std::vector<std::int16_t> heard() const {  // from the first sound on
    auto all = played();
    all.erase(all.begin(), std::find_if(all.begin(), all.end(), [](auto s) { return s != 0; }));
    return all;
  }
  void feed(const std::vector<std::int16_t>& samples) {
    by_hand_.feed_input(0, samples.data(), samples.size() / 2, 2, SampleFormat::int16);
  }

  Simulation by_hand_{{SimulatedHostApi{}}, SimulatedClock::by_hand};
  Session session_{by_hand_};
};

std::vector<std::int16_t> ramp(std::size_t frames) {
  std::vector<std::int16_t> samples(2 * frames);
  std::iota(samples.begin(), samples.end(), std::int16_t{1});
  return samples;
}

TEST_F(QueuedStream, FullDuplexIsLaterByTheDepthExactly) {
  constexpr std::size_t depth = 300;
  feed(ramp(2000));
  std::atomic<int> calls{0};
  Stream stream(session_, config_of(true, true, depth), [&](const CallbackContext& context) {
    EXPECT_EQ(context.frames, 64U);
    const auto in = context.input_as<std::int16_t>();
    std::copy(in.begin(), in.end(), context.output_as<std::int16_t>().begin());
    ++calls;
    return CallbackResult::continue_;
  });
  StreamConfig direct = config_of(true, true, 0);
  EXPECT_DOUBLE_EQ(stream.output_latency().count(),
                   Stream(session_, direct).output_latency().count() + depth / 48000.0);
  stream.start();
  for (int block = 1; block <= 20; ++block) {
    by_hand_.step();
    ASSERT_TRUE(soon([&] { return calls == block; }));
  }
  const auto out = played();
  ASSERT_EQ(out.size(), 2U * 20 * 64);
  EXPECT_TRUE(std::all_of(out.begin(), out.begin() + 2 * depth, [](auto s) { return s == 0; }));
  const auto expected = ramp(20 * 64 - depth);
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), out.begin() + 2 * depth));
  EXPECT_EQ(stream.counters().short_blocks, 0U);
}

TEST_F(QueuedStream, FullDuplexStaysInStepAfterTheHandlerWasLate) {
  constexpr std::size_t depth = 256;
  feed(ramp(4000));
  std::mutex late;
  std::atomic<int> calls{0};
  std::atomic<unsigned long> flags{0};
  Stream stream(session_, config_of(true, true, depth), [&](const CallbackContext& context) {
    const std::lock_guard wait(late);
    flags |= static_cast<unsigned long>(context.flags);
    const auto in = context.input_as<std::int16_t>();
    std::copy(in.begin(), in.end(), context.output_as<std::int16_t>().begin());
    ++calls;
    return CallbackResult::continue_;
  });
  stream.start();
  {
    const std::lock_guard wait(late);
    by_hand_.step(10);  // 4 blocks are in the ring, 6 are short
  }
  ASSERT_TRUE(soon([&] { return calls == 4; }));
  EXPECT_EQ(stream.counters().short_blocks, 6U);
  EXPECT_EQ(stream.counters().missing_frames, 6U * 64);
  for (int block = 5; block <= 14; ++block) {
    by_hand_.step();
    ASSERT_TRUE(soon([&] { return calls == block; }));
  }
  EXPECT_EQ(static_cast<CallbackFlags>(flags.load()),
            CallbackFlags::input_overflow | CallbackFlags::output_underflow);
  // The input of the last blocks but four comes out in the last blocks.
  const auto out = played();
  const auto all = ramp(4000);
  const std::size_t end = out.size();
  EXPECT_EQ(end, 2U * 20 * 64);
  EXPECT_TRUE(std::equal(out.begin() + 2 * 14 * 64, out.end(), all.begin() + 2 * 10 * 64));
}

TEST_F(QueuedStream, OutputBeginsWhenTheRingIsFullAndLosesNothing) {
  std::int16_t next = 0;
  std::atomic<int> calls{0};
  Stream stream(session_, config_of(false, true, 256), [&](const CallbackContext& context) {
    for (auto& sample : context.output_as<std::int16_t>()) sample = ++next;
    ++calls;
    return CallbackResult::continue_;
  });
  stream.start();
  ASSERT_TRUE(soon([&] { return calls == 4; }));
  for (int block = 5; block <= 30; ++block) {
    by_hand_.step();
    ASSERT_TRUE(soon([&] { return calls == block; }));
  }
  EXPECT_EQ(played(), ramp(26 * 64));
  EXPECT_EQ(stream.counters().short_blocks, 0U);
  EXPECT_EQ(stream.counters().callbacks, 26U);
}

TEST_F(QueuedStream, InputIsHandedOnAtOnceAndWaitsForALateHandler) {
  feed(ramp(4000));
  std::mutex late;
  std::vector<std::int16_t> recorded;
  std::atomic<int> calls{0};
  std::atomic<unsigned long> flags{0};
  Stream stream(session_, config_of(true, false, 256), [&](const CallbackContext& context) {
    const std::lock_guard wait(late);
    flags |= static_cast<unsigned long>(context.flags);
    const auto in = context.input_as<std::int16_t>();
    recorded.insert(recorded.end(), in.begin(), in.end());
    ++calls;
    return CallbackResult::continue_;
  });
  EXPECT_EQ(stream.output_latency().count(), 0);
  stream.start();
  by_hand_.step();
  ASSERT_TRUE(soon([&] { return calls == 1; }));
  {
    const std::lock_guard wait(late);
    by_hand_.step(4);
  }
  ASSERT_TRUE(soon([&] { return calls == 5; }));
  EXPECT_EQ(recorded, ramp(5 * 64));
  EXPECT_EQ(stream.counters().short_blocks, 0U);
  {
    const std::lock_guard wait(late);
    by_hand_.step(10);
  }
  ASSERT_TRUE(soon([&] { return calls >= 9; }));
  by_hand_.step();
  ASSERT_TRUE(soon([&] { return flags != 0; }));
  EXPECT_EQ(static_cast<CallbackFlags>(flags.load()), CallbackFlags::input_overflow);
  EXPECT_GE(stream.counters().short_blocks, 5U);
}

TEST_F(QueuedStream, CompletePlaysWhatIsQueuedThenFinishes) {
  std::int16_t next = 0;
  std::atomic<int> calls{0};
  Stream stream(session_, config_of(false, true, 256), [&](const CallbackContext& context) {
    for (auto& sample : context.output_as<std::int16_t>()) sample = ++next;
    return ++calls == 7 ? CallbackResult::complete : CallbackResult::continue_;
  });
  stream.start();
  ASSERT_TRUE(soon([&] {
    by_hand_.step();
    return !stream.is_active();
  }));
  auto sound = heard();
  sound.resize(2 * 7 * 64);
  EXPECT_EQ(sound, ramp(7 * 64));
  EXPECT_EQ(calls, 7);
  stream.stop();
}

TEST_F(QueuedStream, AbortDropsWhatIsQueued) {
  std::atomic<int> calls{0};
  Stream stream(session_, config_of(false, true, 48000), [&](const CallbackContext& context) {
    for (auto& sample : context.output_as<std::int16_t>()) sample = 1;
    ++calls;
    return CallbackResult::continue_;
  });
  stream.start();
  ASSERT_TRUE(soon([&] { return calls == 750; }));
  by_hand_.step();
  stream.abort();
  EXPECT_EQ(heard().size(), 2U * 64);
}

TEST_F(QueuedStream, BlocksThatAreDueTogetherShareAScope) {
  std::atomic<int> calls{0};
  std::atomic<int> scopes{0};
  std::atomic<bool> inside{false};
  StreamConfig config = config_of(false, true, 16 * 64);
  config.callback_scope = [&](const std::function<void()>& work) {
    ++scopes;
    inside = true;
    work();
    inside = false;
  };
  Stream stream(session_, config, [&](const CallbackContext&) {
    EXPECT_TRUE(inside);
    ++calls;
    return CallbackResult::continue_;
  });
  stream.start();
  ASSERT_TRUE(soon([&] { return calls == 16; }));
  EXPECT_EQ(scopes, 1);
  by_hand_.step();
  ASSERT_TRUE(soon([&] { return calls == 17; }));
  EXPECT_EQ(scopes, 2);
}

TEST_F(QueuedStream, AnExceptionAbortsAndIsKept) {
  Stream stream(session_, config_of(false, true, 256),
                [&](const CallbackContext&) -> CallbackResult { throw std::runtime_error("no"); });
  stream.start();
  ASSERT_TRUE(soon([&] {
    by_hand_.step();
    return !stream.is_active();
  }));
  EXPECT_THROW(std::rethrow_exception(stream.take_exception()), std::runtime_error);
}

TEST_F(QueuedStream, ControlIsRefusedInTheHandlerAndQueriesAnswer) {
  Stream* self = nullptr;
  std::atomic<int> refused{0};
  std::atomic<bool> done{false};
  Stream stream(session_, config_of(false, true, 128), [&](const CallbackContext&) {
    for (const auto& call : {+[](Stream& s) { s.stop(); }, +[](Stream& s) { s.close(); },
                             +[](Stream& s) { s.start(); }, +[](Stream& s) { s.abort(); },
                             +[](Stream& s) { s.set_callback({}); }}) {
      try {
        call(*self);
      } catch (const InsideCallbackError&) {
        ++refused;
      }
    }
    EXPECT_TRUE(self->is_active());
    EXPECT_FALSE(self->is_stopped());
    done = true;
    return CallbackResult::abort;
  });
  self = &stream;
  stream.start();
  ASSERT_TRUE(soon([&] { return done.load(); }));
  EXPECT_EQ(refused, 5);
}

TEST_F(QueuedStream, StartsAgainFromTheBeginning) {
  std::atomic<int> calls{0};
  Stream stream(session_, config_of(true, true, 128), [&](const CallbackContext&) {
    ++calls;
    return CallbackResult::continue_;
  });
  for (int round = 0; round < 5; ++round) {
    calls = 0;
    stream.start();
    by_hand_.step(2);
    ASSERT_TRUE(soon([&] { return calls == 2; }));
    stream.abort();
  }
}

TEST_F(QueuedStream, TheHandlerIsReplacedWhileItRuns) {
  std::atomic<int> first{0};
  std::atomic<int> second{0};
  Stream stream(session_, config_of(true, false, 128), [&](const CallbackContext&) {
    ++first;
    return CallbackResult::continue_;
  });
  stream.start();
  by_hand_.step();
  ASSERT_TRUE(soon([&] { return first == 1; }));
  stream.set_callback([&](const CallbackContext&) {
    ++second;
    return CallbackResult::continue_;
  });
  by_hand_.step();
  ASSERT_TRUE(soon([&] { return second == 1; }));
  EXPECT_EQ(first, 1);
}

TEST_F(QueuedStream, TimesAreThoseOfItsOwnFrames) {
  std::vector<CallbackTimes> queued;
  std::vector<CallbackTimes> direct;
  std::atomic<int> calls{0};
  {
    Stream stream(session_, config_of(true, true, 256), [&](const CallbackContext& context) {
      queued.push_back(context.times);
      ++calls;
      return CallbackResult::continue_;
    });
    stream.start();
    for (int block = 1; block <= 8; ++block) {
      by_hand_.step();
      ASSERT_TRUE(soon([&] { return calls == block; }));
    }
  }
  {
    Stream stream(session_, config_of(true, true, 0), [&](const CallbackContext& context) {
      direct.push_back(context.times);
      return CallbackResult::continue_;
    });
    stream.start();
    by_hand_.step(2);
  }
  const double block = 64 / 48000.0;
  const double input_to_output = (direct[0].output_dac - direct[0].input_adc).count();
  for (std::size_t i = 0; i < queued.size(); ++i) {
    EXPECT_NEAR((queued[i].output_dac - queued[i].input_adc).count(),
                input_to_output + 256 / 48000.0, 1e-9);
    if (i == 0) continue;
    EXPECT_NEAR((queued[i].input_adc - queued[i - 1].input_adc).count(), block, 1e-9);
  }
}

TEST_F(QueuedStream, WhatCannotBeQueuedIsRefused) {
  EXPECT_THROW(Stream(session_, config_of(false, true, 100)), std::invalid_argument);
  StreamConfig custom = config_of(false, true, 100);
  custom.output->format = SampleFormat::custom;
  const auto handler = [](const CallbackContext&) { return CallbackResult::continue_; };
  EXPECT_THROW(Stream(session_, custom, handler), std::invalid_argument);
  for (const std::size_t frames : {(std::size_t{1} << 30) + 1, std::size_t{1} << 62}) {
    EXPECT_THROW(Stream(session_, config_of(false, true, frames), handler), std::invalid_argument);
  }
  StreamConfig large = config_of(true, false, std::size_t{1} << 30);
  large.frames_per_buffer = 1UL << 30;
  large.input->channels = std::numeric_limits<int>::max();
  large.input->format = SampleFormat::float32;
  EXPECT_THROW(Stream(session_, large, handler), std::bad_alloc);
  EXPECT_NEAR(
      Stream(session_, config_of(false, true, 1), handler).output_latency().count(),
      Stream(session_, config_of(false, true, 0), handler).output_latency().count() + 128 / 48000.0,
      1e-9)
      << "two blocks at least";
}

TEST_F(QueuedStream, ABufferThatIsShorterThanPortAudiosChoiceIsNoReasonForGaps) {
  by_hand_.set_clock(SimulatedClock::real_time);
  StreamConfig config = config_of(false, true, 256);
  config.frames_per_buffer = 0;
  config.output->latency = Seconds(0.1);
  std::atomic<std::size_t> frames{0};
  Stream stream(session_, config, [&](const CallbackContext& context) {
    EXPECT_LE(context.frames, 256U);
    frames += context.frames;
    return CallbackResult::continue_;
  });
  stream.start();
  ASSERT_TRUE(soon([&] { return frames > 24000; }));
  stream.abort();
  // Real time on a busy machine: a block may be short, not most of them.
  EXPECT_LT(stream.counters().missing_frames, stream.counters().frames / 2);
}

// On ALSA the library itself has to drain.
class QueuedStop : public testing::TestWithParam<HostApiType> {
 protected:
  static std::vector<SimulatedHostApi> host_apis() {
    SimulatedHostApi host_api;
    host_api.type = GetParam();
    return {host_api};
  }
};

TEST_P(QueuedStop, StopPlaysWhatTheHandlerHasHandedOver) {
  // Repeats when a thread did not get the CPU in time, which leaves a gap.
  for (int tries = 20;; --tries) {
    Simulation simulation(host_apis(), SimulatedClock::real_time);
    std::int16_t next = 0;
    std::atomic<int> calls{0};
    Stream stream(Session(simulation), config_of(false, true, 4800),
                  [&](const CallbackContext& context) {
                    if (calls == 80) return CallbackResult::continue_;  // silence
                    for (auto& sample : context.output_as<std::int16_t>()) sample = ++next;
                    ++calls;
                    return CallbackResult::continue_;
                  });
    stream.start();
    ASSERT_TRUE(soon([&] { return calls == 80; }));
    stream.stop();
    const CallbackCounters counters = stream.counters();
    if (counters.short_blocks + counters.output_underflows > 0 && tries > 0) continue;
    const auto all = samples_of(simulation.output(0, SampleFormat::int16));
    const auto first = std::find(all.begin(), all.end(), 1);
    const auto expected = ramp(80 * 64);
    ASSERT_GE(static_cast<std::size_t>(all.end() - first), expected.size());
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), first));
    return;
  }
}

INSTANTIATE_TEST_SUITE_P(HostApis, QueuedStop,
                         testing::Values(HostApiType::in_development, HostApiType::alsa));

}  // namespace
}  // namespace audiopp
