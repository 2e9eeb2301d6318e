// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include <audiopp/error.hpp>
#include <climits>

#include "bind_core.hpp"

namespace py = pybind11;

using audiopp::Device;
using audiopp::Direction;
using audiopp::HostApi;
using audiopp::Seconds;

namespace {

template <Seconds Device::* member>
double seconds_of(const Device& device) {
  return (device.*member).count();
}

// An int out of range cannot be the index of a device. Empty for what is no whole number.
std::optional<int> to_index(const py::handle& object) {
  const auto number = py::reinterpret_steal<py::object>(to_whole(object.ptr()));
  if (!number) {
    if (PyErr_Occurred()) throw py::error_already_set();
    return std::nullopt;
  }
  int overflow = 0;
  const long long index = PyLong_AsLongLongAndOverflow(number.ptr(), &overflow);
  if (overflow > 0 || index > INT_MAX) return INT_MAX;
  if (overflow < 0 || index < INT_MIN) return INT_MIN;
  return static_cast<int>(index);
}

Direction direction_of(bool input, bool output) {
  if (input && output) return Direction::both;
  if (input) return Direction::input;
  return output ? Direction::output : Direction::any;
}

// Host API and name: a tuple, or the list that JSON makes of one.
bool is_pair_of_names(const py::handle& object) {
  if (!py::isinstance<py::tuple>(object) && !py::isinstance<py::list>(object)) return false;
  const auto pair = py::reinterpret_borrow<py::sequence>(object);
  return pair.size() == 2 && py::isinstance<py::str>(pair[0]) && py::isinstance<py::str>(pair[1]);
}

Device make_device(const py::object& index, const py::object& name, const py::object& host_api) {
  Device device;
  device.index = to_int(index, {"index"});
  device.name = from_name(name);
  device.host_api = to_int(host_api, {"host_api"});
  return device;
}

}  // namespace

py::str to_name(const std::string& words) {
  const auto size = static_cast<Py_ssize_t>(words.size());
  PyObject* text = PyUnicode_DecodeUTF8(words.data(), size, nullptr);
  if (text == nullptr && PyErr_ExceptionMatches(PyExc_UnicodeDecodeError)) {
    PyErr_Clear();
    text = PyUnicode_DecodeLatin1(words.data(), size, nullptr);
  }
  if (text == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::str>(text);
}

std::string from_name(const py::handle& name) {
  if (py::isinstance<py::bytes>(name)) return py::cast<std::string>(name);
  if (!py::isinstance<py::str>(name)) {
    PyErr_Format(PyExc_TypeError, "a name must be str or bytes, not %R", name.ptr());
    throw py::error_already_set();
  }
  // No device's name contains lone surrogates.
  const auto bytes = py::reinterpret_steal<py::object>(
      PyUnicode_AsEncodedString(name.ptr(), "utf-8", "backslashreplace"));
  if (!bytes) throw py::error_already_set();
  return py::cast<std::string>(bytes);
}

bool is_device(PyObject* object) {
  return py::isinstance<Device>(object);
}

Device to_device(PyObject* object) {
  return py::cast<Device>(py::handle(object));
}

Device find_device(const std::optional<audiopp::Session>& session, const py::handle& device,
                   bool input, bool output) {
  const Direction direction = direction_of(input, output);
  std::function<Device()> find;
  if (is_device(device.ptr())) {
    find = [&, known = to_device(device.ptr())] { return session->find_device(known, direction); };
  } else if (PyUnicode_Check(device.ptr())) {
    find = [&, name = from_name(device)] { return session->find_device(name, direction); };
  } else if (is_pair_of_names(device)) {
    const auto pair = py::reinterpret_borrow<py::sequence>(device);
    find = [&, host_api = from_name(pair[0]), name = from_name(pair[1])] {
      return session->find_device(host_api, name, direction);
    };
  } else if (const auto index = to_index(device)) {
    find = [&, index] { return session->find_device(*index, direction); };
  } else {
    PyErr_Format(PyExc_TypeError,
                 "identify a device by its index, its name, (host API, name) or a device found "
                 "earlier, not by %R",
                 device.ptr());
    throw py::error_already_set();
  }
  return or_raise([&] {
    if (!session) throw audiopp::Error(audiopp::Errc::not_initialized, "Pa_GetDeviceCount");
    return find();
  });
}

void bind_devices(py::module_& module) {
  py::class_<Device> device(
      module, "Device",
      "A sound device: a copy of PortAudio's information, which always stays readable.\n\n"
      "PortAudio renumbers its devices whenever it starts, so a Device remembers the list that it\n"
      "comes from. Opening one from an earlier list fails (paInvalidDevice) rather than open "
      "another\n"
      "device. `Session.find_device(device)` finds it in the current list.");
  device.attr("__module__") = "pyaudiopp.core";
  define_reduce(device, [](const Device& self, const py::args&) {
    return py::make_tuple(py::type::of<Device>(),
                          py::make_tuple(self.index, py::bytes(self.name), self.host_api));
  });
  const auto itself = [](const py::object& self, const py::args&) { return self; };
  for (const char* const copy : {"__copy__", "__deepcopy__"}) {  // still of its list
    device.attr(copy) = py::cpp_function(itself, py::name(copy), py::is_method(device));
  }
  device
      .def(py::init(&make_device), py::arg("index"), py::arg("name"), py::arg("host_api"),
           "The values that `Session.find_device` compares; the Device is not from any list yet.")
      .def_readonly("index", &Device::index, "Its position in PortAudio's list.")
      .def_property_readonly(
          "name", [](const Device& self) { return to_name(self.name); },
          "Its name; read as Latin-1 if it is not valid UTF-8.")
      .def_readonly("host_api", &Device::host_api, "The index of its host API.")
      .def_readonly("max_input_channels", &Device::max_input_channels, "0 if it has no input.")
      .def_readonly("max_output_channels", &Device::max_output_channels, "0 if it has no output.")
      .def_property_readonly("default_low_input_latency",
                             &seconds_of<&Device::default_low_input_latency>, "In seconds.")
      .def_property_readonly("default_low_output_latency",
                             &seconds_of<&Device::default_low_output_latency>, "In seconds.")
      .def_property_readonly("default_high_input_latency",
                             &seconds_of<&Device::default_high_input_latency>, "In seconds.")
      .def_property_readonly("default_high_output_latency",
                             &seconds_of<&Device::default_high_output_latency>, "In seconds.")
      .def_readonly("default_sample_rate", &Device::default_sample_rate, "In frames per second.")
      .def("__repr__", [](const Device& self) {
        return py::str("Device(index={}, name={!r}, host_api={})")
            .format(self.index, to_name(self.name), self.host_api);
      });

  py::class_<HostApi> host_api(module, "HostApi",
                               "A sound system that PortAudio can use: a copy of PortAudio's "
                               "information, which always stays readable.");
  host_api.attr("__module__") = "pyaudiopp.core";
  refuse_pickling(host_api);
  host_api.def_readonly("index", &HostApi::index, "Its position in PortAudio's list.")
      .def_property_readonly(
          "type",
          [](const HostApi& self) {
            return to_enum("HostApiType", static_cast<unsigned long>(self.type));
          },
          "A HostApiType; a plain int for one that is newer than pyaudiopp.")
      .def_property_readonly(
          "name", [](const HostApi& self) { return to_name(self.name); }, "Such as \"ALSA\".")
      .def_readonly("device_count", &HostApi::device_count, "How many devices it has.")
      .def_readonly("default_input_device", &HostApi::default_input_device,
                    "Index of a device, or -1.")
      .def_readonly("default_output_device", &HostApi::default_output_device,
                    "Index of a device, or -1.")
      .def("__repr__", [](const HostApi& self) {
        return py::str("HostApi(index={}, name={!r})").format(self.index, to_name(self.name));
      });
}
