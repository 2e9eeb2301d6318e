// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "simulation/selection.hpp"

#ifndef _WIN32
#include <pthread.h>
#endif

namespace audiopp::detail {

// Never destroyed: a process may end while streams run.
Selection& selection() {
  static Selection& instance = *new Selection;
  return instance;
}

namespace {

#ifndef _WIN32
// A child uses a copy of the simulation in which no stream is open.
const int fork_handlers = pthread_atfork(
    [] {
      selection().mutex.lock();
      if (selection().running) selection().running->prepare_fork();
    },
    [] {
      if (selection().running) selection().running->continue_parent();
      selection().mutex.unlock();
    },
    [] {
      selection().in_global_call = false;
      if (selection().running) selection().running->continue_child();
      selection().mutex.unlock();
    });
#endif

}  // namespace

std::shared_ptr<SimulatedSystem>& selected_simulation() noexcept {
  thread_local std::shared_ptr<SimulatedSystem> selected;
  return selected;
}

std::shared_ptr<SimulatedSystem> concerned_simulation() {
  const std::lock_guard lock(selection().mutex);
  if (selection().running) return selection().running;
  return selected_simulation() ? selected_simulation() : selection().used;
}

}  // namespace audiopp::detail
