// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "dispatch/dispatcher.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "audiopp/error.hpp"
#include "detail/rt.hpp"

namespace audiopp {
namespace {

CallbackFormat output_format(SampleFormat format = SampleFormat::int16, int channels = 2) {
  CallbackFormat shape;
  shape.output_channels = channels;
  shape.output_format = format;
  return shape;
}

using Block = std::array<std::int16_t, 16>;

CallbackResult dispatch(detail::Dispatcher& dispatcher, Block& block,
                        CallbackFlags flags = CallbackFlags::none) {
  block.fill(0x55);
  return dispatcher.dispatch(nullptr, block.data(), 8, {}, flags);
}

CallbackResult play_ones(const CallbackContext& context) {
  for (auto& sample : context.output_as<std::int16_t>()) sample = 1;
  return CallbackResult::continue_;
}

TEST(Dispatcher, HandsTheBlockToTheHandler) {
  detail::Dispatcher dispatcher(output_format(), play_ones);
  Block block;
  EXPECT_EQ(dispatch(dispatcher, block), CallbackResult::continue_);
  EXPECT_EQ(block.front(), 1);
  EXPECT_EQ(block.back(), 1);
}

struct NativeTimes {
  double input_adc;
  double current;
  double output_dac;
};

struct Native {
  std::vector<double> seen;
  int result = 0;
};

int play_twos(const void*, void* output, unsigned long frames, const NativeTimes* times,
              unsigned long flags, void* user_data) {
  auto& native = *static_cast<Native*>(user_data);
  native.seen = {static_cast<double>(frames), times->input_adc, times->current, times->output_dac,
                 static_cast<double>(flags)};
  auto* samples = static_cast<std::int16_t*>(output);
  for (unsigned long i = 0; i < 2 * frames; ++i) samples[i] = 2;
  return native.result;
}

TEST(Dispatcher, ANativeFunctionIsAHandler) {
  Native native;
  detail::Dispatcher dispatcher(output_format(), native_callback(play_twos, &native));
  Block block;
  const CallbackTimes times{Seconds(1.5), Seconds(2.5), Seconds(3.5)};
  for (int result = 0; result < 3; ++result) {
    native.result = result;
    dispatcher.reset(0);
    EXPECT_EQ(dispatcher.dispatch(nullptr, block.data(), 8, times, CallbackFlags::output_underflow),
              static_cast<CallbackResult>(result));
    EXPECT_EQ(native.seen, (std::vector<double>{8, 1.5, 2.5, 3.5, 4}));
    EXPECT_EQ(block.back(), 2);
  }
}

TEST(Dispatcher, AWrongResultOfANativeFunctionIsAnException) {
  Native native;
  detail::Dispatcher dispatcher(output_format(), native_callback(play_twos, &native));
  Block block;
  for (const int wrong : {-1, 3, 1000}) {
    native.result = wrong;
    dispatcher.reset(0);
    EXPECT_EQ(dispatch(dispatcher, block), CallbackResult::abort);
    EXPECT_EQ(block, Block{}) << "silence in place of what it wrote";
    const auto exception = dispatcher.take_exception();
    ASSERT_TRUE(exception);
    EXPECT_THROW(std::rethrow_exception(exception), std::invalid_argument);
  }
}

TEST(Dispatcher, WithoutAHandlerTheBlockIsSilent) {
  detail::Dispatcher dispatcher(output_format());
  Block block;
  EXPECT_EQ(dispatch(dispatcher, block), CallbackResult::continue_);
  EXPECT_EQ(block, Block{});
}

TEST(Dispatcher, SilenceIsThereBeforeTheHandler) {
  detail::Dispatcher dispatcher(output_format(SampleFormat::uint8, 1),
                                [](const CallbackContext&) { return CallbackResult::continue_; });
  std::array<unsigned char, 4> block{1, 2, 3, 4};
  dispatcher.dispatch(nullptr, block.data(), block.size(), {}, CallbackFlags::none);
  EXPECT_EQ(block, (std::array<unsigned char, 4>{128, 128, 128, 128}));
}

struct Filling {
  static constexpr bool fills_output = true;
  CallbackResult operator()(const CallbackContext& context) const {
    found->assign(static_cast<std::int16_t*>(context.output),
                  static_cast<std::int16_t*>(context.output) + 2 * context.frames);
    if (fails) throw std::runtime_error("boom");
    return CallbackResult::complete;
  }
  std::vector<std::int16_t>* found;
  bool fails = false;
};

TEST(Dispatcher, AHandlerThatFillsTheOutputFindsItAsItIs) {
  std::vector<std::int16_t> found;
  detail::Dispatcher dispatcher(output_format(), Filling{&found});
  Block block;
  dispatcher.reset(8);
  EXPECT_EQ(dispatch(dispatcher, block), CallbackResult::continue_);
  EXPECT_EQ(found.front(), 0x55);
  EXPECT_EQ(block.back(), 0x55);
  EXPECT_EQ(dispatch(dispatcher, block), CallbackResult::complete);
  EXPECT_EQ(block, Block{}) << "the tail is silent all the same";

  dispatcher.set_handler(Filling{&found, true});
  dispatcher.reset(0);
  EXPECT_EQ(dispatch(dispatcher, block), CallbackResult::abort);
  EXPECT_EQ(block, Block{}) << "it has not returned";
}

TEST(Dispatcher, PlanarOutputIsSilencedChannelByChannel) {
  CallbackFormat shape = output_format();
  shape.output_layout = Layout::planar;
  detail::Dispatcher dispatcher(shape);
  std::array<std::int16_t, 4> left{1, 2, 3, 4};
  std::array<std::int16_t, 4> right{1, 2, 3, 4};
  std::array<void*, 2> channels{left.data(), right.data()};
  dispatcher.dispatch(nullptr, channels.data(), 4, {}, CallbackFlags::none);
  EXPECT_EQ(left, (std::array<std::int16_t, 4>{}));
  EXPECT_EQ(right, (std::array<std::int16_t, 4>{}));
}

TEST(Dispatcher, AnExceptionBecomesAbortAndSilenceAndIsKeptOnce) {
  detail::Dispatcher dispatcher(output_format(), [](const CallbackContext& context) {
    play_ones(context);
    if (context.frames == 8) throw std::runtime_error("boom");
    return CallbackResult::continue_;
  });
  Block block;
  EXPECT_EQ(dispatch(dispatcher, block), CallbackResult::abort);
  EXPECT_EQ(block, Block{}) << "half a block must not be heard";
  EXPECT_EQ(dispatch(dispatcher, block), CallbackResult::abort) << "aborted for good";
  const std::exception_ptr exception = dispatcher.take_exception();
  ASSERT_TRUE(exception);
  EXPECT_THROW(std::rethrow_exception(exception), std::runtime_error);
  EXPECT_FALSE(dispatcher.take_exception());
}

TEST(Dispatcher, CompletesWhenTheTailHasBeenPlayed) {
  detail::Dispatcher dispatcher(output_format(), [](const CallbackContext& context) {
    play_ones(context);
    return CallbackResult::complete;
  });
  dispatcher.reset(20);
  Block block;
  EXPECT_EQ(dispatch(dispatcher, block), CallbackResult::continue_);
  EXPECT_EQ(block.front(), 1) << "the last block of the handler is played";
  EXPECT_EQ(dispatch(dispatcher, block), CallbackResult::continue_);
  EXPECT_EQ(block, Block{});
  EXPECT_EQ(dispatch(dispatcher, block), CallbackResult::continue_);
  EXPECT_EQ(dispatch(dispatcher, block), CallbackResult::complete);

  dispatcher.reset(0);
  EXPECT_EQ(dispatch(dispatcher, block), CallbackResult::complete) << "no tail asked for";
}

TEST(Dispatcher, DrainSilencesTheHandler) {
  int calls = 0;
  detail::Dispatcher dispatcher(output_format(), [&](const CallbackContext&) {
    ++calls;
    return CallbackResult::continue_;
  });
  dispatcher.reset(8);
  Block block;
  dispatch(dispatcher, block);
  dispatcher.drain();
  EXPECT_EQ(dispatch(dispatcher, block), CallbackResult::complete);
  EXPECT_EQ(calls, 1);
}

TEST(Dispatcher, CountsCallbacksFramesAndXruns) {
  detail::Dispatcher dispatcher(output_format());
  Block block;
  dispatch(dispatcher, block);
  dispatch(dispatcher, block, CallbackFlags::output_underflow | CallbackFlags::input_overflow);
  dispatch(dispatcher, block, CallbackFlags::input_underflow);
  dispatch(dispatcher, block, CallbackFlags::output_overflow | CallbackFlags::priming_output);
  const CallbackCounters counters = dispatcher.counters();
  EXPECT_EQ(counters.callbacks, 4U);
  EXPECT_EQ(counters.frames, 32U);
  EXPECT_EQ(counters.output_underflows, 1U);
  EXPECT_EQ(counters.input_overflows, 1U);
  EXPECT_EQ(counters.input_underflows, 1U);
  EXPECT_EQ(counters.output_overflows, 1U);
}

TEST(Dispatcher, AReplacedHandlerIsDestroyedOnTheControlSide) {
  struct Witness {
    std::thread::id* where;
    ~Witness() { *where = std::this_thread::get_id(); }
  };
  std::thread::id destroyed_by;
  auto witness = std::make_shared<Witness>(Witness{&destroyed_by});
  destroyed_by = {};
  detail::Dispatcher dispatcher(
      output_format(), [witness](const CallbackContext&) { return CallbackResult::continue_; });
  witness.reset();

  std::atomic<bool> stop{false};
  std::thread audio([&] {
    Block block;
    while (!stop) dispatch(dispatcher, block);
  });
  dispatcher.set_handler(play_ones);
  EXPECT_EQ(destroyed_by, std::this_thread::get_id());
  stop = true;
  audio.join();
}

TEST(Dispatcher, SetHandlerWaitsUntilTheAudioThreadHasLeft) {
  std::atomic<bool> inside{false};
  std::atomic<bool> left{false};
  detail::Dispatcher dispatcher(output_format(), [&](const CallbackContext&) {
    inside = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    left = true;
    return CallbackResult::continue_;
  });
  std::thread audio([&] {
    Block block;
    dispatch(dispatcher, block);
  });
  while (!inside) std::this_thread::yield();
  dispatcher.set_handler({});
  EXPECT_TRUE(left);
  audio.join();
}

TEST(Dispatcher, AHeldHandlerIsCalledAgainAfterAReset) {
  int calls = 0;
  detail::Dispatcher dispatcher(output_format(), [&](const CallbackContext&) {
    ++calls;
    return CallbackResult::continue_;
  });
  Block block;
  EXPECT_TRUE(dispatcher.hold(Seconds(0)));
  dispatch(dispatcher, block);
  EXPECT_EQ(calls, 0);
  dispatcher.reset(0);
  dispatch(dispatcher, block);
  EXPECT_EQ(calls, 1);
}

TEST(Dispatcher, AHandlerSetInAHoldIsCalledAfterAReset) {
  detail::Dispatcher dispatcher(output_format());
  Block block;
  EXPECT_TRUE(dispatcher.hold(Seconds(0)));
  dispatcher.set_handler(play_ones);
  dispatch(dispatcher, block);
  EXPECT_EQ(block, Block{});
  dispatcher.reset(0);
  dispatch(dispatcher, block);
  EXPECT_EQ(block.front(), 1);
}

TEST(Dispatcher, AHandlerCannotReplaceItself) {
  detail::Dispatcher* self = nullptr;
  detail::Dispatcher dispatcher(output_format(), [&](const CallbackContext&) {
    self->set_handler({});
    return CallbackResult::continue_;
  });
  self = &dispatcher;
  const detail::CallbackMark audio_thread(dispatcher);
  Block block;
  EXPECT_EQ(dispatch(dispatcher, block), CallbackResult::abort);
  EXPECT_THROW(std::rethrow_exception(dispatcher.take_exception()), InsideCallbackError);
}

}  // namespace
}  // namespace audiopp
