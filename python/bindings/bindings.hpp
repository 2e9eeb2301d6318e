// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

// The one way in to pybind11 and to Python.h.
#define PY_SSIZE_T_CLEAN
#include <pybind11/pybind11.h>

#include <string>
#include <utility>
#include <vector>

/// Gives a class a `__reduce_ex__` and a `__reduce__`. Call this, or what calls it, for every
/// pybind11 class: its own refusal of pickle's protocols 0 and 1 is a C++ exception in C code,
/// which ends the process.
template <class Reduce>
void define_reduce(pybind11::handle type, const Reduce& reduce) {
  for (const char* const name : {"__reduce__", "__reduce_ex__"}) {
    type.attr(name) =
        pybind11::cpp_function(reduce, pybind11::name(name), pybind11::is_method(type));
  }
}

/// Makes objects of a class refuse to be pickled.
inline void refuse_pickling(pybind11::handle type) {
  define_reduce(type, [](const pybind11::handle& self, const pybind11::args&) -> pybind11::object {
    const std::string name = pybind11::str(pybind11::type::handle_of(self).attr("__name__"));
    throw pybind11::type_error("cannot pickle '" + name + "' object");
  });
}

/// Lets objects be pickled and copied by their attributes: as the keyword arguments that make
/// another one or, if `sets` is true, set on another one.
inline void pickle_attributes(pybind11::handle type, std::vector<const char*> names, bool sets) {
  define_reduce(type,
                [names = std::move(names), sets](const pybind11::handle& self,
                                                 const pybind11::args&) -> pybind11::object {
                  const auto kind = pybind11::type::handle_of(self);
                  pybind11::dict values;
                  for (const char* const name : names) values[name] = self.attr(name);
                  const pybind11::tuple nothing;
                  if (sets) {
                    return pybind11::make_tuple(kind, nothing,
                                                pybind11::make_tuple(pybind11::none(), values));
                  }
                  const auto partial = pybind11::module_::import("functools").attr("partial");
                  return pybind11::make_tuple(partial(kind, **values), nothing);
                });
}

/// Binds the simulation into `module`.
void bind_simulation(pybind11::module_& module);

/// Makes `_portaudio`, PyAudio's C module; a new reference, or nullptr with an exception set.
PyObject* make_portaudio_module();

/// Adds PyAudio's pa* constants to `module`; false with an exception set.
bool add_constants(PyObject* module);
