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

thread_local const std::shared_ptr<SimulatedSystem>* selected = nullptr;

}  // namespace

std::shared_ptr<SimulatedSystem> selected_simulation() noexcept {
  return selected ? *selected : nullptr;
}

void set_selected_simulation(const std::shared_ptr<SimulatedSystem>* system) noexcept {
  selected = system;
}

std::shared_ptr<SimulatedSystem> concerned_simulation() {
  const std::lock_guard lock(selection().mutex);
  if (selection().running) return selection().running;
  return selected ? *selected : selection().used;
}

}  // namespace audiopp::detail
