// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "audiopp/callback.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace audiopp {
namespace {

static_assert(std::is_nothrow_move_constructible_v<Callback>);
static_assert(std::is_nothrow_move_assignable_v<Callback>);
static_assert(!std::is_copy_constructible_v<Callback>);
static_assert(!std::is_constructible_v<Callback, int (*)()>);
static_assert(!std::is_constructible_v<Callback, std::function<void(const CallbackContext&)>>);

CallbackContext block_of(std::size_t frames) {
  return {nullptr, nullptr, frames, {}, CallbackFlags::none, nullptr};
}

CallbackResult complete(const CallbackContext&) {
  return CallbackResult::complete;
}

CallbackResult complete_noexcept(const CallbackContext&) noexcept {
  return CallbackResult::complete;
}

TEST(Callback, IsMadeOfLambdasFunctionsAndStdFunctions) {
  const std::function<CallbackResult(const CallbackContext&)> function = complete;
  Callback callbacks[] = {
      complete, &complete, complete_noexcept, function, [](const CallbackContext& context) {
        return context.frames == 1 ? CallbackResult::complete : CallbackResult::abort;
      }};
  for (const Callback& callback : callbacks) {
    ASSERT_TRUE(callback);
    EXPECT_EQ(callback(block_of(1)), CallbackResult::complete);
  }
}

TEST(Callback, IsEmptyWhenItsCallableIs) {
  using Function = std::function<CallbackResult(const CallbackContext&)>;
  CallbackResult (*no_function)(const CallbackContext&) = nullptr;
  CallbackResult (*no_noexcept)(const CallbackContext&) noexcept = nullptr;
  CallbackResult (CallbackContext::*no_member)() const = nullptr;
  const Callback callbacks[] = {{},        nullptr,    no_function, no_noexcept,
                                no_member, Function{}, Callback{}};
  for (const Callback& callback : callbacks) {
    EXPECT_FALSE(callback);
    EXPECT_THROW(callback(block_of(1)), std::bad_function_call);
  }
}

TEST(Callback, HoldsAMoveOnlyCallableAndDestroysItOnce) {
  int destroyed = 0;
  const auto count = [&](const int*) { ++destroyed; };
  const int one = 1;
  {
    Callback callback = [held = std::unique_ptr<const int, decltype(count)>(&one, count)](
                            const CallbackContext&) { return CallbackResult{*held}; };
    Callback moved = std::move(callback);
    EXPECT_FALSE(callback);  // NOLINT(bugprone-use-after-move): a moved-from one is empty
    EXPECT_EQ(moved(block_of(1)), CallbackResult::complete);
    callback = std::move(moved);
    EXPECT_EQ(callback(block_of(1)), CallbackResult::complete);
    EXPECT_EQ(destroyed, 0);
    callback = complete;
    EXPECT_EQ(destroyed, 1);
  }
  EXPECT_EQ(destroyed, 1);
}

}  // namespace
}  // namespace audiopp
