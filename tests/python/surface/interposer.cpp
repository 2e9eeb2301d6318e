// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
//
// When preloaded, this sits between a Python package and the real PortAudio. It records the calls
// that open, start, stop and terminate, shows what callbacks returned, and makes calls fail on
// demand, with errors that no virtual sound card can produce.

#include <dlfcn.h>
#include <portaudio.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <map>
#include <mutex>
#include <string>
#include <type_traits>

namespace {

struct Fault {
  double value;
  int times;
};

// What the stream's owner gave, behind the user data that PortAudio holds.
struct Owner {
  PaStreamCallback* callback;
  PaStreamFinishedCallback* finished;
  void* user_data;
  std::size_t output_frame_size;
};

std::mutex mutex;
std::string calls;
std::map<std::string, Fault> faults;
std::map<PaStream*, Owner*> owners;
std::atomic<unsigned char> rest{0};
std::string device_name;
std::string host_api_name;

template <typename Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

void note(const std::string& line) {
  const std::lock_guard<std::mutex> lock(mutex);
  calls += line + "\n";
}

bool fails(const char* name, double& value) {
  const std::lock_guard<std::mutex> lock(mutex);
  const auto fault = faults.find(name);
  if (fault == faults.end() || fault->second.times == 0) return false;
  --fault->second.times;
  value = fault->second.value;
  return true;
}

template <typename Result>
Result failure(double value) {
  if constexpr (std::is_pointer_v<Result>) {
    return nullptr;
  } else {
    return static_cast<Result>(value);
  }
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

// "01*4 00*60": each run of equal bytes, at most eight of them.
std::string runs(const void* data, std::size_t size) {
  const auto* begin = static_cast<const unsigned char*>(data);
  const auto* end = begin + size;
  std::string text;
  for (int count = 0; begin != end; ++count) {
    if (count == 8) return text + " and more";
    const auto* other =
        std::find_if(begin, end, [first = *begin](unsigned char byte) { return byte != first; });
    char run[32];
    std::snprintf(run, sizeof run, "%s%02x*%td", count == 0 ? "" : " ", *begin, other - begin);
    text += run;
    begin = other;
  }
  return text;
}

std::string side(const PaStreamParameters* parameters) {
  if (parameters == nullptr) return "none";
  const PaDeviceInfo* device = Pa_GetDeviceInfo(parameters->device);
  std::string latency = number(parameters->suggestedLatency);
  if (device != nullptr && parameters->suggestedLatency == device->defaultLowInputLatency)
    latency = "default low";
  return "device " + std::to_string(parameters->device) + " channels " +
         std::to_string(parameters->channelCount) + " format " +
         std::to_string(parameters->sampleFormat) + " latency " + latency +
         (parameters->hostApiSpecificStreamInfo == nullptr ? "" : " with host info");
}

std::size_t frame_size(const PaStreamParameters* parameters) {
  if (parameters == nullptr) return 0;
  const PaError size = Pa_GetSampleSize(parameters->sampleFormat);
  return size < 0
             ? 0
             : static_cast<std::size_t>(size) * static_cast<std::size_t>(parameters->channelCount);
}

// PortAudio leaves old sound in the buffer. Filled with a byte that the probe knows, an unwritten
// rest shows.
int watched(const void* input, void* output, unsigned long frames,
            const PaStreamCallbackTimeInfo* times, PaStreamCallbackFlags flags, void* user_data) {
  const auto& owner = *static_cast<Owner*>(user_data);
  const std::size_t size = output == nullptr ? 0 : frames * owner.output_frame_size;
  std::fill_n(static_cast<unsigned char*>(output), size, rest.load());
  const int answer = owner.callback(input, output, frames, times, flags, owner.user_data);
  note("callback -> " + std::to_string(answer) +
       (size == 0 ? "" : ", wrote " + runs(output, size)));
  return answer;
}

void watched_finish(void* user_data) {
  const auto& owner = *static_cast<Owner*>(user_data);
  owner.finished(owner.user_data);
}

// ALSA has no custom format; a sound system that has one is played by 16-bit samples.
const PaStreamParameters* with_custom_format(const PaStreamParameters* parameters,
                                             PaStreamParameters& copy) {
  if (parameters == nullptr || parameters->sampleFormat != paCustomFormat) return parameters;
  copy = *parameters;
  copy.sampleFormat = paInt16;
  return &copy;
}

}  // namespace

extern "C" {

// What the probes call through ctypes.

void surface_fail(const char* name, double value, int times) {
  const std::lock_guard<std::mutex> lock(mutex);
  faults[name] = {value, times};
}

void surface_note(const char* line) {
  note(line);
}
void surface_leave_in_buffers(unsigned char byte) {
  rest = byte;
}
void surface_rename_devices(const char* name) {
  device_name = name;
}
void surface_rename_host_apis(const char* name) {
  host_api_name = name;
}

const char* surface_calls() {
  static std::string taken;
  const std::lock_guard<std::mutex> lock(mutex);
  taken.swap(calls);
  calls.clear();
  return taken.c_str();
}

// PortAudio's functions. NOTED is for those whose order matters to a program's neighbours.

#define FORWARD(result, name, parameters, arguments)        \
  result name parameters {                                  \
    double value = 0;                                       \
    if (fails(#name, value)) return failure<result>(value); \
    return real<result parameters>(#name) arguments;        \
  }
#define NOTED(result, name, parameters, arguments)          \
  result name parameters {                                  \
    note(#name);                                            \
    double value = 0;                                       \
    if (fails(#name, value)) return failure<result>(value); \
    return real<result parameters>(#name) arguments;        \
  }
#define STREAM (PaStream * stream)

NOTED(PaError, Pa_Initialize, (void), ())
NOTED(PaError, Pa_Terminate, (void), ())
FORWARD(PaHostApiIndex, Pa_GetHostApiCount, (void), ())
FORWARD(PaHostApiIndex, Pa_GetDefaultHostApi, (void), ())
FORWARD(PaDeviceIndex, Pa_GetDeviceCount, (void), ())
FORWARD(PaDeviceIndex, Pa_GetDefaultInputDevice, (void), ())
FORWARD(PaDeviceIndex, Pa_GetDefaultOutputDevice, (void), ())
NOTED(PaError, Pa_StartStream, STREAM, (stream))
NOTED(PaError, Pa_StopStream, STREAM, (stream))
NOTED(PaError, Pa_AbortStream, STREAM, (stream))
FORWARD(PaError, Pa_IsStreamStopped, STREAM, (stream))
FORWARD(PaError, Pa_IsStreamActive, STREAM, (stream))
FORWARD(const PaStreamInfo*, Pa_GetStreamInfo, STREAM, (stream))
FORWARD(PaTime, Pa_GetStreamTime, STREAM, (stream))
FORWARD(double, Pa_GetStreamCpuLoad, STREAM, (stream))
FORWARD(signed long, Pa_GetStreamReadAvailable, STREAM, (stream))
FORWARD(signed long, Pa_GetStreamWriteAvailable, STREAM, (stream))

const PaDeviceInfo* Pa_GetDeviceInfo(PaDeviceIndex device) {
  double value = 0;
  if (fails("Pa_GetDeviceInfo", value)) return nullptr;
  const PaDeviceInfo* info = real<decltype(Pa_GetDeviceInfo)>("Pa_GetDeviceInfo")(device);
  if (info == nullptr || device_name.empty()) return info;
  static PaDeviceInfo renamed;
  renamed = *info;
  renamed.name = device_name.c_str();
  return &renamed;
}

const PaHostApiInfo* Pa_GetHostApiInfo(PaHostApiIndex host_api) {
  double value = 0;
  if (fails("Pa_GetHostApiInfo", value)) return nullptr;
  const PaHostApiInfo* info = real<decltype(Pa_GetHostApiInfo)>("Pa_GetHostApiInfo")(host_api);
  if (info == nullptr || host_api_name.empty()) return info;
  static PaHostApiInfo renamed;
  renamed = *info;
  renamed.name = host_api_name.c_str();
  return &renamed;
}

PaError Pa_IsFormatSupported(const PaStreamParameters* input, const PaStreamParameters* output,
                             double rate) {
  note("Pa_IsFormatSupported: input " + side(input) + ", output " + side(output) + ", rate " +
       number(rate));
  double value = 0;
  if (fails("Pa_IsFormatSupported", value)) return failure<PaError>(value);
  return real<decltype(Pa_IsFormatSupported)>("Pa_IsFormatSupported")(input, output, rate);
}

PaError Pa_OpenStream(PaStream** stream, const PaStreamParameters* input,
                      const PaStreamParameters* output, double rate, unsigned long frames,
                      PaStreamFlags flags, PaStreamCallback* callback, void* user_data) {
  // Not paDitherOff for integers: it is a quirk of PortAudio's, not the program's wish.
  const bool has_integers = (input != nullptr && input->sampleFormat != paFloat32) ||
                            (output != nullptr && output->sampleFormat != paFloat32);
  const PaStreamFlags told = has_integers ? flags & ~paDitherOff : flags;
  note("Pa_OpenStream: input " + side(input) + ", output " + side(output) + ", rate " +
       number(rate) + ", frames " + std::to_string(frames) + ", flags " + std::to_string(told) +
       (callback == nullptr ? "" : ", with a callback"));
  double value = 0;
  if (fails("Pa_OpenStream", value)) return failure<PaError>(value);
  PaStreamParameters input_copy;
  PaStreamParameters output_copy;
  // Never freed: PortAudio may call back until the stream is closed, and the process is a short
  // one.
  auto* owner = new Owner{callback, nullptr, user_data, frame_size(output)};
  const PaError error = real<decltype(Pa_OpenStream)>("Pa_OpenStream")(
      stream, with_custom_format(input, input_copy), with_custom_format(output, output_copy), rate,
      frames, flags, callback == nullptr ? nullptr : watched, owner);
  const std::lock_guard<std::mutex> lock(mutex);
  if (error == paNoError) owners[*stream] = owner;
  return error;
}

PaError Pa_SetStreamFinishedCallback(PaStream* stream, PaStreamFinishedCallback* finished) {
  {
    const std::lock_guard<std::mutex> lock(mutex);
    const auto owner = owners.find(stream);
    if (owner != owners.end()) owner->second->finished = finished;
  }
  return real<decltype(Pa_SetStreamFinishedCallback)>("Pa_SetStreamFinishedCallback")(
      stream, finished == nullptr ? nullptr : watched_finish);
}

NOTED(PaError, Pa_CloseStream, STREAM, (stream))

// An overflow or an underflow comes with the frames moved, so these do their work before they fail.

PaError Pa_ReadStream(PaStream* stream, void* buffer, unsigned long frames) {
  double value = 0;
  const bool failing = fails("Pa_ReadStream", value);
  if (failing && value != paInputOverflowed) return failure<PaError>(value);
  const PaError error = real<decltype(Pa_ReadStream)>("Pa_ReadStream")(stream, buffer, frames);
  return failing ? failure<PaError>(value) : error;
}

PaError Pa_WriteStream(PaStream* stream, const void* buffer, unsigned long frames) {
  double value = 0;
  const bool failing = fails("Pa_WriteStream", value);
  if (failing && value != paOutputUnderflowed) return failure<PaError>(value);
  const PaError error = real<decltype(Pa_WriteStream)>("Pa_WriteStream")(stream, buffer, frames);
  return failing ? failure<PaError>(value) : error;
}

}  // extern "C"
