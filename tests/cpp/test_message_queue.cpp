// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "message_queue.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

std::string text_of(const Message& message) {
  return {message.text.data(), message.size};
}

std::string pop(MessageQueue& queue) {
  Message message;
  return queue.pop(message) ? text_of(message) : "nothing";
}

TEST(MessageQueue, HandsMessagesOnInTheirOrder) {
  const auto queue = std::make_unique<MessageQueue>();
  EXPECT_FALSE(queue->is_waiting());
  EXPECT_EQ(pop(*queue), "nothing");
  queue->push("ALSA", "first");
  queue->push("JACK", "second");
  EXPECT_TRUE(queue->is_waiting());
  EXPECT_TRUE(queue->take_waiting());
  EXPECT_FALSE(queue->take_waiting());
  EXPECT_EQ(pop(*queue), "ALSA: first");
  EXPECT_EQ(pop(*queue), "JACK: second");
  EXPECT_EQ(pop(*queue), "nothing");
}

TEST(MessageQueue, CountsWhatFindsNoRoom) {
  const auto queue = std::make_unique<MessageQueue>();
  for (int round = 0; round < 3; ++round) {
    for (std::size_t n = 0; n < MessageQueue::slots + 7; ++n) {
      queue->push("ALSA", std::to_string(n).c_str());
    }
    EXPECT_EQ(queue->take_lost(), 7U);
    EXPECT_EQ(queue->take_lost(), 0U);
    for (std::size_t n = 0; n < MessageQueue::slots; ++n) {
      ASSERT_EQ(pop(*queue), "ALSA: " + std::to_string(n));
    }
    EXPECT_EQ(pop(*queue), "nothing");
  }
}

TEST(MessageQueue, CutsLongMessagesOff) {
  const auto queue = std::make_unique<MessageQueue>();
  queue->push("ALSA", std::string(5000, 'x').c_str());
  EXPECT_EQ(pop(*queue), ("ALSA: " + std::string(5000, 'x')).substr(0, Message{}.text.size()));
}

TEST(MessageQueue, IsEmptyAndWorksAfterAFork) {
  const auto queue = std::make_unique<MessageQueue>();
  for (std::size_t n = 0; n < 2 * MessageQueue::slots; ++n) queue->push("ALSA", "parent's");
  queue->renew();
  EXPECT_FALSE(queue->is_waiting());
  EXPECT_EQ(queue->take_lost(), 0U);
  EXPECT_EQ(pop(*queue), "nothing");
  queue->push("ALSA", "child's");
  EXPECT_EQ(pop(*queue), "ALSA: child's");
}

TEST(MessageQueue, LosesAndTearsNothingAmongManyThreads) {
  const auto queue = std::make_unique<MessageQueue>();
  constexpr int writers = 4;
  constexpr int each = 20'000;
  std::atomic<int> writing{writers};
  std::vector<std::thread> threads;
  for (int writer = 0; writer < writers; ++writer) {
    threads.emplace_back([&, writer] {
      const std::string text(static_cast<std::size_t>(40 + 100 * writer), char('a' + writer));
      for (int n = 0; n < each; ++n) queue->push("ALSA", text.c_str());
      --writing;
    });
  }
  std::atomic<std::uint64_t> arrived{0};
  std::atomic<int> torn{0};
  for (int reader = 0; reader < 2; ++reader) {
    threads.emplace_back([&] {
      Message message;
      for (bool more = true; more;) {
        more = writing > 0;  // asked first: what is in the queue afterwards is the rest
        while (queue->pop(message)) {
          const std::string text = text_of(message).substr(6);
          const auto size = 40 + 100 * static_cast<std::size_t>(text.at(0) - 'a');
          if (text != std::string(size, text[0])) ++torn;
          ++arrived;
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(arrived + queue->take_lost(), std::uint64_t{writers} * each);
  EXPECT_GE(arrived, MessageQueue::slots);
}

}  // namespace
