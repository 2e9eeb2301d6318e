// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "audiopp/audiopp.hpp"
#include "stress_time.hpp"

// Handlers come and go on four threads while a fifth starts, stops and closes the stream.
// AUDIOPP_STRESS_SECONDS sets the duration (default: 1).

namespace audiopp {
namespace {

using Clock = std::chrono::steady_clock;

/// Owned by each handler. Nothing guards `calls`: a late or concurrent call is a data race.
struct Tally {
  explicit Tally(std::atomic<int>& alive) : alive_(alive) { ++alive_; }
  Tally(const Tally&) = delete;
  Tally& operator=(const Tally&) = delete;
  ~Tally() {
    calls = -1;
    --alive_;
  }
  int calls = 0;

 private:
  std::atomic<int>& alive_;
};

Callback handler_with(std::unique_ptr<Tally> tally) {
  return [tally = std::move(tally)](const CallbackContext&) {
    if (++tally->calls == 0) std::abort();  // it was destroyed
    return CallbackResult::continue_;
  };
}

class StressHandlers : public testing::TestWithParam<std::size_t> {};

TEST_P(StressHandlers, ComeAndGoWhileTheStreamStartsStopsAndCloses) {
  Simulation simulation({SimulatedHostApi{}}, SimulatedClock::free_running);
  const Session session(simulation);
  StreamConfig config;
  config.output = StreamSide{};
  config.frames_per_buffer = 32;
  config.callback_buffer = GetParam();
  IoOptions patient;
  patient.timeout = Seconds(20);
  std::atomic<int> alive{0};
  std::atomic<unsigned> operations{0};
  const auto end = Clock::now() + stress_time();
  while (Clock::now() < end) {
    Stream stream(session, config, handler_with(std::make_unique<Tally>(alive)));
    std::atomic<bool> done{false};
    std::vector<std::thread> threads;
    for (unsigned seed = 0; seed < 4; ++seed) {
      threads.emplace_back([&, seed, dispatcher = stream.dispatcher()]() mutable {
        std::mt19937 random(seed + operations);
        for (; !done; ++operations) {
          try {
            switch (random() % 4) {
              case 0:
                EXPECT_TRUE(dispatcher.retire());
                break;
              case 1:
                dispatcher.retire(Seconds(0));
                break;
              default:
                dispatcher.set_handler(handler_with(std::make_unique<Tally>(alive)));
            }
          } catch (const Error& error) {
            EXPECT_EQ(error.errc(), Errc::bad_stream_ptr);  // closed meanwhile
          }
        }
      });
    }
    for (int i = 0; i < 5; ++i) {
      stream.start();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      stream.stop(StopMode::abort, patient);  // holds the handler
    }
    stream.start();
    stream.close(StopMode::abort);
    done = true;
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(alive, 0) << "a closed stream has no handler";
  }
  std::printf("%u operations\n", operations.load());
}

INSTANTIATE_TEST_SUITE_P(Kinds, StressHandlers, testing::Values(0, 128), [](const auto& kind) {
  return kind.param == 0 ? std::string("Direct") : std::string("Queued");
});

}  // namespace
}  // namespace audiopp
