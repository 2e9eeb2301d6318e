// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "compat.hpp"
#include "py_gil.hpp"
#include "py_stream.hpp"
#include "stream_io.hpp"

// The stream type and the stream functions of `_portaudio`. As in PyAudio, an error closes the
// stream, because programs reopen the device without closing it; but an xrun leaves it open
// (docs/defects.md, B1).

using audiopp::Errc;
using audiopp::Error;
using audiopp::StopMode;

namespace {

struct PaStream {
  PyObject_HEAD PyStream* stream;  // a reference; never null
};

PyTypeObject stream_type = {PyVarObject_HEAD_INIT(nullptr, 0)};

// ---- getting at the stream ----

PyStream* stream_of(PyObject* object) {
  if (PyObject_TypeCheck(object, &stream_type)) return reinterpret_cast<PaStream*>(object)->stream;
  PyErr_Format(PyExc_TypeError, "argument 1 must be _portaudio.Stream, not %s",
               object == Py_None ? "None" : Py_TYPE(object)->tp_name);
  return nullptr;
}

PyStream* only_argument(PyObject* args) {
  PyObject* object;
  return PyArg_ParseTuple(args, "O", &object) ? stream_of(object) : nullptr;
}

PyObject* none_if(bool good) {
  if (!good) return nullptr;
  Py_RETURN_NONE;
}

// ---- control and queries ----

PyObject* close(PyObject*, PyObject* args) {
  PyStream* self = only_argument(args);
  return none_if(self != nullptr && close_stream(self, stop_mode(*self->body)));
}

PyObject* start_stream(PyObject*, PyObject* args) {
  PyStream* self = only_argument(args);
  return none_if(self != nullptr && start_stream(self, true));
}

PyObject* stop(PyStream* self, StopMode mode) {
  return none_if(closed_by_exit(self) ||
                 (check_open(self, ClosedError::stream_not_open) && stop_stream(self, mode, true)));
}

PyObject* stop_stream(PyObject*, PyObject* args) {
  PyStream* self = only_argument(args);
  return self == nullptr ? nullptr : stop(self, stop_mode(*self->body));
}

PyObject* abort_stream(PyObject*, PyObject* args) {
  PyStream* self = only_argument(args);
  return self == nullptr ? nullptr : stop(self, StopMode::abort);
}

PyObject* is_stream_stopped(PyObject*, PyObject* args) {
  PyStream* self = only_argument(args);
  if (self != nullptr && closed_by_exit(self)) Py_RETURN_TRUE;
  self = ready(self, ClosedError::stream_closed);
  bool answer = false;
  const auto question = [](auto& stream) {
    stream.check_device();
    return stream.is_stopped();
  };
  if (self == nullptr || !ask(self, answer, question)) return nullptr;
  return PyBool_FromLong(answer);
}

PyObject* is_stream_active(PyObject*, PyObject* args) {
  PyStream* self = only_argument(args);
  if (self != nullptr && closed_by_exit(self)) Py_RETURN_FALSE;
  self = ready(self, ClosedError::stream_not_open);
  bool answer = false;
  const auto question = [](auto& stream) {
    if (stream.is_active()) return true;
    stream.check_device();
    return false;
  };
  if (self == nullptr || !ask(self, answer, question)) return nullptr;
  // The callback may have failed since: then this call reports it.
  if (!answer && !raise_failure(*self->body)) return nullptr;
  return PyBool_FromLong(answer);
}

PyObject* get_stream_time(PyObject*, PyObject* args) {
  PyStream* self = only_argument(args);
  double time = 0;
  if (self == nullptr || !check_open(self) ||
      !ask(self, time, [](auto& stream) { return stream.time().count(); })) {
    return nullptr;
  }
  if (time == 0) {
    set_error(Errc::internal_error, "Internal Error");
    return nullptr;
  }
  return PyFloat_FromDouble(time);
}

PyObject* get_stream_cpu_load(PyObject*, PyObject* args) {
  PyStream* self = only_argument(args);
  double load = 0;
  if (self == nullptr || !check_open(self) ||
      !ask(self, load, [](auto& stream) { return stream.cpu_load(); })) {
    return nullptr;
  }
  return PyFloat_FromDouble(load);
}

// ---- blocking I/O, called once per block ----

PyObject* write_stream(PyObject*, PyObject* const* args, Py_ssize_t count) {
  if (!check_count(count, 3, 4)) return nullptr;
  PyStream* self = stream_of(args[0]);
  bool xrun = false;
  return none_if(self != nullptr && write_frames(self, args[1], args[2],
                                                 count == 4 ? args[3] : nullptr, nullptr, xrun));
}

PyObject* read_stream(PyObject*, PyObject* const* args, Py_ssize_t count) {
  if (!check_count(count, 2, 3)) return nullptr;
  PyStream* self = stream_of(args[0]);
  if (self == nullptr) return nullptr;
  return read_frames(self, args[1], count == 3 ? args[2] : nullptr, nullptr);
}

// PyAudio returns PortAudio's errors as negative numbers, and programs compare with 0
// (docs/defects.md, B10).
template <class Ask>
PyObject* frames_available(PyObject* const* args, Py_ssize_t count, const Ask& question) {
  if (!check_count(count, 1, 1)) return nullptr;
  PyStream* self = stream_of(args[0]);
  if (self == nullptr || !check_open(self)) return nullptr;
  std::size_t frames = 0;
  try {
    without_gil([&] { frames = question(self->body->stream); });
  } catch (const Error& error) {
    if (is_open(self)) return PyLong_FromLong(error.code().value());
    set_error(error, "Stream closed");
    return nullptr;
  } catch (const std::exception&) {
    set_current_error();
    return nullptr;
  }
  return PyLong_FromSize_t(frames);
}

PyObject* get_stream_read_available(PyObject*, PyObject* const* args, Py_ssize_t count) {
  return frames_available(args, count, [](auto& stream) { return stream.read_available(); });
}

PyObject* get_stream_write_available(PyObject*, PyObject* const* args, Py_ssize_t count) {
  return frames_available(args, count, [](auto& stream) { return stream.write_available(); });
}

// ---- the type ----

template <class Get>
PyObject* field(PyObject* object, const Get& get) {
  PyStream* self = reinterpret_cast<PaStream*>(object)->stream;
  if (!check_open(self)) return nullptr;
  if (self->body->stream.struct_version() < 0) {  // Pa_GetStreamInfo() returned null
    set_error(Errc::internal_error, "Could not get stream information");
    return nullptr;
  }
  return get(self->body->stream);
}

PyObject* get_struct_version(PyObject* self, void*) {
  return field(self, [](auto& stream) { return PyLong_FromLong(stream.struct_version()); });
}

PyObject* get_input_latency(PyObject* self, void*) {
  return field(self,
               [](auto& stream) { return PyFloat_FromDouble(stream.input_latency().count()); });
}

PyObject* get_output_latency(PyObject* self, void*) {
  return field(self,
               [](auto& stream) { return PyFloat_FromDouble(stream.output_latency().count()); });
}

PyObject* get_sample_rate(PyObject* self, void*) {
  return field(self, [](auto& stream) { return PyFloat_FromDouble(stream.sample_rate()); });
}

PyGetSetDef stream_fields[] = {
    {"structVersion", get_struct_version, refuse_to_set, "struct version", nullptr},
    {"inputLatency", get_input_latency, refuse_to_set, "input latency, in seconds", nullptr},
    {"outputLatency", get_output_latency, refuse_to_set, "output latency, in seconds", nullptr},
    {"sampleRate", get_sample_rate, refuse_to_set, "actual sample rate, in frames a second",
     nullptr},
    {}};

PyObject* make_empty(PyTypeObject*, PyObject*, PyObject*) {
  return make_portaudio_stream(make_unopened_stream(core_stream_type()));
}

void deallocate(PyObject* object) {
  PyObject_GC_UnTrack(object);
  Py_DECREF(reinterpret_cast<PaStream*>(object)->stream);
  PyObject_GC_Del(object);
}

// Only the stream itself can be part of a cycle, and it can be cleared.
int traverse(PyObject* object, visitproc visit, void* arg) {
  Py_VISIT(reinterpret_cast<PaStream*>(object)->stream);
  return 0;
}

}  // namespace

PyMethodDef stream_functions[] = {
    {"get_stream_time", get_stream_time, METH_VARARGS,
     "Returns the time of the stream's clock, in seconds"},
    {"get_stream_cpu_load", get_stream_cpu_load, METH_VARARGS,
     "Returns the stream's CPU load (always 0 for blocking mode)"},
    {"open", as_method(open_portaudio_stream), METH_VARARGS | METH_KEYWORDS,
     "Opens a PortAudio stream, without starting it"},
    {"close", close, METH_VARARGS, "Closes a PortAudio stream"},
    {"start_stream", start_stream, METH_VARARGS, "Starts the stream"},
    {"stop_stream", stop_stream, METH_VARARGS,
     "Stops the stream when what is queued has been played"},
    {"abort_stream", abort_stream, METH_VARARGS, "Stops the stream at once"},
    {"is_stream_stopped", is_stream_stopped, METH_VARARGS, "Returns whether the stream is stopped"},
    {"is_stream_active", is_stream_active, METH_VARARGS, "Returns whether the stream is active"},
    {"write_stream", as_method(write_stream), METH_FASTCALL, "Writes frames to the stream"},
    {"read_stream", as_method(read_stream), METH_FASTCALL, "Reads frames from the stream"},
    {"get_stream_write_available", as_method(get_stream_write_available), METH_FASTCALL,
     "Returns how many frames can be written without waiting"},
    {"get_stream_read_available", as_method(get_stream_read_available), METH_FASTCALL,
     "Returns how many frames can be read without waiting"},
    {}};

bool ready_stream_type() {
  stream_type.tp_name = "_portaudio.Stream";
  stream_type.tp_basicsize = sizeof(PaStream);
  stream_type.tp_dealloc = deallocate;
  stream_type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC;
  stream_type.tp_doc = "PyAudio Stream";
  stream_type.tp_traverse = traverse;
  stream_type.tp_getset = stream_fields;
  stream_type.tp_new = make_empty;
  return PyType_Ready(&stream_type) == 0;
}

PyObject* make_portaudio_stream(PyObject* stream) {
  if (stream == nullptr) return nullptr;
  auto* self = PyObject_GC_New(PaStream, &stream_type);
  if (self == nullptr) {
    Py_DECREF(stream);
    return nullptr;
  }
  self->stream = reinterpret_cast<PyStream*>(stream);
  PyObject_GC_Track(self);
  return reinterpret_cast<PyObject*>(self);
}

PyObject* core_stream(PyObject*, PyObject* object) {
  if (!PyObject_TypeCheck(object, &stream_type)) return make_unopened_stream(core_stream_type());
  auto* stream = reinterpret_cast<PyObject*>(reinterpret_cast<PaStream*>(object)->stream);
  Py_INCREF(stream);
  return stream;
}
