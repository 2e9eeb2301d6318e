// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT

// Every public function of every object that has states, in each of them. The tables are printed:
// run `audiopp_tests --gtest_filter='ObjectStates.*'`.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "audiopp/audiopp.hpp"
#include "audiopp/simulation.hpp"

namespace audiopp {
namespace {

// ---- what a call does, in a few words ----

std::string words(bool value) {
  return value ? "true" : "false";
}
std::string words(int value) {
  return std::to_string(value);
}
std::string words(std::size_t value) {
  return std::to_string(value);
}
std::string words(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}
std::string words(Seconds value) {
  return words(value.count()) + " s";
}
template <class T>
std::string words(const std::optional<T>& value) {
  return value ? "a value" : "none";
}
template <class T>
std::string words(const std::vector<T>& values) {
  return std::to_string(values.size()) + " of them";
}
std::string words(const std::string& text) {
  return text.empty() ? "no text" : "a text";
}
std::string words(const std::exception_ptr& exception) {
  return exception ? "an exception" : "none";
}
std::string words(const StreamConfig& config) {
  return config.input || config.output ? "a configuration" : "an empty configuration";
}
std::string words(IoResult) {
  return "done";
}
std::string words(const HostApi&) {
  return "a host API";
}
std::string words(const Device&) {
  return "a device";
}
std::string words(const CallbackFormat& format) {
  return format.output_channels > 0 ? "a format" : "an empty format";
}
std::string words(const CallbackCounters& counters) {
  return std::to_string(counters.callbacks) + " callbacks";
}
std::string words(const CallbackDispatcher&) {
  return "a dispatcher";
}

template <class Call>
std::string outcome(const Call& call) {
  try {
    if constexpr (std::is_void_v<decltype(call())>) {
      call();
      return "done";
    } else {
      return words(call());
    }
  } catch (const Error& error) {
    return "Error: " + error.text();
  } catch (const InsideCallbackError&) {
    return "InsideCallbackError";
  } catch (const std::invalid_argument&) {
    return "std::invalid_argument";
  } catch (const std::bad_function_call&) {
    return "std::bad_function_call";
  } catch (const std::logic_error&) {
    return "std::logic_error";
  }
}

// ---- the tables ----

/// A function of T, and what a table's rows say that it does, state by state.
template <class T>
struct Function {
  std::string name;
  std::function<std::string(T&)> call;
  std::vector<std::string> expected;
};

/// A function: `ROW(Stream, start(), "done", ...)`.
#define ROW(Type, call, ...)                                            \
  {                                                                     \
    #call, [](Type& it) { return outcome([&] { return it.call; }); }, { \
      __VA_ARGS__                                                       \
    }                                                                   \
  }

/// Makes a new object in each state for each function, and compares.
template <class T>
void walk(const std::string& type,
          const std::vector<std::pair<std::string, std::function<std::unique_ptr<T>()>>>& states,
          const std::vector<Function<T>>& functions) {
  std::ostringstream table;
  table << "\n| " << type << " |";
  for (const auto& state : states) table << ' ' << state.first << " |";
  table << "\n|---|";
  for (std::size_t i = 0; i < states.size(); ++i) table << "---|";
  for (const auto& function : functions) {
    table << "\n| `" << function.name << "` |";
    ASSERT_EQ(function.expected.size(), states.size()) << function.name;
    for (std::size_t i = 0; i < states.size(); ++i) {
      const auto object = states[i].second();
      const std::string found = function.call(*object);
      EXPECT_EQ(found, function.expected[i])
          << type << "::" << function.name << ", " << states[i].first;
      table << ' ' << found << " |";
    }
  }
  std::cout << table.str() << "\n\n";
}

class ObjectStates : public testing::Test {
 protected:
  static std::vector<SimulatedHostApi> duplex() {
    SimulatedHostApi host_api;
    host_api.devices[0].loopback = true;
    return {host_api};
  }
  StreamConfig config() const {
    StreamConfig both;
    both.input = both.output = StreamSide{};
    both.frames_per_buffer = 64;
    return both;
  }
  std::unique_ptr<Stream> open(bool has_callback, CallbackResult result) {
    if (!has_callback) return std::make_unique<Stream>(session_, config());
    return std::make_unique<Stream>(session_, config(),
                                    [result](const CallbackContext&) { return result; });
  }
  std::unique_ptr<Stream> opened(bool has_callback) {
    return open(has_callback, CallbackResult::continue_);
  }
  std::unique_ptr<Stream> running(bool has_callback) {
    auto stream = opened(has_callback);
    stream->start();
    if (!has_callback) simulation_.step(4);
    return stream;
  }
  std::unique_ptr<Stream> finished() {
    auto stream = open(true, CallbackResult::abort);
    stream->start();
    simulation_.step(2);
    return stream;
  }
  std::unique_ptr<Stream> closed(bool has_callback) {
    auto stream = running(has_callback);
    stream->close(StopMode::abort);
    return stream;
  }

  Simulation simulation_{duplex(), SimulatedClock::by_hand};
  Session session_{simulation_};
};

std::array<std::int16_t, 128> frames;  // 64 stereo frames

Callback silent() {
  return [](const CallbackContext&) { return CallbackResult::continue_; };
}

constexpr auto no_stream = "Error: Invalid stream pointer";
constexpr auto no_session = "Error: PortAudio not initialized";
constexpr auto moved = "std::logic_error";

TEST_F(ObjectStates, AStreamThatIsNotOpenThrowsFromAllThatNeedsAStream) {
  // Closed: first a callback stream, then a blocking one.
  walk<Stream>(
      "Stream",
      {{"default-made", [] { return std::make_unique<Stream>(); }},
       {"moved from",
        [&] {
          auto stream = running(true);
          const Stream taken = std::move(*stream);
          return stream;
        }},
       {"closed, callback", [&] { return closed(true); }},
       {"closed, blocking", [&] { return closed(false); }}},
      {
          ROW(Stream, start(), no_stream, no_stream, no_stream, no_stream),
          ROW(Stream, stop(), no_stream, no_stream, no_stream, no_stream),
          ROW(Stream, abort(), no_stream, no_stream, no_stream, no_stream),
          ROW(Stream, close(), "done", "done", "done", "done"),
          ROW(Stream, is_open(), "false", "false", "false", "false"),
          ROW(Stream, is_active(), "false", "false", "false", "false"),
          ROW(Stream, is_stopped(), "true", "true", "true", "true"),
          ROW(Stream, is_device_lost(), "false", "false", "false", "false"),
          ROW(Stream, check_device(), "done", "done", "done", "done"),
          ROW(Stream, time(), no_stream, no_stream, no_stream, no_stream),
          ROW(Stream, cpu_load(), no_stream, no_stream, no_stream, no_stream),
          ROW(Stream, input_latency(), "0 s", "0 s", "0.01 s", "0.01 s"),
          ROW(Stream, output_latency(), "0 s", "0 s", "0.01 s", "0.01 s"),
          ROW(Stream, sample_rate(), "0", "0", "48000", "48000"),
          ROW(Stream, struct_version(), "-1", "-1", "1", "1"),
          ROW(Stream, config(), "an empty configuration", "an empty configuration",
              "a configuration", "a configuration"),
          ROW(Stream, read_available(), no_stream, no_stream, no_stream, no_stream),
          ROW(Stream, write_available(), no_stream, no_stream, no_stream, no_stream),
          ROW(Stream, read(frames.data(), 64), no_stream, no_stream, no_stream, no_stream),
          ROW(Stream, read(frames.data(), 0), no_stream, no_stream, no_stream, no_stream),
          ROW(Stream, write(frames.data(), 64), no_stream, no_stream, no_stream, no_stream),
          ROW(Stream, write(frames.data(), 0), no_stream, no_stream, no_stream, no_stream),
          ROW(Stream, try_read(frames.data(), 64), no_stream, no_stream, no_stream, no_stream),
          ROW(Stream, try_write(frames.data(), 64), no_stream, no_stream, no_stream, no_stream),
          ROW(Stream, read(interleaved(frames, 2)), no_stream, no_stream, no_stream, no_stream),
          ROW(Stream, write(interleaved(frames, 2)), no_stream, no_stream, no_stream, no_stream),
          ROW(Stream, dispatcher(), no_stream, no_stream, "a dispatcher", no_stream),
          ROW(Stream, set_callback(silent()), no_stream, no_stream, no_stream, no_stream),
          ROW(Stream, set_callback({}), no_stream, no_stream, no_stream, no_stream),
          ROW(Stream, counters(), "0 callbacks", "0 callbacks", "0 callbacks", "0 callbacks"),
          ROW(Stream, take_exception(), "none", "none", "none", "none"),
      });
}

TEST_F(ObjectStates, AnOpenStreamDoesInEachStateWhatItsQuestionsSay) {
  constexpr auto stopped = "Error: Stream is stopped";
  constexpr auto not_stopped = "Error: Stream is not stopped";
  constexpr auto no_read = "Error: Can't read from a callback stream";
  constexpr auto no_write = "Error: Can't write to a callback stream";
  constexpr auto no_callback = "std::invalid_argument";
  walk<Stream>(
      "Stream",
      {{"opened, callback", [&] { return opened(true); }},
       {"running, callback", [&] { return running(true); }},
       {"finished", [&] { return finished(); }},
       {"opened, blocking", [&] { return opened(false); }},
       {"running, blocking", [&] { return running(false); }}},
      {
          ROW(Stream, start(), "done", not_stopped, not_stopped, "done", not_stopped),
          ROW(Stream, stop(StopMode::abort), stopped, "done", "done", stopped, "done"),
          ROW(Stream, abort(), stopped, "done", "done", stopped, "done"),
          ROW(Stream, close(StopMode::abort), "done", "done", "done", "done", "done"),
          ROW(Stream, is_open(), "true", "true", "true", "true", "true"),
          ROW(Stream, is_active(), "false", "true", "false", "false", "true"),
          ROW(Stream, is_stopped(), "true", "false", "false", "true", "false"),
          ROW(Stream, is_device_lost(), "false", "false", "false", "false", "false"),
          ROW(Stream, check_device(), "done", "done", "done", "done", "done"),
          ROW(Stream, struct_version(), "1", "1", "1", "1", "1"),
          ROW(Stream, read_available(), no_read, no_read, no_read, "0", "256"),
          ROW(Stream, write_available(), no_write, no_write, no_write, "480", "480"),
          ROW(Stream, read(frames.data(), 64), stopped, no_read, no_read, stopped, "done"),
          ROW(Stream, write(frames.data(), 64), stopped, no_write, no_write, stopped, "done"),
          ROW(Stream, try_read(frames.data(), 64), stopped, no_read, no_read, stopped, "a value"),
          ROW(Stream, try_write(frames.data(), 64), stopped, no_write, no_write, stopped,
              "a value"),
          ROW(Stream, read(frames.data(), 0), "done", "done", "done", "done", "done"),
          ROW(Stream, write(frames.data(), 0), "done", "done", "done", "done", "done"),
          ROW(Stream, dispatcher(), "a dispatcher", "a dispatcher", "a dispatcher", no_callback,
              no_callback),
          ROW(Stream, set_callback(silent()), "done", "done", "done", no_callback, no_callback),
          ROW(Stream, set_callback({}), "done", "done", "done", no_callback, no_callback),
      });
}

TEST_F(ObjectStates, ASessionThatWasMovedFromThrowsFromEverything) {
  const auto moved_from = [&] {
    auto session = std::make_unique<Session>(simulation_);
    const Session taken = std::move(*session);
    return session;
  };
  walk<Session>("Session", {{"moved from", moved_from}},
                {
                    ROW(Session, host_api_count(), no_session),
                    ROW(Session, host_api(0), no_session),
                    ROW(Session, host_api(HostApiType::alsa), no_session),
                    ROW(Session, default_host_api(), no_session),
                    ROW(Session, host_apis(), no_session),
                    ROW(Session, device_count(), no_session),
                    ROW(Session, device(0), no_session),
                    ROW(Session, device(HostApi{}, 0), no_session),
                    ROW(Session, devices(), no_session),
                    ROW(Session, default_input_device(), no_session),
                    ROW(Session, default_output_device(), no_session),
                    ROW(Session, find_device(0), no_session),
                    ROW(Session, find_device("name"), no_session),
                    ROW(Session, find_device("API", "name"), no_session),
                    ROW(Session, find_device(Device{}), no_session),
                    ROW(Session, describe_input_devices(), no_session),
                    ROW(Session, describe_output_devices(), no_session),
                    ROW(Session, check_supported(StreamConfig{}), no_session),
                    ROW(Session, is_supported(StreamConfig{}), no_session),
                    ROW(Session, check_opens_beside_callbacks(StreamConfig{}), no_session),
                    {"Stream(session, config)",
                     [&](Session& it) { return outcome([&] { Stream(it, config()); }); },
                     {no_session}},
                    {"Stream(session, config, callback)",
                     [&](Session& it) { return outcome([&] { Stream(it, config(), silent()); }); },
                     {no_session}},
                    {"copied, then used",
                     [](Session& it) {
                       const Session copy = it;
                       return outcome([&] { return copy.device_count(); });
                     },
                     {no_session}},
                    {"assigned to, then used",
                     [&](Session& it) {
                       it = session_;
                       return outcome([&] { return it.device_count(); });
                     },
                     {"1"}},
                });
}

TEST_F(ObjectStates, ADispatcherWithoutAStreamHasNoHandler) {
  const auto of_stream = [&](bool is_open) {
    auto stream = is_open ? running(true) : closed(true);
    auto dispatcher = std::make_unique<CallbackDispatcher>(stream->dispatcher());
    return dispatcher;
  };
  const auto moved_from = [&] {
    auto dispatcher = of_stream(false);
    const CallbackDispatcher taken = std::move(*dispatcher);
    return dispatcher;
  };
  const auto default_made = [] { return std::make_unique<CallbackDispatcher>(); };
  walk<CallbackDispatcher>(
      "CallbackDispatcher",
      {{"default-made", default_made},
       {"moved from", moved_from},
       {"of a closed stream", [&] { return of_stream(false); }},
       {"of a destroyed stream", [&] { return of_stream(true); }}},
      {
          ROW(CallbackDispatcher, set_handler(silent()), no_stream, no_stream, no_stream,
              no_stream),
          ROW(CallbackDispatcher, set_handler({}), "done", "done", "done", "done"),
          ROW(CallbackDispatcher, retire(), "true", "true", "true", "true"),
          ROW(CallbackDispatcher, has_ended(), "false", "false", "false", "false"),
          ROW(CallbackDispatcher, counters(), "0 callbacks", "0 callbacks", "0 callbacks",
              "0 callbacks"),
          ROW(CallbackDispatcher, take_exception(), "none", "none", "none", "none"),
          ROW(CallbackDispatcher, format(), "an empty format", "an empty format", "a format",
              "a format"),
      });
}

TEST_F(ObjectStates, ASimulationThatWasMovedFromThrowsFromEverything) {
  const auto moved_from = [] {
    auto simulation = std::make_unique<Simulation>();
    const Simulation taken = std::move(*simulation);
    return simulation;
  };
  walk<Simulation>(
      "Simulation", {{"moved from", moved_from}},
      {
          ROW(Simulation, use(), moved),
          ROW(Simulation, set_host_apis({}), moved),
          ROW(Simulation, set_clock(SimulatedClock::by_hand), moved),
          ROW(Simulation, set_loopback(0, true), moved),
          ROW(Simulation, feed_input(0, frames.data(), 1, 2, SampleFormat::int16), moved),
          ROW(Simulation, input_left(0), moved),
          ROW(Simulation, output(0, SampleFormat::int16), moved),
          ROW(Simulation, output_frames(0), moved),
          ROW(Simulation, output_channels(0), moved),
          ROW(Simulation, clear_output(0), moved),
          ROW(Simulation, step(), moved),
          ROW(Simulation, inject({}), moved),
          ROW(Simulation, clear_faults(), moved),
          ROW(Simulation, faults_hit(), moved),
          ROW(Simulation, unplug(0), moved),
          ROW(Simulation, plug_in(0), moved),
          ROW(Simulation, stall(Seconds(0)), moved),
          ROW(Simulation, jump(Seconds(0)), moved),
          ROW(Simulation, open_streams(), moved),
          {"Session(simulation)",
           [](Simulation& it) { return outcome([&] { const Session session(it); }); },
           {moved}},
      });
}

TEST_F(ObjectStates, AnEmptyCallbackIsRefused) {
  const auto moved_from = [] {
    auto callback = std::make_unique<Callback>(silent());
    const Callback taken = std::move(*callback);
    return callback;
  };
  walk<Callback>(
      "Callback",
      {{"default-made", [] { return std::make_unique<Callback>(); }}, {"moved from", moved_from}},
      {
          {"called",
           [](Callback& it) {
             return outcome([&] { return static_cast<int>(it(CallbackContext{})); });
           },
           {"std::bad_function_call", "std::bad_function_call"}},
          {"operator bool",
           [](Callback& it) { return outcome([&] { return static_cast<bool>(it); }); },
           {"false", "false"}},
          {"Stream(session, config, callback)",
           [&](Callback& it) {
             return outcome([&] { Stream(session_, config(), std::move(it)); });
           },
           {"std::invalid_argument", "std::invalid_argument"}},
      });
}

TEST_F(ObjectStates, ADeviceOrHostApiThatNobodyListedIsRefused) {
  walk<Device>("Device", {{"default-made", [] { return std::make_unique<Device>(); }}},
               {
                   {"find_device(device)",
                    [&](Device& it) { return outcome([&] { return session_.find_device(it); }); },
                    {"std::invalid_argument"}},
                   {"Stream(session, config of the device)",
                    [&](Device& it) {
                      StreamConfig one = config();
                      one.output->device = it;
                      return outcome([&] { Stream(session_, one); });
                    },
                    {"Error: Invalid device"}},
                   {"is_supported(config of the device)",
                    [&](Device& it) {
                      StreamConfig one = config();
                      one.output->device = it;
                      return outcome([&] { return session_.is_supported(one); });
                    },
                    {"false"}},
               });
  EXPECT_EQ(outcome([&] { return session_.device(HostApi{-1, 0, {}, "", 0, -1, -1}, 0); }),
            "Error: Invalid host API");
}

TEST(Views, ViewsWithoutChannelsAreEmpty) {
  std::vector<float> samples(7);
  for (const int channels : {0, -1, -2147483647 - 1}) {
    const auto view = interleaved(samples, channels);
    EXPECT_EQ(view.frames(), 0U) << channels;
    EXPECT_EQ(view.begin(), view.end()) << channels;
  }
  std::vector<float> none;
  EXPECT_EQ(interleaved(none, 0).frames(), 0U);
  EXPECT_EQ(interleaved(samples, 2).frames(), 3U);
}

}  // namespace
}  // namespace audiopp
