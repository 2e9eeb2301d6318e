// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

#include "audiopp/dispatcher.hpp"

namespace audiopp {
namespace {

constexpr int channels = 2;

CallbackFormat stereo() {
  CallbackFormat format;
  format.output_channels = channels;
  return format;
}

CallbackResult do_nothing(const CallbackContext& context) {
  benchmark::DoNotOptimize(context.output);
  return CallbackResult::continue_;
}

/// One block on its way through a dispatcher.
class Block {
 public:
  explicit Block(std::size_t frames) : frames_(frames), samples_(frames * channels) {}

  void dispatch(CallbackDispatcher& dispatcher) {
    benchmark::DoNotOptimize(
        dispatcher.dispatch(nullptr, samples_.data(), frames_, {}, CallbackFlags::none));
    benchmark::ClobberMemory();
  }

  /// What any road costs: the silence that the block is filled with.
  void silence() {
    std::memset(samples_.data(), 0, samples_.size() * sizeof(std::int16_t));
    benchmark::ClobberMemory();
  }

 private:
  std::size_t frames_;
  std::vector<std::int16_t> samples_;
};

/// Does something over and over on a thread of its own, until it is destroyed.
class Meanwhile {
 public:
  template <class Work>
  explicit Meanwhile(Work work)
      : thread_([this, work] {
          while (!done_.load(std::memory_order_relaxed)) work();
        }) {}
  ~Meanwhile() {
    done_ = true;
    thread_.join();
  }
  Meanwhile(const Meanwhile&) = delete;
  Meanwhile& operator=(const Meanwhile&) = delete;

 private:
  std::atomic<bool> done_{false};
  std::thread thread_;
};

void silence_alone(benchmark::State& state) {
  Block block(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) block.silence();
}
BENCHMARK(silence_alone)->Arg(64)->Arg(256)->Arg(1024);

void dispatch_without_handler(benchmark::State& state) {
  CallbackDispatcher dispatcher(stereo());
  Block block(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) block.dispatch(dispatcher);
}
BENCHMARK(dispatch_without_handler)->Arg(64)->Arg(256)->Arg(1024);

void dispatch_to_trivial_handler(benchmark::State& state) {
  CallbackDispatcher dispatcher(stereo(), do_nothing);
  Block block(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) block.dispatch(dispatcher);
}
BENCHMARK(dispatch_to_trivial_handler)->Arg(64)->Arg(256)->Arg(1024);

// What the audio thread pays while its handler is replaced all the time.
void dispatch_while_swapped(benchmark::State& state) {
  CallbackDispatcher dispatcher(stereo(), do_nothing);
  Block block(static_cast<std::size_t>(state.range(0)));
  const Meanwhile swapping([&] { dispatcher.set_handler(do_nothing); });
  for (auto _ : state) block.dispatch(dispatcher);
}
BENCHMARK(dispatch_while_swapped)->Arg(64)->Arg(256)->Arg(1024);

void swap_of_handler(benchmark::State& state) {
  CallbackDispatcher dispatcher(stereo(), do_nothing);
  for (auto _ : state) dispatcher.set_handler(do_nothing);
}
BENCHMARK(swap_of_handler);

// What a control thread waits for the audio thread to leave the old handler.
void swap_while_dispatching(benchmark::State& state) {
  CallbackDispatcher dispatcher(stereo(), do_nothing);
  Block block(static_cast<std::size_t>(state.range(0)));
  const Meanwhile dispatching([&] { block.dispatch(dispatcher); });
  for (auto _ : state) dispatcher.set_handler(do_nothing);
}
BENCHMARK(swap_while_dispatching)->Arg(256)->UseRealTime();

}  // namespace
}  // namespace audiopp
