// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "py_stream.hpp"

#include <map>
#include <new>
#include <string_view>

#include "py_audio_thread.hpp"
#include "py_beside.hpp"
#include "py_exit.hpp"
#include "py_gil.hpp"
#include "py_host_options.hpp"
#include "py_messages.hpp"
#include "py_signals.hpp"

using audiopp::Errc;
using audiopp::Error;
using audiopp::InsideCallbackError;
using audiopp::StopMode;

namespace {

// Streams not yet closed, for the interpreter's exit. The mutex is taken with the GIL, so no thread
// holds it while another forks.
struct OpenStreams {
  std::mutex mutex;
  std::map<const StreamBody*, std::weak_ptr<StreamBody>> bodies;
};

OpenStreams& open_streams() {
  static auto& all = *new OpenStreams;
  return all;
}

// False once the interpreter's exit has begun, which looks for open streams only once.
bool remember(const std::shared_ptr<StreamBody>& body) {
  const std::lock_guard lock(open_streams().mutex);
  if (is_exiting()) return false;
  open_streams().bodies.emplace(body.get(), body);
  return true;
}

void forget(const StreamBody* body) {
  const std::lock_guard lock(open_streams().mutex);
  open_streams().bodies.erase(body);
}

std::vector<std::shared_ptr<StreamBody>> all_open() {
  std::vector<std::shared_ptr<StreamBody>> all;
  const std::lock_guard lock(open_streams().mutex);
  for (const auto& [key, body] : open_streams().bodies) {
    if (auto open = body.lock()) all.push_back(std::move(open));
  }
  return all;
}

std::string describe(const audiopp::Stream& stream) {
  const audiopp::StreamConfig& config = stream.config();
  std::string text;
  if (config.input) text += std::to_string(config.input->channels) + "-channel input";
  if (config.input && config.output) text += " and ";
  if (config.output) text += std::to_string(config.output->channels) + "-channel output";
  return text + std::string(pybind11::str(" at {:g} Hz").format(config.sample_rate));
}

PyObject* wrap(PyTypeObject* type, std::shared_ptr<StreamBody> body) {
  auto* self = PyObject_GC_New(PyStream, type);
  if (self == nullptr) return nullptr;
  new (&self->body) std::shared_ptr<StreamBody>(std::move(body));
  PyObject_GC_Track(self);
  return reinterpret_cast<PyObject*>(self);
}

void set_callback_error(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception&) {
    set_current_error();
  } catch (...) {
    PyErr_SetString(PyExc_RuntimeError, "the stream callback threw a C++ exception");
  }
}

}  // namespace

// ---- opening ----

namespace {

// PyAudio's error for reading or writing a stream in its own callback; empty for other calls.
std::optional<Error> own_callback_error(const InsideCallbackError& error) {
  const std::string_view call = error.call();
  const char* const advice = "this is its own callback, which returns its output";
  if (call == "Pa_WriteStream") {
    return Error(Errc::can_not_write_to_a_callback_stream, "Pa_WriteStream", advice);
  }
  if (call == "Pa_ReadStream") {
    return Error(Errc::can_not_read_from_a_callback_stream, "Pa_ReadStream", advice);
  }
  return std::nullopt;
}

}  // namespace

PyObject* open_stream(PyTypeObject* type, std::optional<audiopp::Session> session,
                      audiopp::StreamConfig config, const PythonSide& python) {
  auto body = std::make_shared<StreamBody>();
  body->input_frame = config.input ? frame_size(*config.input) : 1;
  body->output_frame = config.output ? frame_size(*config.output) : 1;
  if (config.input) body->input = SampleLayout(*config.input);
  if (config.output) body->output = SampleLayout(*config.output);
  body->callback = python.callback;
  body->has_callback = python.callback != nullptr;
  body->finished = python.finished;
  body->closes_on_error = python.closes_on_error;
  body->drains = python.drains;
  body->switch_interval = std::make_shared<SwitchInterval>(config.sample_rate);
  if (python.callback) {
    *body->is_python = python.callback->needs_gil();
    // With busy threads, each wait for the GIL is longer than a block: wait once for all due
    // blocks.
    config.callback_scope = [is_python = body->is_python, interval = body->switch_interval,
                             frames = config.callback_buffer](const std::function<void()>& work) {
      if (!is_python->load()) return work();
      if (const AudioThreadGil gil(interval.get(), frames); gil) work();
    };
  }
  if (python.finished) {
    config.finished_callback = [finished = python.finished] { (*finished)(); };
  }
  const auto open = [body, config, callback = python.callback](const audiopp::Session& share) {
    body->stream = callback
                       ? audiopp::Stream(share, config, callback->handler(body->switch_interval))
                       : audiopp::Stream(share, config);
  };
  try {
    without_gil([&] {
      const auto share = std::exchange(session, std::nullopt);
      if (!share) throw Error(Errc::not_initialized, "Pa_OpenStream");
      try {
        open(*share);
      } catch (const InsideCallbackError&) {  // PyAudio opens it
        share->check_opens_beside_callbacks(config);
        run_beside("Pa_OpenStream", [open, share = *share] { open(share); });
        body->opened_inside = true;
      }
    });
  } catch (const Error& error) {
    set_error(python.closes_on_error ? name_pyaudios_argument(error) : error);
  } catch (const std::exception&) {
    set_current_error();
  }
  log_messages();
  if (PyErr_Occurred()) return nullptr;
  if (!remember(body)) {
    close_quietly(*body, StopMode::abort);
    set_error(Error(Errc::not_initialized, "Pa_OpenStream", "the interpreter is exiting"));
    return nullptr;
  }
  return wrap(type, std::move(body));
}

PyObject* make_unopened_stream(PyTypeObject* type) {
  return wrap(type, std::make_shared<StreamBody>());
}

// ---- shared by both APIs ----

bool check_open(const PyStream* self, ClosedError kind) {
  if (is_open(self)) return true;
  without_gil([] {});  // if the interpreter's exit closed it, holds a daemon thread here
  if (kind == ClosedError::stream_closed) {
    set_error(Errc::bad_stream_ptr, "Stream closed");
  } else {
    set_error("Stream not open");
    add_note("the stream was closed: by close(), by terminate() or by an earlier error");
  }
  return false;
}

bool closed_by_exit(const PyStream* self) {
  if (is_open(self) || !self->body->closed_by_exit) return false;
  without_gil([] {});  // holds a daemon thread here
  return true;
}

bool raise_failure(StreamBody& body) {
  if (!body.has_callback) return true;
  std::shared_ptr<StreamCallback> callback;
  std::shared_ptr<FinishedCallback> finished;
  {
    const std::lock_guard lock(body.mutex);
    callback = body.callback;
    finished = body.finished;
  }
  if (callback && !callback->raise_pending()) return false;
  if (finished && !finished->raise_pending()) return false;
  const std::exception_ptr failure = body.stream.take_exception();  // a compiled callback's
  if (!failure) return true;
  set_callback_error(failure);
  return false;
}

PyStream* ready(PyStream* self, ClosedError kind) {
  log_messages();
  if (self == nullptr || !check_open(self, kind) || !raise_failure(*self->body)) return nullptr;
  return self;
}

PyObject* fail(PyStream* self) {
  StreamBody& body = *self->body;
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  try {
    throw;
  } catch (const Error& error) {
    const bool device_lost = body.stream.is_device_lost();
    if (is_open(self) || device_lost) {
      try {
        if (body.closes_on_error) close_quietly(body, StopMode::abort);
      } catch (const std::exception&) {
        // Inside another stream's callback it stays open.
      }
      set_error(error, device_lost);
    } else {  // by another thread
      set_error(error, "Stream closed");
    }
  } catch (const InsideCallbackError& error) {
    const auto pyaudios = body.closes_on_error ? own_callback_error(error) : std::nullopt;
    pyaudios ? set_error(*pyaudios) : set_current_error();
  } catch (const std::exception&) {
    set_current_error();
  }
  if (type != nullptr) PyErr_Restore(type, value, traceback);
  log_messages();
  return nullptr;
}

StopMode stop_mode(const StreamBody& body) {
  const bool is_cut =
      !body.drains || body.interrupts != interrupt_count() || is_being_interrupted();
  return is_cut ? StopMode::abort : StopMode::drain;
}

void drop_part(StreamBody& body) {
  if (!body.has_part) return;
  const std::lock_guard lock(body.mutex);
  if (!body.part.empty()) ++body.parts_dropped;
  body.part.clear();
  body.has_part = false;
}

void close_quietly(StreamBody& body, StopMode mode, const audiopp::IoOptions& options) {
  drop_part(body);
  try {
    without_gil([&] { body.stream.close(mode, options); });
  } catch (const Error&) {
    // PyAudio ignores the result of Pa_CloseStream; the stream is closed in any case.
  }
  if (body.stream.is_open()) return;
  if (body.switch_interval) body.switch_interval->give_back();
  forget(&body);
  std::shared_ptr<StreamCallback> callback;
  std::shared_ptr<FinishedCallback> finished;
  PyObject* keeper = nullptr;
  {
    const std::lock_guard lock(body.mutex);
    callback.swap(body.callback);
    finished = body.finished;
    std::swap(keeper, body.keeper);
  }
  if (finished) finished->clear();  // the configuration, which holds it, stays alive
  callback.reset();
  Py_XDECREF(keeper);
}

bool close_stream(PyStream* self, StopMode mode) {
  SignalCheck signals;
  try {
    close_quietly(*self->body, mode, signals.options());
  } catch (const std::exception&) {
    set_current_error();
    return false;
  }
  return PyErr_Occurred() == nullptr;  // Ctrl-C during the drain: the stream is closed
}

bool start_stream(PyStream* self, bool already_running) {
  if (ready(self) == nullptr) return false;
  StreamBody& body = *self->body;
  if (body.stream.config().output) {
    watch_ctrl_c();
    begin_sound(body);
  }
  const struct Starting {
    explicit Starting(std::atomic<int>& calls) : calls_(calls) { ++calls_; }
    ~Starting() { --calls_; }
    std::atomic<int>& calls_;
  } starting(body.starting);
  const auto start = [body = self->body] {
    body->stream.check_device();
    body->stream.start();
  };
  try {
    without_gil([&] {
      try {
        start();
      } catch (const InsideCallbackError&) {
        // Nobody else has a new stream, so no other thread holds what its start waits for.
        if (!body.opened_inside.exchange(false)) throw;
        run_beside("Pa_StartStream", start);
      }
    });
    body.opened_inside = false;
    drop_part(body);
  } catch (const Error& error) {
    if (already_running && error.errc() == Errc::stream_is_not_stopped) return true;
    fail(self);
    return false;
  } catch (const std::exception&) {
    fail(self);
    return false;
  }
  return true;
}

bool stop_stream(PyStream* self, StopMode mode, bool already_stopped) {
  StreamBody& body = *self->body;
  SignalCheck signals;
  try {
    without_gil([&] {
      body.stream.check_device();
      body.stream.stop(mode, signals.options());
    });
    drop_part(body);
  } catch (const Error& error) {
    if (!already_stopped || error.errc() != Errc::stream_is_stopped) {
      fail(self);
      return false;
    }
  } catch (const std::exception&) {
    fail(self);
    return false;
  }
  if (body.switch_interval) body.switch_interval->give_back();
  if (PyErr_Occurred()) return false;  // Ctrl-C during the drain: the stream is stopped
  return raise_failure(body);
}

bool check_stream(PyStream* self) {
  if (ready(self) == nullptr) return false;
  bool checked = false;
  return ask(self, checked, [](auto& stream) {
    stream.check_device();
    return true;
  });
}

void keep_while_active(PyStream* self, PyObject* keeper) {
  StreamBody& body = *self->body;
  if (!is_open(self) || !body.has_callback) return;
  Py_XINCREF(keeper);
  {
    const std::lock_guard lock(body.mutex);
    // Not once another thread has closed it: then nobody would take the keeper out again.
    if (body.callback) std::swap(keeper, body.keeper);
  }
  Py_XDECREF(keeper);
}

PyObject* counters_of(const PyStream* self) {
  std::uint64_t dropped;
  {
    const std::lock_guard lock(self->body->mutex);
    dropped = self->body->parts_dropped;
  }
  const audiopp::CallbackCounters counted = self->body->stream.counters();
  const auto number = [](std::uint64_t count) { return static_cast<unsigned long long>(count); };
  return Py_BuildValue(
      "{sK sK sK sK sK sK sK sK sK}", "callbacks", number(counted.callbacks), "frames",
      number(counted.frames), "input_underflows", number(counted.input_underflows),
      "input_overflows", number(counted.input_overflows), "output_underflows",
      number(counted.output_underflows), "output_overflows", number(counted.output_overflows),
      "short_blocks", number(counted.short_blocks), "missing_frames",
      number(counted.missing_frames), "partial_frames", number(dropped));
}

// ---- exit ----

void close_streams_at_exit(const audiopp::IoOptions& options) {
  for (const auto& body : all_open()) body->closed_by_exit = true;
  close_all_streams(was_interrupted_at_the_end() ? StopMode::abort : StopMode::drain, options);
}

std::vector<std::string> close_all_streams(StopMode mode, const audiopp::IoOptions& options) {
  std::vector<std::string> closed;
  std::optional<pybind11::error_already_set> raised;
  for (const auto& body : all_open()) {
    if (body->stream.is_open()) closed.push_back(describe(body->stream));
    close_quietly(*body, mode == StopMode::drain ? stop_mode(*body) : mode, options);
    if (PyErr_Occurred()) {
      raised.emplace();  // takes it
      mode = StopMode::abort;
    }
  }
  if (raised) raised->restore();
  return closed;
}

// ---- the garbage collector ----

namespace {

StreamBody& body_of(PyObject* object) {
  return *reinterpret_cast<PyStream*>(object)->body;
}

// Stops the sound. Too late in tp_dealloc: the callback's objects must still be intact.
void finalize(PyObject* object) {
  StreamBody& body = body_of(object);
  if (!body.stream.is_open()) return;
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  try {
    close_quietly(body, StopMode::abort);
  } catch (const std::exception&) {
    // It cannot be closed inside a callback: audiopp closes it later.
  }
  PyErr_Restore(type, value, traceback);
}

void deallocate(PyObject* object) {
  if (PyObject_CallFinalizerFromDealloc(object) < 0) return;
  PyObject_GC_UnTrack(object);
  StreamBody& body = body_of(object);
  forget(&body);
  Py_CLEAR(body.keeper);
  body.blocks.clear();
  reinterpret_cast<PyStream*>(object)->body.~shared_ptr();
  PyObject_GC_Del(object);
}

// A running stream keeps its callback and its keeper, and what they refer to, alive like a running
// thread: it hides the references from the garbage collector. A stream that is being started counts
// as running, because the collector visits it twice and must see the same references both times.
int traverse(PyObject* object, visitproc visit, void* arg) {
  StreamBody& body = body_of(object);
  if (!body.callback) return 0;
  try {
    if (body.starting > 0 || body.stream.is_active()) return 0;
  } catch (const Error&) {
    // PortAudio does not know: then it will not call back either.
  }
  Py_VISIT(body.keeper);
  if (body.finished) {
    if (const int stopped = body.finished->traverse(visit, arg)) return stopped;
  }
  return body.callback->traverse(visit, arg);
}

int clear(PyObject* object) {
  StreamBody& body = body_of(object);
  if (!body.callback) return 0;
  Py_CLEAR(body.keeper);
  if (body.finished) body.finished->clear();
  body.callback->clear();
  return 0;
}

}  // namespace

void set_stream_slots(PyTypeObject& type) {
  type.tp_basicsize = sizeof(PyStream);
  type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC;
  type.tp_dealloc = deallocate;
  type.tp_finalize = finalize;
  type.tp_traverse = traverse;
  type.tp_clear = clear;
}
