// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "detail/fork.hpp"

#include <atomic>
#include <utility>

#ifndef _WIN32
#include <pthread.h>
#endif

namespace audiopp::detail {
namespace {

std::atomic<unsigned> generation{0};

// Null before any dynamic initialisation, in which the handlers arrive.
const ChildHandler* newest = nullptr;

#ifndef _WIN32

extern "C" void audiopp_after_fork_in_child() {
  generation.fetch_add(1, std::memory_order_relaxed);
  for (auto* handler = newest; handler != nullptr; handler = handler->next) handler->renew();
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

ChildHandler::ChildHandler(void (*function)()) noexcept
    : renew(function), next(std::exchange(newest, this)) {}

}  // namespace audiopp::detail
