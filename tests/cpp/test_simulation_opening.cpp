// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include <cmath>
#include <functional>

#include "simulated_card_test.hpp"

// What Pa_OpenStream() and Pa_IsFormatSupported() say on a simulation.

namespace audiopp {
namespace {

class Opening : public SimulatedCardTest {
 protected:
  void SetUp() override {
    SimulatedHostApi alsa;
    alsa.type = HostApiType::alsa;
    alsa.devices[0].sample_rates = {44100, 48000};
    SimulatedHostApi jack;
    jack.type = HostApiType::jack;
    jack.devices[0].name = "microphone";
    jack.devices[0].max_output_channels = 0;
    start(SimulatedClock::free_running, {alsa, jack});
  }

  // The result of opening a stream; Pa_IsFormatSupported() must agree where it knows the arguments.
  PaError opened(const PaStreamParameters* input, const PaStreamParameters* output,
                 double rate = 48000, unsigned long frames = 0, PaStreamFlags flags = paNoFlag,
                 PaStreamCallback* callback = nullptr) {
    PaStream* stream = nullptr;
    const PaError result =
        pa.open_stream(&stream, input, output, rate, frames, flags, callback, nullptr);
    if (flags == paNoFlag && frames == 0) {
      EXPECT_EQ(pa.is_format_supported(input, output, rate), result);
    }
    if (result == paNoError) pa.close_stream(stream);
    return result;
  }

  PaError opened_with(const std::function<void(PaStreamParameters&)>& change) {
    auto changed = side();
    change(changed);
    const PaError result = opened(nullptr, &changed);
    EXPECT_EQ(opened(&changed, nullptr), result);
    return result;
  }

  const PaStreamParameters both = side();
};

TEST_F(Opening, ChecksItsArgumentsAsPortAudioDoes) {
  EXPECT_EQ(opened(&both, &both), paNoError);
  EXPECT_EQ(pa.open_stream(nullptr, &both, nullptr, 48000, 0, 0, nullptr, nullptr), paBadStreamPtr);
  EXPECT_EQ(opened(nullptr, nullptr), paInvalidDevice);
  EXPECT_EQ(opened_with([](auto& p) { p.device = 2; }), paInvalidDevice);
  EXPECT_EQ(opened_with([](auto& p) { p.device = paNoDevice; }), paInvalidDevice);
  EXPECT_EQ(opened_with([](auto& p) { p.device = paUseHostApiSpecificDeviceSpecification; }),
            paInvalidDevice);
  EXPECT_EQ(opened_with([](auto& p) { p.channelCount = 0; }), paInvalidChannelCount);
  EXPECT_EQ(opened_with([](auto& p) { p.channelCount = 3; }), paInvalidChannelCount);
  EXPECT_EQ(opened_with([](auto& p) { p.sampleFormat = 0; }), paSampleFormatNotSupported);
  EXPECT_EQ(opened_with([](auto& p) { p.sampleFormat = paInt16 | paInt8; }),
            paSampleFormatNotSupported);
  EXPECT_EQ(opened_with([](auto& p) { p.sampleFormat = paCustomFormat; }),
            paSampleFormatNotSupported);
  EXPECT_EQ(opened_with([](auto& p) { p.sampleFormat |= paNonInterleaved; }), paNoError);
  EXPECT_EQ(opened_with([](auto& p) { p.hostApiSpecificStreamInfo = &p; }),
            paIncompatibleHostApiSpecificStreamInfo);
  const auto microphone = side(2, paInt16, 1);
  EXPECT_EQ(opened(&microphone, &both), paBadIODeviceCombination);
  EXPECT_EQ(opened(nullptr, &microphone), paInvalidChannelCount) << "it has no output";
  EXPECT_EQ(opened(&both, nullptr, 999), paInvalidSampleRate);
  EXPECT_EQ(opened(&both, nullptr, 32000), paInvalidSampleRate);
  EXPECT_EQ(opened(&both, nullptr, std::nan("")), paInvalidSampleRate);
  EXPECT_EQ(opened(&microphone, nullptr, 32000), paNoError) << "it takes any rate";
  EXPECT_EQ(opened(&both, nullptr, 48000, ~0UL), paBufferTooBig);
  // The first fault counts.
  auto wrong = side(0, 0, 7);
  EXPECT_EQ(opened(&wrong, nullptr, 1), paInvalidDevice);
  wrong.device = 0;
  EXPECT_EQ(opened(&wrong, nullptr, 1), paInvalidChannelCount);
}

TEST_F(Opening, ChecksFlags) {
  PaStreamCallback* const callback = [](const void*, void*, unsigned long,
                                        const PaStreamCallbackTimeInfo*, PaStreamCallbackFlags,
                                        void*) -> int { return paContinue; };
  EXPECT_EQ(opened(&both, &both, 48000, 0, paClipOff | paDitherOff), paNoError);
  EXPECT_EQ(opened(&both, &both, 48000, 0, 0x10), paInvalidFlag);
  EXPECT_EQ(opened(&both, &both, 48000, 0, 0x10000), paInvalidFlag);
  EXPECT_EQ(opened(&both, &both, 48000, 0, paNeverDropInput, callback), paNoError);
  EXPECT_EQ(opened(&both, &both, 48000, 0, paNeverDropInput), paInvalidFlag);
  EXPECT_EQ(opened(&both, nullptr, 48000, 0, paNeverDropInput, callback), paInvalidFlag);
  EXPECT_EQ(opened(&both, &both, 48000, 64, paNeverDropInput, callback), paInvalidFlag);
}

TEST_F(Opening, HonoursTheSuggestedLatencyIfItHoldsTwoBlocks) {
  const auto latencies = [this](double suggested, unsigned long frames) {
    auto output = side();
    output.suggestedLatency = suggested;
    PaStream* stream = open(nullptr, &output, nullptr, frames);
    EXPECT_EQ(pa.stream_info(stream)->structVersion, 1);
    EXPECT_EQ(pa.stream_info(stream)->sampleRate, 48000);
    EXPECT_EQ(pa.stream_info(stream)->inputLatency, 0) << "there is none";
    return pa.stream_info(stream)->outputLatency;
  };
  EXPECT_EQ(latencies(0.02, 64), 0.02);
  EXPECT_EQ(latencies(0.02, paFramesPerBufferUnspecified), 0.02);
  EXPECT_EQ(latencies(0.02, 4800), 0.2);
  EXPECT_GT(latencies(0, paFramesPerBufferUnspecified), 0);
  EXPECT_GT(latencies(-1, paFramesPerBufferUnspecified), 0);
  EXPECT_GT(latencies(std::nan(""), paFramesPerBufferUnspecified), 0);
  EXPECT_LE(latencies(1e300, paFramesPerBufferUnspecified), 60);
}

}  // namespace
}  // namespace audiopp
