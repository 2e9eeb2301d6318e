// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include <string>

#include "bind_core.hpp"
#include "compat.hpp"
#include "py_arguments.hpp"
#include "py_environment.hpp"
#include "py_errors.hpp"
#include "py_gil.hpp"
#include "py_host_options.hpp"
#include "py_messages.hpp"
#include "py_sessions.hpp"
#include "py_stream.hpp"
#include "stream_io.hpp"

// Opens a stream like PyAudio: turns its arguments into one StreamConfig, and raises its errors.

using audiopp::Errc;
using audiopp::Error;

namespace {

struct Side {
  int wanted = 0;
  int index = -1;  // the default device
  std::optional<audiopp::Device> device;
  std::shared_ptr<const audiopp::HostOptions> options;
};

struct Arguments {
  int rate = 0;
  int channels = 0;
  unsigned long long format = 0;
  int frames_per_buffer = 0;
  Side input;
  Side output;
  PyObject* callback = nullptr;
  std::shared_ptr<StreamCallback> native;  // the callback, if it is compiled
};

// A Device instead of an index keeps its generation.
bool parse_device(PyObject* object, const char* name, Side& side) {
  if (object != nullptr && is_device(object)) {
    side.device = to_device(object);
    return true;
  }
  return parse_device_index(object, name, side.index);
}

bool parse_arguments(PyObject* args, PyObject* keywords, Arguments& parsed) {
  static const char* names[] = {"rate",
                                "channels",
                                "format",
                                "input",
                                "output",
                                "input_device_index",
                                "output_device_index",
                                "frames_per_buffer",
                                "input_host_api_specific_stream_info",
                                "output_host_api_specific_stream_info",
                                "stream_callback",
                                nullptr};
  PyObject *rate, *channels, *format;
  PyObject *input = nullptr, *output = nullptr, *frames = nullptr;
  PyObject *input_device = nullptr, *output_device = nullptr;
  PyObject *input_info = nullptr, *output_info = nullptr;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "OOO|OOOOOOOO", const_cast<char**>(names), &rate,
                                   &channels, &format, &input, &output, &input_device,
                                   &output_device, &frames, &input_info, &output_info,
                                   &parsed.callback)) {
    return false;
  }
  if (!parse_int(rate, pyaudios("rate"), parsed.rate) ||
      !parse_int(channels, pyaudios("channels"), parsed.channels) ||
      !parse_bits(format, pyaudios("format", a_format), 3, parsed.format) ||
      (input &&
       !parse_optional_int(input, pyaudios("input", true_or_false), parsed.input.wanted)) ||
      (output &&
       !parse_optional_int(output, pyaudios("output", true_or_false), parsed.output.wanted)) ||
      (frames &&
       !parse_optional_int(frames, pyaudios("frames_per_buffer"), parsed.frames_per_buffer)) ||
      !parse_host_options(input_info, parsed.input.options) ||
      !parse_host_options(output_info, parsed.output.options)) {
    return false;
  }
  if (parsed.callback && !parse_callback(parsed.callback, "stream_callback", parsed.native)) {
    return false;
  }
  if (!parse_device(input_device, "input_device_index", parsed.input) ||
      !parse_device(output_device, "output_device_index", parsed.output)) {
    return false;
  }
  if (!parsed.input.wanted && !parsed.output.wanted) {
    PyErr_SetString(PyExc_ValueError, "Must specify either input or output");
    return false;
  }
  if (parsed.channels < 1) {
    refuse(PyExc_ValueError, pyaudios("channels", "a number from 1 up"), channels,
           "Invalid audio channels");
    return false;
  }
  return true;
}

// The device at `index`, or the default one; empty if there is none. PyAudio makes the same calls.
std::optional<audiopp::Device> device_at(const audiopp::Session& session, int index, bool input) {
  if (index >= 0) {
    if (index >= session.device_count()) return std::nullopt;
    return session.device(index);
  }
  return input ? session.default_input_device() : session.default_output_device();
}

// The default device of the options' host API, or the default one if PortAudio lacks that host API;
// empty if there is none.
std::optional<audiopp::Device> default_device(const audiopp::Session& session,
                                              const audiopp::HostOptions& options, bool input) {
  for (const audiopp::HostApi& host_api : session.host_apis()) {
    if (host_api.type != options.host_api()) continue;
    const int index = input ? host_api.default_input_device : host_api.default_output_device;
    return index < 0 ? std::nullopt : std::optional(session.device(index));
  }
  return device_at(session, -1, input);
}

// PyAudio's text for either direction, including its mistake: programs look for it.
struct NoDevice {
  bool input;
  std::string words;
};

std::string describe_devices(const std::optional<audiopp::Session>& session, bool input) {
  if (!session) return "PortAudio is not initialised: every PyAudio has been terminated";
  return input ? session->describe_input_devices() : session->describe_output_devices();
}

audiopp::StreamSide make_side(const std::optional<audiopp::Session>& session,
                              const Arguments& parsed, const Side& wanted, bool input) {
  audiopp::StreamSide side;
  side.channels = parsed.channels;
  side.format = static_cast<audiopp::SampleFormat>(parsed.format);
  side.host_options = wanted.options;
  side.device = wanted.device;
  if (!side.device && session && wanted.index < 0 && wanted.options) {
    if (!wanted.options->devices().empty()) return side;
    side.device = default_device(*session, *wanted.options, input);
  } else if (!side.device && session) {
    side.device = device_at(*session, wanted.index, input);
  }
  // Only `configure` catches it. NOLINTNEXTLINE(bugprone-std-exception-baseclass)
  if (!side.device || !session) throw NoDevice{input, describe_devices(session, input)};
  return side;
}

audiopp::StreamConfig make_config(const std::optional<audiopp::Session>& session,
                                  const Arguments& parsed) {
  audiopp::StreamConfig config;
  if (parsed.output.wanted) config.output = make_side(session, parsed, parsed.output, false);
  if (parsed.input.wanted) config.input = make_side(session, parsed, parsed.input, true);
  config.sample_rate = parsed.rate;
  config.frames_per_buffer = static_cast<unsigned long>(parsed.frames_per_buffer);
  config.flags = audiopp::StreamFlags::clip_off;
  return config;
}

// PyAudio passes planar streams a flat buffer and crashes (docs/defects.md, B8).
void refuse_planar(const audiopp::StreamConfig& config) {
  for (const auto* side : {&config.input, &config.output}) {
    if (!*side || (static_cast<unsigned long>((*side)->format) & non_interleaved) == 0) continue;
    throw Error(Errc::sample_format_not_supported, "Pa_OpenStream", "paNonInterleaved");
  }
}

// False with an exception set.
bool configure(const Arguments& parsed, std::optional<audiopp::Session>& session,
               audiopp::StreamConfig& config) {
  std::optional<NoDevice> no_device;
  try {
    without_gil([&] {
      session = current_session();
      try {
        config = make_config(session, parsed);
        refuse_planar(config);
      } catch (const NoDevice& found) {
        no_device = found;
      }
    });
  } catch (const std::exception&) {
    set_current_error();
    without_gil([&] { session.reset(); });
    return false;
  }
  if (!no_device) return true;
  without_gil([&] { session.reset(); });
  log_messages();
  set_error(Error(Errc::invalid_device, "Pa_OpenStream", no_device->words),
            no_device->input ? "Invalid input device (no default output device)"
                             : "Invalid output device (no default output device)");
  return false;
}

PyObject* open_config(std::optional<audiopp::Session> session, const audiopp::StreamConfig& config,
                      PythonSide python) {
  python.closes_on_error = true;
  const std::string at_once = environment_variable("PYAUDIOPP_STOP_AT_ONCE");
  python.drains = at_once.empty() || at_once == "0";
  return make_portaudio_stream(open_stream(core_stream_type(), std::move(session), config, python));
}

}  // namespace

PyObject* open_portaudio_stream(PyObject*, PyObject* args, PyObject* keywords) {
  Arguments parsed;
  std::optional<audiopp::Session> session;
  audiopp::StreamConfig config;
  if (!parse_arguments(args, keywords, parsed) || !configure(parsed, session, config)) {
    return nullptr;
  }
  PythonSide python;
  python.callback = parsed.native;
  if (parsed.callback && !parsed.native) python.callback = make_callback(parsed.callback, config);
  return open_config(std::move(session), config, std::move(python));
}

PyObject* pyaudio_config(PyObject*, PyObject* args, PyObject* keywords) {
  Arguments parsed;
  std::optional<audiopp::Session> session;
  audiopp::StreamConfig config;
  if (!parse_arguments(args, keywords, parsed) || !configure(parsed, session, config)) {
    return nullptr;
  }
  without_gil([&] { session.reset(); });
  return to_object(config);
}

PyObject* find_pyaudio_device(PyObject*, PyObject* args, PyObject* keywords) {
  static const char* names[] = {"device", "input", "output", nullptr};
  PyObject* device;
  int input, output;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "Opp", const_cast<char**>(names), &device,
                                   &input, &output)) {
    return nullptr;
  }
  try {
    bind_core();
    std::optional<audiopp::Session> session;
    without_gil([&] { session = current_session(); });
    const auto found = find_device(session, device, input != 0, output != 0);
    without_gil([&] { session.reset(); });
    return pybind11::cast(found).release().ptr();
  } catch (const std::exception&) {
    set_current_error();
    return nullptr;
  }
}

PyObject* open_pyaudio_config(PyObject*, PyObject* args) {
  PyObject *config_object, *callback, *finished;
  if (!PyArg_ParseTuple(args, "OOO", &config_object, &callback, &finished)) return nullptr;
  audiopp::StreamConfig config;
  if (!to_config(config_object, config)) return nullptr;
  for (const auto* side : {&config.input, &config.output}) {
    if (!*side || (*side)->channels > 0) continue;
    PyErr_SetString(PyExc_ValueError, "Invalid audio channels");
    return nullptr;
  }
  PythonSide python;
  if (callback != Py_None) {
    if (!parse_callback(callback, "stream_callback", python.callback)) return nullptr;
    if (!python.callback) python.callback = make_callback(callback, config);
  }
  if (finished != Py_None && !parse_finished_callback(finished, python.finished)) return nullptr;
  std::optional<audiopp::Session> session;
  try {
    refuse_planar(config);
    without_gil([&] { session = current_session(); });
  } catch (const std::exception&) {
    set_current_error();
    return nullptr;
  }
  return open_config(std::move(session), config, std::move(python));
}

PyMethodDef pyaudio_functions[] = {
    {"pyaudio_config", as_method(static_cast<PyCFunctionWithKeywords>(pyaudio_config)),
     METH_VARARGS | METH_KEYWORDS, "Returns the StreamConfig that _portaudio.open makes."},
    {"open_config", open_pyaudio_config, METH_VARARGS,
     "open_config(config, callback, finished_callback, /)\n--\n\n"
     "Opens a _portaudio.Stream from a StreamConfig."},
    {"core_stream", core_stream, METH_O,
     "core_stream(stream, /)\n--\n\n"
     "Returns the stream in a _portaudio.Stream; for any other object, one that was never opened."},
    {"find_device", as_method(static_cast<PyCFunctionWithKeywords>(find_pyaudio_device)),
     METH_VARARGS | METH_KEYWORDS,
     "find_device(device, input, output)\n--\n\n"
     "Finds a device as Session.find_device does, in the session of PyAudio objects."},
    {}};
