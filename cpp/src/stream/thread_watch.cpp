// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "stream/thread_watch.hpp"

#include "detail/rt.hpp"

#if defined(__linux__)
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>
#elif defined(_WIN32)
#include <windows.h>
#endif

namespace audiopp::detail {

void ThreadWatch::forget() noexcept {
  const std::lock_guard lock(mutex_);
#ifdef _WIN32
  if (thread_ != nullptr) CloseHandle(thread_);
  thread_ = nullptr;
#endif
  is_known_ = false;
  seen_turns_ = turns_.load(std::memory_order_acquire);
  seen_time_ = Seconds{};
  seen_at_ = std::chrono::steady_clock::now();
}

bool ThreadWatch::is_moving() noexcept {
  const std::uint64_t turns = turns_.load(std::memory_order_acquire);
  if (turns % 2 == 0 && turns == seen_turns_) return false;
  seen_turns_ = turns;
  seen_time_ = processor_time();
  seen_at_ = std::chrono::steady_clock::now();
  return true;
}

Seconds ThreadWatch::spinning() noexcept {
  const std::lock_guard lock(mutex_);
  return is_moving() ? Seconds{} : processor_time() - seen_time_;
}

Seconds ThreadWatch::silent() noexcept {
  const std::lock_guard lock(mutex_);
  return is_moving() ? Seconds{} : std::chrono::steady_clock::now() - seen_at_;
}

#if defined(__linux__)

void ThreadWatch::know_this_thread() noexcept {
  // Once in a run, and asking for one's own number never waits. Only this thread can ask: another
  // that went by its pthread_t could meet one that has ended.
  [[maybe_unused]] const SystemCallScope once_a_run{};
  thread_ = static_cast<pid_t>(syscall(SYS_gettid));  // glibc 2.17 has no gettid()
  if (pthread_getcpuclockid(pthread_self(), &clock_) == 0)
    is_known_.store(true, std::memory_order_release);
}

Seconds ThreadWatch::processor_time() const noexcept {
  std::timespec time{};
  // The clock of a thread that has ended does not exist.
  if (!is_known_.load(std::memory_order_acquire) || clock_gettime(clock_, &time) != 0) return {};
  return Seconds(static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec));
}

void ThreadWatch::yield_to_others() noexcept {
  const sched_param none{};
  if (is_known_.load(std::memory_order_acquire)) sched_setscheduler(thread_, SCHED_IDLE, &none);
}

void ThreadWatch::wait_for_end() noexcept {}

#elif defined(_WIN32)

void ThreadWatch::know_this_thread() noexcept {
  // Once in a run, and opening one's own thread never waits.
  thread_ = OpenThread(SYNCHRONIZE | THREAD_SET_INFORMATION, FALSE, GetCurrentThreadId());
  is_known_.store(true, std::memory_order_release);
}

Seconds ThreadWatch::processor_time() const noexcept {
  return {};
}

void ThreadWatch::yield_to_others() noexcept {
  if (is_known_.load(std::memory_order_acquire)) SetThreadPriority(thread_, THREAD_PRIORITY_IDLE);
}

void ThreadWatch::wait_for_end() noexcept {
  constexpr DWORD milliseconds = 1000;
  if (is_known_.load(std::memory_order_acquire)) WaitForSingleObject(thread_, milliseconds);
}

#else

void ThreadWatch::know_this_thread() noexcept {
  is_known_.store(true, std::memory_order_release);
}

Seconds ThreadWatch::processor_time() const noexcept {
  return {};
}

void ThreadWatch::yield_to_others() noexcept {}

void ThreadWatch::wait_for_end() noexcept {}

#endif

}  // namespace audiopp::detail
