// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include <pybind11/stl.h>
#include <audiopp/simulation.hpp>

#include "py_arguments.hpp"
#include "py_gil.hpp"

namespace py = pybind11;

using audiopp::Fault;
using audiopp::SampleFormat;
using audiopp::Seconds;
using audiopp::SimulatedClock;
using audiopp::SimulatedDevice;
using audiopp::SimulatedHostApi;
using audiopp::Simulation;

namespace {

// Device names may be bytes that are not valid text; std::string holds either.
py::bytes to_bytes(const py::object& name) {
  if (py::isinstance<py::str>(name)) return name.attr("encode")("utf-8");
  return py::cast<py::bytes>(name);
}

SimulatedDevice make_device(const py::object& name, int max_input_channels, int max_output_channels,
                            double default_sample_rate, std::vector<double> sample_rates,
                            double low_latency, double high_latency, bool loopback,
                            double output_kept) {
  SimulatedDevice device;
  device.name = std::string(to_bytes(name));
  device.max_input_channels = max_input_channels;
  device.max_output_channels = max_output_channels;
  device.default_sample_rate = default_sample_rate;
  device.sample_rates = std::move(sample_rates);
  device.low_latency = Seconds(low_latency);
  device.high_latency = Seconds(high_latency);
  device.loopback = loopback;
  device.output_kept = Seconds(output_kept);
  return device;
}

SimulatedHostApi make_host_api(int type, const std::string& name,
                               std::vector<SimulatedDevice> devices, std::optional<int> input,
                               std::optional<int> output) {
  SimulatedHostApi host_api;
  host_api.type = static_cast<audiopp::HostApiType>(type);
  host_api.name = name;
  host_api.devices = std::move(devices);
  host_api.default_input = input;
  host_api.default_output = output;
  return host_api;
}

SimulatedClock clock_named(const std::string& name) {
  if (name == "real_time") return SimulatedClock::real_time;
  if (name == "free_running") return SimulatedClock::free_running;
  if (name == "by_hand") return SimulatedClock::by_hand;
  throw py::value_error("clock must be \"real_time\", \"free_running\" or \"by_hand\", not \"" +
                        name + "\"");
}

void feed_input(Simulation& self, int device, const py::object& data, int channels,
                unsigned long format_number) {
  const auto format = static_cast<SampleFormat>(format_number);
  const std::size_t size = audiopp::sample_size(format);
  if (size == 0 || channels < 1) {
    throw py::value_error("feed_input needs a format of fixed size and at least one channel");
  }
  BytesView view;
  if (!view.acquire(data.ptr())) throw py::error_already_set();
  const std::size_t frames = view.size() / (size * static_cast<std::size_t>(channels));
  without_gil([&] { self.feed_input(device, view.data(), frames, channels, format); });
}

Fault make_fault(const std::string& call, int error, const py::object& host_text, long host_code,
                 std::size_t nth, std::optional<std::size_t> times, double probability,
                 std::uint64_t seed) {
  Fault fault;
  fault.call = call;
  fault.error = static_cast<audiopp::Errc>(error);
  fault.host_text = std::string(to_bytes(host_text));
  fault.host_code = host_code;
  fault.nth = nth;
  fault.times = times;
  fault.probability = probability;
  fault.seed = seed;
  return fault;
}

py::bytes output(const Simulation& self, int device, unsigned long format) {
  std::vector<std::uint8_t> bytes;
  without_gil([&] { bytes = self.output(device, static_cast<SampleFormat>(format)); });
  return py::bytes(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

}  // namespace

void bind_simulation(py::module_& module) {
  py::class_<SimulatedDevice>(module, "SimulatedDevice")
      .def(py::init(&make_device), py::arg("name"), py::arg("max_input_channels"),
           py::arg("max_output_channels"), py::arg("default_sample_rate"), py::arg("sample_rates"),
           py::arg("low_latency"), py::arg("high_latency"), py::arg("loopback"),
           py::arg("output_kept"));

  py::class_<SimulatedHostApi>(module, "SimulatedHostApi")
      .def(py::init(&make_host_api), py::arg("type"), py::arg("name"), py::arg("devices"),
           py::arg("default_input"), py::arg("default_output"));

  py::class_<Fault>(module, "Fault")
      .def(py::init(&make_fault), py::arg("call"), py::arg("error"), py::arg("host_text"),
           py::arg("host_code"), py::arg("nth"), py::arg("times"), py::arg("probability"),
           py::arg("seed"));

  py::class_<Simulation>(module, "Simulation")
      .def(py::init([](std::vector<SimulatedHostApi> host_apis, const std::string& clock) {
             return Simulation(std::move(host_apis), clock_named(clock));
           }),
           py::arg("host_apis"), py::arg("clock"))
      .def("use", &Simulation::use)
      .def_static("stop_using", &Simulation::stop_using)
      .def("set_host_apis", &Simulation::set_host_apis, py::arg("host_apis"))
      .def(
          "set_clock",
          [](Simulation& self, const std::string& clock) { self.set_clock(clock_named(clock)); },
          py::arg("clock"))
      .def("set_loopback", &Simulation::set_loopback, py::arg("device"), py::arg("on"))
      .def("feed_input", &feed_input, py::arg("device"), py::arg("data"), py::arg("channels"),
           py::arg("format"))
      .def("input_left", &Simulation::input_left, py::arg("device"))
      .def("output", &output, py::arg("device"), py::arg("format"))
      .def("output_frames", &Simulation::output_frames, py::arg("device"))
      .def("output_channels", &Simulation::output_channels, py::arg("device"))
      .def("clear_output", &Simulation::clear_output, py::arg("device"))
      .def("inject", &Simulation::inject, py::arg("fault"))
      .def("clear_faults", &Simulation::clear_faults)
      .def("faults_hit", &Simulation::faults_hit)
      .def("unplug", &Simulation::unplug, py::arg("device"))
      .def("plug_in", &Simulation::plug_in, py::arg("device"))
      .def(
          "stall", [](Simulation& self, double seconds) { self.stall(Seconds(seconds)); },
          py::arg("seconds"))
      .def(
          "jump", [](Simulation& self, double seconds) { self.jump(Seconds(seconds)); },
          py::arg("seconds"))
      .def("open_streams", &Simulation::open_streams)
      .def(
          "step",
          [](Simulation& self, std::size_t blocks) { without_gil([&] { self.step(blocks); }); },
          py::arg("blocks"));
  for (const char* const name : {"SimulatedDevice", "SimulatedHostApi", "Fault", "Simulation"}) {
    refuse_pickling(module.attr(name));
  }
}
