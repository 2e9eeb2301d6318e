// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <new>

#include "detail/rt.hpp"
#include "dispatch/dispatcher.hpp"

// The audio thread must not allocate. This counts the allocations of the whole program.

namespace {
thread_local std::size_t allocations = 0;
}

// A sanitizer replaces the operators, so nothing is counted.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define AUDIOPP_COUNTS_ALLOCATIONS
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
#endif

namespace audiopp {
namespace {

TEST(Realtime, QueueingABlockDoesNotAllocate) {
#ifndef AUDIOPP_COUNTS_ALLOCATIONS
  GTEST_SKIP() << "a sanitizer has the heap";
#endif
  CallbackFormat format;
  format.input_channels = format.output_channels = 2;
  detail::Dispatcher dispatcher(
      format, [](const CallbackContext&) { return CallbackResult::continue_; },
      detail::CallbackBuffer{256, 32});
  std::array<std::int16_t, 64> input{};
  std::array<std::int16_t, 64> output{};
  const std::size_t before = allocations;
  for (int i = 0; i < 20; ++i) {  // without a worker: the ring fills up, then blocks are short
    dispatcher.dispatch(input.data(), output.data(), 32, {}, CallbackFlags::output_underflow);
  }
  EXPECT_EQ(allocations, before);
  EXPECT_GT(dispatcher.counters().short_blocks, 0U);
}

TEST(Realtime, DispatchingDoesNotAllocate) {
#ifndef AUDIOPP_COUNTS_ALLOCATIONS
  GTEST_SKIP() << "a sanitizer has the heap";
#endif
  CallbackFormat format;
  format.input_channels = format.output_channels = 2;
  int left = 10;
  detail::Dispatcher dispatcher(format, [&](const CallbackContext& context) {
    const auto input = context.input_as<std::int16_t>();
    std::copy(input.begin(), input.end(), context.output_as<std::int16_t>().begin());
    return --left > 0 ? CallbackResult::continue_ : CallbackResult::complete;
  });
  dispatcher.reset(64);
  std::array<std::int16_t, 64> input{};
  std::array<std::int16_t, 64> output{};
  const std::size_t before = allocations;
  for (int i = 0; i < 20; ++i) {
    dispatcher.dispatch(input.data(), output.data(), 32, {}, CallbackFlags::output_underflow);
  }
  dispatcher.drain();
  EXPECT_EQ(allocations, before);
  delete new int;
  EXPECT_GT(allocations, before) << "the count itself works";
}

#ifdef AUDIOPP_RTSAN
TEST(RealtimeDeathTest, TheSanitizerWatchesDispatching) {
  detail::Dispatcher dispatcher({}, [](const CallbackContext&) {
    __rtsan_enable();  // as if it were not a handler's code
    delete new int;
    __rtsan_disable();
    return CallbackResult::continue_;
  });
  EXPECT_DEATH(dispatcher.dispatch(nullptr, nullptr, 1, {}, CallbackFlags::none),
               "RealtimeSanitizer.*malloc");
}
#endif

}  // namespace
}  // namespace audiopp
