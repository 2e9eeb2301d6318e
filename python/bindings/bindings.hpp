// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

// The one way in to pybind11 and to Python.h.
#define PY_SSIZE_T_CLEAN
#include <pybind11/pybind11.h>

#include <string>

/// Makes objects of a class refuse to be pickled. Call for every pybind11 class: its own refusal of
/// pickle's protocols 0 and 1 is a C++ exception in C code, which ends the process.
inline void refuse_pickling(pybind11::handle type) {
  const auto refuse = [](const pybind11::handle& self, const pybind11::args&) -> pybind11::object {
    const std::string name = pybind11::str(pybind11::type::handle_of(self).attr("__name__"));
    throw pybind11::type_error("cannot pickle '" + name + "' object");
  };
  for (const char* const name : {"__reduce__", "__reduce_ex__"}) {
    type.attr(name) =
        pybind11::cpp_function(refuse, pybind11::name(name), pybind11::is_method(type));
  }
}

/// Binds the simulation into `module`.
void bind_simulation(pybind11::module_& module);

/// Makes `_portaudio`, PyAudio's C module; a new reference, or nullptr with an exception set.
PyObject* make_portaudio_module();

/// Adds PyAudio's pa* constants to `module`; false with an exception set.
bool add_constants(PyObject* module);
