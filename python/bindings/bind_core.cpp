// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "bind_core.hpp"

#include <algorithm>
#include <atomic>
#include <limits>

#include "py_gil.hpp"

namespace py = pybind11;

namespace {

py::handle core_module;  // `_core`, which lives as long as the interpreter
std::atomic<bool> is_bound{false};
std::recursive_mutex binding;  // recursive: a collection meanwhile may run code that looks names up
bool is_begun = false;         // guarded by it

bool is_pythons(const std::string& name) {
  return name.compare(0, 2, "__") == 0;
}

py::object get_lazily(const std::string& name) {
  if (!is_pythons(name)) {  // the import system looks up its own names, such as __path__
    bind_core();
    const py::dict names = core_module.attr("__dict__");
    if (names.contains(name)) return names[name.c_str()];
  }
  throw py::attribute_error("module 'pyaudiopp._core' has no attribute '" + name + "'");
}

}  // namespace

std::recursive_mutex& binding_mutex() {
  return binding;
}

void bind_core() {
  if (is_bound) return;
  without_gil([] { binding.lock(); });  // whose holder may wait for the GIL
  const std::lock_guard lock(binding, std::adopt_lock);
  if (is_begun) return;
  is_begun = true;
  // In a module of their own: another thread must not find a type that lacks its methods yet.
  auto made = py::reinterpret_steal<py::module_>(PyModule_New("pyaudiopp._core"));
  if (!made) throw py::error_already_set();
  bind_devices(made);
  bind_options(made);
  bind_config(made);
  bind_core_session(made);
  for (const auto& [name, object] : py::dict(made.attr("__dict__"))) {
    if (!is_pythons(py::str(name))) core_module.attr(name) = object;
  }
  is_bound = true;
}

void bind_lazily(py::module_& module) {
  core_module = module;
  module.def("__getattr__", &get_lazily, py::arg("name"));
}

int to_int(const py::handle& object, const Argument& argument) {
  int value = 0;
  if (!parse_int(object.ptr(), argument, value)) throw py::error_already_set();
  return value;
}

double to_real(const py::handle& object, const Argument& argument) {
  double value = 0;
  if (!parse_real(object.ptr(), argument, value)) throw py::error_already_set();
  return value;
}

std::size_t to_count(const py::handle& object, const Argument& argument) {
  Py_ssize_t value = 0;
  if (!parse_frames(object.ptr(), argument, value)) throw py::error_already_set();
  return static_cast<std::size_t>(value);
}

unsigned long to_bits(const py::handle& object, const Argument& argument) {
  unsigned long long bits = 0;
  if (!parse_bits(object.ptr(), argument, 0, bits)) throw py::error_already_set();
  // Of 32 bits on Windows: what is above them must not vanish.
  constexpr auto most = std::numeric_limits<unsigned long>::max();
  return static_cast<unsigned long>(std::min<unsigned long long>(bits, most));
}

void refuse_type(const py::handle& object, const Argument& argument) {
  refuse(PyExc_TypeError, argument, object.ptr(), nullptr);
  throw py::error_already_set();
}

py::object to_enum(const char* name, unsigned long value) {
  py::object number = py::int_(value);
  const auto kind = py::module_::import("pyaudiopp.core").attr(name);
  try {
    return kind(number);
  } catch (py::error_already_set& error) {
    if (!error.matches(PyExc_ValueError)) throw;
    return number;
  }
}
