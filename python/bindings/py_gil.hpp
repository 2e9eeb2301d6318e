// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <exception>

#include "bindings.hpp"
#include "py_exit.hpp"

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
