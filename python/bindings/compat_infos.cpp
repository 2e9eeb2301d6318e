// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "compat.hpp"
#include "py_errors.hpp"

// PyAudio's structs, as copies: they stay readable after PortAudio has ended (docs/defects.md,
// B14).

namespace {

struct DeviceInfo {
  PyObject_HEAD audiopp::Device* device;  // null in an empty object, made by calling the type
};

struct HostApiInfo {
  PyObject_HEAD audiopp::HostApi* host_api;
};

const audiopp::Device* device_of(PyObject* self) {
  const audiopp::Device* device = reinterpret_cast<DeviceInfo*>(self)->device;
  if (device == nullptr) PyErr_SetString(PyExc_AttributeError, "No Device Info available");
  return device;
}

const audiopp::HostApi* host_api_of(PyObject* self) {
  const audiopp::HostApi* host_api = reinterpret_cast<HostApiInfo*>(self)->host_api;
  if (host_api == nullptr) PyErr_SetString(PyExc_AttributeError, "No HostApi Info available");
  return host_api;
}

PyObject* to_python(int value) {
  return PyLong_FromLong(value);
}
PyObject* to_python(double value) {
  return PyFloat_FromDouble(value);
}
PyObject* to_python(audiopp::Seconds value) {
  return PyFloat_FromDouble(value.count());
}
PyObject* to_python(audiopp::HostApiType value) {
  return PyLong_FromLong(static_cast<long>(value));
}

template <auto Member>
PyObject* device_field(PyObject* self, void*) {
  const audiopp::Device* device = device_of(self);
  return device ? to_python(device->*Member) : nullptr;
}

template <auto Member>
PyObject* host_api_field(PyObject* self, void*) {
  const audiopp::HostApi* host_api = host_api_of(self);
  return host_api ? to_python(host_api->*Member) : nullptr;
}

PyObject* device_name(PyObject* self, void*) {
  const audiopp::Device* device = device_of(self);
  if (device == nullptr) return nullptr;
  return PyBytes_FromStringAndSize(device->name.data(),
                                   static_cast<Py_ssize_t>(device->name.size()));
}

PyObject* host_api_name(PyObject* self, void*) {
  const audiopp::HostApi* host_api = host_api_of(self);
  if (host_api == nullptr) return nullptr;
  return PyUnicode_FromStringAndSize(host_api->name.data(),
                                     static_cast<Py_ssize_t>(host_api->name.size()));
}

void free_device_info(PyObject* self) {
  delete reinterpret_cast<DeviceInfo*>(self)->device;
  Py_TYPE(self)->tp_free(self);
}

void free_host_api_info(PyObject* self) {
  delete reinterpret_cast<HostApiInfo*>(self)->host_api;
  Py_TYPE(self)->tp_free(self);
}

using audiopp::Device;
using audiopp::HostApi;

PyGetSetDef device_fields[] = {
    {"name", device_name, refuse_to_set, "device name", nullptr},
    {"structVersion", device_field<&Device::struct_version>, refuse_to_set, "struct version",
     nullptr},
    {"hostApi", device_field<&Device::host_api>, refuse_to_set, "host api index", nullptr},
    {"maxInputChannels", device_field<&Device::max_input_channels>, refuse_to_set,
     "max input channels", nullptr},
    {"maxOutputChannels", device_field<&Device::max_output_channels>, refuse_to_set,
     "max output channels", nullptr},
    {"defaultLowInputLatency", device_field<&Device::default_low_input_latency>, refuse_to_set,
     "default low input latency, in seconds", nullptr},
    {"defaultLowOutputLatency", device_field<&Device::default_low_output_latency>, refuse_to_set,
     "default low output latency, in seconds", nullptr},
    {"defaultHighInputLatency", device_field<&Device::default_high_input_latency>, refuse_to_set,
     "default high input latency, in seconds", nullptr},
    {"defaultHighOutputLatency", device_field<&Device::default_high_output_latency>, refuse_to_set,
     "default high output latency, in seconds", nullptr},
    {"defaultSampleRate", device_field<&Device::default_sample_rate>, refuse_to_set,
     "default sample rate, in frames a second", nullptr},
    {}};

PyGetSetDef host_api_fields[] = {
    {"name", host_api_name, refuse_to_set, "host api name", nullptr},
    {"structVersion", host_api_field<&HostApi::struct_version>, refuse_to_set, "struct version",
     nullptr},
    {"type", host_api_field<&HostApi::type>, refuse_to_set, "host api type", nullptr},
    {"deviceCount", host_api_field<&HostApi::device_count>, refuse_to_set, "number of devices",
     nullptr},
    {"defaultInputDevice", host_api_field<&HostApi::default_input_device>, refuse_to_set,
     "default input device index", nullptr},
    {"defaultOutputDevice", host_api_field<&HostApi::default_output_device>, refuse_to_set,
     "default output device index", nullptr},
    {}};

PyTypeObject device_info_type = {PyVarObject_HEAD_INIT(nullptr, 0)};
PyTypeObject host_api_info_type = {PyVarObject_HEAD_INIT(nullptr, 0)};

}  // namespace

bool ready_info_types() {
  device_info_type.tp_name = "_portaudio.paDeviceInfo";
  device_info_type.tp_basicsize = sizeof(DeviceInfo);
  device_info_type.tp_dealloc = free_device_info;
  device_info_type.tp_flags = Py_TPFLAGS_DEFAULT;
  device_info_type.tp_doc = "PortAudio PaDeviceInfo";
  device_info_type.tp_getset = device_fields;
  device_info_type.tp_new = PyType_GenericNew;

  host_api_info_type.tp_name = "_portaudio.paHostApiInfo";
  host_api_info_type.tp_basicsize = sizeof(HostApiInfo);
  host_api_info_type.tp_dealloc = free_host_api_info;
  host_api_info_type.tp_flags = Py_TPFLAGS_DEFAULT;
  host_api_info_type.tp_doc = "PortAudio PaHostApiInfo";
  host_api_info_type.tp_getset = host_api_fields;
  host_api_info_type.tp_new = PyType_GenericNew;
  return PyType_Ready(&device_info_type) == 0 && PyType_Ready(&host_api_info_type) == 0;
}

PyObject* make_device_info(const audiopp::Device& device) {
  auto copy = std::make_unique<audiopp::Device>(device);
  PyObject* self = device_info_type.tp_alloc(&device_info_type, 0);
  if (self != nullptr) reinterpret_cast<DeviceInfo*>(self)->device = copy.release();
  return self;
}

PyObject* make_host_api_info(const audiopp::HostApi& host_api) {
  auto copy = std::make_unique<audiopp::HostApi>(host_api);
  PyObject* self = host_api_info_type.tp_alloc(&host_api_info_type, 0);
  if (self != nullptr) reinterpret_cast<HostApiInfo*>(self)->host_api = copy.release();
  return self;
}
