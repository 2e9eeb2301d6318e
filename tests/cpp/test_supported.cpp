// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT

// What is_supported() and check_supported() say, and what opening the stream then does.
#include <gtest/gtest.h>

#ifndef _WIN32
#include <sys/wait.h>
#include <unistd.h>
#endif

#include <functional>
#include <iostream>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "audiopp/audiopp.hpp"
#include "audiopp/simulation.hpp"

namespace audiopp {
namespace {

std::vector<SimulatedHostApi> two_host_apis() {
  SimulatedHostApi first;
  SimulatedHostApi second;
  second.type = HostApiType::alsa;
  first.devices[0].sample_rates = {44100, 48000};
  return {first, second};
}

StreamConfig duplex() {
  StreamConfig config;
  config.input = config.output = StreamSide{};
  return config;
}

/// The error code of what a call throws; none if it succeeds.
template <class Call>
std::error_code error_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  } catch (const std::invalid_argument&) {
    return std::make_error_code(std::errc::invalid_argument);
  }
  return {};
}

TEST(Supported, TheAnswersAgreeWithWhatOpenDoes) {
  Simulation simulation(two_host_apis());
  const Device outdated = Session(simulation).device(0);
  const Session session(simulation);
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double inf = std::numeric_limits<double>::infinity();
  constexpr unsigned long non_interleaved = 0x80000000UL;

  using Change = std::function<void(StreamConfig&)>;
  std::vector<std::pair<std::string, Change>> changes = {
      {"nothing", [](StreamConfig&) {}},
      {"no side", [](StreamConfig& config) { config.input = config.output = std::nullopt; }},
      {"input only", [](StreamConfig& config) { config.output.reset(); }},
      {"output only", [](StreamConfig& config) { config.input.reset(); }},
  };
  for (const bool is_input : {true, false}) {
    const std::string name = is_input ? "input " : "output ";
    const auto side = [is_input](StreamConfig& config) -> StreamSide& {
      return is_input ? *config.input : *config.output;
    };
    for (const double latency : {nan, -inf, -1.0, -1e-9, -0.0, 0.0, 0.1, 3600.0, 3601.0, inf}) {
      changes.push_back({name + "latency " + std::to_string(latency),
                         [=](StreamConfig& config) { side(config).latency = Seconds(latency); }});
    }
    for (const unsigned long format : {0UL, 1UL, 2UL, 3UL, 4UL, 8UL, 16UL, 32UL, 64UL, 0x10000UL,
                                       non_interleaved, non_interleaved | 8UL}) {
      changes.push_back({name + "format " + std::to_string(format), [=](StreamConfig& config) {
                           side(config).format = static_cast<SampleFormat>(format);
                         }});
      changes.push_back(
          {name + "format " + std::to_string(format) + ", queued", [=](StreamConfig& config) {
             side(config).format = static_cast<SampleFormat>(format);
             config.callback_buffer = 512;
           }});
    }
    for (const int channels : {-2147483647 - 1, -1, 0, 1, 2, 3, 2147483647}) {
      changes.push_back({name + "channels " + std::to_string(channels),
                         [=](StreamConfig& config) { side(config).channels = channels; }});
      if (channels > 3) continue;  // memory for such a queue runs out before PortAudio is asked
      changes.push_back(
          {name + "channels " + std::to_string(channels) + ", queued", [=](StreamConfig& config) {
             side(config).channels = channels;
             config.callback_buffer = 512;
           }});
    }
    changes.push_back(
        {name + "planar", [=](StreamConfig& config) { side(config).layout = Layout::planar; }});
    changes.push_back({name + "default-made device",
                       [=](StreamConfig& config) { side(config).device = Device(); }});
    changes.push_back(
        {name + "outdated device", [=](StreamConfig& config) { side(config).device = outdated; }});
    changes.push_back({name + "device of another host API", [=, &session](StreamConfig& config) {
                         side(config).device = session.device(1);
                       }});
    changes.push_back({name + "options of another host API", [=](StreamConfig& config) {
                         side(config).host_options = std::make_shared<MacCoreOptions>();
                       }});
  }
  for (const double rate : {nan, -inf, -1.0, 0.0, 1.0, 999.0, 8000.0, 44100.0, 384001.0, inf}) {
    changes.push_back(
        {"rate " + std::to_string(rate), [=](StreamConfig& config) { config.sample_rate = rate; }});
    changes.push_back({"rate " + std::to_string(rate) + ", queued", [=](StreamConfig& config) {
                         config.sample_rate = rate;
                         config.callback_buffer = 512;
                       }});
  }
  for (const unsigned long flags :
       {1UL, 2UL, 3UL, 4UL, 8UL, 15UL, 16UL, 0x8000UL, 0x10000UL, 0x80000000UL}) {
    for (const unsigned long frames : {0UL, 64UL}) {
      for (const char* directions : {"both", "input", "output"}) {
        changes.push_back({"flags " + std::to_string(flags) + ", frames " + std::to_string(frames) +
                               ", " + directions,
                           [=](StreamConfig& config) {
                             config.flags = static_cast<StreamFlags>(flags);
                             config.frames_per_buffer = frames;
                             if (*directions == 'i') config.output.reset();
                             if (*directions == 'o') config.input.reset();
                           }});
      }
    }
  }
  constexpr unsigned long most_frames = std::numeric_limits<unsigned long>::max();
  for (const unsigned long frames : {most_frames, most_frames / 2, most_frames / 8}) {
    changes.push_back({"frames per buffer " + std::to_string(frames),
                       [=](StreamConfig& config) { config.frames_per_buffer = frames; }});
  }
  for (const std::size_t buffer : {std::size_t{1}, std::size_t{512}, longest_callback_buffer + 1}) {
    changes.push_back({"buffer " + std::to_string(buffer),
                       [=](StreamConfig& config) { config.callback_buffer = buffer; }});
    changes.push_back({"buffer " + std::to_string(buffer) + ", frames beyond the longest",
                       [=](StreamConfig& config) {
                         config.callback_buffer = buffer;
                         config.frames_per_buffer = longest_callback_buffer + 1;
                       }});
  }

  std::size_t refused = 0;
  for (const auto& [name, change] : changes) {
    StreamConfig config = duplex();
    change(config);
    const auto silence = [](const CallbackContext&) { return CallbackResult::continue_; };
    const std::error_code opened = error_of([&] { Stream(session, config, silence); });
    const std::error_code checked = error_of([&] { session.check_supported(config); });
    std::error_code asked;
    EXPECT_EQ(session.is_supported(config, asked), !opened) << name;
    EXPECT_EQ(session.is_supported(config), !opened) << name;
    if (opened) ++refused;
    EXPECT_EQ(asked, opened) << name << ": " << asked.message() << ", " << opened.message();
    EXPECT_EQ(checked, opened) << name << ": " << checked.message() << ", " << opened.message();
  }
  std::cout << changes.size() << " configurations, of which open refuses " << refused << '\n';
  EXPECT_GT(refused, changes.size() / 4);
}

#ifndef _WIN32
TEST(Supported, TheAnswersAgreeWithWhatOpenDoesInAForkedChild) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "ThreadSanitizer wants no thread after a fork of threads";
#endif
  for (const HostApiType type : {HostApiType::alsa, HostApiType::jack, HostApiType::pulse_audio}) {
    SimulatedHostApi host_api;
    host_api.type = type;
    Simulation simulation({host_api});
    const Session session(simulation);
    const pid_t child = fork();
    if (child == 0) {
      alarm(20);
      std::error_code asked;
      const bool answer = session.is_supported(duplex(), asked);
      const std::error_code checked = error_of([&] { session.check_supported(duplex()); });
      const std::error_code opened = error_of([&] { Stream(session, duplex()); });
      const bool is_refused = type != HostApiType::alsa;
      _exit(asked == opened && checked == opened && answer == !opened &&
                    (is_refused ? opened == Errc::device_unavailable : !opened)
                ? 0
                : 1);
    }
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0) << static_cast<int>(type);
  }
}
#endif

}  // namespace
}  // namespace audiopp
