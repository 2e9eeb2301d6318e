// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

// The one way in to pybind11 and to Python.h.
#define PY_SSIZE_T_CLEAN
#include <pybind11/pybind11.h>

#include <exception>

#include "py_exit.hpp"

/// Binds the simulation into `module`.
void bind_simulation(pybind11::module_& module);

/// Makes `_portaudio`, PyAudio's C module; a new reference, or nullptr with an exception set.
PyObject* make_portaudio_module();

/// Adds PyAudio's pa* constants to `module`; false with an exception set.
bool add_constants(PyObject* module);

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
