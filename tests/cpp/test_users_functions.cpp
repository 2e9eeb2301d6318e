// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT

// Every function of the user's that the library calls: what if it throws, and what if it destroys
// the stream that called it?
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "audiopp/audiopp.hpp"
#include "audiopp/simulation.hpp"
#include "code_of.hpp"

namespace audiopp {
namespace {

class UsersFunctions : public testing::Test {
 protected:
  // ALSA's streams are drained by us, so that every stop can be interrupted.
  static std::vector<SimulatedHostApi> alsa() {
    SimulatedHostApi host_api;
    host_api.type = HostApiType::alsa;
    return {host_api};
  }
  static StreamConfig config() {
    StreamConfig both;
    both.input = both.output = StreamSide{};
    both.frames_per_buffer = 64;
    return both;
  }
  static CallbackResult silence(const CallbackContext&) { return CallbackResult::continue_; }

  void expect_all_closed() {
    Stream(session_, config()).close();  // which closes what was put aside
    EXPECT_EQ(simulation_.open_streams(), 0U);
  }
  template <class Condition>
  static bool wait_for(const Condition& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
  }

  Simulation simulation_{alsa(), SimulatedClock::by_hand};
  Session session_{simulation_};
  std::optional<Stream> stream_;
  std::array<std::int16_t, 96000> frames_{};
};

// ---- interrupts ----

/// A call that waits, so that its interrupt function is called.
struct Waiting {
  const char* name;
  bool has_callback;
  void (*call)(Stream& stream, std::int16_t* frames, const IoOptions& options);
};

const Waiting waiting_calls[] = {
    {"read", false,
     [](Stream& stream, std::int16_t* frames, const IoOptions& options) {
       stream.read(frames, 48000, options);
     }},
    {"write", false,
     [](Stream& stream, std::int16_t* frames, const IoOptions& options) {
       stream.write(frames, 48000, options);
     }},
    {"stop, blocking", false,
     [](Stream& stream, std::int16_t* frames, const IoOptions& options) {
       stream.write(frames, 64);
       stream.stop(StopMode::drain, options);
     }},
    {"close, blocking", false,
     [](Stream& stream, std::int16_t* frames, const IoOptions& options) {
       stream.write(frames, 64);
       stream.close(StopMode::drain, options);
     }},
    {"stop, callback", true,
     [](Stream& stream, std::int16_t*, const IoOptions& options) {
       stream.stop(StopMode::drain, options);
     }},
    {"close, callback", true,
     [](Stream& stream, std::int16_t*, const IoOptions& options) {
       stream.close(StopMode::drain, options);
     }},
};

/// What an interrupt function does, and how the call that it interrupts ends.
struct Interruption {
  const char* name;
  std::function<bool(std::optional<Stream>&)> act;
  bool stays_open;
  bool throws_its_own;
};

class Interrupts : public UsersFunctions {
 protected:
  void check(const Waiting& waiting, const Interruption& interruption) {
    SCOPED_TRACE(std::string(waiting.name) + ", " + interruption.name);
    stream_ =
        waiting.has_callback ? Stream(session_, config(), silence) : Stream(session_, config());
    stream_->start();
    if (waiting.has_callback) simulation_.step(2);

    struct Asked {
      const Interruption& interruption;
      std::optional<Stream>& stream;
      int times = 0;
    } asked{interruption, stream_};
    IoOptions options;
    options.timeout = Seconds(5);
    options.data = &asked;
    options.interrupt = [](void* data) {
      auto& it = *static_cast<Asked*>(data);
      return it.times++ > 0 || it.interruption.act(it.stream);
    };
    bool threw_its_own = false;
    try {
      waiting.call(*stream_, frames_.data(), options);
    } catch (const Error& error) {
      EXPECT_EQ(error.errc(), Errc::bad_stream_ptr) << error.what();
      EXPECT_FALSE(interruption.stays_open);
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "the user's");
      threw_its_own = true;
    } catch (int number) {
      EXPECT_EQ(number, 42);
      threw_its_own = true;
    }
    EXPECT_GE(asked.times, 1);
    EXPECT_EQ(threw_its_own, interruption.throws_its_own);
    const bool closes = std::string(waiting.name).rfind("close", 0) == 0;
    EXPECT_EQ(stream_ && stream_->is_open(), interruption.stays_open && !closes);
    EXPECT_EQ(simulation_.open_streams(), interruption.stays_open && !closes ? 1U : 0U);
    stream_.reset();
    EXPECT_EQ(simulation_.open_streams(), 0U);
  }
};

TEST_F(Interrupts, MayThrowAndMayDestroyAssignOrCloseTheStream) {
  const Interruption interruptions[] = {
      {"ends the call", [](auto&) { return true; }, true, false},
      {"throws an exception", [](auto&) -> bool { throw std::runtime_error("the user's"); }, true,
       true},
      {"throws a number", [](auto&) -> bool { throw 42; }, true, true},
      {"destroys the stream",
       [](auto& stream) {
         stream.reset();
         return false;
       },
       false, false},
      {"destroys the stream and ends the call",
       [](auto& stream) {
         stream.reset();
         return true;
       },
       false, false},
      {"assigns an empty stream",
       [](auto& stream) {
         *stream = Stream();
         return false;
       },
       false, false},
      {"closes the stream",
       [](auto& stream) {
         stream->close(StopMode::abort);
         return false;
       },
       false, false},
  };
  for (const Waiting& waiting : waiting_calls) {
    for (const Interruption& interruption : interruptions) check(waiting, interruption);
  }
}

// ---- the scope of a callback buffer ----

TEST_F(UsersFunctions, AScopeThatThrowsEndsTheStreamLikeAHandlerThatThrows) {
  using Work = std::function<void()>;
  const std::pair<const char*, CallbackScope> scopes[] = {
      {"before the work", [](const Work&) { throw std::runtime_error("the user's"); }},
      {"after the work",
       [](const Work& work) {
         work();
         throw std::runtime_error("the user's");
       }},
      {"a number", [](const Work&) { throw 42; }},
  };
  simulation_.set_clock(SimulatedClock::real_time);
  for (const auto& [name, scope] : scopes) {
    SCOPED_TRACE(name);
    StreamConfig queued = config();
    queued.callback_buffer = 256;
    queued.callback_scope = scope;
    Stream stream(session_, queued, silence);
    for (int run = 0; run < 2; ++run) {
      stream.start();
      EXPECT_TRUE(wait_for([&] { return !stream.is_active(); }));
      EXPECT_NE(stream.take_exception(), nullptr);
      EXPECT_FALSE(stream.is_device_lost());
      stream.stop();
    }
  }
}

TEST_F(UsersFunctions, AScopeMayDestroyTheStream) {
  simulation_.set_clock(SimulatedClock::real_time);
  StreamConfig queued = config();
  queued.callback_buffer = 256;
  std::atomic<bool> destroyed{false};
  queued.callback_scope = [&](const std::function<void()>& work) {
    if (!destroyed) stream_.reset();
    destroyed = true;
    work();
  };
  stream_.emplace(session_, queued, silence);
  stream_->start();
  EXPECT_TRUE(wait_for([&] { return destroyed.load(); }));
  expect_all_closed();
}

// ---- callbacks ----

TEST_F(UsersFunctions, ACallbackMayThrowAnythingAndMayDestroyTheStream) {
  for (const std::size_t buffer : {std::size_t{0}, std::size_t{256}}) {
    SCOPED_TRACE(buffer);
    simulation_.set_clock(SimulatedClock::real_time);
    StreamConfig wanted = config();
    wanted.callback_buffer = buffer;
    {
      Stream stream(session_, wanted, [](const CallbackContext&) -> CallbackResult { throw 42; });
      stream.start();
      EXPECT_TRUE(wait_for([&] { return !stream.is_active(); }));
      EXPECT_NE(stream.take_exception(), nullptr);
    }
    std::atomic<bool> destroyed{false};
    stream_.emplace(session_, wanted, [&](const CallbackContext&) {
      stream_.reset();
      destroyed = true;
      return CallbackResult::abort;
    });
    stream_->start();
    EXPECT_TRUE(wait_for([&] { return destroyed.load(); }));
    expect_all_closed();
  }
}

TEST_F(UsersFunctions, AFinishedCallbackMayThrowAnythingAndMayDestroyTheStream) {
  StreamConfig wanted = config();
  wanted.finished_callback = [] { throw 42; };
  const auto ends = [](const CallbackContext&) { return CallbackResult::abort; };
  Stream stream(session_, wanted, ends);
  stream.start();
  simulation_.step(4);
  EXPECT_TRUE(wait_for([&] { return !stream.is_active(); }));
  stream.stop();
  EXPECT_NE(stream.take_exception(), nullptr);
  stream.close();

  std::atomic<bool> destroyed{false};
  wanted.finished_callback = [&] {
    stream_.reset();
    destroyed = true;
  };
  stream_.emplace(session_, wanted, ends);
  stream_->start();
  simulation_.step(4);
  EXPECT_TRUE(wait_for([&] { return destroyed.load(); }));
  expect_all_closed();
}

/// A callback that owns its stream: when it is destroyed, so is the stream.
Stream* owned_by_its_callback(const Session& session, const StreamConfig& config) {
  auto owner = std::make_shared<Stream>();
  *owner = Stream(session, config,
                  [owner](const CallbackContext&) { return CallbackResult::continue_; });
  return owner.get();
}

TEST_F(UsersFunctions, ACallbackMayOwnItsStream) {
  const std::pair<const char*, void (*)(Stream&)> ways[] = {
      {"close", [](Stream& stream) { stream.close(); }},
      {"set_callback", [](Stream& stream) { stream.set_callback({}); }},
      {"set_handler", [](Stream& stream) { stream.dispatcher().set_handler({}); }},
      {"retire", [](Stream& stream) { stream.dispatcher().retire(); }},
      {"destructor", [](Stream& stream) { const Stream taken = std::move(stream); }},
  };
  for (const bool runs : {false, true}) {
    for (const auto& [name, destroy] : ways) {
      SCOPED_TRACE(std::string(name) + (runs ? ", running" : ", stopped"));
      Stream* const stream = owned_by_its_callback(session_, config());
      if (runs) {
        stream->start();
        simulation_.step();
        stream->abort();
      }
      destroy(*stream);
      EXPECT_EQ(simulation_.open_streams(), 0U);
    }
  }
}

}  // namespace
}  // namespace audiopp
