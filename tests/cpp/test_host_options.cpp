// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT

// Options of host APIs: what PortAudio is given, what is refused and with which words, and that
// is_supported() says the same as opening. On the simulation, which has Windows' host APIs on every
// system.
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "audiopp/audiopp.hpp"
#include "code_of.hpp"
#include "detail/windows_options.hpp"

namespace audiopp {
namespace {

using OptionsPointer = std::shared_ptr<const HostOptions>;

template <class Options, class Settings, class Change>
OptionsPointer make(const Change& change) {
  Settings settings;
  change(settings);
  return std::make_shared<Options>(std::move(settings));
}

template <class Change>
OptionsPointer wasapi(const Change& change) {
  return make<WasapiOptions, WasapiSettings>(change);
}
template <class Change>
OptionsPointer direct_sound(const Change& change) {
  return make<DirectSoundOptions, DirectSoundSettings>(change);
}
template <class Change>
OptionsPointer mme(const Change& change) {
  return make<MmeOptions, MmeSettings>(change);
}
template <class Change>
OptionsPointer wdm_ks(const Change& change) {
  return make<WdmKsOptions, WdmKsSettings>(change);
}

OptionsPointer auto_convert() {
  return wasapi([](auto& it) { it.auto_convert = true; });
}

/// A Windows machine: each host API with two devices, WASAPI's at 48,000 Hz only.
std::vector<SimulatedHostApi> windows() {
  std::vector<SimulatedHostApi> all;
  for (const HostApiType type :
       {HostApiType::mme, HostApiType::direct_sound, HostApiType::wasapi, HostApiType::wdm_ks}) {
    SimulatedHostApi host_api;
    host_api.type = type;
    host_api.name = name_of(type);
    host_api.devices.assign(2, SimulatedDevice{});
    for (std::size_t i = 0; i < 2; ++i) {
      host_api.devices[i].name = host_api.name + " " + std::to_string(i);
      if (type == HostApiType::wasapi) host_api.devices[i].sample_rates = {48000};
    }
    all.push_back(host_api);
  }
  return all;
}

StreamConfig output_on(const std::optional<Device>& device, OptionsPointer options) {
  StreamConfig config;
  config.output = StreamSide{};
  config.output->device = device;
  config.output->host_options = std::move(options);
  return config;
}

std::string what_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

/// That both questions agree with opening, which gives `expected`.
void expect_all(const Session& session, const StreamConfig& config, Errc expected,
                const std::string& name) {
  EXPECT_EQ(code_of([&] { Stream(session, config); }), expected) << name;
  EXPECT_EQ(code_of([&] { session.check_supported(config); }), expected) << name;
  std::error_code asked;
  EXPECT_EQ(session.is_supported(config, asked), expected == Errc::no_error) << name;
  EXPECT_EQ(asked.value(), static_cast<int>(expected)) << name;
}

class HostOptionsTest : public testing::Test {
 protected:
  Device device_of(HostApiType type, int number = 0) const {
    return session_.device(session_.host_api(type), number);
  }

  Simulation simulation_{windows(), SimulatedClock::free_running};
  Session session_{simulation_};
};

constexpr auto no_speaker = static_cast<ChannelMask>(0x40000);
constexpr auto refused = Errc::incompatible_host_api_specific_stream_info;

TEST(HostOptions, EveryOptionReachesPortAudiosStructure) {
  const OptionsPointer plain = wasapi([](auto&) {});
  auto* info = static_cast<const detail::WasapiInfo*>(plain->stream_info());
  EXPECT_EQ(info->header.size, sizeof *info);
  EXPECT_EQ(info->header.host_api, HostApiType::wasapi);
  EXPECT_EQ(info->header.version, 1UL);
  EXPECT_EQ(info->flags, 0UL);
  const OptionsPointer full = wasapi([](auto& it) {
    it.exclusive = it.explicit_format = it.polling = true;
    it.channel_mask = ChannelMask::surround_5_1;
    it.thread_priority = WasapiThreadPriority::games;
    it.category = WasapiStreamCategory::media;
    it.option = WasapiStreamOption::raw;
  });
  info = static_cast<const detail::WasapiInfo*>(full->stream_info());
  EXPECT_EQ(info->flags, 0x1UL | 0x4 | 0x8 | 0x10 | 0x20);
  EXPECT_EQ(info->channel_mask, 0x60FUL);
  EXPECT_EQ(info->thread_priority, 4);
  EXPECT_EQ(info->category, 11);
  EXPECT_EQ(info->option, 1);
  const OptionsPointer converting = auto_convert();
  EXPECT_EQ(static_cast<const detail::WasapiInfo*>(converting->stream_info())->flags, 0x40UL);

  const OptionsPointer sound = direct_sound([](auto& it) {
    it.frames_per_buffer = 960;
    it.channel_mask = ChannelMask::direct_out;
  });
  const auto* ds = static_cast<const detail::DirectSoundInfo*>(sound->stream_info());
  EXPECT_EQ(ds->header.version, 2UL);
  EXPECT_EQ(ds->flags, 0x5UL);
  EXPECT_EQ(ds->frames_per_buffer, 960UL);

  const OptionsPointer wave = mme([](auto& it) {
    it.devices = {{Device(), 2}, {Device(), 4}};
    it.devices[1].device.index = 7;
    it.frames_per_buffer = 480;
    it.buffer_count = 3;
    it.no_throttling = true;
    it.passthrough = MmePassthrough::wma;
  });
  const auto* mme_info = static_cast<const detail::MmeInfo*>(wave->stream_info());
  EXPECT_EQ(mme_info->flags, 0x1UL | 0x2 | 0x8 | 0x20);
  EXPECT_EQ(mme_info->buffer_count, 3UL);
  ASSERT_EQ(mme_info->device_count, 2UL);
  EXPECT_EQ(mme_info->devices[1].device, 7);
  EXPECT_EQ(mme_info->devices[1].channels, 4);

  const OptionsPointer kernel = wdm_ks([](auto& it) {
    it.packets = 8;
    it.override_frame_size = true;
    it.channel_mask = ChannelMask::stereo;
  });
  const auto* ks = static_cast<const detail::WdmKsInfo*>(kernel->stream_info());
  EXPECT_EQ(ks->flags, 0x3UL);
  EXPECT_EQ(ks->packets, 8U);
  EXPECT_EQ(ks->channel_mask, 0x3U);
}

TEST(HostOptions, AreDescribedEverywhere) {
  EXPECT_EQ(WasapiOptions().description(), "WasapiOptions()");
  const OptionsPointer options = wasapi([](auto& it) {
    it.exclusive = true;
    it.channel_mask = ChannelMask::stereo;
    it.thread_priority = WasapiThreadPriority::pro_audio;
    it.category = WasapiStreamCategory::speech;
    it.option = WasapiStreamOption::match_format;
  });
  EXPECT_EQ(options->description(),
            "WasapiOptions(exclusive, channel_mask=0x3, thread_priority=pro_audio, "
            "category=speech, option=match_format)");
  EXPECT_EQ(direct_sound([](auto& it) { it.frames_per_buffer = 512; })->description(),
            "DirectSoundOptions(frames_per_buffer=512)");
  EXPECT_EQ(mme([](auto& it) {
              it.devices = {{Device(), 2}, {Device(), 1}};
              it.devices[0].device.index = 3;
              it.passthrough = MmePassthrough::dolby_ac3;
            })->description(),
            "MmeOptions(devices=2 of device 3 + 1 of device -1, passthrough=dolby_ac3)");
  EXPECT_EQ(wdm_ks([](auto& it) { it.packets = 4; })->description(), "WdmKsOptions(packets=4)");
  EXPECT_EQ(MacCoreOptions(MacCoreOptions::pro).description(), "MacCoreOptions(flags=1)");
}

TEST(HostOptions, SettingsThatContradictEachOtherAreRefused) {
  const std::vector<std::pair<std::string, std::function<void()>>> wrong = {
      {"both modes", [] { wasapi([](auto& it) { it.exclusive = it.auto_convert = true; }); }},
      {"mask", [] { wasapi([](auto& it) { it.channel_mask = no_speaker; }); }},
      {"priority",
       [] { wasapi([](auto& it) { it.thread_priority = static_cast<WasapiThreadPriority>(8); }); }},
      {"priority",
       [] {
         wasapi([](auto& it) { it.thread_priority = static_cast<WasapiThreadPriority>(-1); });
       }},
      {"category",
       [] { wasapi([](auto& it) { it.category = static_cast<WasapiStreamCategory>(2); }); }},
      {"category",
       [] { wasapi([](auto& it) { it.category = static_cast<WasapiStreamCategory>(12); }); }},
      {"option", [] { wasapi([](auto& it) { it.option = static_cast<WasapiStreamOption>(3); }); }},
      {"frames", [] { direct_sound([](auto& it) { it.frames_per_buffer = (1UL << 24) + 1; }); }},
      {"mask", [] { direct_sound([](auto& it) { it.channel_mask = no_speaker; }); }},
      {"frames alone", [] { mme([](auto& it) { it.frames_per_buffer = 64; }); }},
      {"count alone", [] { mme([](auto& it) { it.buffer_count = 2; }); }},
      {"one buffer", [] { mme([](auto& it) { it.frames_per_buffer = it.buffer_count = 1; }); }},
      {"buffers", [] { mme([](auto& it) { it.frames_per_buffer = it.buffer_count = 1025; }); }},
      {"no channels", [] { mme([](auto& it) { it.devices = {{Device(), 0}}; }); }},
      {"65 devices", [] { mme([](auto& it) { it.devices.resize(65); }); }},
      {"mask for two",
       [] {
         mme([](auto& it) {
           it.devices.resize(2);
           it.channel_mask = ChannelMask::quad;
         });
       }},
      {"passthrough",
       [] { mme([](auto& it) { it.passthrough = static_cast<MmePassthrough>(3); }); }},
      {"1 packet", [] { wdm_ks([](auto& it) { it.packets = 1; }); }},
      {"9 packets", [] { wdm_ks([](auto& it) { it.packets = 9; }); }},
      {"mask", [] { wdm_ks([](auto& it) { it.channel_mask = no_speaker; }); }},
  };
  for (const auto& [name, call] : wrong) EXPECT_THROW(call(), std::invalid_argument) << name;
}

TEST_F(HostOptionsTest, OnlyTheirOwnHostApiTakesThem) {
  const std::vector<OptionsPointer> all = {
      std::make_shared<WasapiOptions>(), std::make_shared<DirectSoundOptions>(),
      std::make_shared<MmeOptions>(), std::make_shared<WdmKsOptions>(),
      std::make_shared<MacCoreOptions>()};
  for (const OptionsPointer& options : all) {
    for (const HostApi& host_api : session_.host_apis()) {
      for (const bool is_input : {true, false}) {
        StreamConfig config = output_on(session_.device(host_api, 1), options);
        if (is_input) std::swap(config.input, config.output);
        const std::string name = options->description() + " on " + host_api.name;
        const bool fits = host_api.type == options->host_api();
        expect_all(session_, config, fits ? Errc::no_error : refused, name);
        if (fits) continue;
        const std::string what = what_of([&] { Stream(session_, config); });
        EXPECT_NE(what.find(is_input ? "input.host_options" : "output.host_options"),
                  std::string::npos)
            << what;
        EXPECT_NE(what.find(options->description()), std::string::npos) << what;
        EXPECT_NE(what.find(name_of(options->host_api())), std::string::npos) << what;
        EXPECT_NE(what.find("(" + host_api.name + ")"), std::string::npos) << what;
      }
    }
  }
}

TEST(HostOptions, ASystemWithoutTheirHostApiSaysWhatItHas) {
  SimulatedHostApi alsa;
  alsa.type = HostApiType::alsa;
  alsa.name = "ALSA";
  Simulation simulation({alsa}, SimulatedClock::free_running);
  const Session session(simulation);
  for (const bool has_device : {true, false}) {
    const auto device = has_device ? std::optional(session.device(0)) : std::nullopt;
    const StreamConfig config = output_on(device, std::make_shared<WasapiOptions>());
    expect_all(session, config, refused, "WASAPI on ALSA");
    EXPECT_EQ(
        what_of([&] { Stream(session, config); }),
        "Pa_OpenStream (output.host_options: WasapiOptions() is for Windows WASAPI, but device "
        "0 \"Simulated device\" (ALSA) is not one of its devices; PortAudio has no Windows "
        "WASAPI here, only ALSA): Incompatible host API specific stream info");
  }
  EXPECT_EQ(what_of([&] { static_cast<void>(session.host_api(HostApiType::asio)); }),
            "Pa_HostApiTypeIdToHostApiIndex (PortAudio has no ASIO here, only ALSA; ASIO needs a "
            "PortAudio that was built with Steinberg's SDK): Host API not found");
}

TEST_F(HostOptionsTest, WithoutADeviceAStreamHasTheDefaultOneOfTheirHostApi) {
  simulation_.clear_output(4);
  Stream stream(session_, output_on(std::nullopt, std::make_shared<WasapiOptions>()));
  stream.start();
  const std::vector<std::int16_t> sound(200, 5);
  stream.write(interleaved(sound, 2));
  stream.stop();
  EXPECT_EQ(device_of(HostApiType::wasapi).index, 4);
  EXPECT_GE(simulation_.output_frames(4), 100U);
  EXPECT_EQ(simulation_.output_frames(0), 0U);
}

TEST(HostOptions, WithoutADefaultDeviceOfTheirHostApiThereIsNone) {
  auto host_apis = windows();
  host_apis[2].default_output = -1;
  Simulation simulation(host_apis, SimulatedClock::free_running);
  const Session session(simulation);
  expect_all(session, output_on(std::nullopt, std::make_shared<WasapiOptions>()),
             Errc::invalid_device, "no default");
}

// ---- WASAPI ----

TEST_F(HostOptionsTest, OnlyAConversionOpensAnotherRateOnWasapi) {
  const Device device = device_of(HostApiType::wasapi);
  const OptionsPointer exclusive = wasapi([](auto& it) { it.exclusive = true; });
  for (const bool is_input : {true, false}) {
    const auto open = [&](const OptionsPointer& options) {
      StreamConfig config = output_on(device, options);
      config.output->channels = 1;
      config.sample_rate = 16000;
      if (is_input) std::swap(config.input, config.output);
      return config;
    };
    expect_all(session_, open(auto_convert()), Errc::no_error, "auto_convert");
    for (const OptionsPointer& options :
         {OptionsPointer(), OptionsPointer(std::make_shared<WasapiOptions>()), exclusive}) {
      expect_all(session_, open(options), Errc::invalid_sample_rate, "no conversion");
      for (const auto& call :
           std::vector<std::function<void()>>{[&] { Stream(session_, open(options)); },
                                              [&] { session_.check_supported(open(options)); }}) {
        EXPECT_NE(what_of(call).find("with WasapiOptions(auto_convert) the stream opens"),
                  std::string::npos)
            << what_of(call);
      }
    }
  }
  StreamConfig config = output_on(device_of(HostApiType::mme), nullptr);
  config.sample_rate = 500;
  EXPECT_EQ(what_of([&] { Stream(session_, config); }).find("auto_convert"), std::string::npos);
  config = output_on(device, nullptr);
  config.output->channels = 3;  // no conversion helps
  EXPECT_EQ(what_of([&] { Stream(session_, config); }).find("auto_convert"), std::string::npos);
}

// PortAudio's code for WASAPI keeps AUDCLNT_E_DEVICE_IN_USE behind paInvalidDevice.
TEST_F(HostOptionsTest, WasapisErrorsSayWhatWindowsSaid) {
  const auto host_error_of = [this](HostApiType type, Errc code) -> std::optional<HostError> {
    Fault fault{"Pa_OpenStream"};
    fault.host_text = "AUDCLNT_E_DEVICE_IN_USE";
    fault.host_code = -2004287478;
    simulation_.inject(fault);
    EXPECT_EQ(code_of([&] { Stream(session_, output_on(device_of(type), nullptr)); }),
              Errc::unanticipated_host_error);
    fault.error = code;
    simulation_.inject(fault);
    try {
      Stream(session_, output_on(device_of(type), nullptr));
    } catch (const Error& error) {
      EXPECT_EQ(error.errc(), code);
      return error.host_error();
    }
    return std::nullopt;
  };
  for (const Errc code : {Errc::invalid_device, Errc::insufficient_memory}) {
    const auto hidden = host_error_of(HostApiType::wasapi, code);
    ASSERT_TRUE(hidden);
    EXPECT_EQ(hidden->text, "AUDCLNT_E_DEVICE_IN_USE");
    EXPECT_FALSE(host_error_of(HostApiType::mme, code));
  }
  EXPECT_FALSE(host_error_of(HostApiType::wasapi, Errc::buffer_too_big));
}

// ---- one direction beside the other ----

TEST_F(HostOptionsTest, WhatTheTwoDirectionsMustAgreeOnIsCheckedBeforeOpening) {
  struct Case {
    std::string name;
    HostApiType host_api;
    OptionsPointer input, output;
    bool opens;
  };
  const auto polling = [](bool on) { return wasapi([=](auto& it) { it.polling = on; }); };
  const auto sound = [](unsigned long frames) {
    return direct_sound([=](auto& it) { it.frames_per_buffer = frames; });
  };
  const auto wave = [](unsigned long frames) {
    return mme([=](auto& it) {
      it.frames_per_buffer = frames;
      it.buffer_count = frames > 0 ? 4 : 0;
    });
  };
  const std::vector<Case> cases = {
      {"polling in both", HostApiType::wasapi, polling(true), polling(true), true},
      {"polling in one", HostApiType::wasapi, polling(true), polling(false), false},
      {"polling, nothing", HostApiType::wasapi, polling(true), nullptr, true},
      {"same buffers", HostApiType::direct_sound, sound(512), sound(512), true},
      {"other buffers", HostApiType::direct_sound, sound(512), sound(1024), false},
      {"one buffer", HostApiType::direct_sound, sound(512), sound(0), true},
      {"multiple", HostApiType::mme, wave(256), wave(1024), true},
      {"no multiple", HostApiType::mme, wave(300), wave(1024), false},
      {"one size", HostApiType::mme, wave(300), wave(0), true},
      {"mask of an input", HostApiType::wdm_ks,
       wdm_ks([](auto& it) { it.channel_mask = ChannelMask::stereo; }), nullptr, false},
      {"mask of an output", HostApiType::wdm_ks, nullptr,
       wdm_ks([](auto& it) { it.channel_mask = ChannelMask::stereo; }), true},
      {"packets", HostApiType::wdm_ks, wdm_ks([](auto& it) { it.packets = 4; }),
       wdm_ks([](auto& it) { it.packets = 8; }), true},
  };
  for (const Case& it : cases) {
    StreamConfig config = output_on(device_of(it.host_api), it.output);
    config.input = StreamSide{};
    config.input->device = device_of(it.host_api);
    config.input->host_options = it.input;
    expect_all(session_, config, it.opens ? Errc::no_error : refused, it.name);
  }
}

// ---- MME ----

class MmeDevicesTest : public HostOptionsTest {
 protected:
  StreamConfig config_of(std::vector<MmeDevice> devices, int channels) const {
    StreamConfig config =
        output_on(std::nullopt, mme([&](auto& it) { it.devices = std::move(devices); }));
    config.output->channels = channels;
    return config;
  }

  const Device first_ = device_of(HostApiType::mme, 0);
  const Device second_ = device_of(HostApiType::mme, 1);
};

TEST_F(MmeDevicesTest, EachOfSeveralDevicesPlaysItsChannels) {
  StreamConfig config = config_of({{first_, 2}, {second_, 1}}, 3);
  expect_all(session_, config, Errc::no_error, "two devices");
  std::vector<std::int16_t> sound(3 * 1000);
  std::iota(sound.begin(), sound.end(), std::int16_t{1});
  {
    Stream stream(session_, config);
    EXPECT_FALSE(stream.config().output->device);
    stream.start();
    stream.write(interleaved(sound, 3));
    stream.stop();
  }
  for (const int device : {0, 1}) {
    const auto bytes = simulation_.output(device, SampleFormat::int16);
    const auto* samples = reinterpret_cast<const std::int16_t*>(bytes.data());
    ASSERT_GE(bytes.size(), 1000 * 2 * sizeof *samples);
    for (std::size_t frame = 0; frame < 1000; ++frame) {
      ASSERT_EQ(samples[2 * frame], sound[3 * frame + (device == 0 ? 0 : 2)]);
      ASSERT_EQ(samples[2 * frame + 1], device == 0 ? sound[3 * frame + 1] : 0);
    }
  }
}

TEST_F(MmeDevicesTest, EachOfSeveralDevicesRecordsItsChannels) {
  StreamConfig config = config_of({{second_, 1}, {first_, 2}}, 3);
  std::swap(config.input, config.output);
  std::vector<std::int16_t> fed(2 * 500);
  std::iota(fed.begin(), fed.end(), std::int16_t{1});
  simulation_.feed_input(0, fed.data(), 500, 2, SampleFormat::int16);
  simulation_.feed_input(1, fed.data(), 500, 2, SampleFormat::int16);
  Stream stream(session_, config);
  stream.start();
  std::vector<std::int16_t> heard(3 * 500);
  stream.read(interleaved(heard, 3));
  for (std::size_t frame = 0; frame < 500; ++frame) {
    ASSERT_EQ(heard[3 * frame], fed[2 * frame]);
    ASSERT_EQ(heard[3 * frame + 1], fed[2 * frame]);
    ASSERT_EQ(heard[3 * frame + 2], fed[2 * frame + 1]);
  }
}

TEST_F(MmeDevicesTest, WrongDevicesAreRefused) {
  const Device other = device_of(HostApiType::wasapi);
  expect_all(session_, config_of({{first_, 2}, {second_, 2}}, 3), refused, "channels");
  expect_all(session_, config_of({{first_, 2}, {other, 2}}, 4), refused, "WASAPI's device");
  expect_all(session_, config_of({{first_, 3}, {second_, 1}}, 4), Errc::invalid_channel_count,
             "more than it has");
  StreamConfig config = config_of({{first_, 2}}, 2);
  config.output->device = first_;
  expect_all(session_, config, refused, "both a device and devices");
  const std::string what =
      what_of([&] { Stream(session_, config_of({{first_, 2}, {other, 2}}, 4)); });
  EXPECT_NE(what.find("MmeOptions(devices=2 of device 0 + 2 of device 4) is for MME, but device 4 "
                      "\"Windows WASAPI 0\" (Windows WASAPI) is not one of its devices"),
            std::string::npos)
      << what;

  Device outdated;
  outdated.index = 0;
  outdated.name = "a device of yesterday";
  expect_all(session_, config_of({{outdated, 2}}, 2), Errc::invalid_device, "outdated");
  EXPECT_NE(what_of([&] {
              Stream(session_, config_of({{outdated, 2}}, 2));
            }).find("\"a device of yesterday\" is from an earlier device list"),
            std::string::npos);
}

TEST_F(MmeDevicesTest, OneLostDeviceIsTheLossOfTheStream) {
  const auto silence = [](const CallbackContext&) { return CallbackResult::continue_; };
  Stream stream(session_, config_of({{first_, 2}, {second_, 2}}, 4), silence);
  stream.start();
  simulation_.unplug(1);
  while (stream.is_active()) std::this_thread::yield();
  EXPECT_TRUE(stream.is_device_lost());
  stream.close();
  expect_all(session_, config_of({{first_, 2}, {second_, 2}}, 4), Errc::device_unavailable,
             "unplugged");
}

TEST_F(HostOptionsTest, AStreamKeepsItsOptions) {
  std::weak_ptr<const HostOptions> watched;
  {
    OptionsPointer options = auto_convert();
    watched = options;
    StreamConfig config = output_on(std::nullopt, std::move(options));
    const Stream stream(session_, config);
    config = {};
    EXPECT_FALSE(watched.expired());
  }
  EXPECT_TRUE(watched.expired());
}

}  // namespace
}  // namespace audiopp
