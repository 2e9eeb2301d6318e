// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include <atomic>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <thread>

#include "simulated_card_test.hpp"

// Behaviour that portaudio.h leaves undefined ends the process, with a message that says why.

namespace audiopp {
namespace {

using namespace std::chrono_literals;

class Misuse : public SimulatedCardTest {
 protected:
  void SetUp() override {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    start(SimulatedClock::by_hand);
  }

  void step_with_callback(Block block) {
    pa.start_stream(open_output(&block));
    simulation_.step();
  }

  // Calls `other` while a thread waits inside Pa_ReadStream().
  void while_reading(const std::function<void(PaStream*)>& other) {
    PaStream* stream = open_input();
    pa.start_stream(stream);
    std::thread reader([=] {
      std::int16_t frame[2];
      pa.read_stream(stream, frame, 1);
    });
    std::this_thread::sleep_for(50ms);
    other(stream);
    reader.join();
  }
};

TEST_F(Misuse, AClosedStreamIsUsed) {
  PaStream* stream = open_output();
  pa.close_stream(stream);
  std::int16_t frame[2]{};
  EXPECT_DEATH(pa.start_stream(stream), "Pa_StartStream: the stream is closed");
  EXPECT_DEATH(pa.write_stream(stream, frame, 1), "Pa_WriteStream: the stream is closed");
  EXPECT_DEATH(pa.stream_time(stream), "Pa_GetStreamTime: the stream is closed");
  EXPECT_DEATH(pa.is_stream_active(stream), "Pa_IsStreamActive: the stream is closed");
}

TEST_F(Misuse, ABlockingStreamIsGivenAFinishedCallback) {
  EXPECT_DEATH(pa.set_finished_callback(open_output(), [](void*) {}),
               "Pa_SetStreamFinishedCallback: the stream has no callback");
}

TEST_F(Misuse, AnExceptionLeavesAFinishedCallback) {
  Block complete = [](auto...) { return paComplete; };
  PaStream* stream = open_output(&complete);
  pa.set_finished_callback(stream, [](void*) { throw 1; });
  EXPECT_DEATH(
      {
        pa.start_stream(stream);
        simulation_.step();
      },
      "PaStreamFinishedCallback: an exception left the callback");
}

TEST_F(Misuse, AStreamIsControlledInsideItsCallback) {
  PaStream* stream = nullptr;
  const auto inside = [&](const std::function<void()>& call) {
    step_with_callback([&](auto...) {
      call();
      return paContinue;
    });
  };
  const auto why = "inside a stream callback";
  stream = open_input();
  EXPECT_DEATH(inside([&] { pa.start_stream(stream); }), why);
  EXPECT_DEATH(inside([&] { pa.stop_stream(stream); }), why);
  EXPECT_DEATH(inside([&] { pa.abort_stream(stream); }), why);
  EXPECT_DEATH(inside([&] { pa.close_stream(stream); }), why);
  EXPECT_DEATH(inside([&] { open_input(); }), why);
  EXPECT_DEATH(inside([&] { pa.initialize(); }), why);
  EXPECT_DEATH(inside([&] { pa.terminate(); }), why);
}

TEST_F(Misuse, ACallbackReturnsSomethingElse) {
  EXPECT_DEATH(step_with_callback([](auto...) { return 3; }), "PaStreamCallbackResult");
}

TEST_F(Misuse, AnExceptionLeavesACallback) {
  EXPECT_DEATH(step_with_callback([](auto...) -> int { throw std::runtime_error("no"); }),
               "an exception left the callback");
}

TEST_F(Misuse, TwoThreadsUseOneStream) {
  std::int16_t frame[2]{};
  EXPECT_DEATH(while_reading([&](PaStream* stream) { pa.read_stream(stream, frame, 1); }),
               "Pa_ReadStream: another thread reads from the stream");
  EXPECT_DEATH(while_reading([&](PaStream* stream) { pa.stop_stream(stream); }),
               "Pa_StopStream: another thread reads from the stream or writes to it");
  EXPECT_DEATH(while_reading([&](PaStream* stream) { pa.close_stream(stream); }),
               "Pa_CloseStream: another thread reads from the stream or writes to it");
  EXPECT_DEATH(while_reading([&](PaStream*) { pa.terminate(); }),
               "Pa_Terminate: another thread reads from the stream or writes to it");
}

TEST_F(Misuse, AStreamIsStoppedTwiceAtOnce) {
  const auto stop_twice = [&] {
    std::atomic<bool> inside{false};
    Block block = [&](auto...) {
      inside = true;
      std::this_thread::sleep_for(1s);
      return paContinue;
    };
    PaStream* stream = open_output(&block);
    pa.start_stream(stream);
    std::thread stepper([&] { simulation_.step(); });
    while (!inside) std::this_thread::yield();
    std::thread other([&] { pa.stop_stream(stream); });
    std::this_thread::sleep_for(50ms);
    pa.abort_stream(stream);
    other.join();
    stepper.join();
  };
  EXPECT_DEATH(stop_twice(), "Pa_AbortStream: another thread controls the stream");
}

TEST_F(Misuse, GlobalCallsOverlap) {
  const auto overlap = [&] {
    std::atomic<bool> inside{false};
    Block block = [&](auto...) {
      inside = true;
      std::this_thread::sleep_for(1s);
      return paContinue;
    };
    PaStream* stream = open_output(&block);
    pa.start_stream(stream);
    std::thread stepper([&] { simulation_.step(); });
    while (!inside) std::this_thread::yield();
    std::thread other([&] { pa.close_stream(stream); });
    std::this_thread::sleep_for(50ms);
    open_input();
    other.join();
    stepper.join();
  };
  EXPECT_DEATH(overlap(), "Pa_OpenStream: another thread is inside Pa_Initialize");
}

}  // namespace
}  // namespace audiopp
