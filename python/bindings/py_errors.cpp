// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "py_errors.hpp"

#include <new>
#include <stdexcept>
#include <string>

namespace py = pybind11;

namespace {

PyObject* portaudio_error = nullptr;

// A host API's own text may be in any encoding.
py::object to_text(const std::string& words) {
  return py::reinterpret_steal<py::object>(PyUnicode_DecodeUTF8(
      words.data(), static_cast<Py_ssize_t>(words.size()), "backslashreplace"));
}

// Plain attributes, None on the class, so that a ValueError can have them too.
void describe(py::object& exception, const audiopp::Error& error) {
  exception.attr("code") = error.code().value();
  exception.attr("call") = error.call();
  py::list notes;
  if (!error.detail().empty()) notes.append(to_text(error.detail()));
  const auto& host = error.host_error();
  // A running stream's error says that its device is lost.
  if (host && !host->text.empty() && std::string(error.call()) == "Pa_OpenStream") {
    notes.append(to_text("host error " + std::to_string(host->code) + ": " + host->text));
  }
  // Shown in tracebacks from Python 3.11 on.
  if (!notes.empty()) exception.attr("__notes__") = notes;
  if (!host) return;
  exception.attr("host_api") = host->host_api;
  exception.attr("host_code") = host->code;
  exception.attr("host_text") = to_text(host->text);
}

void raise(PyObject* type, py::tuple args, const audiopp::Error* error, bool device_lost = false,
           int code = 0) {
  try {
    auto exception = py::reinterpret_steal<py::object>(PyObject_CallObject(type, args.ptr()));
    if (!exception) return;
    if (code != 0) exception.attr("code") = code;
    if (error != nullptr) describe(exception, *error);
    if (device_lost) exception.attr("device_lost") = true;
    PyErr_SetObject(type, exception.ptr());
  } catch (py::error_already_set& failure) {
    failure.restore();
  }
}

// Of refused options; PyAudio refuses none, so the text can say it all.
std::string full_text(const audiopp::Error& error) {
  return error.text() + ": " + error.detail();
}

bool has_full_text(const audiopp::Error& error) {
  return error.errc() == audiopp::Errc::incompatible_host_api_specific_stream_info &&
         !error.detail().empty();
}

}  // namespace

bool add_error_types(PyObject* module) {
  static const char doc[] =
      "A PortAudio call failed.\n\n"
      "An OSError with PyAudio's arguments: (code, text), or (text,) where PyAudio has no code.\n\n"
      "Attributes:\n"
      "    code: PortAudio's error code, such as pyaudiopp.paInvalidDevice, or None.\n"
      "    call: The PortAudio function that failed, or None.\n"
      "    host_api: The type of the host API that failed, or None.\n"
      "    host_code: The host API's own error code, or None.\n"
      "    host_text: The host API's own error text, or None.\n"
      "    device_lost: Whether the device went away while the stream ran.\n"
      "    frames: How many frames a failed read or write had moved, or None.\n"
      "    partial: What a failed read had received, as bytes, or None.\n";
  portaudio_error =
      PyErr_NewExceptionWithDoc("pyaudiopp.PortAudioError", doc, PyExc_OSError, nullptr);
  if (portaudio_error == nullptr) return false;
  for (const char* name :
       {"code", "call", "host_api", "host_code", "host_text", "frames", "partial"}) {
    if (PyObject_SetAttrString(portaudio_error, name, Py_None) < 0) return false;
  }
  if (PyObject_SetAttrString(portaudio_error, "device_lost", Py_False) < 0) return false;
  Py_INCREF(portaudio_error);
  if (PyModule_AddObject(module, "PortAudioError", portaudio_error) == 0) return true;
  Py_DECREF(portaudio_error);
  return false;
}

void set_error(const audiopp::Error& error, bool device_lost) {
  if (has_full_text(error)) {
    return set_error(audiopp::Error(error.errc(), error.call()), full_text(error).c_str());
  }
  raise(portaudio_error, py::make_tuple(error.code().value(), error.text()), &error, device_lost);
}

void set_error(const audiopp::Error& error, const char* text) {
  raise(portaudio_error, py::make_tuple(error.code().value(), to_text(text)), &error);
}

void set_error(audiopp::Errc code, const char* text) {
  raise(portaudio_error, py::make_tuple(static_cast<int>(code), text), nullptr, false,
        static_cast<int>(code));
}

void set_error(const char* text) {
  raise(portaudio_error, py::make_tuple(text), nullptr);
}

void set_value_error(const audiopp::Error& error) {
  if (has_full_text(error)) {
    const audiopp::Error bare(error.errc(), error.call());
    raise(PyExc_ValueError, py::make_tuple(to_text(full_text(error)), error.code().value()), &bare);
    return;
  }
  raise(PyExc_ValueError, py::make_tuple(error.text(), error.code().value()), &error);
}

void add_note(PyObject* words) {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  try {
    const py::handle exception(value);
    if (!py::hasattr(exception, "__notes__")) exception.attr("__notes__") = py::list();
    exception.attr("__notes__").attr("append")(py::handle(words));
#if PY_VERSION_HEX < 0x030B0000
    const py::tuple args = exception.attr("args");
    const bool is_text = args.size() == 1 && py::isinstance<py::str>(args[0]);
    if (is_text && !PyErr_GivenExceptionMatches(type, PyExc_OSError)) {
      exception.attr("args") =
          py::make_tuple(py::str("{} ({})").format(args[0], py::handle(words)));
    }
#endif
  } catch (const py::error_already_set&) {
    // The exception matters more than its note.
  }
  PyErr_Restore(type, value, traceback);
}

void add_note(const std::string& words) {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  const py::object text = to_text(words);
  PyErr_Restore(type, value, traceback);
  if (text) add_note(text.ptr());
}

void set_current_error() {
  try {
    throw;
  } catch (const audiopp::Error& error) {
    set_error(error);
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
  } catch (const std::invalid_argument& error) {
    PyErr_SetString(PyExc_ValueError, error.what());
  } catch (py::error_already_set& error) {
    error.restore();
  } catch (const std::exception& error) {  // InsideCallbackError, std::logic_error
    PyErr_SetString(PyExc_RuntimeError, error.what());
  }
}

int refuse_to_set(PyObject*, PyObject*, void*) {
  PyErr_SetString(PyExc_AttributeError, "Fields read-only: cannot modify values");
  return -1;
}
