// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "py_environment.hpp"

#include "bindings.hpp"

namespace py = pybind11;

// Not getenv(): what it finds is gone when another thread changes the environment, and on Windows
// our C library has a copy of its own, which Python does not change.
std::string environment_variable(const char* name) {
  try {
    const auto value = py::module_::import("os").attr("environ").attr("get")(name, "");
    const auto bytes = value.attr("encode")("utf-8", "surrogateescape");
    return bytes.cast<py::bytes>();
  } catch (py::error_already_set& error) {
    error.discard_as_unraisable("os.environ");
    return {};
  }
}
