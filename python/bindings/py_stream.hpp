// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <audiopp/stream.hpp>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "py_callback.hpp"
#include "py_errors.hpp"
#include "py_gil.hpp"
#include "py_reuse.hpp"

// The Python object of a stream. `pyaudiopp.core.Stream` is one, `_portaudio.Stream` holds one, so
// that lifetimes, the garbage collector and the interpreter's exit are dealt with here alone.

/// What a stream object has that audiopp::Stream has not.
///
/// What Python adds to the rules of C++ is kept here and used by stream_io.cpp: frames that a read
/// could not hand over, a timeout for calls that bring none, and what PyAudio does after an error.
struct StreamBody {
  audiopp::Stream stream;
  // In bytes; 0 for a custom format. 1 for a missing side: audiopp says that there is none.
  std::size_t input_frame = 1;
  std::size_t output_frame = 1;
  bool has_callback = false;
  bool closes_on_error = false;  // as PyAudio does: programs open the device anew without closing
  std::atomic<double> timeout{std::numeric_limits<double>::infinity()};  // in seconds
  std::atomic<int> starting{0};         // calls that start it and have let the GIL go
  std::atomic<bool> has_unread{false};  // whether `unread` is worth a lock
  BlockBytes blocks;                    // what reads return
  // Whether the callback is a Python one; asked by the scope of a buffered callback.
  const std::shared_ptr<std::atomic<bool>> is_python = std::make_shared<std::atomic<bool>>(false);

  // Guards what follows. Taken with the GIL, and never held across a call of Python's.
  std::mutex mutex;
  std::string unread;       // read, but not handed over: a read that ended early, or refused
  bool overflowed = false;  // before what is unread, and nobody has been told
  std::shared_ptr<StreamCallback> callback;    // shared with the stream's handler
  std::shared_ptr<FinishedCallback> finished;  // likewise with the stream's configuration
  PyObject* keeper = nullptr;  // the Python wrapper of the stream, kept alive while it is active
};

struct PyStream {
  PyObject_HEAD std::shared_ptr<StreamBody> body;  // never null
};

/// `pyaudiopp.core.Stream`.
PyTypeObject* core_stream_type();
/// Readies it; false with an exception set.
bool ready_core_stream_type();

// ---- opening ----

/// Finds out what a callback is: `native` is set if it is a compiled function. False with an
/// exception set if it cannot be called; `name` is what the argument is called.
bool parse_callback(PyObject* callback, const char* name, std::shared_ptr<StreamCallback>& native);
/// The same for a finished callback.
bool parse_finished_callback(PyObject* callback, std::shared_ptr<FinishedCallback>& finished);
/// A Python callable, which gets and gives frames as `config` says.
std::shared_ptr<StreamCallback> make_callback(PyObject* callable,
                                              const audiopp::StreamConfig& config);

/// What of a stream is Python's: callables, and how its calls behave.
struct PythonSide {
  std::shared_ptr<StreamCallback> callback;
  std::shared_ptr<FinishedCallback> finished;
  bool closes_on_error = false;
};

/// Opens a stream and makes its object, a new reference; nullptr with an exception set.
///
/// The session's share is given back without the GIL, since it may be the last.
PyObject* open_stream(PyTypeObject* type, std::optional<audiopp::Session> session,
                      audiopp::StreamConfig config, const PythonSide& python);
/// The object of a stream that was never opened.
PyObject* make_unopened_stream(PyTypeObject* type);
/// Replaces the callback, or with None removes it; false with an exception set.
bool replace_callback(PyStream* self, PyObject* callback);

// ---- what both faces ask ----

/// A closed stream's error: PyAudio answers in two ways.
enum class ClosedError { stream_closed, stream_not_open };

inline bool is_open(const PyStream* self) {
  return self->body->stream.is_open();
}

/// False with an exception set if the stream is closed.
bool check_open(const PyStream* self, ClosedError kind = ClosedError::stream_closed);
/// Sets the exception by which the callback has failed, once; false if there is one.
bool raise_failure(StreamBody& body);
/// An open stream whose callback has not failed; nullptr with an exception set.
PyStream* ready(PyStream* self, ClosedError kind = ClosedError::stream_closed);

/// Sets the exception of a failed call: call in a catch block. One that a signal's handler has
/// raised meanwhile stays. Closes the stream if that is its way.
PyObject* fail(PyStream* self);

/// Closes it. What PortAudio says of that is ignored, as in PyAudio: it is closed all the same.
void close_quietly(StreamBody& body, audiopp::StopMode mode,
                   const audiopp::IoOptions& options = {});
/// close_quietly(), in which Ctrl-C can end the drain; false with an exception set.
bool close_stream(PyStream* self, audiopp::StopMode mode);
/// Stops it, in which Ctrl-C can end the drain; false with an exception set. `already_stopped` says
/// whether to be silent about a stream that is stopped.
bool stop_stream(PyStream* self, audiopp::StopMode mode, bool already_stopped);

/// Starts it; false with an exception set. `already_running` says whether to be silent about a
/// stream that is running.
bool start_stream(PyStream* self, bool already_running);

/// Asks the stream for a value without the GIL; false with an exception set.
template <class Value, class Ask>
bool ask(PyStream* self, Value& value, const Ask& question) {
  try {
    without_gil([&] { value = question(self->body->stream); });
    return true;
  } catch (const std::exception&) {
    fail(self);
    return false;
  }
}

/// Raises what the callback of an open stream has raised, or that its device is lost; false then.
bool check_stream(PyStream* self);

/// Lets an active callback stream keep `keeper`, an object that holds it, from being collected;
/// nullptr for nobody.
void keep_while_active(PyStream* self, PyObject* keeper);

/// A dictionary of what was counted; nullptr with an exception set.
PyObject* counters_of(const PyStream* self);

/// Closes every open stream, and tells which there were: "1-channel input at 16000 Hz".
///
/// What a signal's handler raises meanwhile ends the sound of them all, and is set.
std::vector<std::string> close_all_streams(audiopp::StopMode mode,
                                           const audiopp::IoOptions& options = {});

/// For types whose objects are a PyStream: what the garbage collector needs.
void set_stream_slots(PyTypeObject& type);
