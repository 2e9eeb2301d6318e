// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include <pybind11/stl.h>

#include "bind_core.hpp"
#include "py_arguments.hpp"
#include "py_host_options.hpp"

namespace py = pybind11;

using audiopp::StreamConfig;
using audiopp::StreamSide;

namespace {

constexpr const char* a_device = "a pyaudiopp.core.Device or None";
constexpr const char* a_side = "a pyaudiopp.core.StreamSide or None";

void set_device(StreamSide& side, const py::object& device) {
  const auto* const found = to_pointer<audiopp::Device*>(device, {"device", a_device});
  side.device = found ? std::optional(*found) : std::nullopt;
}

void set_channels(StreamSide& side, const py::object& channels) {
  side.channels = to_int(channels, {"channels"});
}

void set_format(StreamSide& side, const py::object& format) {
  side.format = static_cast<audiopp::SampleFormat>(to_bits(format, {"format", a_format}));
}

void set_latency(StreamSide& side, const py::object& latency) {
  if (latency.is_none()) return side.latency.reset();
  side.latency = audiopp::Seconds(to_real(latency, {"latency", "a number of seconds or None"}));
}

std::shared_ptr<StreamSide> make_side(const py::object& device, const py::object& channels,
                                      const py::object& format, const py::object& latency) {
  auto side = std::make_shared<StreamSide>();
  set_device(*side, device);
  set_channels(*side, channels);
  set_format(*side, format);
  set_latency(*side, latency);
  return side;
}

void set_host_options(StreamSide& side, const py::object& info) {
  std::shared_ptr<const audiopp::HostOptions> options;
  if (!info.is_none() && !parse_host_options(info.ptr(), options)) throw py::error_already_set();
  side.host_options = std::move(options);
}

void set_input(ConfigObject& config, const py::object& side) {
  config.input = to_pointer<std::shared_ptr<StreamSide>>(side, {"input", a_side});
}

void set_output(ConfigObject& config, const py::object& side) {
  config.output = to_pointer<std::shared_ptr<StreamSide>>(side, {"output", a_side});
}

void set_sample_rate(ConfigObject& config, const py::object& rate) {
  config.sample_rate = to_real(rate, {"sample_rate", "a number"});
}

void set_frames_per_buffer(ConfigObject& config, const py::object& frames) {
  config.frames_per_buffer = static_cast<unsigned long>(to_count(frames, {"frames_per_buffer"}));
}

void set_flags(ConfigObject& config, const py::object& flags) {
  config.flags =
      static_cast<audiopp::StreamFlags>(to_bits(flags, {"flags", "a pyaudiopp.core.StreamFlags"}));
}

void set_callback_buffer(ConfigObject& config, const py::object& frames) {
  config.callback_buffer = to_count(frames, {"callback_buffer"});
}

ConfigObject make_config(const py::object& input, const py::object& output,
                         const py::object& sample_rate, const py::object& frames_per_buffer,
                         const py::object& flags, const py::object& callback_buffer) {
  ConfigObject config;
  set_input(config, input);
  set_output(config, output);
  set_sample_rate(config, sample_rate);
  set_frames_per_buffer(config, frames_per_buffer);
  set_flags(config, flags);
  set_callback_buffer(config, callback_buffer);
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
  pickle_attributes(side, {"device", "channels", "format", "latency", "host_options"}, true);
  side.def(py::init(&make_side), py::arg("device") = py::none(), py::arg("channels") = 2,
           py::arg("format") = static_cast<unsigned long>(audiopp::SampleFormat::int16),
           py::kw_only(), py::arg("latency") = py::none())
      .def_property(
          "device", [](const StreamSide& self) { return self.device; }, &set_device,
          "A Device, or None for the default device.")
      .def_property(
          "channels", [](const StreamSide& self) { return self.channels; }, &set_channels,
          "Samples per frame.")
      .def_property(
          "format",
          [](const StreamSide& self) {
            return to_enum("SampleFormat", static_cast<unsigned long>(self.format));
          },
          &set_format, "A SampleFormat, or one of PyAudio's constants, such as paInt16.")
      .def_property(
          "latency",
          [](const StreamSide& self) -> std::optional<double> {
            if (!self.latency) return std::nullopt;
            return self.latency->count();
          },
          &set_latency,
          "The suggested latency in seconds, at most 3600, or None for the device's low latency.")
      .def_property(
          "host_options",
          [](const StreamSide& self) {
            return std::const_pointer_cast<audiopp::HostOptions>(self.host_options);
          },
          &set_host_options, "Options of one host API, such as WasapiOptions, or None.")
      .def_property_readonly(
          "frame_size", [](const StreamSide& self) { return audiopp::frame_size(self); },
          "Bytes per frame; 0 for a format without a fixed size.");

  py::class_<ConfigObject> config(
      module, "StreamConfig", "What to open: plain data. It needs an input, an output or both.");
  config.attr("__module__") = "pyaudiopp.core";
  pickle_attributes(
      config, {"input", "output", "sample_rate", "frames_per_buffer", "flags", "callback_buffer"},
      true);
  config
      .def(py::init(&make_config), py::kw_only(), py::arg("input") = py::none(),
           py::arg("output") = py::none(), py::arg("sample_rate") = StreamConfig().sample_rate,
           py::arg("frames_per_buffer") = 0UL, py::arg("flags") = 0,
           py::arg("callback_buffer") = std::size_t{0})
      .def_property(
          "input", [](const ConfigObject& self) { return self.input; }, &set_input,
          "A StreamSide, or None.")
      .def_property(
          "output", [](const ConfigObject& self) { return self.output; }, &set_output,
          "A StreamSide, or None.")
      .def_property(
          "sample_rate", [](const ConfigObject& self) { return self.sample_rate; },
          &set_sample_rate, "In frames per second.")
      .def_property(
          "frames_per_buffer", [](const ConfigObject& self) { return self.frames_per_buffer; },
          &set_frames_per_buffer, "Frames per block, or 0 for PortAudio's choice.")
      .def_property(
          "flags",
          [](const ConfigObject& self) {
            return to_enum("StreamFlags", static_cast<unsigned long>(self.flags));
          },
          &set_flags, "StreamFlags.")
      .def_property(
          "callback_buffer", [](const ConfigObject& self) { return self.callback_buffer; },
          &set_callback_buffer,
          "Frames to buffer between PortAudio's thread and the callback, at most 2**30.\n"
          "The callback then runs on its own thread, and may be that late; 0: no buffer.");
}
