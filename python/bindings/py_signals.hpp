// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <audiopp/stream.hpp>

#include "py_gil.hpp"
#include "py_interrupts.hpp"

/// Makes a waiting call react to Ctrl-C. Construct it with the GIL; use its options without.
///
/// Python runs signal handlers only on its main thread, so calls on other threads are not
/// interrupted. After an interrupt the handler's exception is set.
class SignalCheck {
 public:
  audiopp::IoOptions options() {
    audiopp::IoOptions options;
    options.interrupt = interrupted;
    return options;
  }

 private:
  static bool interrupted(void*) {
    // Not PyGILState_Ensure's state but this thread's own, saved by without_gil(): the same one.
    const PyGILState_STATE gil = PyGILState_Ensure();
    const bool raised = PyErr_CheckSignals() != 0;
    if (raised) note_interrupt();
    PyGILState_Release(gil);
    return raised;
  }
};
