// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include <pybind11/stl.h>
#include <audiopp/error.hpp>

#include "bind_core.hpp"
#include "py_gil.hpp"
#include "py_messages.hpp"
#include "py_sessions.hpp"

namespace py = pybind11;

using audiopp::Device;
using audiopp::HostApi;
using audiopp::Session;

namespace {

std::shared_ptr<CoreSession> start() {
  if (!read_environment()) throw py::error_already_set();
  auto session = std::make_shared<CoreSession>();
  try {
    without_gil([&] { session->start(); });
  } catch (const std::exception&) {
    set_current_error();
  }
  log_messages();
  if (PyErr_Occurred()) throw py::error_already_set();
  return session;
}

void end(CoreSession& self) {
  or_raise([&] {
    self.end();
    return true;
  });
  log_messages();
}

// Queries the session without the GIL.
template <class Ask>
auto ask(const CoreSession& self, const Ask& question) {
  return or_raise([&] {
    const Session share = self.session();
    return question(share);
  });
}

template <auto Question>
auto asks() {
  return [](const CoreSession& self) {
    return ask(self, [](const Session& session) { return (session.*Question)(); });
  };
}

HostApi host_api(const CoreSession& self, const py::object& index, const py::object& type) {
  if (index.is_none() == type.is_none()) {
    throw py::type_error("host_api() takes either an index or a type");
  }
  const bool is_type = index.is_none();
  const int number = is_type ? to_int(type, {"type", "a HostApiType"}) : to_int(index, {"index"});
  return ask(self, [&](const Session& session) {
    return is_type ? session.host_api(static_cast<audiopp::HostApiType>(number))
                   : session.host_api(number);
  });
}

const ConfigObject& to_config_object(const py::object& object) {
  constexpr Argument argument{"config", "a pyaudiopp.core.StreamConfig"};
  const auto* const config = to_pointer<ConfigObject*>(object, argument);
  if (config == nullptr) refuse_type(object, argument);
  return *config;
}

Device find(const CoreSession& self, const py::object& device, const py::object& input,
            const py::object& output) {
  std::optional<Session> session = ask(self, [](const Session& share) { return share; });
  struct Release {
    std::optional<Session>& share;
    ~Release() {
      const py::gil_scoped_release unlocked;  // this may be the last share
      share.reset();
    }
  } release{session};
  return find_device(session, device, py::bool_(input), py::bool_(output));
}

}  // namespace

void bind_core_session(py::module_& module) {
  py::class_<CoreSession, std::shared_ptr<CoreSession>> session(
      module, "Session",
      "A share in a running PortAudio: the first one starts it, the last one ends it.\n\n"
      "A `PyAudio` and an open stream hold a share too, so they may be closed in any order.\n"
      "PortAudio makes its device list when it starts.\n\n"
      "`with Session() as session` closes the session at its end, but no stream.\n\n"
      "*Threads*: any thread. Inside a callback, queries about devices work; the rest raises\n"
      "RuntimeError. *Raises*: PortAudioError; paNotInitialized after `close`.",
      py::release_gil_before_calling_cpp_dtor());
  session.attr("__module__") = "pyaudiopp.core";
  refuse_pickling(session);
  session.def(py::init(&start), "Starts PortAudio, or shares a running one.")
      .def("close", &end, "Releases the share; does nothing the second time.")
      .def("__enter__", [](const py::object& self) { return self; })
      .def("__exit__", [](CoreSession& self, const py::args&) { end(self); })
      .def("host_api_count", asks<&Session::host_api_count>(), "How many host APIs there are.")
      .def("host_api", &host_api, py::arg("index") = py::none(), py::kw_only(),
           py::arg("type") = py::none(),
           "The host API with this index, or of this HostApiType; pass one of them.\n\n"
           "Raises PortAudioError: paInvalidHostApi or paHostApiNotFound if there is none.")
      .def("host_apis", asks<&Session::host_apis>(), "All host APIs.")
      .def("default_host_api", asks<&Session::default_host_api>(), "The default host API.")
      .def("device_count", asks<&Session::device_count>(),
           "How many devices all host APIs have together.")
      .def(
          "device",
          [](const CoreSession& self, const py::object& object) {
            const int index = to_int(object, {"index"});
            return ask(self, [=](auto& share) { return share.device(index); });
          },
          py::arg("index"),
          "The device with this index.\n\nRaises PortAudioError: paInvalidDevice if there is none.")
      .def("devices", asks<&Session::devices>(), "All devices.")
      .def("default_input_device", asks<&Session::default_input_device>(),
           "The default input device; None if there is none.")
      .def("default_output_device", asks<&Session::default_output_device>(),
           "The default output device; None if there is none.")
      .def("find_device", &find, py::arg("device"), py::kw_only(), py::arg("input") = false,
           py::arg("output") = false,
           "Finds the one device that matches.\n\n"
           "`device` is its name or part of it, in any case; an exact match wins over partial\n"
           "ones. Or a pair (host API, name), matched in the same way. Or an index. Or a Device\n"
           "from an earlier list, if it still has the same index, name and host API. `input` and\n"
           "`output`: the directions that it must have.\n\n"
           "Raises ValueError if no device matches, or several do; the text lists the candidates.\n"
           "Raises TypeError if `device` is none of these.")
      .def(
          "describe_input_devices",
          [](const CoreSession& self) {
            return to_name(ask(self, [](auto& share) { return share.describe_input_devices(); }));
          },
          "The input devices, or why there may be none, as a sentence.")
      .def(
          "describe_output_devices",
          [](const CoreSession& self) {
            return to_name(ask(self, [](auto& share) { return share.describe_output_devices(); }));
          },
          "The output devices, or why there may be none, as a sentence.")
      .def(
          "check_supported",
          [](const CoreSession& self, const py::object& object) {
            const ConfigObject& config = to_config_object(object);
            ask(self, [&](auto& share) {
              share.check_supported(config.config());
              return true;
            });
          },
          py::arg("config"),
          "Checks whether a stream could be opened, without opening it.\n\n"
          "Raises PortAudioError if not, with the reason.")
      .def(
          "is_supported",
          [](const CoreSession& self, const py::object& object) {
            const ConfigObject& config = to_config_object(object);
            return ask(self, [&](auto& share) { return share.is_supported(config.config()); });
          },
          py::arg("config"), "Whether a stream could be opened; does not open it.")
      .def_static("portaudio_version", &Session::portaudio_version,
                  "PortAudio's version as a number: 19.7.0 is 0x130700.")
      .def_static("portaudio_version_text", &Session::portaudio_version_text,
                  "PortAudio's version as text.");
}
