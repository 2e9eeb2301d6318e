// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "py_exit.hpp"

#include <atomic>
#include <chrono>
#include <thread>

#include "py_attached.hpp"

namespace {

std::atomic<bool> exiting{false};
std::thread::id exiting_thread;  // written before exiting is set

bool is_finalizing() {
#if PY_VERSION_HEX >= 0x030D0000
  return Py_IsFinalizing() != 0;
#else
  return _Py_IsFinalizing() != 0;
#endif
}

}  // namespace

void begin_exit() noexcept {
  exiting_thread = std::this_thread::get_id();
  exiting.store(true, std::memory_order_release);
}

bool is_exiting() noexcept {
  return exiting.load(std::memory_order_acquire);
}

void stay_if_unwound() noexcept {
  if (!is_exiting()) return;
  while (!is_attached()) std::this_thread::sleep_for(std::chrono::hours(1));
}

void stay_if_exiting() {
  if (!is_exiting()) return;
  if (exiting_thread == std::this_thread::get_id()) return;
  for (int i = 0; i < 1000 || is_finalizing(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}
