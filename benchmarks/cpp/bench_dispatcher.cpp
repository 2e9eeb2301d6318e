// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "bench.hpp"

namespace audiopp {
namespace {

void silence_alone(benchmark::State& state) {
  Block block(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) block.silence();
}
BENCHMARK(silence_alone)->Arg(64)->Arg(256)->Arg(1024);

void dispatch_without_handler(benchmark::State& state) {
  detail::Dispatcher dispatcher(stereo());
  Block block(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) block.dispatch(dispatcher);
}
BENCHMARK(dispatch_without_handler)->Arg(64)->Arg(256)->Arg(1024);

void dispatch_to_trivial_handler(benchmark::State& state) {
  detail::Dispatcher dispatcher(stereo(), do_nothing);
  Block block(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) block.dispatch(dispatcher);
}
BENCHMARK(dispatch_to_trivial_handler)->Arg(64)->Arg(256)->Arg(1024);

// The cost to the audio thread while its handler is constantly replaced.
void dispatch_while_swapped(benchmark::State& state) {
  detail::Dispatcher dispatcher(stereo(), do_nothing);
  Block block(static_cast<std::size_t>(state.range(0)));
  const Meanwhile swapping([&] { dispatcher.set_handler(do_nothing); });
  for (auto _ : state) block.dispatch(dispatcher);
}
BENCHMARK(dispatch_while_swapped)->Arg(64)->Arg(256)->Arg(1024);

void swap_of_handler(benchmark::State& state) {
  detail::Dispatcher dispatcher(stereo(), do_nothing);
  for (auto _ : state) dispatcher.set_handler(do_nothing);
}
BENCHMARK(swap_of_handler);

// How long a control thread waits for the audio thread to leave the old handler.
void swap_while_dispatching(benchmark::State& state) {
  detail::Dispatcher dispatcher(stereo(), do_nothing);
  Block block(static_cast<std::size_t>(state.range(0)));
  const Meanwhile dispatching([&] { block.dispatch(dispatcher); });
  for (auto _ : state) dispatcher.set_handler(do_nothing);
}
BENCHMARK(swap_while_dispatching)->Arg(256)->UseRealTime();

}  // namespace
}  // namespace audiopp
