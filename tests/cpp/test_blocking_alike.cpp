// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT

// A blocking stream over PortAudio's own calls and one over our rings answer every call alike, in
// every state: only what Stream's documentation names differs.
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "audiopp/error.hpp"
#include "audiopp/session.hpp"
#include "audiopp/simulation.hpp"
#include "audiopp/stream.hpp"

namespace audiopp {
namespace {

using Call = std::function<std::string(Stream&)>;
using Named = std::pair<const char*, Call>;

std::string text(bool yes) {
  return yes ? "yes" : "no";
}

std::string text(const IoResult& result) {
  return std::to_string(result.frames) + " frames, status " +
         std::to_string(static_cast<int>(result.status)) + (result.xrun ? ", xrun" : "");
}

std::string text(const std::optional<IoResult>& result) {
  return result ? text(*result) : "nothing";
}

/// What the call answers, or what it throws.
std::string outcome(const Call& call, Stream& stream) {
  try {
    return call(stream);
  } catch (const Error& error) {
    return std::string(error.call()) + " throws " + std::to_string(static_cast<int>(error.errc()));
  } catch (const std::invalid_argument&) {
    return "invalid_argument";
  }
}

Simulation* the_simulation = nullptr;
std::int16_t samples[2 * 10000];

IoOptions at_once() {
  IoOptions options;
  options.timeout = Seconds(0);
  return options;
}

const std::vector<Named>& states() {
  const auto run = [](const std::function<void(Stream&)>& change) {
    return [change](Stream& stream) {
      change(stream);
      return std::string();
    };
  };
  static const std::vector<Named> all{
      {"new", run([](Stream&) {})},
      {"running", run([](Stream& stream) { stream.start(); })},
      {"stopped", run([](Stream& stream) {
         stream.start();
         stream.stop();
       })},
      {"aborted", run([](Stream& stream) {
         stream.start();
         stream.abort();
       })},
      {"restarted", run([](Stream& stream) {
         stream.start();
         stream.abort();
         stream.start();
       })},
      {"aborted with a full queue", run([](Stream& stream) {
         stream.start();
         if (stream.config().output) stream.write(samples, 10000, at_once());
         stream.abort();
       })},
      {"stopped in vain", run([](Stream& stream) {
         stream.start();
         for (const char* const call : {"Pa_StopStream", "Pa_AbortStream"}) {
           the_simulation->inject({call, Errc::internal_error});
         }
         EXPECT_THROW(stream.stop(), Error);
       })},
      {"closed", run([](Stream& stream) { stream.close(); })},
      {"closed while running", run([](Stream& stream) {
         stream.start();
         stream.close();
       })},
      {"moved from", run([](Stream& stream) { Stream{std::move(stream)}.close(); })}};
  return all;
}

// Whether a running full-duplex stream has room is left out: there a ring begins full.
const std::vector<Named>& calls() {
  static const std::vector<Named> all{
      {"start", [](Stream& s) { return s.start(), "done"; }},
      {"stop", [](Stream& s) { return s.stop(), "done"; }},
      {"stop twice", [](Stream& s) { return s.stop(), s.stop(), "done"; }},
      {"abort", [](Stream& s) { return s.abort(), "done"; }},
      {"close", [](Stream& s) { return s.close(), "done"; }},
      {"close twice", [](Stream& s) { return s.close(), s.close(), "done"; }},
      {"is_open", [](Stream& s) { return text(s.is_open()); }},
      {"is_active", [](Stream& s) { return text(s.is_active()); }},
      {"is_stopped", [](Stream& s) { return text(s.is_stopped()); }},
      {"is_device_lost", [](Stream& s) { return text(s.is_device_lost()); }},
      {"check_device", [](Stream& s) { return s.check_device(), "done"; }},
      {"time", [](Stream& s) { return text(s.time() > StreamTime{}); }},
      {"input_latency", [](Stream& s) { return text(s.input_latency() > Seconds{}); }},
      {"output_latency", [](Stream& s) { return text(s.output_latency() > Seconds{}); }},
      {"sample_rate", [](Stream& s) { return std::to_string(s.sample_rate()); }},
      {"struct_version", [](Stream& s) { return std::to_string(s.struct_version()); }},
      {"cpu_load", [](Stream& s) { return std::to_string(s.cpu_load()); }},
      {"read_available", [](Stream& s) { return std::to_string(s.read_available()); }},
      {"write_available",
       [](Stream& s) {
         const bool has_room = s.write_available() > 0;
         return s.config().input && s.is_active() ? "-" : text(has_room);
       }},
      {"read nothing", [](Stream& s) { return text(s.read(samples, 0)); }},
      {"write nothing", [](Stream& s) { return text(s.write(samples, 0)); }},
      {"try to read nothing", [](Stream& s) { return text(s.try_read(samples, 0)); }},
      {"try to write nothing", [](Stream& s) { return text(s.try_write(samples, 0)); }},
      {"read", [](Stream& s) { return text(s.read(samples, 1, at_once())); }},
      {"try to read", [](Stream& s) { return text(s.try_read(samples, 1)); }},
      {"write", [](Stream& s) { return s.write(samples, 1, at_once()).xrun ? "xrun" : "done"; }},
      {"write too much",
       [](Stream& s) {
         const IoResult result = s.write(samples, 10000, at_once());
         return std::to_string(static_cast<int>(result.status)) + text(result.frames < 10000);
       }},
      {"try to write too much", [](Stream& s) { return text(s.try_write(samples, 10000)); }},
      {"dispatcher", [](Stream& s) { return s.dispatcher(), "done"; }},
      {"set_callback", [](Stream& s) { return s.set_callback({}), "done"; }},
      {"counters", [](Stream& s) { return std::to_string(s.counters().callbacks); }},
      {"take_exception", [](Stream& s) { return text(s.take_exception() != nullptr); }}};
  return all;
}

std::vector<std::string> outcomes(HostApiType type, bool input, bool output) {
  SimulatedHostApi host_api;
  host_api.type = type;
  Simulation simulation({host_api}, SimulatedClock::by_hand);
  the_simulation = &simulation;
  const Session session(simulation);
  StreamConfig config;
  if (input) config.input = StreamSide{};
  if (output) config.output = StreamSide{};
  std::vector<std::string> all;
  for (const auto& [state, prepare] : states()) {
    for (const auto& [name, call] : calls()) {
      Stream stream(session, config);
      prepare(stream);
      the_simulation->clear_faults();
      all.push_back(std::string(state) + ": " + name + ": " + outcome(call, stream));
    }
  }
  EXPECT_EQ(simulation.open_streams(), 0U);
  return all;
}

TEST(BlockingAlikeTest, ARingAnswersEveryCallInEveryStateAsPortAudioDoes) {
  for (const auto& [input, output] : {std::pair{true, false}, {false, true}, {true, true}}) {
    const auto plain = outcomes(HostApiType::in_development, input, output);
    const auto alsa = outcomes(HostApiType::alsa, input, output);
    const auto ring = outcomes(HostApiType::jack, input, output);
    ASSERT_EQ(plain.size(), ring.size());
    for (std::size_t i = 0; i < plain.size(); ++i) {
      EXPECT_EQ(ring[i], plain[i]) << "input " << input << ", output " << output;
      EXPECT_EQ(alsa[i], plain[i]) << "input " << input << ", output " << output;
    }
  }
}

}  // namespace
}  // namespace audiopp
