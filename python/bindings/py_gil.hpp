// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <exception>

#include "bindings.hpp"
#include "py_exit.hpp"

/// Runs `work` without the GIL and hands its exception on with the GIL held again.
///
/// The GIL is not taken back in a destructor: while the interpreter ends, asking for it may end
/// this thread by unwinding, which must not meet a noexcept frame. Nor may callers catch (...)
/// around it, which would catch that, or hold what asks Python for something when it is destroyed.
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
