// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <exception>

#include "bindings.hpp"
#include "py_exit.hpp"

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

/// Runs `work` without the GIL, takes the GIL again, and rethrows the exception of `work`.
///
/// It does not take the GIL in a destructor: while the interpreter exits, asking for it may end
/// this thread by unwinding it, which must not reach a noexcept frame. For the same reason callers
/// must not catch (...) around it, or hold objects whose destructors need Python.
template <class Work>
void without_gil(const Work& work) {
  std::exception_ptr failure;
  PyThreadState* thread = PyEval_SaveThread();
  try {
    work();
  } catch (const std::exception&) {
    failure = std::current_exception();
  }
  stay_if_exiting();
  PyEval_RestoreThread(thread);
  if (failure) std::rethrow_exception(failure);
}
