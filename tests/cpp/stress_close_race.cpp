// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "audiopp/audiopp.hpp"
#include "stress_time.hpp"

// Everything that any thread may do to a stream, all at once; mainly for ThreadSanitizer.
// AUDIOPP_STRESS_SECONDS sets the duration (default: 1).

namespace audiopp {
namespace {

using Clock = std::chrono::steady_clock;

// For calls that the stream may refuse because it is stopped, closed, or has a callback.
template <class Call>
void try_to(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    switch (error.errc()) {
      case Errc::bad_stream_ptr:
      case Errc::stream_is_stopped:
      case Errc::stream_is_not_stopped:
      case Errc::can_not_read_from_a_callback_stream:
      case Errc::can_not_write_to_a_callback_stream:
        break;
      default:
        ADD_FAILURE() << error.what();
    }
  }
}

enum class Kind { blocking, ring, callback, queued };

bool has_callback(Kind kind) {
  return kind == Kind::callback || kind == Kind::queued;
}

class Stress : public testing::TestWithParam<Kind> {
 protected:
  // JACK's blocking streams use a ring.
  static SimulatedHostApi host_api(HostApiType otherwise) {
    SimulatedHostApi host_api;
    host_api.type = GetParam() == Kind::ring ? HostApiType::jack : otherwise;
    return host_api;
  }

  Stream open(const Session& session) const {
    StreamConfig config;
    config.input = StreamSide{};
    config.output = StreamSide{};
    config.frames_per_buffer = 32;
    if (!has_callback(GetParam())) return Stream(session, config);
    if (GetParam() == Kind::queued) config.callback_buffer = 128;
    return Stream(session, config, [](const CallbackContext& context) {
      const auto input = context.input_as<std::int16_t>();
      std::copy(input.begin(), input.end(), context.output_as<std::int16_t>().begin());
      return CallbackResult::continue_;
    });
  }

  void do_something(Stream& stream, unsigned what) const {
    std::array<std::int16_t, 128> block{};
    IoOptions briefly;
    briefly.timeout = Seconds(0.002);
    switch (what) {
      case 0:
        return stream.start();
      case 1:
        return stream.stop();
      case 2:
        return stream.abort();
      case 3:
        stream.is_active();
        stream.is_stopped();
        return;
      case 4:
        stream.time();
        stream.cpu_load();
        return;
      case 5:
        stream.read(block.data(), 64, briefly);
        return;
      case 6:
        stream.write(block.data(), 64, briefly);
        return;
      case 7:
        if (has_callback(GetParam())) {
          stream.set_callback([](const CallbackContext&) { return CallbackResult::continue_; });
        }
        return;
      case 8:
        stream.counters();
        stream.take_exception();
        return;
      case 9:
        stream.read_available();
        stream.write_available();
        return;
      default:
        return stream.close(what % 2 == 0 ? StopMode::abort : StopMode::drain);
    }
  }
};

TEST_P(Stress, ThreadsShareOneStream) {
  Simulation simulation({host_api(HostApiType::alsa)}, SimulatedClock::real_time);
  simulation.set_loopback(0, true);
  std::atomic<std::uint64_t> operations{0};
  const auto end = Clock::now() + stress_time();
  while (Clock::now() < end) {
    const Session session(simulation);
    Stream stream = open(session);
    std::vector<std::thread> threads;
    for (unsigned seed = 0; seed < 4; ++seed) {
      threads.emplace_back([&, seed] {
        std::mt19937 random(seed + static_cast<unsigned>(operations.load()));
        for (int i = 0; i < 40; ++i) {
          // Closing is rare, or little else would happen.
          const auto what =
              static_cast<unsigned>(random() % 100 == 0 ? 10 + random() % 2 : random() % 10);
          try_to([&] { do_something(stream, what); });
          ++operations;
        }
      });
    }
    for (auto& thread : threads) thread.join();
    stream.close();
    EXPECT_EQ(simulation.open_streams(), 0U);
  }
  EXPECT_GT(operations, 0U);
  RecordProperty("operations", std::to_string(operations));
  std::printf("%llu operations\n", static_cast<unsigned long long>(operations));
}

TEST_P(Stress, SessionsAndStreamsComeAndGo) {
  Simulation simulation({host_api(HostApiType::in_development)}, SimulatedClock::free_running);
  std::atomic<std::uint64_t> operations{0};
  std::vector<std::thread> threads;
  for (unsigned seed = 0; seed < 4; ++seed) {
    threads.emplace_back([&, seed] {
      std::mt19937 random(seed);
      const auto end = Clock::now() + stress_time();
      while (Clock::now() < end) {
        std::optional<Session> session(simulation);
        Stream stream = open(*session);
        if (random() % 2 == 0) session.reset();
        try_to([&] { stream.start(); });
        try_to([&] { do_something(stream, static_cast<unsigned>(random() % 10)); });
        ++operations;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(simulation.open_streams(), 0U);
  EXPECT_GT(operations, 0U);
  std::printf("%llu operations\n", static_cast<unsigned long long>(operations));
}

const char* name_of(const testing::TestParamInfo<Kind>& kind) {
  static const char* const names[] = {"Blocking", "Ring", "Callback", "Queued"};
  return names[static_cast<int>(kind.param)];
}

INSTANTIATE_TEST_SUITE_P(Kinds, Stress,
                         testing::Values(Kind::blocking, Kind::ring, Kind::callback, Kind::queued),
                         name_of);

}  // namespace
}  // namespace audiopp
