// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "meter.hpp"

#include <dlfcn.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <numeric>
#include <utility>
#include <vector>

namespace {

constexpr long slice_ns = 10'000'000;

// Each audio thread has its own counter, so that they do not slow each other down.
struct alignas(64) Place {
  std::atomic<std::int64_t> frames{0};
};
std::array<Place, 1024> places;
std::atomic<std::size_t> places_used{0};
thread_local Place* place = nullptr;

// For strace and valgrind: ends the process after exactly this many frames.
const std::int64_t last_frame = [] {
  const char* text = std::getenv("METER_LAST_FRAME");
  return text == nullptr ? INT64_MAX : std::atoll(text);
}();

void count(std::int64_t frames) {
  if (place == nullptr) place = &places.at(places_used++);
  frames += place->frames.load(std::memory_order_relaxed);
  place->frames.store(frames, std::memory_order_relaxed);
  if (frames >= last_frame) _exit(0);
}

std::int64_t frames_so_far() {
  return std::accumulate(places.begin(), places.begin() + places_used.load(), std::int64_t{0},
                         [](std::int64_t sum, const Place& each) {
                           return sum + each.frames.load(std::memory_order_relaxed);
                         });
}

std::int64_t read_clock(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);  // a thread that has ended counts nothing
  return time.tv_sec * std::int64_t{1'000'000'000} + time.tv_nsec;
}

// The CPU-time clocks of all other threads, which the kernel derives from thread ids.
std::vector<clockid_t> thread_clocks() {
  std::vector<clockid_t> clocks;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    const int id = std::stoi(task.path().filename());
    if (id != gettid()) clocks.push_back((~id << 3) | 6);
  }
  return clocks;
}

Slice read_all(const std::vector<clockid_t>& clocks) {
  return {
      read_clock(CLOCK_MONOTONIC),
      std::accumulate(clocks.begin(), clocks.end(), std::int64_t{0},
                      [](std::int64_t sum, clockid_t clock) { return sum + read_clock(clock); }),
      frames_so_far()};
}

// The callback of one stream, with the time that it takes: it waits for the interpreter, and then
// returns within microseconds.
struct Timed {
  std::array<std::int64_t, 1 << 17> taken{};
  std::atomic<std::size_t> used{0};
  bool is_wanted = false;
  PaStreamCallback* callback = nullptr;
  void* user = nullptr;
} timed;

int call_timed(const void* input, void* output, unsigned long frames,
               const PaStreamCallbackTimeInfo* times, PaStreamCallbackFlags flags, void*) {
  const std::int64_t begin = read_clock(CLOCK_MONOTONIC);
  const int result = timed.callback(input, output, frames, times, flags, timed.user);
  const std::size_t used = timed.used.load(std::memory_order_relaxed);
  if (used < timed.taken.size()) {
    timed.taken[used] = read_clock(CLOCK_MONOTONIC) - begin;
    timed.used.store(used + 1, std::memory_order_release);
  }
  return result;
}

alignas(64) const std::array<std::int16_t, 1 << 16> block = [] {
  std::array<std::int16_t, 1 << 16> samples{};
  samples.fill(0x1000);
  return samples;
}();
constexpr std::size_t frame_size = 2 * sizeof(std::int16_t);

}  // namespace

extern "C" {

// Overrides ALSA's function. The original is looked up in the library by name: a Python process
// loads it only for an extension module, where RTLD_NEXT does not find it.
long snd_pcm_mmap_commit(void* pcm, unsigned long offset, unsigned long frames) {
  using Commit = long (*)(void*, unsigned long, unsigned long);
  static const auto commit =
      reinterpret_cast<Commit>(dlsym(dlopen("libasound.so.2", RTLD_LAZY), "snd_pcm_mmap_commit"));
  const long committed = commit(pcm, offset, frames);
  if (committed > 0) count(committed);
  return committed;
}

// Overrides PortAudio's function, likewise.
PaError Pa_OpenStream(PaStream** stream, const PaStreamParameters* input,
                      const PaStreamParameters* output, double rate, unsigned long frames,
                      PaStreamFlags flags, PaStreamCallback* callback, void* user) {
  static const auto open = reinterpret_cast<decltype(&Pa_OpenStream)>(
      dlsym(dlopen("libportaudio.so.2", RTLD_LAZY), "Pa_OpenStream"));
  if (timed.is_wanted && callback != nullptr) {
    timed.callback = std::exchange(callback, call_timed);
    timed.user = user;
    timed.is_wanted = false;
  }
  return open(stream, input, output, rate, frames, flags, callback, user);
}

void meter_time_callbacks() {
  timed.is_wanted = true;
}

int meter_callback_times(std::int64_t* nanoseconds, int most) {
  const std::size_t count = std::min<std::size_t>(timed.used.load(std::memory_order_acquire), most);
  std::copy_n(timed.taken.begin(), count, nanoseconds);
  return static_cast<int>(count);
}

void meter_run(Slice* slices, int count) {
  const std::vector<clockid_t> clocks = thread_clocks();
  Slice before = read_all(clocks);
  for (Slice* slice = slices; slice != slices + count; ++slice) {
    const timespec nap{0, slice_ns};
    nanosleep(&nap, nullptr);
    const Slice now = read_all(clocks);
    *slice = {now.wall_ns - before.wall_ns, now.cpu_ns - before.cpu_ns, now.frames - before.frames};
    before = now;
  }
}

int bench_out(const void*, void* output, unsigned long frames, const PaStreamCallbackTimeInfo*,
              PaStreamCallbackFlags, void*) {
  std::memcpy(output, block.data(), frames * frame_size);
  return paContinue;
}

int bench_in(const void*, void*, unsigned long, const PaStreamCallbackTimeInfo*,
             PaStreamCallbackFlags, void*) {
  return paContinue;
}

int bench_dup(const void* input, void* output, unsigned long frames,
              const PaStreamCallbackTimeInfo*, PaStreamCallbackFlags, void*) {
  std::memcpy(output, input, frames * frame_size);
  return paContinue;
}
}
