// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

// The one way in to pybind11 and to Python.h.
#define PY_SSIZE_T_CLEAN
#include <pybind11/pybind11.h>

/// Binds the simulation into `module`.
void bind_simulation(pybind11::module_& module);

/// Makes `_portaudio`, PyAudio's C module; a new reference, or nullptr with an exception set.
PyObject* make_portaudio_module();

/// Adds PyAudio's pa* constants to `module`; false with an exception set.
bool add_constants(PyObject* module);
