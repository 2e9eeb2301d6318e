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

// Asks the session without the GIL.
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

HostApi host_api(const CoreSession& self, std::optional<int> index, std::optional<int> type) {
  if (index.has_value() == type.has_value()) {
    throw py::type_error("host_api() takes either an index or a type");
  }
  return ask(self, [&](const Session& session) {
    return index ? session.host_api(*index)
                 : session.host_api(static_cast<audiopp::HostApiType>(*type));
  });
}

Device find(const CoreSession& self, const py::object& device, bool input, bool output) {
  std::optional<Session> session = ask(self, [](const Session& share) { return share; });
  struct Release {
    std::optional<Session>& share;
    ~Release() {
      const py::gil_scoped_release unlocked;  // it may be the last share
      share.reset();
    }
  } release{session};
  return find_device(session, device, input, output);
}

}  // namespace

void bind_core_session(py::module_& module) {
  py::class_<CoreSession, std::shared_ptr<CoreSession>> session(
      module, "Session",
      "A share in a running PortAudio: the first one starts it, the last to go ends it.\n\n"
      "A `PyAudio` has such a share, too, and so does each open stream, so the order in which "
      "they\n"
      "end does not matter. Device lists are those of PortAudio's last start.\n\n"
      "`with Session() as session` ends the share, as `close` does, but no stream.\n\n"
      "*Threads*: any thread; inside a callback questions about devices are answered, the rest\n"
      "raises RuntimeError. *Raises*: PortAudioError; paNotInitialized after `close`.",
      py::release_gil_before_calling_cpp_dtor());
  session.attr("__module__") = "pyaudiopp.core";
  session.def(py::init(&start), "Starts PortAudio, or shares a running one.")
      .def("close", &end, "Gives the share back; a second time does nothing.")
      .def("__enter__", [](const py::object& self) { return self; })
      .def("__exit__", [](CoreSession& self, const py::args&) { end(self); })
      .def("host_api_count", asks<&Session::host_api_count>(), "How many host APIs there are.")
      .def("host_api", &host_api, py::arg("index") = py::none(), py::kw_only(),
           py::arg("type") = py::none(),
           "The host API at an index, or the one of a HostApiType: give one of them.\n\n"
           "Raises PortAudioError: paInvalidHostApi or paHostApiNotFound if there is none.")
      .def("host_apis", asks<&Session::host_apis>(), "All host APIs.")
      .def("default_host_api", asks<&Session::default_host_api>(), "The default host API.")
      .def("device_count", asks<&Session::device_count>(),
           "How many devices there are, of all host APIs.")
      .def(
          "device",
          [](const CoreSession& self, int index) {
            return ask(self, [=](auto& share) { return share.device(index); });
          },
          py::arg("index"),
          "The device at an index.\n\nRaises PortAudioError: paInvalidDevice if there is none.")
      .def("devices", asks<&Session::devices>(), "All devices.")
      .def("default_input_device", asks<&Session::default_input_device>(),
           "The default input device; None if there is none.")
      .def("default_output_device", asks<&Session::default_output_device>(),
           "The default output device; None if there is none.")
      .def("find_device", &find, py::arg("device"), py::kw_only(), py::arg("input") = false,
           py::arg("output") = false,
           "The one device that is meant.\n\n"
           "`device` is its name or a part of it, in upper or lower case, where a whole name wins\n"
           "over names that contain it; a pair (host API, name), each as above; an index; or a\n"
           "Device of an earlier list, which must still have its index, name and host API.\n"
           "`input` and `output` tell which directions it must have.\n\n"
           "Raises ValueError if there is none or if several match; the text lists what there is.\n"
           "Raises TypeError if `device` is none of these.")
      .def(
          "describe_input_devices",
          [](const CoreSession& self) {
            return to_name(ask(self, [](auto& share) { return share.describe_input_devices(); }));
          },
          "In words: the input devices there are, or why there may be none.")
      .def(
          "describe_output_devices",
          [](const CoreSession& self) {
            return to_name(ask(self, [](auto& share) { return share.describe_output_devices(); }));
          },
          "In words: the output devices there are, or why there may be none.")
      .def(
          "check_supported",
          [](const CoreSession& self, const ConfigObject& config) {
            ask(self, [&](auto& share) {
              share.check_supported(config.config());
              return true;
            });
          },
          py::arg("config"),
          "Asks whether a stream could be opened, without opening one.\n\n"
          "Raises PortAudioError with the reason if not.")
      .def(
          "is_supported",
          [](const CoreSession& self, const ConfigObject& config) {
            return ask(self, [&](auto& share) { return share.is_supported(config.config()); });
          },
          py::arg("config"), "The same question with a plain answer.")
      .def_static("portaudio_version", &Session::portaudio_version,
                  "PortAudio's version as a number: 19.7.0 is 0x130700.")
      .def_static("portaudio_version_text", &Session::portaudio_version_text,
                  "PortAudio's version as a text.");
}
