// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "py_audio_thread.hpp"

#include "py_gil.hpp"
#include "py_per_thread.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <new>
#include <thread>
#include <vector>

namespace {

std::atomic<bool> closed{false};

}  // namespace

/// The state of a thread on which PortAudio has called back.
class AudioThread {
 public:
  AudioThread();
  ~AudioThread();
  AudioThread(const AudioThread&) = delete;
  AudioThread& operator=(const AudioThread&) = delete;

  /// Between enter() and leave() the thread may hold the GIL or wait for it. Either this thread
  /// sees that the gate is closed, or close() sees that this thread is inside.
  bool enter() noexcept {
    inside_.store(true, std::memory_order_seq_cst);
    if (!closed.load(std::memory_order_seq_cst)) return true;
    leave();
    return false;
  }
  void leave() noexcept { inside_.store(false, std::memory_order_release); }
  bool is_inside() const noexcept { return inside_.load(std::memory_order_seq_cst); }

  PyThreadState* state = nullptr;  // this thread's own, made by us
  bool has_gil = false;

 private:
  std::atomic<bool> inside_{false};
};

namespace {

// Never destroyed: threads may end after static objects are gone.
struct Threads {
  std::mutex mutex;
  std::vector<AudioThread*> all;
};

Threads& threads() {
  static Threads& made = *new Threads;
  return made;
}

PerThread<AudioThread>& each_thread() {
  static PerThread<AudioThread> made;
  return made;
}

AudioThread& this_thread() {
  return each_thread().get();
}

}  // namespace

AudioThread::AudioThread() {
  const std::lock_guard lock(threads().mutex);
  threads().all.push_back(this);
}

// PortAudio may be waiting for this thread to end, but without the GIL: see without_gil().
AudioThread::~AudioThread() {
  if (state != nullptr && !has_gil && enter()) {
#ifdef _WIN32  // another thread runs this; since CPython 3.14 a state knows its thread's stack
    PyThreadState* const current = PyThreadState_New(PyInterpreterState_Main());
    PyEval_RestoreThread(current);
    PyThreadState_Clear(state);
    PyThreadState_Delete(state);
#else
    PyThreadState* const current = state;
    PyEval_RestoreThread(current);
#endif
    PyThreadState_Clear(current);
    PyThreadState_DeleteCurrent();
    leave();
  }
  const std::lock_guard lock(threads().mutex);
  auto& all = threads().all;
  all.erase(std::remove(all.begin(), all.end(), this), all.end());
}

AudioThreadGil::AudioThreadGil(SwitchInterval* interval, std::size_t frames)
    : thread_(this_thread()) {
  if (thread_.has_gil) {
    held_ = Held::already;
    return;
  }
  if (!thread_.enter()) return;
  if (thread_.state == nullptr && PyGILState_GetThisThreadState() == nullptr) {
    thread_.state = PyThreadState_New(PyInterpreterState_Main());
  }
  const bool is_due = interval != nullptr && interval->is_due();
  const auto begin = is_due ? SwitchInterval::Clock::now() : SwitchInterval::Clock::time_point();
  if (thread_.state != nullptr) {
    PyEval_RestoreThread(thread_.state);
    held_ = Held::own_state;
  } else {
    other_ = PyGILState_Ensure();
    held_ = Held::other_state;
  }
  thread_.has_gil = true;
  if (is_due) interval->judge(begin, static_cast<double>(frames));
}

AudioThreadGil::~AudioThreadGil() {
  if (held_ != Held::no) stay_if_unwound();
  if (held_ == Held::no || held_ == Held::already) return;
  thread_.has_gil = false;
  if (held_ == Held::own_state) {
    PyEval_SaveThread();
  } else {
    PyGILState_Release(other_);
  }
  thread_.leave();
}

void AudioThreadGil::prepare() {
  each_thread();
}

void AudioThreadGil::close() {
  closed.store(true, std::memory_order_seq_cst);
  without_gil([] {
    const auto any_inside = [] {
      const std::lock_guard lock(threads().mutex);
      const auto& all = threads().all;
      return std::any_of(all.begin(), all.end(), [](auto* thread) { return thread->is_inside(); });
    };
    for (int i = 0; i < 1000 && any_inside(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
}

void AudioThreadGil::renew_after_fork() {
  new (&threads()) Threads;  // a thread that does not exist here may hold the lock
  if (this_thread().state != nullptr) threads().all.push_back(&this_thread());
}
