// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include "bindings.hpp"

/// Whether this thread holds the GIL or, on a Python without one, is attached to the interpreter.
///
/// PyGILState_Check() would say so of every thread once there has been a second interpreter.
inline bool is_attached() noexcept {
#if PY_VERSION_HEX >= 0x030D0000
  return PyThreadState_GetUnchecked() != nullptr;
#else
  PyThreadState* const current = _PyThreadState_UncheckedGet();  // before 3.12 any thread's
  return current != nullptr && current == PyGILState_GetThisThreadState();
#endif
}
