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
#include "py_interrupts.hpp"
#include "py_reuse.hpp"
#include "py_samples.hpp"

// The Python object of a stream. `pyaudiopp.core.Stream` is one, `_portaudio.Stream` holds one, so
// that only this file deals with lifetimes, the garbage collector and the interpreter's exit.

/// A stream, and what Python adds to it: frames that a read could not return, a default timeout,
/// and what PyAudio does after an error. stream_io.cpp uses it.
struct StreamBody {
  audiopp::Stream stream;
  // In bytes; 0 for a custom format. 1 for a missing side: audiopp says that there is none.
  std::size_t input_frame = 1;
  std::size_t output_frame = 1;
  SampleLayout input;
  SampleLayout output;
  bool has_callback = false;
  bool closes_on_error = false;  // as PyAudio does: programs reopen the device without closing
  std::atomic<bool> closed_by_exit{false};
  std::atomic<bool> drains{true};       // whether a stop plays what is queued
  std::atomic<unsigned> interrupts{0};  // interrupt_count() when its sound last began to be written
  std::atomic<double> timeout{std::numeric_limits<double>::infinity()};  // in seconds
  std::atomic<bool> opened_inside{false};  // inside another stream's callback; not started yet
  std::atomic<int> starting{0};            // start calls that have released the GIL
  std::atomic<bool> has_unread{false};     // whether `unread` is worth a lock
  std::atomic<bool> has_part{false};       // whether `part` is
  BlockBytes blocks;                       // what reads return
  // Whether the callback is a Python one; read by a buffered callback's scope.
  const std::shared_ptr<std::atomic<bool>> is_python = std::make_shared<std::atomic<bool>>(false);
  std::shared_ptr<SwitchInterval> switch_interval;  // null if it was never opened

  // Guards what follows. Locked with the GIL held, and never held while Python code runs.
  std::mutex mutex;
  std::string unread;       // read but not returned: by a read that ended early or failed
  bool overflowed = false;  // before the unread frames, and not reported yet
  std::string part;         // the bytes of a frame whose rest the next write brings
  std::uint64_t parts_dropped = 0;
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
/// Wraps a Python callable, with frames as in `config`.
std::shared_ptr<StreamCallback> make_callback(PyObject* callable,
                                              const audiopp::StreamConfig& config);

/// The Python part of a stream: its callables, and how its calls behave.
struct PythonSide {
  std::shared_ptr<StreamCallback> callback;
  std::shared_ptr<FinishedCallback> finished;
  bool closes_on_error = false;
  bool drains = true;
};

/// Opens a stream and makes its object, a new reference; nullptr with an exception set.
///
/// Releases the session's share without the GIL, since it may be the last.
PyObject* open_stream(PyTypeObject* type, std::optional<audiopp::Session> session,
                      audiopp::StreamConfig config, const PythonSide& python);
/// The object of a stream that was never opened.
PyObject* make_unopened_stream(PyTypeObject* type);
/// Replaces the callback, or with None removes it; false with an exception set.
bool replace_callback(PyStream* self, PyObject* callback);

// ---- shared by both APIs ----

/// A closed stream's error: PyAudio has two.
enum class ClosedError { stream_closed, stream_not_open };

inline bool is_open(const PyStream* self) {
  return self->body->stream.is_open();
}

/// False with an exception set if the stream is closed.
bool check_open(const PyStream* self, ClosedError kind = ClosedError::stream_closed);
/// Raises the exception with which the callback failed, once; false if there was one.
bool raise_failure(StreamBody& body);
/// Whether the interpreter's exit has closed it: then a destructor may still stop it or ask whether
/// it runs, as it may with PyAudio.
bool closed_by_exit(const PyStream* self);
/// An open stream whose callback has not failed; nullptr with an exception set.
PyStream* ready(PyStream* self, ClosedError kind = ClosedError::stream_closed);

/// Raises the exception of a failed call; call it in a catch block. An exception of a signal
/// handler takes precedence. Closes the stream if `closes_on_error`.
PyObject* fail(PyStream* self);

/// How to stop a stream if the program does not say how: with what is queued played, unless it must
/// not be, or a KeyboardInterrupt or SystemExit is on its way or came after what is queued.
audiopp::StopMode stop_mode(const StreamBody& body);
/// Notes that sound is about to come: an interrupt before it does not cut its end.
inline void begin_sound(StreamBody& body) {
  body.interrupts.store(interrupt_count(), std::memory_order_relaxed);
}

/// Closes the stream and ignores PortAudio's result, as PyAudio does: it is closed in any case.
void close_quietly(StreamBody& body, audiopp::StopMode mode,
                   const audiopp::IoOptions& options = {});
/// close_quietly(), in which Ctrl-C can end the drain; false with an exception set.
bool close_stream(PyStream* self, audiopp::StopMode mode);
/// Stops it, in which Ctrl-C can end the drain; false with an exception set. With `already_stopped`
/// a stopped stream is no error.
bool stop_stream(PyStream* self, audiopp::StopMode mode, bool already_stopped);

/// Starts it; false with an exception set. With `already_running` a running stream is no error.
bool start_stream(PyStream* self, bool already_running);

/// Drops, and counts, the frame that a write has begun and none has completed.
void drop_part(StreamBody& body);

/// Gets a value from the stream without the GIL; false with an exception set.
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

/// Raises a pending exception of the callback, or an error if the device is lost; false then.
bool check_stream(PyStream* self);

/// Makes an active callback stream keep `keeper`, an object that holds it, alive; may be nullptr.
void keep_while_active(PyStream* self, PyObject* keeper);

/// The counters as a dictionary; nullptr with an exception set.
PyObject* counters_of(const PyStream* self);

/// Closes every open stream at the interpreter's exit.
void close_streams_at_exit(const audiopp::IoOptions& options);

/// Closes every open stream and returns their descriptions: "1-channel input at 16000 Hz". With
/// `drain` each is stopped as stop_mode() says.
///
/// An exception of a signal handler makes the rest close without a drain, and is raised.
std::vector<std::string> close_all_streams(audiopp::StopMode mode,
                                           const audiopp::IoOptions& options = {});

/// Sets the garbage collector's slots of a type whose objects are a PyStream.
void set_stream_slots(PyTypeObject& type);
