// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "detail/fork.hpp"

#include <atomic>

#include "detail/library.hpp"
#include "detail/stream_state.hpp"

#ifndef _WIN32
#include <pthread.h>
#endif

namespace audiopp::detail {
namespace {

std::atomic<unsigned> generation{0};

#ifndef _WIN32
// In the child there is one thread, so plain work is safe; but no lock may be waited for.
extern "C" void audiopp_after_fork_in_child() {
  generation.fetch_add(1, std::memory_order_relaxed);
  Library::renew_lock();
  StreamState::forget_put_aside();
}

const int registered = pthread_atfork(nullptr, nullptr, audiopp_after_fork_in_child);
#endif

}  // namespace

unsigned fork_generation() noexcept {
#ifndef _WIN32
  static_cast<void>(registered);
#endif
  return generation.load(std::memory_order_relaxed);
}

}  // namespace audiopp::detail
