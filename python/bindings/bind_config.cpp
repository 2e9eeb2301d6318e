// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include <pybind11/stl.h>

#include "bind_core.hpp"
#include "py_arguments.hpp"
#include "py_mac_core.hpp"

namespace py = pybind11;

using audiopp::StreamConfig;
using audiopp::StreamSide;

namespace {

int to_int(const py::handle& object) {
  int value = 0;
  if (!parse_int(object.ptr(), value)) throw py::error_already_set();
  return value;
}

unsigned long to_bits(const py::handle& object) {
  const auto number = py::reinterpret_steal<py::object>(PyNumber_Index(object.ptr()));
  const unsigned long bits = number ? PyLong_AsUnsignedLongMask(number.ptr()) : 0;
  if (PyErr_Occurred()) throw py::error_already_set();
  return bits;
}

std::optional<audiopp::Seconds> to_seconds(const std::optional<double>& seconds) {
  if (!seconds) return std::nullopt;
  return audiopp::Seconds(*seconds);
}

std::shared_ptr<StreamSide> make_side(std::optional<audiopp::Device> device,
                                      const py::object& channels, const py::object& format,
                                      const std::optional<double>& latency) {
  auto side = std::make_shared<StreamSide>();
  side->device = std::move(device);
  side->channels = to_int(channels);
  side->format = static_cast<audiopp::SampleFormat>(to_bits(format));
  side->latency = to_seconds(latency);
  return side;
}

void set_host_options(StreamSide& side, const py::object& info) {
  std::shared_ptr<const audiopp::HostOptions> options;
  if (!info.is_none() && !parse_host_options(info.ptr(), options)) throw py::error_already_set();
  side.host_options = std::move(options);
}

ConfigObject make_config(std::shared_ptr<StreamSide> input, std::shared_ptr<StreamSide> output,
                         double sample_rate, unsigned long frames_per_buffer,
                         const py::object& flags, std::size_t callback_buffer) {
  ConfigObject config;
  config.input = std::move(input);
  config.output = std::move(output);
  config.sample_rate = sample_rate;
  config.frames_per_buffer = frames_per_buffer;
  config.flags = static_cast<audiopp::StreamFlags>(to_bits(flags));
  config.callback_buffer = callback_buffer;
  return config;
}

}  // namespace

ConfigObject::ConfigObject(const StreamConfig& config)
    : input(config.input ? std::make_shared<StreamSide>(*config.input) : nullptr),
      output(config.output ? std::make_shared<StreamSide>(*config.output) : nullptr),
      sample_rate(config.sample_rate),
      frames_per_buffer(config.frames_per_buffer),
      flags(config.flags),
      callback_buffer(config.callback_buffer) {}

StreamConfig ConfigObject::config() const {
  StreamConfig config;
  if (input) config.input = *input;
  if (output) config.output = *output;
  config.sample_rate = sample_rate;
  config.frames_per_buffer = frames_per_buffer;
  config.flags = flags;
  config.callback_buffer = callback_buffer;
  return config;
}

PyObject* to_object(const StreamConfig& config) {
  try {
    bind_core();
    return py::cast(ConfigObject(config)).release().ptr();
  } catch (py::error_already_set& error) {
    error.restore();
    return nullptr;
  }
}

bool to_config(PyObject* object, StreamConfig& config) {
  if (!py::isinstance<ConfigObject>(object)) {
    PyErr_Format(PyExc_TypeError, "config must be a pyaudiopp.core.StreamConfig, not %s",
                 Py_TYPE(object)->tp_name);
    return false;
  }
  config = py::cast<const ConfigObject&>(py::handle(object)).config();
  return true;
}

void bind_config(py::module_& module) {
  py::class_<StreamSide, std::shared_ptr<StreamSide>> side(
      module, "StreamSide", "One direction of a stream; its samples are interleaved.");
  side.attr("__module__") = "pyaudiopp.core";
  side.def(py::init(&make_side), py::arg("device") = py::none(), py::arg("channels") = 2,
           py::arg("format") = static_cast<unsigned long>(audiopp::SampleFormat::int16),
           py::kw_only(), py::arg("latency") = py::none())
      .def_readwrite("device", &StreamSide::device, "A Device; None: the default device.")
      .def_property(
          "channels", [](const StreamSide& self) { return self.channels; },
          [](StreamSide& self, const py::object& channels) { self.channels = to_int(channels); },
          "Samples per frame.")
      .def_property(
          "format",
          [](const StreamSide& self) {
            return to_enum("SampleFormat", static_cast<unsigned long>(self.format));
          },
          [](StreamSide& self, const py::object& format) {
            self.format = static_cast<audiopp::SampleFormat>(to_bits(format));
          },
          "A SampleFormat, or one of PyAudio's constants, such as paInt16.")
      .def_property(
          "latency",
          [](const StreamSide& self) -> std::optional<double> {
            if (!self.latency) return std::nullopt;
            return self.latency->count();
          },
          [](StreamSide& self, const std::optional<double>& latency) {
            self.latency = to_seconds(latency);
          },
          "The suggested latency in seconds, at most 3600; None: the device's low latency.")
      .def_property(
          "host_options", nullptr, &set_host_options,
          "Options of one host API, such as a PaMacCoreStreamInfo; ignored except on macOS.")
      .def_property_readonly(
          "frame_size", [](const StreamSide& self) { return audiopp::frame_size(self); },
          "Bytes per frame; 0 for a format without a fixed size.");

  py::class_<ConfigObject> config(
      module, "StreamConfig", "What to open: plain data. It needs an input, an output or both.");
  config.attr("__module__") = "pyaudiopp.core";
  config
      .def(py::init(&make_config), py::kw_only(), py::arg("input") = py::none(),
           py::arg("output") = py::none(), py::arg("sample_rate") = StreamConfig().sample_rate,
           py::arg("frames_per_buffer") = 0UL, py::arg("flags") = 0,
           py::arg("callback_buffer") = std::size_t{0})
      .def_readwrite("input", &ConfigObject::input, "A StreamSide, or None.")
      .def_readwrite("output", &ConfigObject::output, "A StreamSide, or None.")
      .def_readwrite("sample_rate", &ConfigObject::sample_rate, "In frames per second.")
      .def_readwrite("frames_per_buffer", &ConfigObject::frames_per_buffer,
                     "Frames per block; 0: PortAudio's choice.")
      .def_property(
          "flags",
          [](const ConfigObject& self) {
            return to_enum("StreamFlags", static_cast<unsigned long>(self.flags));
          },
          [](ConfigObject& self, const py::object& flags) {
            self.flags = static_cast<audiopp::StreamFlags>(to_bits(flags));
          },
          "StreamFlags.")
      .def_readwrite(
          "callback_buffer", &ConfigObject::callback_buffer,
          "Frames to buffer between PortAudio's thread and the callback, at most 2**30.\n"
          "The callback then runs on its own thread, and may be that late; 0: no buffer.");
}
