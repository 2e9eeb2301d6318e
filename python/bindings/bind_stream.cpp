// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "bind_core.hpp"
#include "py_arguments.hpp"
#include "py_sessions.hpp"
#include "py_stream.hpp"
#include "stream_io.hpp"

// `pyaudiopp.core.Stream`, without pybind11: the garbage collector has to see its callback, and its
// reads and writes are called for each block.

namespace py = pybind11;

using audiopp::StopMode;

namespace {

PyStream* stream_of(PyObject* object) {
  return reinterpret_cast<PyStream*>(object);
}

PyObject* none_if(bool good) {
  if (!good) return nullptr;
  Py_RETURN_NONE;
}

// ---- arguments ----

// Sorts the arguments of a fast call into the order of `names`; false with a TypeError set. The
// first `needed` are required.
template <std::size_t Count>
bool parse_fast(const char* const (&names)[Count], std::size_t needed, PyObject* const* args,
                Py_ssize_t count, PyObject* keywords, PyObject* (&values)[Count]) {
  if (!check_count(count, 0, static_cast<Py_ssize_t>(Count))) return false;
  for (Py_ssize_t i = 0; i < count; ++i) values[i] = args[i];
  const Py_ssize_t named = keywords == nullptr ? 0 : PyTuple_GET_SIZE(keywords);
  for (Py_ssize_t i = 0; i < named; ++i) {
    PyObject* const name = PyTuple_GET_ITEM(keywords, i);
    std::size_t place = 0;
    while (place < Count && PyUnicode_CompareWithASCIIString(name, names[place]) != 0) ++place;
    if (place == Count || values[place] != nullptr) {
      PyErr_Format(PyExc_TypeError, "got %s argument %R",
                   place == Count ? "an unexpected keyword" : "several values for", name);
      return false;
    }
    values[place] = args[count + i];
  }
  for (std::size_t place = 0; place < needed; ++place) {
    if (values[place] != nullptr) continue;
    PyErr_Format(PyExc_TypeError, "missing argument '%s'", names[place]);
    return false;
  }
  return true;
}

// Parses `drain`: whether to play what is queued. By default as the stream is set.
bool parse_drain(PyObject* self, PyObject* args, PyObject* keywords, const char* format,
                 StopMode& mode) {
  static const char* names[] = {"drain", nullptr};
  PyObject* drain = Py_None;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, format, const_cast<char**>(names), &drain)) {
    return false;
  }
  const int is_wanted = drain == Py_None ? 0 : PyObject_IsTrue(drain);
  if (is_wanted < 0) return false;
  mode = is_wanted != 0 ? StopMode::drain : StopMode::abort;
  if (drain == Py_None) mode = stop_mode(*stream_of(self)->body);
  return true;
}

// ---- opening ----

PyObject* open(PyTypeObject* type, PyObject* args, PyObject* keywords) {
  static const char* names[] = {"session", "config", "callback", "finished_callback", nullptr};
  PyObject *session_object, *config_object, *callback = Py_None, *finished = Py_None;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "OO|O$O:Stream", const_cast<char**>(names),
                                   &session_object, &config_object, &callback, &finished)) {
    return nullptr;
  }
  if (!py::isinstance<CoreSession>(session_object)) {
    PyErr_Format(PyExc_TypeError, "session must be a pyaudiopp.core.Session, not %s",
                 Py_TYPE(session_object)->tp_name);
    return nullptr;
  }
  audiopp::StreamConfig config;
  if (!to_config(config_object, config)) return nullptr;
  PythonSide python;
  if (callback != Py_None) {
    if (!parse_callback(callback, "callback", python.callback)) return nullptr;
    if (!python.callback) python.callback = make_callback(callback, config);
  }
  if (finished != Py_None && !parse_finished_callback(finished, python.finished)) return nullptr;
  std::optional<audiopp::Session> session;
  try {
    session = py::cast<CoreSession&>(py::handle(session_object)).session();
  } catch (const std::exception&) {
    set_current_error();
    return nullptr;
  }
  return open_stream(type, std::move(session), std::move(config), python);
}

// ---- control ----

// A running callback stream keeps itself alive until it is stopped, or until the garbage collector
// finds that it has finished.
PyObject* start(PyObject* self, PyObject*) {
  keep_while_active(stream_of(self), self);
  return none_if(start_stream(stream_of(self), false));
}

PyObject* stop_by(PyObject* self, StopMode mode) {
  if (closed_by_exit(stream_of(self))) Py_RETURN_NONE;
  if (!check_open(stream_of(self)) || !stop_stream(stream_of(self), mode, false)) return nullptr;
  keep_while_active(stream_of(self), nullptr);
  Py_RETURN_NONE;
}

PyObject* stop(PyObject* self, PyObject* args, PyObject* keywords) {
  StopMode mode;
  return parse_drain(self, args, keywords, "|O:stop", mode) ? stop_by(self, mode) : nullptr;
}

PyObject* abort_now(PyObject* self, PyObject*) {
  return stop_by(self, StopMode::abort);
}

PyObject* close(PyObject* self, PyObject* args, PyObject* keywords) {
  StopMode mode;
  return none_if(parse_drain(self, args, keywords, "|O:close", mode) &&
                 close_stream(stream_of(self), mode));
}

PyObject* check(PyObject* self, PyObject*) {
  return none_if(!is_open(stream_of(self)) || check_stream(stream_of(self)));
}

PyObject* set_callback(PyObject* self, PyObject* callback) {
  return none_if(replace_callback(stream_of(self), callback));
}

PyObject* enter(PyObject* self, PyObject*) {
  Py_INCREF(self);
  return self;
}

PyObject* leave(PyObject* self, PyObject* args) {
  const bool failed = PyTuple_GET_SIZE(args) > 0 && PyTuple_GET_ITEM(args, 0) != Py_None;
  return none_if(
      close_stream(stream_of(self), failed ? StopMode::abort : stop_mode(*stream_of(self)->body)));
}

PyObject* keep(PyObject* self, PyObject* keeper) {
  keep_while_active(stream_of(self), keeper);
  Py_RETURN_NONE;
}

// ---- blocking I/O ----

PyObject* read(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
  PyObject* given[3] = {};
  if (!parse_fast({"frames", "timeout", "raise_xrun"}, 1, args, count, keywords, given)) {
    return nullptr;
  }
  return read_frames(stream_of(self), given[0], given[2], given[1]);
}

PyObject* read_into(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
  PyObject* given[2] = {};
  if (!parse_fast({"buffer", "timeout"}, 1, args, count, keywords, given)) return nullptr;
  return read_into(stream_of(self), given[0], given[1]);
}

PyObject* write(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
  PyObject* given[4] = {};
  bool xrun = false;
  if (!parse_fast({"data", "timeout", "frames", "raise_xrun"}, 1, args, count, keywords, given) ||
      !write_frames(stream_of(self), given[0], given[2], given[3], given[1], xrun)) {
    return nullptr;
  }
  return PyBool_FromLong(xrun);
}

// ---- queries ----

PyObject* to_python(bool value) {
  return PyBool_FromLong(value);
}
PyObject* to_python(double value) {
  return PyFloat_FromDouble(value);
}
PyObject* to_python(audiopp::Seconds value) {
  return PyFloat_FromDouble(value.count());
}
PyObject* to_python(std::size_t value) {
  return PyLong_FromSize_t(value);
}

template <auto Query>
PyObject* query(PyObject* object, void*) {
  decltype((std::declval<audiopp::Stream>().*Query)()) value{};
  if (!ask(stream_of(object), value, [](auto& stream) { return (stream.*Query)(); })) {
    return nullptr;
  }
  return to_python(value);
}

PyObject* get_counters(PyObject* self, void*) {
  return counters_of(stream_of(self));
}

PyObject* get_config(PyObject* self, void*) {
  return to_object(stream_of(self)->body->stream.config());
}

PyObject* get_timeout(PyObject* self, void*) {
  const double seconds = stream_of(self)->body->timeout;
  if (seconds == std::numeric_limits<double>::infinity()) Py_RETURN_NONE;
  return PyFloat_FromDouble(seconds);
}

int set_timeout(PyObject* self, PyObject* value, void*) {
  std::optional<audiopp::Seconds> timeout;
  if (value == nullptr) {
    PyErr_SetString(PyExc_AttributeError, "timeout cannot be deleted");
    return -1;
  }
  if (!parse_timeout(value, timeout)) return -1;
  stream_of(self)->body->timeout =
      timeout ? timeout->count() : std::numeric_limits<double>::infinity();
  return 0;
}

PyObject* get_drain(PyObject* self, void*) {
  return PyBool_FromLong(stream_of(self)->body->drains);
}

int set_drain(PyObject* self, PyObject* value, void*) {
  if (value == nullptr) {
    PyErr_SetString(PyExc_AttributeError, "drain cannot be deleted");
    return -1;
  }
  const int drains = PyObject_IsTrue(value);
  if (drains < 0) return -1;
  stream_of(self)->body->drains = drains != 0;
  return 0;
}

using audiopp::Stream;

PyGetSetDef queries[] = {
    {"is_open", query<&Stream::is_open>, nullptr, "Whether the stream is open.", nullptr},
    {"is_active", query<&Stream::is_active>, nullptr,
     "Whether it is running (started, not stopped, callback not finished); False when closed.",
     nullptr},
    {"is_stopped", query<&Stream::is_stopped>, nullptr,
     "Whether it was never started, or is stopped or closed. A stream whose callback has finished "
     "is not stopped.",
     nullptr},
    {"is_device_lost", query<&Stream::is_device_lost>, nullptr,
     "Whether its device went away while the stream ran. Such a stream can only be closed.",
     nullptr},
    {"time", query<&Stream::time>, nullptr,
     "The stream's clock, in seconds, which runs as long as the stream is open.", nullptr},
    {"cpu_load", query<&Stream::cpu_load>, nullptr,
     "The share of time spent in the callback, 0.0 to 1.0; 0.0 without one.", nullptr},
    {"sample_rate", query<&Stream::sample_rate>, nullptr,
     "The actual sample rate, in frames per second.", nullptr},
    {"input_latency", query<&Stream::input_latency>, nullptr, "In seconds.", nullptr},
    {"output_latency", query<&Stream::output_latency>, nullptr,
     "In seconds, including a callback buffer or our ring.", nullptr},
    {"read_available", query<&Stream::read_available>, nullptr,
     "Frames that can be read without waiting.", nullptr},
    {"write_available", query<&Stream::write_available>, nullptr,
     "Frames that can be written without waiting.", nullptr},
    {"counters", get_counters, nullptr,
     "Counts since the stream was opened, as a dictionary of ints; still available after it is "
     "closed.\n\n"
     "`callbacks`, `frames`: the blocks and frames that PortAudio has processed. "
     "`input_underflows`, `input_overflows`, `output_underflows`, `output_overflows`: the blocks "
     "that it flagged; without a callback, the reads and writes with an xrun. `short_blocks`, "
     "`missing_frames`: the blocks for which a buffered callback was late, and the frames of "
     "silence in them, or of lost input.",
     nullptr},
    {"config", get_config, nullptr, "A copy of the stream's StreamConfig.", nullptr},
    {"timeout", get_timeout, set_timeout,
     "The default timeout of reads and writes, in seconds, or None to wait as long as it takes.",
     nullptr},
    {"drain", get_drain, set_drain,
     "Whether `stop` and `close` play what is queued. They never do while a KeyboardInterrupt or "
     "SystemExit is on its way or after one, unless called with `drain=True`, nor if they "
     "interrupt a write.",
     nullptr},
    {}};

PyMethodDef methods[] = {
    {"start", start, METH_NOARGS,
     "start($self)\n--\n\n"
     "Starts the stream.\n\n"
     "Raises PortAudioError: paStreamIsNotStopped if it is running, or has finished and nobody has "
     "stopped it."},
    {"stop", as_method(static_cast<PyCFunctionWithKeywords>(stop)), METH_VARARGS | METH_KEYWORDS,
     "stop($self, drain=None)\n--\n\n"
     "Stops the stream; with `drain`, plays what is queued first. Ctrl-C ends the wait. None: as\n"
     "the attribute `drain` says.\n\n"
     "Raises PortAudioError: paStreamIsStopped if it is stopped; or the callback's exception."},
    {"abort", abort_now, METH_NOARGS,
     "abort($self)\n--\n\nStops the stream at once and drops what is queued."},
    {"close", as_method(static_cast<PyCFunctionWithKeywords>(close)), METH_VARARGS | METH_KEYWORDS,
     "close($self, drain=None)\n--\n\n"
     "Closes the stream; `drain` is as for `stop`. Does nothing the second time."},
    {"check", check, METH_NOARGS,
     "check($self)\n--\n\n"
     "Raises the callback's exception, once, or PortAudioError if the device is lost."},
    {"set_callback", set_callback, METH_O,
     "set_callback($self, callback, /)\n--\n\n"
     "Replaces the callback of a callback stream, even while it runs; None plays silence.\n\n"
     "When it returns, the old callback is not running and will not be called again.\n\n"
     "Raises ValueError if the stream was opened without a callback, and RuntimeError inside a\n"
     "callback."},
    {"read", as_method(static_cast<FastFunctionWithKeywords*>(read)), METH_FASTCALL | METH_KEYWORDS,
     "read($self, frames, timeout=None, raise_xrun=False)\n--\n\n"
     "Reads frames; waits until there are enough. Returns bytes: interleaved samples.\n\n"
     "`timeout` is in seconds; 0: do not wait, None: the stream's own timeout. With `raise_xrun`,\n"
     "input lost before these frames raises PortAudioError (paInputOverflowed); the next read\n"
     "returns them first.\n\n"
     "Raises TimeoutError if too few frames arrived in time; the next read returns these first."},
    {"read_into", as_method(static_cast<FastFunctionWithKeywords*>(read_into)),
     METH_FASTCALL | METH_KEYWORDS,
     "read_into($self, buffer, timeout=None)\n--\n\n"
     "Fills a writable C-contiguous buffer of bytes, or of the stream's type, with as many whole\n"
     "frames as it has room for.\n\n"
     "Returns how many, and whether input was lost before them. `timeout` and TimeoutError: as\n"
     "for `read`."},
    {"write", as_method(static_cast<FastFunctionWithKeywords*>(write)),
     METH_FASTCALL | METH_KEYWORDS,
     "write($self, data, timeout=None, frames=None, raise_xrun=False)\n--\n\n"
     "Writes interleaved samples from any C-contiguous buffer of bytes, or of the stream's type;\n"
     "returns once they are queued.\n\n"
     "Returns whether there was a gap before them; with `raise_xrun`, a gap raises PortAudioError\n"
     "(paOutputUnderflowed). `frames` is the most to write. `timeout`: as for `read`.\n\n"
     "Raises TimeoutError if not all frames were accepted in time; its `frames` is how many were."},
    {"__enter__", enter, METH_NOARGS, "__enter__($self)\n--\n\n"},
    {"__exit__", leave, METH_VARARGS, "__exit__($self, kind, value, traceback, /)\n--\n\n"},
    {"_keep", keep, METH_O,
     "_keep($self, keeper, /)\n--\n\n"
     "Keeps an object that holds this stream from being collected while its callback runs."},
    {}};

PyTypeObject stream_type = {PyVarObject_HEAD_INIT(nullptr, 0)};

}  // namespace

PyTypeObject* core_stream_type() {
  return &stream_type;
}

bool ready_core_stream_type() {
  stream_type.tp_name = "pyaudiopp.core.Stream";
  stream_type.tp_doc =
      "Stream(session, config, callback=None, *, finished_callback=None)\n--\n\n"
      "An open sound stream, stopped at first.\n\n"
      "Without a callback, `read` and `write` move the frames. With one, PortAudio calls\n"
      "`callback(in_data, frame_count, time_info, status_flags)` for each block, and it returns\n"
      "`(out_data, flag)`, as in PyAudio; or it is a compiled function: see\n"
      "`pyaudiopp.NativeCallback`. An exception in it is printed, ends the stream, and is raised\n"
      "once by the next call that starts, stops, reads, writes or checks. `finished_callback` is\n"
      "called without arguments when the stream has finished.\n\n"
      "`with` closes the stream at its end; after an exception, queued sound is dropped. So does\n"
      "the garbage collector, except for a running callback stream, which stays alive like a\n"
      "running thread.\n\n"
      "A closed stream keeps its latencies, sample rate, configuration and counters. Other calls,\n"
      "and those that were waiting, raise PortAudioError (paBadStreamPtr).\n\n"
      "*Threads*: any thread. Inside a callback, queries work; starting, stopping, closing, and\n"
      "reading or writing the callback's own stream raise RuntimeError. A Python callback waits\n"
      "for the GIL, so it is not real time.\n"
      "*Raises*: PortAudioError; ValueError for arguments that are wrong in themselves.";
  set_stream_slots(stream_type);
  stream_type.tp_methods = methods;
  stream_type.tp_getset = queries;
  stream_type.tp_new = open;
  return PyType_Ready(&stream_type) == 0;
}
