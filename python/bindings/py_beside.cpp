// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "py_beside.hpp"

#include <audiopp/error.hpp>
#include <chrono>
#include <future>
#include <thread>

void run_beside(const char* call, std::function<void()> work) {
  std::packaged_task<void()> task(std::move(work));
  std::future<void> result = task.get_future();
  std::thread(std::move(task)).detach();
  if (result.wait_for(std::chrono::seconds(5)) == std::future_status::timeout) {
    throw audiopp::Error(audiopp::Errc::timed_out, call,
                         "it seems to wait for the stream callback in which it was called");
  }
  result.get();
}
