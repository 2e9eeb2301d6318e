// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "detail/fork.hpp"

#include <utility>

#ifndef _WIN32
#include <pthread.h>
#endif

namespace audiopp::detail {

std::atomic<unsigned> forks{0};

namespace {

// Null before dynamic initialisation, during which the handlers register.
const ChildHandler* newest = nullptr;

#ifndef _WIN32

extern "C" void audiopp_after_fork_in_child() {
  forks.fetch_add(1, std::memory_order_relaxed);
  for (auto* handler = newest; handler != nullptr; handler = handler->next) handler->renew();
}

[[maybe_unused]] const int registered =
    pthread_atfork(nullptr, nullptr, audiopp_after_fork_in_child);

#endif

}  // namespace

ChildHandler::ChildHandler(void (*function)()) noexcept
    : renew(function), next(std::exchange(newest, this)) {}

}  // namespace audiopp::detail
