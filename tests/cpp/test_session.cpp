// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "audiopp/session.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "audiopp/error.hpp"
#include "audiopp/simulation.hpp"
#include "audiopp/stream.hpp"
#include "code_of.hpp"

#ifdef __linux__
#include <dlfcn.h>
#endif

namespace audiopp {
namespace {

static_assert(std::is_copy_constructible_v<Session> &&
              std::is_nothrow_move_constructible_v<Session>);

std::vector<SimulatedHostApi> two_host_apis() {
  SimulatedDevice microphone;
  microphone.name = "Mikrofon \xe4";  // Latin-1, not UTF-8
  microphone.max_output_channels = 0;
  SimulatedDevice speaker;
  speaker.name = "Speaker";
  speaker.max_input_channels = 0;
  SimulatedHostApi alsa;
  alsa.type = HostApiType::alsa;
  alsa.name = "ALSA";
  alsa.devices = {microphone, speaker};
  alsa.default_output = 1;
  SimulatedHostApi jack;
  jack.type = HostApiType::jack;
  jack.name = "JACK";
  jack.devices = {SimulatedDevice{}};
  return {alsa, jack};
}

TEST(Session, ListsHostApisAndDevices) {
  Simulation simulation(two_host_apis());
  const Session session(simulation);
  ASSERT_EQ(session.host_apis().size(), 2U);
  EXPECT_EQ(session.host_api(HostApiType::jack).index, 1);
  EXPECT_EQ(session.host_api(1).name, "JACK");
  EXPECT_EQ(session.default_host_api().index, 0);
  ASSERT_EQ(session.devices().size(), 3U);
  EXPECT_EQ(session.device(0).name, "Mikrofon \xe4");
  EXPECT_EQ(session.device(session.host_api(1), 0).index, 2);
  EXPECT_EQ(session.default_input_device()->index, 0);
  EXPECT_EQ(session.default_output_device()->name, "Speaker");
}

TEST(Session, SaysWhatIsNotThere) {
  Simulation simulation(two_host_apis());
  const Session session(simulation);
  EXPECT_EQ(code_of([&] { session.device(3); }), Errc::invalid_device);
  EXPECT_EQ(code_of([&] { session.device(-1); }), Errc::invalid_device);
  EXPECT_EQ(code_of([&] { session.host_api(2); }), Errc::invalid_host_api);
  EXPECT_EQ(code_of([&] { session.host_api(HostApiType::asio); }), Errc::host_api_not_found);
  EXPECT_EQ(code_of([&] { session.device(session.host_api(0), 9); }), Errc::invalid_device);
  try {
    session.host_api(HostApiType::asio);
  } catch (const Error& error) {
    EXPECT_EQ(error.detail(),
              "PortAudio has no ASIO here, only ALSA, JACK; ASIO needs a PortAudio that was built "
              "with Steinberg's SDK");
  }
}

// A number too large for PortAudio's enumeration in an old header.
TEST(Session, KnowsHostApisThatAreNewerThanPortAudiosHeader) {
  SimulatedHostApi pulse;
  pulse.type = HostApiType::pulse_audio;
  Simulation simulation({SimulatedHostApi{}, pulse});
  const Session session(simulation);
  EXPECT_EQ(session.host_api(1).type, HostApiType::pulse_audio);
  EXPECT_EQ(session.host_api(HostApiType::pulse_audio).index, 1);
  EXPECT_EQ(code_of([&] { session.host_api(HostApiType::sndio); }), Errc::host_api_not_found);
  EXPECT_EQ(code_of([&] { session.host_api(static_cast<HostApiType>(-1)); }),
            Errc::host_api_not_found);

  StreamConfig config;
  config.output = StreamSide{};
  config.output->device = session.device(1);
  Stream stream(session, config);
  stream.start();
  simulation.unplug(1);
  const std::int16_t frame[2] = {};
  try {
    stream.write(frame, 1);
    FAIL() << "the device is lost";
  } catch (const Error& error) {
    EXPECT_EQ(error.host_error()->host_api, static_cast<int>(HostApiType::pulse_audio));
  }
}

TEST(Session, HasNoDefaultDeviceWhereThereIsNone) {
  SimulatedHostApi empty;
  empty.devices.clear();
  empty.default_input = empty.default_output = -1;
  Simulation simulation({empty});
  const Session session(simulation);
  EXPECT_FALSE(session.default_input_device());
  EXPECT_FALSE(session.default_output_device());
  StreamConfig config;
  config.output = StreamSide{};
  EXPECT_EQ(code_of([&] { Stream(session, config); }), Errc::invalid_device);
}

TEST(Session, AsksWhetherAStreamCouldBeOpened) {
  Simulation simulation(two_host_apis());
  const Session session(simulation);
  StreamConfig config;
  config.output = StreamSide{};
  EXPECT_TRUE(session.is_supported(config));
  config.output->channels = 99;
  std::error_code error;
  EXPECT_FALSE(session.is_supported(config, error));
  EXPECT_EQ(error, Errc::invalid_channel_count);
  EXPECT_EQ(code_of([&] { session.check_supported(config); }), Errc::invalid_channel_count);
  EXPECT_THROW(session.check_supported(StreamConfig{}), std::invalid_argument);
}

// Other runtimes have their own __cxa_throw, or declare it differently.
#if defined(__linux__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define AUDIOPP_COUNT_THROWS

std::atomic<int> throws{0};

TEST(Session, AnswersWithoutAThrowWhatPortAudioRefuses) {
  SimulatedHostApi outputs_only;
  outputs_only.devices[0].max_input_channels = 0;
  Simulation simulation({outputs_only});
  std::optional<Device> stale;
  {
    const Session earlier(simulation);
    stale = earlier.device(0);
  }
  const Session session(simulation);
  StreamConfig no_default;
  no_default.input = StreamSide{};
  StreamConfig outdated;
  outdated.output = StreamSide{};
  outdated.output->device = stale;
  StreamConfig unsupported;
  unsupported.output = StreamSide{};
  unsupported.output->channels = 99;

  const int before = throws;
  std::error_code error;
  EXPECT_FALSE(session.is_supported(no_default, error));
  EXPECT_EQ(error, Errc::invalid_device);
  EXPECT_FALSE(session.is_supported(outdated, error));
  EXPECT_EQ(error, Errc::invalid_device);
  EXPECT_FALSE(session.is_supported(unsupported, error));
  EXPECT_EQ(error, Errc::invalid_channel_count);
  EXPECT_FALSE(session.is_supported(unsupported));
  EXPECT_EQ(throws, before);

  // The count can tell.
  EXPECT_EQ(code_of([&] { session.check_supported(outdated); }), Errc::invalid_device);
  EXPECT_EQ(throws, before + 1);
}

#endif

TEST(Session, ADeviceOfAnEarlierStartIsRefusedButReadable) {
  Simulation simulation(two_host_apis());
  std::optional<Device> stale;
  {
    const Session session(simulation);
    stale = session.device(1);
  }
  const Session session(simulation);
  StreamConfig config;
  config.output = StreamSide{};
  config.output->device = stale;
  EXPECT_EQ(code_of([&] { Stream(session, config); }), Errc::invalid_device);
  EXPECT_EQ(stale->name, "Speaker");
  config.output->device = Device{};  // from no list
  EXPECT_EQ(code_of([&] { Stream(session, config); }), Errc::invalid_device);
  config.output->device = session.device(1);
  EXPECT_TRUE(Stream(session, config).is_open());
}

TEST(Session, SharesOneStartAndLastsAsLongAsItsStreams) {
  Simulation simulation(two_host_apis());
  std::optional<Session> first(Session{simulation});
  const std::optional<Session> second = first;
  const Device device = second->device(1);
  StreamConfig config;
  config.output = StreamSide{};
  config.output->device = device;
  Stream stream(*first, config);
  first.reset();
  EXPECT_TRUE(stream.is_open());
  stream.start();
  EXPECT_TRUE(stream.is_active());
}

TEST(Session, StartsAndEndsFromManyThreads) {
  Simulation simulation;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        const Session session(simulation);
        EXPECT_EQ(session.device_count(), 1);
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

// The call fails once: the next one of the same kind would find the device.
TEST(Session, TellsOfADeviceThatCannotBeAskedForOnce) {
  StreamConfig input, output, both;
  input.input = both.input = StreamSide{};
  output.output = both.output = StreamSide{};
  for (const StreamConfig* config : {&input, &output, &both}) {
    for (const char* call :
         {"Pa_GetDeviceInfo", "Pa_GetDefaultInputDevice", "Pa_GetDefaultOutputDevice"}) {
      const bool is_asked =
          config == &both ||
          std::string(call).find(config == &input ? "Output" : "Input") == std::string::npos;
      Simulation simulation;
      const Session session(simulation);
      simulation.inject({call, Errc::internal_error});
      const Errc expected = is_asked ? Errc::invalid_device : Errc::no_error;
      EXPECT_EQ(code_of([&] { Stream(session, *config); }), expected) << call;
      EXPECT_EQ(code_of([&] { Stream(session, *config); }), Errc::no_error) << call;
    }
  }
}

}  // namespace
}  // namespace audiopp

#ifdef AUDIOPP_COUNT_THROWS

// Overrides the runtime's function, and calls it.
extern "C" void __cxa_throw(void* object, void* type, void (*destroy)(void*)) {
  using Throw = void (*)(void*, void*, void (*)(void*));
  static const auto next = reinterpret_cast<Throw>(dlsym(RTLD_NEXT, "__cxa_throw"));
  ++audiopp::throws;
  next(object, type, destroy);
  std::abort();  // never
}

#endif
