// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
// What Stream::dispatcher() promises: no late call, no deadlock, no handler destroyed elsewhere.

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

#ifndef _WIN32
#include <sys/wait.h>
#include <unistd.h>
#endif

#include "audiopp/error.hpp"
#include "audiopp/simulation.hpp"
#include "audiopp/stream.hpp"
#include "code_of.hpp"
#include "dispatch/dispatcher.hpp"

namespace audiopp {
namespace {

using namespace std::chrono_literals;

CallbackResult go_on(const CallbackContext&) {
  return CallbackResult::continue_;
}

template <class Condition>
void wait_until(const Condition& condition) {
  while (!condition()) std::this_thread::sleep_for(100us);
}

/// Owned by a handler: counts how often it was destroyed, and knows the last thread that did it.
class Witness {
 public:
  class Held {
   public:
    explicit Held(Witness& witness) : witness_(&witness) {}
    Held(Held&& other) noexcept : witness_(std::exchange(other.witness_, nullptr)) {}
    Held& operator=(Held&&) = delete;
    ~Held() {
      if (witness_ == nullptr) return;
      witness_->thread_ = std::this_thread::get_id();
      ++witness_->destroyed_;
    }

   private:
    Witness* witness_;
  };

  int destroyed() const { return destroyed_; }
  std::thread::id thread() const { return thread_; }

 private:
  std::atomic<int> destroyed_{0};
  std::atomic<std::thread::id> thread_{};
};

/// A handler that does not return until it is released.
class Lingering {
 public:
  CallbackResult operator()() {
    is_inside = true;
    wait_until([&] { return is_let_go.load(); });
    has_left = true;
    return CallbackResult::continue_;
  }

  std::atomic<bool> is_inside{false};
  std::atomic<bool> is_let_go{false};
  std::atomic<bool> has_left{false};
};

enum class Kind { direct, queued };

class Promises : public testing::TestWithParam<Kind> {
 protected:
  static StreamConfig config() {
    StreamConfig config;
    config.output = StreamSide{};
    config.frames_per_buffer = 64;
    if (GetParam() == Kind::queued) config.callback_buffer = 256;
    return config;
  }

  Simulation simulation_{{SimulatedHostApi{}}, SimulatedClock::real_time};
  Session session_{simulation_};
};

INSTANTIATE_TEST_SUITE_P(Kinds, Promises, testing::Values(Kind::direct, Kind::queued),
                         [](const auto& kind) {
                           return kind.param == Kind::direct ? std::string("Direct")
                                                             : std::string("Queued");
                         });

// ---- no late call ----

// As fast as both sides can, without a stream: between a look at the handler and its call are
// nanoseconds. A call that is late has ended, and is counted, when the threads are joined.
TEST_P(Promises, TheHandlerWasCalledAfterRetire) {
  const bool is_queued = GetParam() == Kind::queued;
  constexpr std::size_t frames = 1024;
  CallbackFormat format;
  format.output_channels = 2;
#ifdef __SANITIZE_THREAD__
  constexpr int tries = 1000;  // which takes ten times as long each
#else
  constexpr int tries = 5000;
#endif
  int late = 0;
  for (int i = 0; i < tries; ++i) {
    std::atomic<bool> is_retired{false};
    std::atomic<bool> was_late{false};
    std::atomic<int> calls{0};
    const auto handler = [&](const CallbackContext&) {
      if (is_retired) was_late = true;
      ++calls;
      return CallbackResult::continue_;
    };
    std::optional<detail::Dispatcher> dispatcher;
    if (is_queued) {
      dispatcher.emplace(format, handler, detail::CallbackBuffer{8 * frames, frames, 1e6});
    } else {
      dispatcher.emplace(format, handler);
    }
    std::atomic<bool> stop{false};
    std::thread worker([&] { dispatcher->work(); });
    std::thread audio([&] {
      std::vector<std::int16_t> block(2 * frames);
      while (!stop) {
        dispatcher->dispatch(nullptr, block.data(), is_queued ? frames : 16, {},
                             CallbackFlags::none);
        if (is_queued) std::this_thread::yield();
      }
    });
    while (calls < 3) std::this_thread::yield();
    if (is_queued) {
      const int before = calls;
      while (calls == before) std::this_thread::yield();
    } else {
      std::this_thread::sleep_for(std::chrono::microseconds(i % 200));
    }
    is_retired = dispatcher->retire(std::nullopt);
    EXPECT_TRUE(is_retired);
    stop = true;
    audio.join();
    dispatcher->stop_work();
    worker.join();
    if (was_late) ++late;
  }
  EXPECT_EQ(late, 0) << "of " << tries;
}

TEST_P(Promises, RetireWasTrueWhileTheHandlerRan) {
  Lingering handler;
  Witness witness;
  Stream stream(session_, config(),
                [&, held = Witness::Held(witness)](const CallbackContext&) { return handler(); });
  CallbackDispatcher dispatcher = stream.dispatcher();
  stream.start();
  wait_until([&] { return handler.is_inside.load(); });
  EXPECT_FALSE(dispatcher.retire(Seconds(0.01)));
  EXPECT_FALSE(dispatcher.retire(Seconds(-1)));
  EXPECT_FALSE(handler.has_left);
  EXPECT_EQ(witness.destroyed(), 0) << "it is in use";
  handler.is_let_go = true;
  EXPECT_TRUE(dispatcher.retire(Seconds(1e300)));
  EXPECT_TRUE(handler.has_left);
  EXPECT_EQ(witness.destroyed(), 1);
  EXPECT_EQ(witness.thread(), std::this_thread::get_id());
}

// Of two that replace at once, the second took out a handler that was never called, and did not
// wait for the first one's.
TEST_P(Promises, TheSecondReplacementReturnedWhileTheFirstHandlerRan) {
  Lingering handler;
  Stream stream(session_, config(), [&](const CallbackContext&) { return handler(); });
  CallbackDispatcher dispatcher = stream.dispatcher();
  stream.start();
  wait_until([&] { return handler.is_inside.load(); });
  std::atomic<int> waiting{0};
  std::array<std::atomic<bool>, 3> was_early{};
  std::vector<std::thread> threads;
  for (auto& early : was_early) {
    threads.emplace_back([&] {
      ++waiting;
      dispatcher.set_handler(go_on);
      early = !handler.has_left;
    });
  }
  wait_until([&] { return waiting == 3; });
  std::this_thread::sleep_for(20ms);
  handler.is_let_go = true;
  for (auto& thread : threads) thread.join();
  for (const auto& early : was_early) EXPECT_FALSE(early);
}

TEST_P(Promises, ARetiredHandlerCameBackAfterARestart) {
  std::atomic<int> calls{0};
  Stream stream(session_, config(), [&](const CallbackContext&) {
    ++calls;
    return CallbackResult::continue_;
  });
  stream.start();
  wait_until([&] { return calls > 0; });
  EXPECT_TRUE(stream.dispatcher().retire());
  const int before = calls;
  const auto blocks = stream.counters().callbacks;
  wait_until([&] { return stream.counters().callbacks > blocks + 2; });
  EXPECT_TRUE(stream.is_active()) << "silent, not finished";
  stream.abort();
  stream.start();
  wait_until([&] { return stream.counters().callbacks > blocks + 6; });
  EXPECT_EQ(calls, before);
  std::atomic<int> new_calls{0};
  stream.dispatcher().set_handler([&](const CallbackContext&) {
    ++new_calls;
    return CallbackResult::continue_;
  });
  wait_until([&] { return new_calls > 0; });
  stream.close();
}

TEST_P(Promises, AStopWithATimeoutLeavesTheHandlerForTheNextStart) {
  std::atomic<int> calls{0};
  Stream stream(session_, config(), [&](const CallbackContext&) {
    ++calls;
    return CallbackResult::continue_;
  });
  IoOptions options;
  options.timeout = Seconds(10);
  for (int round = 0; round < 3; ++round) {
    const int before = calls;
    stream.start();
    wait_until([&] { return calls > before; });
    stream.stop(StopMode::abort, options);
  }
}

// ---- no deadlock ----

TEST_P(Promises, TwoCallbacksReplacedEachOthersHandlerForEver) {
  std::array<Stream, 2> streams;
  std::array<CallbackDispatcher, 2> dispatchers;
  std::atomic<int> inside{0};
  std::atomic<int> refused{0};
  std::atomic<int> done{0};
  for (std::size_t i = 0; i < 2; ++i) {
    streams[i] = Stream(session_, config(), [&, i](const CallbackContext&) {
      ++inside;
      wait_until([&] { return inside >= 2; });
      try {
        dispatchers[1 - i].set_handler({});
      } catch (const InsideCallbackError&) {
        ++refused;
      }
      try {
        dispatchers[1 - i].retire();
      } catch (const InsideCallbackError&) {
        ++refused;
      }
      ++done;
      return CallbackResult::complete;
    });
    dispatchers[i] = streams[i].dispatcher();
  }
  for (auto& stream : streams) stream.start();
  wait_until([&] { return inside >= 2; });
  for (auto& stream : streams) stream.close();
  EXPECT_EQ(done, inside);
  EXPECT_EQ(refused, 2 * done);
}

TEST_P(Promises, AFinishedCallbackReplacedAHandler) {
  Stream other(session_, config(), go_on);
  CallbackDispatcher dispatcher = other.dispatcher();
  std::atomic<int> refused{0};
  std::atomic<bool> finished{false};
  StreamConfig with_end = config();
  with_end.finished_callback = [&] {
    try {
      dispatcher.set_handler({});
    } catch (const InsideCallbackError&) {
      ++refused;
    }
    try {
      CallbackDispatcher().retire();
    } catch (const InsideCallbackError&) {
      ++refused;
    }
    finished = true;
  };
  Stream stream(session_, with_end,
                [](const CallbackContext&) { return CallbackResult::complete; });
  stream.start();
  wait_until([&] { return finished.load(); });
  EXPECT_EQ(refused, 2);
}

#ifndef _WIN32
/// Forks while a stream's handler runs; true if `in_child` returned there and the child ended.
testing::AssertionResult child_ends(
    const Session& session, const StreamConfig& config,
    const std::function<void(Stream&, CallbackDispatcher&)>& in_child) {
  Lingering handler;
  Witness witness;
  Stream stream(session, config,
                [&, held = Witness::Held(witness)](const CallbackContext&) { return handler(); });
  CallbackDispatcher dispatcher = stream.dispatcher();
  stream.start();
  wait_until([&] { return handler.is_inside.load(); });
  const pid_t child = fork();
  if (child == 0) {
    alarm(10);  // kills a child that hangs
    in_child(stream, dispatcher);
    _exit(witness.destroyed() == 0 ? 0 : 1);
  }
  int status = -1;
  const bool waited = waitpid(child, &status, 0) == child;
  handler.is_let_go = true;
  if (waited && status == 0) return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << "the child's status is " << status << " (14: it hung; 256: it destroyed the handler)";
}

TEST_P(Promises, AChildForkedInAHandlerSpunInSetHandler) {
  EXPECT_TRUE(child_ends(session_, config(), [](Stream& stream, CallbackDispatcher& dispatcher) {
    dispatcher.set_handler({});
    if (code_of([&] { stream.set_callback({}); }) != Errc::bad_stream_ptr) _exit(3);
    const auto refused = [&] { dispatcher.set_handler(go_on); };
    if (code_of(refused) != Errc::bad_stream_ptr) _exit(2);
  }));
}

TEST_P(Promises, AChildForkedInAHandlerSpunInRetire) {
  EXPECT_TRUE(child_ends(session_, config(), [](Stream&, CallbackDispatcher& dispatcher) {
    if (!dispatcher.retire()) _exit(2);
  }));
}

TEST_P(Promises, AChildForkedInAHandlerClosesAndForgets) {
  EXPECT_TRUE(child_ends(session_, config(), [](Stream& stream, CallbackDispatcher& dispatcher) {
    stream.close();
    {
      const Stream gone = std::move(stream);
    }
    dispatcher = {};
  }));
}
#endif

// ---- closed, moved and blocking streams ----

TEST_P(Promises, AClosedStreamTookAHandlerThatWasNeverCalled) {
  Witness first;
  Witness second;
  Stream stream(session_, config(), [held = Witness::Held(first)](const CallbackContext&) {
    return CallbackResult::abort;
  });
  CallbackDispatcher dispatcher = stream.dispatcher();
  stream.start();
  wait_until([&] { return dispatcher.has_ended(); });
  stream.close();
  EXPECT_EQ(first.destroyed(), 1);
  EXPECT_TRUE(dispatcher.retire());
  dispatcher.set_handler({});
  EXPECT_EQ(code_of([&] { stream.set_callback({}); }), Errc::bad_stream_ptr);
  EXPECT_EQ(code_of([&] {
              dispatcher.set_handler(
                  [held = Witness::Held(second)](const CallbackContext&) { return go_on({}); });
            }),
            Errc::bad_stream_ptr);
  EXPECT_EQ(second.destroyed(), 1);
  EXPECT_EQ(code_of([&] { stream.dispatcher().set_handler(go_on); }), Errc::bad_stream_ptr);
  EXPECT_TRUE(dispatcher.has_ended());
  EXPECT_GT(dispatcher.counters().callbacks, 0U);
}

TEST_P(Promises, ADispatcherOutlivesItsStreamWithoutKeepingItOpen) {
  CallbackDispatcher dispatcher;
  Witness witness;
  {
    Stream stream(session_, config(),
                  [held = Witness::Held(witness)](const CallbackContext&) -> CallbackResult {
                    throw std::runtime_error("boom");
                  });
    dispatcher = stream.dispatcher();
    stream.start();
    wait_until([&] { return dispatcher.has_ended(); });
  }
  EXPECT_EQ(simulation_.open_streams(), 0U);
  EXPECT_EQ(witness.destroyed(), 1);
  EXPECT_TRUE(dispatcher.retire());
  EXPECT_EQ(dispatcher.format().output_channels, 2);
  EXPECT_GT(dispatcher.counters().callbacks, 0U);
  EXPECT_THROW(std::rethrow_exception(dispatcher.take_exception()), std::runtime_error);
  EXPECT_FALSE(dispatcher.take_exception());
}

TEST_P(Promises, ADispatcherFollowsAStreamThatMoves) {
  std::atomic<int> calls{0};
  Stream first(session_, config(), go_on);
  CallbackDispatcher dispatcher = first.dispatcher();
  Stream second = std::move(first);
  EXPECT_EQ(code_of([&] { first.dispatcher(); }),
            Errc::bad_stream_ptr);  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(code_of([&] { first.set_callback({}); }), Errc::bad_stream_ptr);
  second.start();
  dispatcher.set_handler([&](const CallbackContext&) {
    ++calls;
    return CallbackResult::continue_;
  });
  wait_until([&] { return calls > 0; });
  second.close();
  EXPECT_EQ(second.dispatcher().counters().callbacks, dispatcher.counters().callbacks);
}

TEST(Dispatchers, OneOfNoStreamAnswersAsThatOfAClosedOne) {
  CallbackDispatcher made;
  CallbackDispatcher moved_from;
  const CallbackDispatcher moved = std::move(moved_from);
  for (CallbackDispatcher* dispatcher : {&made, &moved_from}) {
    EXPECT_TRUE(dispatcher->retire());
    dispatcher->set_handler({});
    EXPECT_EQ(code_of([&] { dispatcher->set_handler(go_on); }), Errc::bad_stream_ptr);
    EXPECT_FALSE(dispatcher->has_ended());
    EXPECT_FALSE(dispatcher->take_exception());
    EXPECT_EQ(dispatcher->counters().callbacks, 0U);
    EXPECT_EQ(dispatcher->format().output_channels, 0);
  }
}

TEST(Dispatchers, ABlockingStreamHasNone) {
  Simulation simulation;
  StreamConfig config;
  config.output = StreamSide{};
  Stream stream(Session(simulation), config);
  EXPECT_THROW(stream.dispatcher(), std::invalid_argument);
  EXPECT_THROW(stream.set_callback(go_on), std::invalid_argument);
  EXPECT_EQ(code_of([] { Stream().dispatcher(); }), Errc::bad_stream_ptr);
}

// ---- whose thread destroys a handler ----

TEST_P(Promises, EachHandlerIsDestroyedOnceByTheThreadThatReplacesIt) {
  constexpr std::size_t rounds = 200;
  std::vector<Witness> witnesses(rounds);
  const auto handler_of = [](Witness& witness) -> Callback {
    return [held = Witness::Held(witness)](const CallbackContext&) {
      return CallbackResult::continue_;
    };
  };
  {
    Stream stream(session_, config(), handler_of(witnesses[0]));
    stream.start();
    for (std::size_t i = 1; i < rounds; ++i) {
      if (i % 10 == 0) std::this_thread::sleep_for(1ms);
      if (i % 3 == 0) {
        EXPECT_TRUE(stream.dispatcher().retire());
      }
      stream.set_callback(handler_of(witnesses[i]));
      EXPECT_EQ(witnesses[i - 1].destroyed(), 1);
      EXPECT_EQ(witnesses[i].destroyed(), 0);
    }
  }
  for (const Witness& witness : witnesses) {
    EXPECT_EQ(witness.destroyed(), 1);
    EXPECT_EQ(witness.thread(), std::this_thread::get_id());
  }
}

// Destroyed inside its own callback, a stream is closed later and elsewhere.
TEST_P(Promises, AHandlerThatDestroysItsStreamIsNotDestroyedThere) {
  Witness witness;
  auto stream = std::make_shared<Stream>();
  const std::weak_ptr<Stream> gone = stream;
  std::atomic<bool> has_left{false};
  *stream = Stream(session_, config(),
                   [&stream, &has_left, held = Witness::Held(witness)](const CallbackContext&) {
                     stream.reset();
                     has_left = true;
                     return CallbackResult::continue_;
                   });
  stream->start();
  wait_until([&] { return gone.expired() && has_left; });
  EXPECT_EQ(witness.destroyed(), 0);
  Stream(session_, config(), go_on).close();
  EXPECT_EQ(witness.destroyed(), 1);
  EXPECT_EQ(witness.thread(), std::this_thread::get_id());
}

}  // namespace
}  // namespace audiopp
