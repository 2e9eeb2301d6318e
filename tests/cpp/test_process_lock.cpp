// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "library/process_lock.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

namespace {

using audiopp::detail::ProcessLock;

// Whether two threads were ever inside at once. Each takes its lock often, and stays a moment.
bool overlap(std::mutex& first, std::mutex& second, bool for_all_copies) {
  std::atomic<int> inside{0};
  std::atomic<bool> overlapped{false};
  const auto take = [&](std::mutex& own) {
    for (int i = 0; i < 200; ++i) {
      const ProcessLock lock(own, for_all_copies);
      if (++inside > 1) overlapped = true;
      std::this_thread::sleep_for(std::chrono::microseconds(100));
      --inside;
    }
  };
  std::thread beside([&] { take(second); });
  take(first);
  beside.join();
  return overlapped;
}

TEST(ProcessLock, ThreadsOfOneCopyTakeTurns) {
  std::mutex own;
  EXPECT_FALSE(overlap(own, own, true));
  EXPECT_FALSE(overlap(own, own, false));
}

TEST(ProcessLock, CopiesOfAudioppTakeTurns) {
  std::mutex own;
  std::mutex of_another_copy;
  EXPECT_FALSE(overlap(own, of_another_copy, true));
}

TEST(ProcessLock, CopiesDoNotWaitForEachOtherWithoutPortAudio) {
  std::mutex own;
  std::mutex of_another_copy;
  const ProcessLock held(own, false);
  std::thread([&] { const ProcessLock lock(of_another_copy, false); }).join();
  std::thread([&] { const ProcessLock lock(of_another_copy, true); }).join();
}

TEST(ProcessLock, ManyThreadsOfManyCopiesLoseNoCount) {
  constexpr int copies = 4;
  constexpr int threads = 3;
  constexpr int rounds = 100;
  std::array<std::mutex, copies> own;
  int counted = 0;  // guarded by nothing but the locks
  std::vector<std::thread> all;
  for (int i = 0; i < copies * threads; ++i) {
    all.emplace_back([&, i] {
      for (int n = 0; n < rounds; ++n) {
        const ProcessLock lock(own.at(static_cast<std::size_t>(i % copies)), true);
        const int before = counted;
        std::this_thread::yield();
        counted = before + 1;
      }
    });
  }
  for (std::thread& thread : all) thread.join();
  EXPECT_EQ(counted, copies * threads * rounds);
}

}  // namespace
