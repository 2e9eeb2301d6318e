// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include <audiopp/session.hpp>

#include "compat.hpp"
#include "py_arguments.hpp"
#include "py_errors.hpp"
#include "py_gil.hpp"
#include "py_host_options.hpp"
#include "py_mac_core.hpp"
#include "py_messages.hpp"
#include "py_sessions.hpp"

// `_portaudio`, PyAudio's C module: its functions, except those of streams (compat_stream.cpp).

using audiopp::Errc;
using audiopp::Error;
using audiopp::Session;

namespace {

[[noreturn]] void throw_not_initialized(const char* call) {
  throw Error(Errc::not_initialized, call, "there is no PyAudio object, or it was terminated");
}

// Queries the current session without the GIL; nullptr with PyAudio's exception set on an error.
template <class Ask>
PyObject* ask_for_index(const char* call, const Ask& ask) {
  int answer = 0;
  try {
    without_gil([&] {
      const auto session = current_session();
      if (!session) throw_not_initialized(call);
      answer = ask(*session);
    });
  } catch (const std::exception&) {
    set_current_error();
    return nullptr;
  }
  return PyLong_FromLong(answer);
}

// Parses the only argument of a function.
bool parse_only(PyObject* args, const Argument& argument, int& value) {
  PyObject* object;
  return PyArg_ParseTuple(args, "O", &object) && parse_int(object, argument, value);
}

PyObject* initialize(PyObject*, PyObject*) {
  if (!read_environment()) return nullptr;
  SessionShare* share = SessionShare::in_question();
  try {
    without_gil([&] { share ? share->start() : start_own_session(); });
  } catch (const Error& error) {
    // The text says which library is missing, since Python before 3.11 shows no notes.
    if (error.errc() == Errc::host_api_not_found && !error.detail().empty()) {
      set_error(Error(error.errc(), error.call()), error.detail().c_str());
    } else {
      set_error(error);
    }
  } catch (const std::exception&) {
    set_current_error();
  }
  log_messages();
  if (PyErr_Occurred()) return nullptr;
  Py_RETURN_NONE;
}

PyObject* terminate(PyObject*, PyObject*) {
  SessionShare* share = SessionShare::in_question();
  try {
    without_gil([&] { share ? share->end() : end_own_session(); });
  } catch (const std::exception&) {
    set_current_error();
    return nullptr;
  }
  log_messages();
  Py_RETURN_NONE;
}

PyObject* get_version(PyObject*, PyObject* args) {
  if (!PyArg_ParseTuple(args, "")) return nullptr;
  return PyLong_FromLong(Session::portaudio_version());
}

PyObject* get_version_text(PyObject*, PyObject* args) {
  if (!PyArg_ParseTuple(args, "")) return nullptr;
  return PyUnicode_FromString(Session::portaudio_version_text().c_str());
}

PyObject* get_sample_size(PyObject*, PyObject* args) {
  PyObject* format_object;
  unsigned long long format;
  if (!PyArg_ParseTuple(args, "O", &format_object)) return nullptr;
  constexpr Argument argument = pyaudios("format", a_format);
  if (!parse_bits(format_object, argument, 1, format)) return nullptr;
  const std::size_t size =
      audiopp::sample_size(static_cast<audiopp::SampleFormat>(format & ~non_interleaved));
  if (size == 0) {
    set_value_error(Error(Errc::sample_format_not_supported, "Pa_GetSampleSize"));
    note_refusal(argument, format_object);
    return nullptr;
  }
  return PyLong_FromSize_t(size);
}

// Takes the paNonInterleaved bit out of a side's format, and says whether it was there.
bool take_planar_bit(std::optional<audiopp::StreamSide>& side) {
  if (!side) return false;
  const auto bits = static_cast<unsigned long>(side->format);
  side->format = static_cast<audiopp::SampleFormat>(bits & ~non_interleaved);
  return (bits & non_interleaved) != 0;
}

struct SideNames {
  Argument device;
  Argument channels;
  Argument format;
};

bool parse_side(PyObject* const (&side_of)[3], const SideNames& names, int position, int& index,
                audiopp::StreamSide& side) {
  const auto [device, channels, format] = side_of;
  auto bits = static_cast<unsigned long long>(-1);
  side.channels = -1;
  if (device && !parse_int(device, names.device, index)) return false;
  if (channels && !parse_int(channels, names.channels, side.channels)) return false;
  if (format && !parse_bits(format, names.format, position, bits)) return false;
  side.format = static_cast<audiopp::SampleFormat>(bits);
  side.latency = audiopp::Seconds(0);
  return true;
}

PyObject* is_format_supported(PyObject*, PyObject* args, PyObject* keywords) {
  static const char* names[] = {"sample_rate",
                                "input_device",
                                "input_channels",
                                "input_format",
                                "output_device",
                                "output_channels",
                                "output_format",
                                "input_host_api_specific_stream_info",
                                "output_host_api_specific_stream_info",
                                nullptr};
  constexpr SideNames input_names{pyaudios("input_device"), pyaudios("input_channels"),
                                  pyaudios("input_format", a_format)};
  constexpr SideNames output_names{pyaudios("output_device"), pyaudios("output_channels"),
                                   pyaudios("output_format", a_format)};
  PyObject* rate_object;
  double rate = 0;
  PyObject *in[3] = {}, *out[3] = {};
  PyObject *input_info = nullptr, *output_info = nullptr;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|OOOOOO$OO", const_cast<char**>(names),
                                   &rate_object, &in[0], &in[1], &in[2], &out[0], &out[1], &out[2],
                                   &input_info, &output_info)) {
    return nullptr;
  }
  if (!parse_real(rate_object, pyaudios("rate", "a number"), rate)) return nullptr;
  int input_device = -1;
  int output_device = -1;
  audiopp::StreamSide input, output;
  if (!parse_side(in, input_names, 4, input_device, input) ||
      !parse_side(out, output_names, 7, output_device, output) ||
      !parse_host_options(input_info, input.host_options) ||
      !parse_host_options(output_info, output.host_options)) {
    return nullptr;
  }
  const bool has_input = input_device >= 0 || input.host_options;
  const bool has_output = output_device >= 0 || output.host_options;
  try {
    without_gil([&] {
      const auto session = current_session();
      if (!session) throw_not_initialized("Pa_IsFormatSupported");
      if (!has_input && !has_output) {
        throw Error(Errc::invalid_device, "Pa_IsFormatSupported");
      }
      audiopp::StreamConfig config;
      config.sample_rate = rate;
      if (input_device >= 0) input.device = session->device(input_device);
      if (output_device >= 0) output.device = session->device(output_device);
      if (has_input) config.input = input;
      if (has_output) config.output = output;
      const bool input_is_planar = take_planar_bit(config.input);
      const bool output_is_planar = take_planar_bit(config.output);
      session->check_supported(config);
      // Only then: what PyAudio refuses too is refused in its words.
      if (input_is_planar || output_is_planar) {
        throw Error(Errc::sample_format_not_supported, "Pa_IsFormatSupported", "paNonInterleaved");
      }
    });
  } catch (const Error& error) {
    set_value_error(name_pyaudios_argument(error));
    if (error.errc() == Errc::sample_format_not_supported) {
      if (in[2] && sample_size(input.format) == 0) note_refusal(input_names.format, in[2]);
      if (out[2] && sample_size(output.format) == 0) note_refusal(output_names.format, out[2]);
    } else if (error.detail().empty()) {
      add_note("error " + std::to_string(error.code().value()) +
               ": PortAudio cannot open such a stream: " + error.text());
    }
    return nullptr;
  } catch (const std::exception&) {
    set_current_error();
    return nullptr;
  }
  Py_RETURN_TRUE;
}

PyObject* get_host_api_count(PyObject*, PyObject* args) {
  if (!PyArg_ParseTuple(args, "")) return nullptr;
  return ask_for_index("Pa_GetHostApiCount",
                       [](const Session& session) { return session.host_api_count(); });
}

PyObject* get_default_host_api(PyObject*, PyObject* args) {
  if (!PyArg_ParseTuple(args, "")) return nullptr;
  return ask_for_index("Pa_GetDefaultHostApi",
                       [](const Session& session) { return session.default_host_api().index; });
}

PyObject* host_api_type_id_to_host_api_index(PyObject*, PyObject* args) {
  int type = 0;
  if (!parse_only(args, pyaudios("host_api_type"), type)) return nullptr;
  return ask_for_index("Pa_HostApiTypeIdToHostApiIndex", [&](const Session& session) {
    return session.host_api(static_cast<audiopp::HostApiType>(type)).index;
  });
}

PyObject* host_api_device_index_to_device_index(PyObject*, PyObject* args) {
  PyObject *host_api_object, *index_object;
  audiopp::HostApi host_api{};
  int index = 0;
  if (!PyArg_ParseTuple(args, "OO", &host_api_object, &index_object) ||
      !parse_int(host_api_object, pyaudios("host_api_index"), host_api.index) ||
      !parse_int(index_object, pyaudios("host_api_device_index"), index)) {
    return nullptr;
  }
  return ask_for_index("Pa_HostApiDeviceIndexToDeviceIndex", [&](const Session& session) {
    return session.device(host_api, index).index;
  });
}

PyObject* get_host_api_info(PyObject*, PyObject* args) {
  int index = 0;
  if (!parse_only(args, pyaudios("host_api_index"), index)) return nullptr;
  std::optional<audiopp::HostApi> info;
  try {
    without_gil([&] {
      const auto session = current_session();
      if (!session) throw Error(Errc::invalid_host_api, "Pa_GetHostApiInfo", "not initialized");
      info = session->host_api(index);
    });
  } catch (const Error& error) {
    set_error(error, "Invalid host api info");
    return nullptr;
  } catch (const std::exception&) {
    set_current_error();
    return nullptr;
  }
  return make_host_api_info(*info);
}

PyObject* get_device_count(PyObject*, PyObject* args) {
  if (!PyArg_ParseTuple(args, "")) return nullptr;
  return ask_for_index("Pa_GetDeviceCount",
                       [](const Session& session) { return session.device_count(); });
}

PyObject* default_device(PyObject* args, bool input) {
  if (!PyArg_ParseTuple(args, "")) return nullptr;
  std::optional<audiopp::Device> device;
  std::string found = "PortAudio is not initialised";
  try {
    without_gil([&] {
      const auto session = current_session();
      if (!session) return;
      device = input ? session->default_input_device() : session->default_output_device();
      if (device) return;
      found = input ? session->describe_input_devices() : session->describe_output_devices();
    });
  } catch (const std::exception&) {
    set_current_error();
    return nullptr;
  }
  if (!device) {
    set_error(input ? "No Default Input Device Available" : "No Default Output Device Available");
    add_note(found);
    return nullptr;
  }
  return PyLong_FromLong(device->index);
}

PyObject* get_default_input_device(PyObject*, PyObject* args) {
  return default_device(args, true);
}

PyObject* get_default_output_device(PyObject*, PyObject* args) {
  return default_device(args, false);
}

PyObject* get_device_info(PyObject*, PyObject* args) {
  int index = 0;
  if (!parse_only(args, pyaudios("device_index"), index)) return nullptr;
  std::optional<audiopp::Device> device;
  try {
    without_gil([&] {
      const auto session = current_session();
      if (!session) throw Error(Errc::invalid_device, "Pa_GetDeviceInfo", "not initialized");
      device = session->device(index);
    });
  } catch (const Error& error) {
    set_error(error, "Invalid device info");
    return nullptr;
  } catch (const std::exception&) {
    set_current_error();
    return nullptr;
  }
  return make_device_info(*device);
}

// Casts a function with keyword arguments to the type in a method table.
PyCFunction with_keywords(PyCFunctionWithKeywords function) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

PyMethodDef functions[] = {
    {"initialize", initialize, METH_VARARGS, "Initializes PortAudio"},
    {"terminate", terminate, METH_VARARGS, "Terminates PortAudio"},
    {"get_sample_size", get_sample_size, METH_VARARGS, "Returns sample size of a format in bytes"},
    {"is_format_supported", with_keywords(is_format_supported), METH_VARARGS | METH_KEYWORDS,
     "Returns whether format is supported"},
    {"get_version", get_version, METH_VARARGS, "PortAudio version"},
    {"get_version_text", get_version_text, METH_VARARGS, "PortAudio version text"},
    {"get_host_api_count", get_host_api_count, METH_VARARGS, "Returns the number of host APIs"},
    {"get_default_host_api", get_default_host_api, METH_VARARGS,
     "Returns the index of the default host API"},
    {"host_api_type_id_to_host_api_index", host_api_type_id_to_host_api_index, METH_VARARGS,
     "Returns the index of the host API with the given type"},
    {"host_api_device_index_to_device_index", host_api_device_index_to_device_index, METH_VARARGS,
     "Returns the device index of a host API's n-th device"},
    {"get_host_api_info", get_host_api_info, METH_VARARGS,
     "Returns an object with information about the host API"},
    {"get_device_count", get_device_count, METH_VARARGS, "Returns the number of devices"},
    {"get_default_input_device", get_default_input_device, METH_VARARGS,
     "Returns the index of the default input device"},
    {"get_default_output_device", get_default_output_device, METH_VARARGS,
     "Returns the index of the default output device"},
    {"get_device_info", get_device_info, METH_VARARGS,
     "Returns an object with information about the device"},
    {}};

PyModuleDef definition = {PyModuleDef_HEAD_INIT,
                          "pyaudiopp._portaudio",
                          "PyAudio's C module, on audiopp.",
                          -1,
                          functions,
                          nullptr,
                          nullptr,
                          nullptr,
                          nullptr};

}  // namespace

PyObject* make_portaudio_module() {
  if (!ready_info_types() || !ready_stream_type()) return nullptr;
  PyObject* module = PyModule_Create(&definition);
  if (module == nullptr) return nullptr;
  if (add_constants(module) && add_mac_core_type(module) &&
      PyModule_AddFunctions(module, stream_functions) == 0) {
    return module;
  }
  Py_DECREF(module);
  return nullptr;
}
