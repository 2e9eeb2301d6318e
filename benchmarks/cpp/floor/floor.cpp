// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT

// The cost of PortAudio itself: worker.py's tasks, without Python and audiopp.
//
//   floor TASK [NAME=VALUE...]     prints its figures as one line of JSON

#include <portaudio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "meter.hpp"

// Not in every build of PortAudio.
extern "C" __attribute__((weak)) PaError PaJack_SetClientName(const char* name);

namespace {

using Options = std::map<std::string, std::string>;
using Clock = std::chrono::steady_clock;

constexpr double rate = 48000;

int check(int result) {
  if (result < 0) throw std::runtime_error(Pa_GetErrorText(result));
  return result;
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

class Session {
 public:
  Session() { check(Pa_Initialize()); }
  ~Session() { Pa_Terminate(); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
};

const PaHostApiInfo& host_api(bool jack) {
  const PaHostApiIndex index =
      jack ? Pa_HostApiTypeIdToHostApiIndex(paJACK) : Pa_GetDefaultHostApi();
  return *Pa_GetHostApiInfo(check(index));
}

// Opened like PyAudio: stereo, 16 bits, low latency, no clipping.
PaStream* open(std::string_view shape, unsigned long block, PaStreamCallback* callback,
               void* user = nullptr, bool jack = false) {
  const auto side = [](PaDeviceIndex device, PaTime PaDeviceInfo::* latency) {
    return PaStreamParameters{check(device), 2, paInt16, Pa_GetDeviceInfo(device)->*latency,
                              nullptr};
  };
  const PaHostApiInfo& api = host_api(jack);
  PaStreamParameters input{};
  PaStreamParameters output{};
  if (shape != "out") input = side(api.defaultInputDevice, &PaDeviceInfo::defaultLowInputLatency);
  if (shape != "in") output = side(api.defaultOutputDevice, &PaDeviceInfo::defaultLowOutputLatency);
  PaStream* stream = nullptr;
  check(Pa_OpenStream(&stream, shape != "out" ? &input : nullptr, shape != "in" ? &output : nullptr,
                      rate, block, paClipOff, callback, user));
  return stream;
}

PaStreamCallback* callback_for(std::string_view shape) {
  return shape == "out" ? bench_out : shape == "in" ? bench_in : bench_dup;
}

template <class Range, class Print>
void print_array(const Range& range, Print print) {
  const char* separator = "[";
  for (const auto& item : range) {
    std::cout << separator;
    print(item);
    separator = ",";
  }
  std::cout << "]";
}

void print_slices(const std::vector<Slice>& slices) {
  print_array(slices, [](const Slice& slice) {
    std::cout << '[' << slice.wall_ns << ',' << slice.cpu_ns << ',' << slice.frames << ']';
  });
}

void wait_for_line() {
  std::string line;
  std::getline(std::cin, line);
}

// Tells the harness that the stream runs, and waits for the go-ahead.
void be_ready() {
  std::cout << "ready" << std::endl;
  wait_for_line();
}

void callbacks(Options& options) {
  const Session session;
  const std::string& shape = options["shape"];
  for (int i = 0; i < std::stoi(options["streams"]); ++i) {
    check(Pa_StartStream(open(shape, std::stoul(options["block"]), callback_for(shape))));
  }
  const int count = std::stoi(options["slices"]);
  if (count == 0) {
    for (;;) std::this_thread::sleep_for(std::chrono::hours(1));  // the meter ends it
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  std::vector<Slice> slices(count);
  meter_run(slices.data(), count);
  print_slices(slices);
  std::cout << std::endl;
  _exit(0);
}

void blocking(Options& options) {
  const Session session;
  const std::string& call = options["call"];
  const unsigned long frames = std::stoul(options["frames"]);
  PaStream* const stream = open(call == "write" ? "out" : "in", 1024, nullptr);
  check(Pa_StartStream(stream));
  std::vector<std::int16_t> buffer(frames * 2, 0x1000);
  const auto batch = [&](int calls) {
    const auto cpu = std::clock();
    const auto wall = Clock::now();
    for (int i = 0; i < calls; ++i) {
      if (call == "write") {
        Pa_WriteStream(stream, buffer.data(), frames);
      } else {
        Pa_ReadStream(stream, buffer.data(), frames);
      }
    }
    return Slice{static_cast<std::int64_t>(seconds_since(wall) * 1e9),
                 (std::clock() - cpu) * (1'000'000'000 / CLOCKS_PER_SEC), calls};
  };
  int calls = 1;
  while (batch(calls).cpu_ns < 10'000'000) calls *= 2;
  std::vector<Slice> slices(std::stoi(options["slices"]));
  std::generate(slices.begin(), slices.end(), [&] { return batch(calls); });
  print_slices(slices);
  std::cout << '\n';
  Pa_CloseStream(stream);
}

void play(Options& options) {
  const Session session;
  PaStream* const stream = open("out", std::stoul(options["block"]), bench_out, nullptr, true);
  check(Pa_StartStream(stream));
  be_ready();
  std::cout << "{}" << std::endl;
  _exit(0);
}

// The receiver of the load tests: counts the blocks of `bench_out` that arrive from a target.
struct Heard {
  std::atomic<bool> listening{false};
  std::atomic<long> full{0};
  std::atomic<long> holed{0};
};

int hear(const void* input, void*, unsigned long frames, const PaStreamCallbackTimeInfo*,
         PaStreamCallbackFlags, void* user) {
  auto& heard = *static_cast<Heard*>(user);
  if (!heard.listening.load()) return paContinue;
  const auto* samples = static_cast<const std::int16_t*>(input);
  bool full = true;
  for (unsigned long i = 0; i < frames; ++i) full = full && samples[2 * i] != 0;
  ++(full ? heard.full : heard.holed);
  return paContinue;
}

void listen(Options& options) {
  if (PaJack_SetClientName != nullptr) PaJack_SetClientName("witness");
  const Session session;
  Heard heard;
  const unsigned long block = std::stoul(options["block"]);
  PaStream* const stream = open("in", block, hear, &heard, true);
  check(Pa_StartStream(stream));
  be_ready();
  const auto start = Clock::now();
  heard.listening = true;
  std::this_thread::sleep_for(std::chrono::duration<double>(std::stod(options["seconds"])));
  heard.listening = false;
  const double periods = seconds_since(start) * rate / static_cast<double>(block);
  Pa_CloseStream(stream);
  std::cout << "{\"full\":" << heard.full << ",\"holed\":" << heard.holed
            << ",\"periods\":" << periods << "}\n";
}

// Sends impulses round the loop and counts the frames until each returns.
struct Loop {
  std::atomic<bool> wired{false};
  std::array<long, 5> trips{};
  std::atomic<std::size_t> done{0};
  long frame = 0;
  long sent = -1;
};

int measure_trips(const void* input, void* output, unsigned long frames,
                  const PaStreamCallbackTimeInfo*, PaStreamCallbackFlags, void* user) {
  auto& loop = *static_cast<Loop*>(user);
  const auto* in = static_cast<const std::int16_t*>(input);
  auto* out = static_cast<std::int16_t*>(output);
  std::fill_n(out, frames * 2, std::int16_t{0});
  if (loop.sent < 0 && loop.wired.load() && loop.done < loop.trips.size()) {
    loop.sent = loop.frame;
    out[0] = out[1] = 0x4000;
  } else if (const auto* hit = std::find_if(in, in + 2 * frames, [](auto x) { return x != 0; });
             loop.sent >= 0 && hit != in + 2 * frames) {
    loop.trips.at(loop.done) = loop.frame + (hit - in) / 2 - loop.sent;
    loop.sent = -1;
    ++loop.done;
  }
  loop.frame += static_cast<long>(frames);
  return paContinue;
}

void latency(Options& options) {
  const Session session;
  Loop loop;
  PaStream* const stream = open("dup", std::stoul(options["block"]), measure_trips, &loop, true);
  check(Pa_StartStream(stream));
  be_ready();
  loop.wired = true;
  while (loop.done < loop.trips.size()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  Pa_CloseStream(stream);
  std::cout << "{\"trips\":";
  print_array(loop.trips, [](long trip) { std::cout << trip; });
  std::cout << ",\"reported\":0}\n";
}

void lifecycle(Options& options) {
  const auto times = [&](const std::function<void()>& what) {
    std::vector<double> taken(std::stoul(options["repeats"]));
    for (double& microseconds : taken) {
      const auto start = Clock::now();
      what();
      microseconds = seconds_since(start) * 1e6;
    }
    print_array(taken, [](double microseconds) { std::cout << microseconds; });
  };
  std::cout << "{\"session\":";
  times([] { const Session session; });
  const Session session;
  std::cout << ",\"stream\":";
  times([] {
    PaStream* const stream = open("out", 1024, nullptr);
    check(Pa_StartStream(stream));
    check(Pa_StopStream(stream));
    check(Pa_CloseStream(stream));
  });
  std::cout << "}\n";
}

}  // namespace

int main(int argc, char** argv) {
  const std::map<std::string, void (*)(Options&)> tasks{
      {"callbacks", callbacks}, {"blocking", blocking}, {"play", play},
      {"listen", listen},       {"latency", latency},   {"lifecycle", lifecycle}};
  Options options;
  for (const std::string_view argument : std::vector<std::string_view>(argv + 2, argv + argc)) {
    const auto equals = argument.find('=');
    options[std::string(argument.substr(0, equals))] = argument.substr(equals + 1);
  }
  tasks.at(argv[1])(options);
}
