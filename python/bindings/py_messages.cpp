// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "py_messages.hpp"

#include <audiopp/messages.hpp>

namespace py = pybind11;

MessageQueue waiting_messages;

namespace {

void collect(const char* source, const char* text) noexcept {
  waiting_messages.push(source, text);
}

}  // namespace

void collect_messages() {
  audiopp::set_message_hook(collect);
}

void log_waiting_messages() {
  if (!waiting_messages.take_waiting()) return;  // another thread was faster
  // Saves the exception of the failed call: CPython's lookups would mistake it for their own
  // failure and clear it.
  const py::error_scope aside;
  try {
    // A program that has not imported logging has no handler for them either.
    const auto logging =
        py::reinterpret_steal<py::object>(PyImport_GetModule(py::str("logging").ptr()));
    const auto debug =
        logging ? logging.attr("getLogger")("pyaudiopp.portaudio").attr("debug") : py::object();
    Message message;
    // At most one queueful: a sound system that never stops complaining must not hold us up.
    for (std::size_t n = 0; n < MessageQueue::slots && waiting_messages.pop(message); ++n) {
      if (!debug) continue;
      debug("%s",
            py::reinterpret_steal<py::object>(PyUnicode_DecodeUTF8(
                message.text.data(), static_cast<Py_ssize_t>(message.size), "backslashreplace")));
    }
    const auto lost = waiting_messages.take_lost();
    if (debug && lost > 0) debug("%d messages were lost", lost);
  } catch (py::error_already_set& error) {
    // Ctrl-C, seen in logging's Python code, is the program's: it comes again after this call.
    if (error.matches(PyExc_KeyboardInterrupt)) return PyErr_SetInterrupt();
    error.discard_as_unraisable("pyaudiopp's messages");
  }
}

void forget_messages() {
  waiting_messages.renew();
}
