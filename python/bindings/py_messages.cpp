// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "py_messages.hpp"

#include <atomic>
#include <audiopp/messages.hpp>
#include <mutex>
#include <string>
#include <vector>

namespace py = pybind11;

namespace {

constexpr std::size_t most = 1000;  // of a sound system that does not stop complaining

struct Collected {
  std::mutex mutex;
  std::vector<std::string> texts;
  std::atomic<bool> any{false};
};

Collected& collected() {
  static auto& all = *new Collected;
  return all;
}

void collect(const char* source, const char* text) noexcept {
  try {
    const std::lock_guard lock(collected().mutex);
    if (collected().texts.size() < most) {
      collected().texts.push_back(std::string(source) + ": " + text);
    }
    collected().any = true;
  } catch (const std::bad_alloc&) {
    // Nobody will miss a message then.
  }
}

}  // namespace

void collect_messages() {
  audiopp::set_message_hook(collect);
}

void log_messages() {
  if (!collected().any.exchange(false)) return;
  std::vector<std::string> texts;
  {
    const std::lock_guard lock(collected().mutex);
    texts.swap(collected().texts);
  }
  // The exception of the call that the messages are about is put aside before anything is looked
  // up: CPython takes it for a failure of the lookup, and clears it.
  const py::error_scope aside;
  try {
    // A program that has not imported logging does not listen either.
    const auto logging =
        py::reinterpret_steal<py::object>(PyImport_GetModule(py::str("logging").ptr()));
    if (!logging) return;
    const auto debug = logging.attr("getLogger")("pyaudiopp.portaudio").attr("debug");
    for (const std::string& text : texts) {
      debug("%s", py::reinterpret_steal<py::object>(PyUnicode_DecodeUTF8(
                      text.data(), static_cast<Py_ssize_t>(text.size()), "backslashreplace")));
    }
  } catch (py::error_already_set& error) {
    error.discard_as_unraisable("pyaudiopp's messages");
  }
}

void lock_messages() {
  collected().mutex.lock();
}

void unlock_messages() {
  collected().mutex.unlock();
}
