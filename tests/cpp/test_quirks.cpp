// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT

// What we know about host APIs, and that no stream runs on a converter of PortAudio's that is
// broken.
#include "backend/quirks.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "audiopp/error.hpp"
#include "audiopp/session.hpp"
#include "audiopp/simulation.hpp"
#include "audiopp/stream.hpp"
#include "backend/backend.hpp"
#include "code_of.hpp"
#include "simulation/backend.hpp"

namespace audiopp {
namespace {

using detail::quirks_of;
using detail::working_flags;

TEST(QuirksTest, EveryHostApiHasARow) {
  for (const int type : {0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17}) {
    EXPECT_EQ(static_cast<int>(quirks_of(static_cast<HostApiType>(type)).host_api), type);
  }
  const detail::Quirks& unknown = quirks_of(static_cast<HostApiType>(99));
  EXPECT_FALSE(unknown.stop_drops_queue || unknown.blocking_by_ring || unknown.stop_may_hang ||
               unknown.only_float32);
}

TEST(QuirksTest, AStreamDoesNotOpenBesideACallbackOfTheOneThreadForAll) {
  for (const HostApiType type : {HostApiType::alsa, HostApiType::jack, HostApiType::pulse_audio,
                                 HostApiType::mme, HostApiType::wasapi}) {
    SimulatedHostApi host_api;
    host_api.type = type;
    Simulation simulation({host_api});
    const Session session(simulation);
    const bool waits = type == HostApiType::jack || type == HostApiType::pulse_audio;
    for (const bool is_input : {true, false}) {
      StreamConfig config;
      (is_input ? config.input : config.output) = StreamSide{};
      EXPECT_EQ(code_of([&] { session.check_opens_beside_callbacks(config); }),
                waits ? Errc::device_unavailable : Errc::no_error)
          << name_of(type);
      (is_input ? config.input : config.output)->device = Device{};
      EXPECT_EQ(code_of([&] { session.check_opens_beside_callbacks(config); }),
                Errc::invalid_device);
    }
  }
}

// ---- PortAudio's converters ----

const std::vector<std::pair<SampleFormat, std::string>> names = {
    {SampleFormat::float32, "Float32"}, {SampleFormat::int32, "Int32"},
    {SampleFormat::int24, "Int24"},     {SampleFormat::int16, "Int16"},
    {SampleFormat::int8, "Int8"},       {SampleFormat::uint8, "UInt8"}};

// PaUtil_SelectConverter(), by the name of the function that it returns.
std::string converter(const std::pair<SampleFormat, std::string>& from,
                      const std::pair<SampleFormat, std::string>& to, StreamFlags flags) {
  if (from.first == to.first) return "Copy";
  std::string name = from.second + "_To_" + to.second;
  const bool is_float = from.first == SampleFormat::float32;
  const bool narrows = to.first > from.first && from.first < SampleFormat::int8;
  if (narrows && !has(flags, StreamFlags::dither_off)) name += "_Dither";
  if (is_float && !has(flags, StreamFlags::clip_off)) {
    name += has(flags, StreamFlags::dither_off) ? "_Clip" : "Clip";
  }
  return name;
}

const std::set<std::string> broken = {
    // Empty.
    "Int32_To_Int24_Dither", "Int32_To_UInt8_Dither", "Int24_To_UInt8_Dither",
    "Int16_To_Int8_Dither", "Int16_To_UInt8_Dither",
    // Full scale wraps around.
    "Int32_To_Int16_Dither", "Int32_To_Int8_Dither", "Int24_To_Int16_Dither",
    "Int24_To_Int8_Dither", "Float32_To_Int32",
    // Undefined for negative samples.
    "Float32_To_UInt8"};

TEST(QuirksTest, NoFlagsLeadToABrokenConverter) {
  std::set<std::string> avoided;
  for (const HostApiType host_api : {HostApiType::alsa, HostApiType::jack, HostApiType::mme}) {
    for (unsigned long wanted = 0; wanted < 16; ++wanted) {
      for (const auto& user : names) {
        for (const auto& device : names) {
          if (host_api == HostApiType::jack && device.first != SampleFormat::float32) continue;
          for (const bool is_input : {true, false}) {
            StreamConfig config;
            config.flags = static_cast<StreamFlags>(wanted);
            auto& side = is_input ? config.input : config.output;
            side = StreamSide{};
            side->format = user.first;
            const StreamFlags flags = working_flags(config, quirks_of(host_api));
            const auto& from = is_input ? device : user;
            const auto& to = is_input ? user : device;
            const std::string used = converter(from, to, flags);
            EXPECT_EQ(broken.count(used), 0U) << used << " with flags " << wanted;
            const std::string otherwise = converter(from, to, config.flags);
            if (broken.count(otherwise) > 0) avoided.insert(otherwise);
          }
        }
      }
    }
  }
  EXPECT_EQ(avoided, broken);
}

TEST(QuirksTest, BothSidesOfAStreamCount) {
  StreamConfig config;
  config.input = config.output = StreamSide{};
  config.input->format = config.output->format = SampleFormat::float32;
  EXPECT_EQ(working_flags(config, quirks_of(HostApiType::alsa)), StreamFlags::none);
  config.input->format = SampleFormat::int16;
  EXPECT_EQ(working_flags(config, quirks_of(HostApiType::alsa)), StreamFlags::dither_off);
  config.input->format = SampleFormat::float32;
  config.output->format = SampleFormat::int16;
  EXPECT_EQ(working_flags(config, quirks_of(HostApiType::alsa)), StreamFlags::dither_off);
}

TEST(QuirksTest, OtherFlagsStayAsTheyAre) {
  struct Row {
    HostApiType host_api;
    SampleFormat format;
    StreamFlags wanted, expected;
  };
  constexpr auto none = StreamFlags::none;
  constexpr auto no_clip = StreamFlags::clip_off;
  constexpr auto no_dither = StreamFlags::dither_off;
  const Row rows[] = {
      // PyAudio's flag.
      {HostApiType::alsa, SampleFormat::float32, no_clip, no_clip},
      {HostApiType::alsa, SampleFormat::int32, no_clip, no_clip},
      {HostApiType::alsa, SampleFormat::int16, no_clip, no_clip | no_dither},
      {HostApiType::alsa, SampleFormat::int8, no_clip, no_clip | no_dither},
      {HostApiType::jack, SampleFormat::int16, no_clip, no_clip},
      {HostApiType::core_audio, SampleFormat::uint8, no_clip, no_clip},
      // The default, which dithers floats.
      {HostApiType::alsa, SampleFormat::float32, none, none},
      {HostApiType::jack, SampleFormat::int16, none, none},
      {HostApiType::jack, SampleFormat::uint8, no_clip | no_dither, no_dither},
  };
  for (const Row& row : rows) {
    StreamConfig config;
    config.input = StreamSide{};
    config.input->format = row.format;
    config.flags = row.wanted;
    EXPECT_EQ(working_flags(config, quirks_of(row.host_api)), row.expected)
        << "row " << &row - rows;
    config.flags = row.wanted | StreamFlags::never_drop_input | StreamFlags::prime_output;
    EXPECT_EQ(working_flags(config, quirks_of(row.host_api)),
              row.expected | StreamFlags::never_drop_input | StreamFlags::prime_output);
  }
}

PaStreamFlags opened_with = 0;

TEST(QuirksTest, OpensStreamsWithTheseFlags) {
  detail::Backend backend = detail::simulated_backend();
  backend.open_stream = [](PaStream** stream, const PaStreamParameters* input,
                           const PaStreamParameters* output, double rate, unsigned long frames,
                           PaStreamFlags flags, PaStreamCallback* callback, void* user) {
    opened_with = flags;
    return detail::simulated_backend().open_stream(stream, input, output, rate, frames, flags,
                                                   callback, user);
  };
  static const detail::Backend spy = backend;  // backends are never destroyed
  Simulation simulation;
  simulation.use();
  detail::choose_backend(&spy);
  {
    const Session session;
    StreamConfig config;
    config.input = StreamSide{};
    config.flags = StreamFlags::clip_off;
    const Stream blocking(session, config);
    EXPECT_EQ(opened_with, static_cast<PaStreamFlags>(paClipOff | paDitherOff));
    EXPECT_EQ(blocking.config().flags, StreamFlags::clip_off) << "what the program asked for";
    const Stream calling(session, config,
                         [](const CallbackContext&) { return CallbackResult::complete; });
    EXPECT_EQ(opened_with, static_cast<PaStreamFlags>(paClipOff | paDitherOff));
  }
  Simulation::stop_using();
}

// ---- PortAudio's WASAPI code calls a stream stopped as soon as its callback has ended it ----

TEST(QuirksTest, AStreamThatItsCallbackHasEndedStopsStartsAndClosesThoughPortAudioCallsItStopped) {
  detail::Backend backend = detail::simulated_backend();
  backend.is_stream_stopped = [](PaStream* stream) -> PaError {
    return detail::simulated_backend().is_stream_active(stream) == 0 ? 1 : 0;
  };
  backend.stop_stream = [](PaStream* stream) -> PaError {
    const bool has_ended = detail::simulated_backend().is_stream_active(stream) == 0;
    const PaError result = detail::simulated_backend().stop_stream(stream);
    return has_ended ? static_cast<PaError>(paStreamIsStopped) : result;
  };
  static const detail::Backend wasapi = backend;
  Simulation simulation;
  simulation.use();
  detail::choose_backend(&wasapi);
  {
    const Session session;
    StreamConfig config;
    config.output = StreamSide{};
    config.callback_buffer = 256;  // has a thread of its own, which must not be left behind
    int calls = 0;
    Stream stream(session, config, [&](const CallbackContext&) {
      ++calls;
      return CallbackResult::complete;
    });
    for (int run = 1; run <= 2; ++run) {
      stream.start();
      while (stream.is_active()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      EXPECT_EQ(calls, run);
      EXPECT_TRUE(stream.is_stopped());
      EXPECT_NO_THROW(stream.stop());
      EXPECT_THROW(stream.stop(), Error) << "twice";
    }
    stream.start();
    while (stream.is_active()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    EXPECT_NO_THROW(stream.close());
  }
  Simulation::stop_using();
}

TEST(QuirksTest, OnlyWindowsHasSoundBeyondTheQueue) {
  for (const HostApiType type :
       {HostApiType::mme, HostApiType::direct_sound, HostApiType::wasapi}) {
    EXPECT_GT(quirks_of(type).beyond_queue, Seconds(0));
  }
  for (const HostApiType type : {HostApiType::alsa, HostApiType::jack, HostApiType::core_audio}) {
    EXPECT_EQ(quirks_of(type).beyond_queue, Seconds(0));
  }
}

}  // namespace
}  // namespace audiopp
