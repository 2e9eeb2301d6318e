// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include <chrono>

#include "bench.hpp"
#include "detail/frame_ring.hpp"

namespace audiopp {
namespace {

constexpr std::size_t depth = 2400;  // 50 ms

detail::FrameRing make_ring() {
  return {depth, channels, SampleFormat::int16, Layout::interleaved};
}

void ring_there_and_back(benchmark::State& state) {
  const auto frames = static_cast<std::size_t>(state.range(0));
  detail::FrameRing ring = make_ring();
  std::vector<std::int16_t> block(frames * channels);
  for (auto _ : state) {
    ring.write(block.data(), frames);
    ring.read(block.data(), frames);
    benchmark::ClobberMemory();
  }
}
BENCHMARK(ring_there_and_back)->Arg(64)->Arg(256)->Arg(1024);

// Both threads as fast as they can, so that they meet at every block.
void ring_between_threads(benchmark::State& state) {
  const auto frames = static_cast<std::size_t>(state.range(0));
  detail::FrameRing ring = make_ring();
  std::vector<std::int16_t> sent(frames * channels);
  std::vector<std::int16_t> received(frames * channels);
  const Meanwhile writing([&] {
    if (ring.writable() >= frames) ring.write(sent.data(), frames);
  });
  for (auto _ : state) {
    while (ring.readable() < frames) std::this_thread::yield();
    ring.read(received.data(), frames);
    benchmark::ClobberMemory();
  }
}
BENCHMARK(ring_between_threads)->Arg(64)->Arg(256)->Arg(1024)->UseRealTime();

// The audio thread's side of a queue. It empties half of it at once, then gives the worker time to
// refill it; `short` is the share of blocks for which the worker was late.
void dispatch_queued(benchmark::State& state) {
  using Clock = std::chrono::steady_clock;
  constexpr int batch = 50;
  const auto frames = static_cast<std::size_t>(state.range(0));
  detail::Dispatcher dispatcher(stereo(), do_nothing,
                                detail::CallbackBuffer{2 * batch * frames, frames});
  Block block(frames);
  std::thread worker([&] { dispatcher.work(); });
  while (state.KeepRunningBatch(batch)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    const auto start = Clock::now();
    for (int i = 0; i < batch; ++i) block.dispatch(dispatcher);
    state.SetIterationTime(std::chrono::duration<double>(Clock::now() - start).count());
  }
  dispatcher.stop_work();
  worker.join();
  const CallbackCounters counters = dispatcher.counters();
  state.counters["short"] =
      static_cast<double>(counters.short_blocks) / static_cast<double>(counters.callbacks);
}
BENCHMARK(dispatch_queued)->Arg(64)->Arg(256)->Arg(1024)->Iterations(10000)->UseManualTime();

}  // namespace
}  // namespace audiopp
