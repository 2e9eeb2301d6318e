// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT

// Makes every PortAudio call that can fail do so, one fault at a time. Each time the error says
// what happened, nothing leaks, and the next use works.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iostream>
#include <numeric>
#include <set>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "audiopp/error.hpp"
#include "audiopp/session.hpp"
#include "audiopp/simulation.hpp"
#include "audiopp/stream.hpp"
#include "backend/backend.hpp"
#include "simulation/backend.hpp"
#include "simulation/faults.hpp"

namespace audiopp {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

StreamConfig config_of(bool input, bool output) {
  StreamConfig config;
  if (input) config.input = StreamSide{};
  if (output) config.output = StreamSide{};
  config.frames_per_buffer = 64;
  return config;
}

// The errors that a scenario saw: as exceptions, and through the hook where nothing can be thrown.
struct Told {
  Errc errc;
  std::string call;
  std::string host_text;
};

std::vector<Told> told;  // the scenarios run on one thread

void tell(const Error& error) {
  told.push_back({error.errc(), error.call(), error.host_error() ? error.host_error()->text : ""});
}

void attempt(const std::function<void()>& step) {
  try {
    step();
  } catch (const Error& error) {
    tell(error);
  }
}

constexpr std::size_t frame_count = 300;

std::vector<std::int16_t> ramp(std::size_t frames) {
  std::vector<std::int16_t> samples(frames * 2);
  std::iota(samples.begin(), samples.end(), std::int16_t{1});
  return samples;
}

void use_session(Session& session) {
  attempt([&] { session.host_api_count(); });
  attempt([&] { session.default_host_api(); });
  attempt([&] { session.host_apis(); });
  attempt([&] { session.host_api(session.host_api(0).type); });
  attempt([&] { session.devices(); });
  attempt([&] { session.device(session.host_api(0), 0); });
  attempt([&] { session.default_input_device(); });
  attempt([&] { session.default_output_device(); });
  attempt([&] { session.check_supported(config_of(true, true)); });
}

void ask(Stream& stream) {
  attempt([&] { stream.is_active(); });
  attempt([&] { stream.is_stopped(); });
  attempt([&] { stream.check_device(); });
  attempt([&] { stream.time(); });
  attempt([&] { stream.cpu_load(); });
}

// Reads and writes all frames, and records xruns as PortAudio's errors. With a ring, xruns are
// real: nobody reads as fast as a free-running card.
void move_frames(Stream& stream, bool by_ring) {
  IoOptions bounded;
  bounded.timeout = Seconds(5);
  std::vector<std::int16_t> heard(frame_count * 2);
  attempt([&] { stream.read_available(); });
  attempt([&] { stream.write_available(); });
  attempt([&] {
    const IoResult result = stream.read(heard.data(), frame_count, bounded);
    EXPECT_EQ(result.frames, frame_count);
    EXPECT_EQ(heard, ramp(frame_count));
    if (result.xrun && !by_ring) told.push_back({Errc::input_overflowed, "Pa_ReadStream", ""});
  });
  attempt([&] {
    const IoResult result = stream.write(ramp(frame_count).data(), frame_count, bounded);
    EXPECT_EQ(result.frames, frame_count);
    if (result.xrun && !by_ring) told.push_back({Errc::output_underflowed, "Pa_WriteStream", ""});
  });
}

void finish(Stream& stream, const Simulation& simulation) {
  attempt([&] { stream.close(); });
  EXPECT_FALSE(stream.is_open());
  EXPECT_EQ(simulation.open_streams(), 0U);
}

void blocking_scenario(Simulation& simulation, bool by_ring) {
  attempt([&] {
    Session session(simulation);
    use_session(session);
    Stream stream;
    attempt([&] { stream = Stream(session, config_of(true, true)); });
    attempt([&] { stream.start(); });
    ask(stream);
    move_frames(stream, by_ring);
    attempt([&] { stream.stop(); });
    attempt([&] { stream.start(); });
    attempt([&] { stream.abort(); });
    finish(stream, simulation);
  });
}

void blocking_scenario(Simulation& simulation) {
  blocking_scenario(simulation, false);
}

void ring_scenario(Simulation& simulation) {
  blocking_scenario(simulation, true);
}

void callback_scenario(Simulation& simulation) {
  attempt([&] {
    Session session(simulation);
    use_session(session);
    std::atomic<bool> endless{false};
    std::atomic<int> calls{0};
    const auto handler = [&](const CallbackContext&) {
      return ++calls < 3 || endless ? CallbackResult::continue_ : CallbackResult::complete;
    };
    Stream stream;
    StreamConfig config = config_of(true, true);
    config.finished_callback = [] {};
    attempt([&] { stream = Stream(session, config, handler); });
    attempt([&] { stream.start(); });
    const auto deadline = Clock::now() + 5s;
    bool active = true;
    while (active && Clock::now() < deadline) {
      active = false;
      attempt([&] { active = stream.is_active(); });
      std::this_thread::sleep_for(100us);
    }
    EXPECT_FALSE(active);
    ask(stream);
    attempt([&] { stream.stop(); });
    endless = true;
    attempt([&] { stream.start(); });
    attempt([&] { stream.stop(); });
    attempt([&] { stream.start(); });
    attempt([&] { stream.abort(); });
    finish(stream, simulation);
  });
}

// Destroys a running stream without closing it.
void dropping_scenario(Simulation& simulation) {
  attempt([&] {
    Session session(simulation);
    Stream stream(session, config_of(false, true),
                  [](const CallbackContext&) { return CallbackResult::continue_; });
    stream.start();
  });
}

std::size_t entries(const char* directory) {
  std::error_code none;
  const std::filesystem::directory_iterator all(directory, none);
  return static_cast<std::size_t>(std::distance(all, std::filesystem::directory_iterator{}));
}

// The kernel lists a joined thread for a moment longer.
void expect_back_to(std::size_t wanted, const char* directory) {
  const auto deadline = Clock::now() + 2s;
  while (entries(directory) > wanted && Clock::now() < deadline) std::this_thread::sleep_for(1ms);
  EXPECT_LE(entries(directory), wanted) << directory;
}

// Calls that cannot return an error.
const std::set<std::string> wordless{
    "Pa_GetHostApiInfo",         "Pa_GetDeviceInfo", "Pa_GetDefaultInputDevice",
    "Pa_GetDefaultOutputDevice", "Pa_GetStreamInfo", "Pa_GetStreamTime",
    "Pa_GetStreamCpuLoad",
};

struct Scenario {
  const char* name;
  void (*run)(Simulation&);
  HostApiType host_api;
};

class WalkTest : public testing::TestWithParam<Scenario> {
 protected:
  void SetUp() override {
    std::thread([] {}).join();  // ThreadSanitizer starts one of its own beside the first
    previous_hook_ = set_error_hook([](const std::exception& error) noexcept {
      if (const auto* known = dynamic_cast<const Error*>(&error)) tell(*known);
    });
  }
  void TearDown() override { set_error_hook(previous_hook_); }

  // Runs the scenario, and checks that it leaves nothing behind.
  void run() {
    told.clear();
    simulation_.feed_input(0, ramp(frame_count).data(), frame_count, 2, SampleFormat::int16);
    const std::size_t threads = entries("/proc/self/task");
    const std::size_t files = entries("/proc/self/fd");
    GetParam().run(simulation_);
    EXPECT_EQ(simulation_.open_streams(), 0U);
    EXPECT_EQ(detail::simulated_backend().device_count(), paNotInitialized);
    expect_back_to(threads, "/proc/self/task");
    expect_back_to(files, "/proc/self/fd");
    // Discards input that a scenario has not read because it failed earlier.
    simulation_.set_host_apis({host_api()});
  }

  static SimulatedHostApi host_api() {
    SimulatedHostApi api;
    api.type = GetParam().host_api;
    api.devices[0].low_latency = 5ms;
    api.devices[0].output_kept = 1s;
    return api;
  }

  static bool told_of(const Fault& fault) {
    return std::any_of(told.begin(), told.end(), [&](const Told& one) {
      return one.errc == fault.error && one.call == fault.call && one.host_text == fault.host_text;
    });
  }

  Simulation simulation_{{host_api()}, SimulatedClock::free_running};

 private:
  ErrorHook previous_hook_ = nullptr;
};

TEST_P(WalkTest, EveryCallFailsInTurnAndNothingIsLeft) {
  std::set<std::pair<std::string, Errc>> pairs;
  std::set<std::string> silent;
  std::size_t runs = 0;
  for (const std::string& call : detail::calls_that_can_fail()) {
    std::vector<Errc> errors{Errc::unanticipated_host_error, Errc::insufficient_memory,
                             Errc::device_unavailable, Errc::timed_out, Errc::internal_error};
    if (call == "Pa_ReadStream") errors.push_back(Errc::input_overflowed);
    if (call == "Pa_WriteStream") errors.push_back(Errc::output_underflowed);
    for (const Errc error : errors) {
      for (std::size_t nth = 1;; ++nth) {
        Fault fault{call, error};
        fault.nth = nth;
        if (error == Errc::unanticipated_host_error) fault.host_text = "Broken pipe";
        const std::size_t before = simulation_.faults_hit();
        SCOPED_TRACE(call + ", error " + std::to_string(static_cast<int>(error)) + ", call " +
                     std::to_string(nth));
        simulation_.inject(fault);
        run();
        simulation_.clear_faults();
        const bool hit = simulation_.faults_hit() > before;
        if (!hit) break;  // the scenario makes no further such call
        ++runs;
        pairs.emplace(call, error);
        // An underflow in the silence of a drain is not reported.
        if (!told_of(fault) && error != Errc::output_underflowed) silent.insert(call);
        run();
        EXPECT_TRUE(told.empty()) << "afterwards, without a fault: " << told.front().call;
        if (HasFailure()) return;
        if (nth == 12) break;  // calls that are repeated while something is awaited
      }
    }
  }
  std::cout << GetParam().name << ": " << pairs.size() << " (function, fault) pairs in " << runs
            << " runs; no error to report for";
  for (const std::string& call : silent) std::cout << ' ' << call;
  std::cout << std::endl;
  for (const std::string& call : silent) EXPECT_TRUE(wordless.count(call) == 1) << call;
  RecordProperty("pairs", static_cast<int>(pairs.size()));
  RecordProperty("runs", static_cast<int>(runs));
}

INSTANTIATE_TEST_SUITE_P(
    Scenarios, WalkTest,
    testing::Values(Scenario{"Blocking", blocking_scenario, HostApiType::in_development},
                    Scenario{"BlockingOnAlsa", blocking_scenario, HostApiType::alsa},
                    Scenario{"BlockingByRing", ring_scenario, HostApiType::jack},
                    Scenario{"Callback", callback_scenario, HostApiType::in_development},
                    Scenario{"CallbackOnAlsa", callback_scenario, HostApiType::alsa},
                    Scenario{"Dropped", dropping_scenario, HostApiType::in_development},
                    Scenario{"DroppedOnAlsa", dropping_scenario, HostApiType::alsa}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace audiopp
