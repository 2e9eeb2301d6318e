// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
//
// Compiled stream callbacks for test_native_callbacks.py, which builds this as C++.
#include <pyaudiopp/stream_callback.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <stdexcept>

#if defined(__GNUC__)
#define EXPORT extern "C" __attribute__((visibility("default")))
#else
#define EXPORT extern "C" __declspec(dllexport)
#endif

namespace {

// What a test sets and reads; Python has a matching ctypes structure.
struct Record {
  std::atomic<unsigned long> calls;
  unsigned long frame_count;
  unsigned long status_flags;
  pyaudiopp_time_info times;
  int result;
  int first_byte_of_output;  // before the call
};

}  // namespace

// Stereo frames of 16 bits: each sample is what the user data points to, or 7.
EXPORT int fill(const void*, void* output, unsigned long frame_count, const pyaudiopp_time_info*,
                unsigned long, void* user_data) {
  const short value = user_data != nullptr ? *static_cast<const short*>(user_data) : short{7};
  auto* samples = static_cast<short*>(output);
  for (unsigned long i = 0; i < 2 * frame_count; ++i) samples[i] = value;
  return PYAUDIOPP_CONTINUE;
}

EXPORT int wire(const void* input, void* output, unsigned long frame_count,
                const pyaudiopp_time_info*, unsigned long, void*) {
  std::memcpy(output, input, 4 * frame_count);
  return PYAUDIOPP_CONTINUE;
}

EXPORT int note(const void*, void* output, unsigned long frame_count,
                const pyaudiopp_time_info* time_info, unsigned long status_flags, void* user_data) {
  auto& record = *static_cast<Record*>(user_data);
  record.frame_count = frame_count;
  record.status_flags = status_flags;
  record.times = *time_info;
  if (output != nullptr) {
    record.first_byte_of_output = *static_cast<unsigned char*>(output);
    std::memset(output, 1, 4 * frame_count);
  }
  ++record.calls;
  return record.result;
}

EXPORT int nap(const void*, void*, unsigned long, const pyaudiopp_time_info*, unsigned long,
               void* user_data) {
  usleep(1000);
  ++static_cast<Record*>(user_data)->calls;
  return PYAUDIOPP_CONTINUE;
}

EXPORT int throw_error(const void*, void* output, unsigned long frame_count,
                       const pyaudiopp_time_info*, unsigned long, void* user_data) {
  std::memset(output, 1, 4 * frame_count);
  if (user_data != nullptr) throw 7;
  throw std::runtime_error("thrown on the audio thread");
}

// Whether there were this many calls within ten seconds; holds the GIL all the time.
EXPORT int wait_for_calls(Record* record, unsigned long wanted) {
  for (int i = 0; i < 10000 && record->calls < wanted; ++i) usleep(1000);
  return record->calls >= wanted;
}
