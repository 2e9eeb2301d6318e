// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "py_host_options.hpp"

#include <string>

#include "py_mac_core.hpp"

namespace py = pybind11;

using audiopp::Error;
using audiopp::HostOptions;

bool parse_host_options(PyObject* object, std::shared_ptr<const HostOptions>& options) {
  if (object == nullptr) return true;
  if (!py::isinstance<HostOptions>(object)) return parse_mac_core_options(object, options);
  options = py::cast<std::shared_ptr<HostOptions>>(py::handle(object));
  return true;
}

Error name_pyaudios_argument(const Error& error) {
  if (error.errc() != audiopp::Errc::incompatible_host_api_specific_stream_info) return error;
  static const std::string member = ".host_options:";
  std::string detail = error.detail();
  const std::size_t found = detail.find(member);
  if (found == std::string::npos) return error;
  detail.replace(found, member.size(), "_host_api_specific_stream_info:");
  return {error.errc(), error.call(), detail, error.host_error()};
}
