// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "py_arguments.hpp"
#include "py_gil.hpp"
#include "py_native.hpp"
#include "py_stream.hpp"

// The callables passed to a stream.

bool parse_callback(PyObject* callback, const char* name, std::shared_ptr<StreamCallback>& native) {
  if (!parse_native_callback(callback, native)) return false;
  if (native || PyCallable_Check(callback)) return true;
  PyErr_Format(PyExc_TypeError, "%s must be callable", name);
  note_refusal({name, "callable"}, callback);
  return false;
}

bool parse_finished_callback(PyObject* callback, std::shared_ptr<FinishedCallback>& finished) {
  if (!PyCallable_Check(callback)) {
    refuse(PyExc_TypeError, {"finished_callback", "callable"}, callback, nullptr);
    return false;
  }
  finished = std::make_shared<FinishedCallback>(callback);
  return true;
}

std::shared_ptr<StreamCallback> make_callback(PyObject* callable,
                                              const audiopp::StreamConfig& config) {
  return std::make_shared<PyCallback>(callable, config);
}

bool replace_callback(PyStream* self, PyObject* callback) {
  StreamBody& body = *self->body;
  std::shared_ptr<StreamCallback> made;
  if (callback != Py_None) {
    if (!parse_callback(callback, "callback", made)) return false;
    if (!made) made = make_callback(callback, body.stream.config());
  }
  if (ready(self) == nullptr) return false;
  const bool needs_gil = made && made->needs_gil();
  try {
    without_gil([&] {
      if (needs_gil != *body.is_python && body.stream.config().callback_buffer > 0) {
        body.stream.set_callback({});  // a scope fits only one kind of callback
      }
      *body.is_python = needs_gil;
      body.stream.set_callback(made ? made->handler(body.switch_interval) : audiopp::Callback());
    });
  } catch (const std::exception&) {
    fail(self);
    return false;
  }
  const std::lock_guard lock(body.mutex);
  body.callback.swap(made);
  return true;
}
