// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "fake_portaudio.hpp"

#include <atomic>
#include <chrono>
#include <thread>

namespace {

std::atomic<int> overlaps{0};
std::atomic<int> calls_in_progress{0};
std::atomic<int> initializations{0};

// PortAudio's global calls are not thread-safe, so no two may overlap.
class GlobalCall {
 public:
  GlobalCall() {
    if (calls_in_progress++ > 0) ++overlaps;
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  ~GlobalCall() { --calls_in_progress; }
  GlobalCall(const GlobalCall&) = delete;
  GlobalCall& operator=(const GlobalCall&) = delete;
};

FakePortAudio fake;
const PaDeviceInfo device{2, "Fake device", 0, 2, 2, 0.01, 0.01, 0.04, 0.04, 48000};
const PaStreamInfo stream_info{1, 0.01, 0.01, 48000};
int handle = 0;

}  // namespace

FakePortAudio& fake_portaudio() {
  fake.overlaps = overlaps;
  fake.initializations = initializations;
  return fake;
}

extern "C" {
PaError Pa_Initialize() {
  const GlobalCall call;
  ++initializations;
  return paNoError;
}
PaError Pa_Terminate() {
  const GlobalCall call;
  --initializations;
  return paNoError;
}
PaHostApiIndex Pa_GetHostApiCount() {
  return 1;
}
PaHostApiIndex Pa_GetDefaultHostApi() {
  return 0;
}
const PaHostApiInfo* Pa_GetHostApiInfo(PaHostApiIndex index) {
  return index == 0 ? &fake.host_api : nullptr;
}
PaDeviceIndex Pa_HostApiDeviceIndexToDeviceIndex(PaHostApiIndex, int index) {
  return index;
}
PaDeviceIndex Pa_GetDeviceCount() {
  return 1;
}
PaDeviceIndex Pa_GetDefaultInputDevice() {
  return 0;
}
PaDeviceIndex Pa_GetDefaultOutputDevice() {
  return 0;
}
const PaDeviceInfo* Pa_GetDeviceInfo(PaDeviceIndex index) {
  return index == 0 ? &device : nullptr;
}
PaError Pa_IsFormatSupported(const PaStreamParameters*, const PaStreamParameters*, double) {
  const GlobalCall call;
  return paFormatIsSupported;
}
PaError Pa_OpenStream(PaStream** stream, const PaStreamParameters*, const PaStreamParameters*,
                      double, unsigned long, PaStreamFlags, PaStreamCallback* callback,
                      void* user_data) {
  const GlobalCall call;
  fake.callback = callback;
  fake.user_data = user_data;
  *stream = &handle;
  return paNoError;
}
PaError Pa_CloseStream(PaStream*) {
  const GlobalCall call;
  return paNoError;
}
PaError Pa_SetStreamFinishedCallback(PaStream*, PaStreamFinishedCallback* finished) {
  fake.finished = finished;
  return paNoError;
}
PaError Pa_IsStreamStopped(PaStream*) {
  return 1;
}
const PaStreamInfo* Pa_GetStreamInfo(PaStream*) {
  return &stream_info;
}
}
