// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "py_callback.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "py_arguments.hpp"

using audiopp::CallbackContext;
using audiopp::CallbackResult;

namespace {

std::atomic<bool> closed{false};

// Sets `dict[name]`; false with an exception set.
bool set_time(PyObject* dict, const char* name, audiopp::StreamTime time) {
  PyObject* value = PyFloat_FromDouble(time.count());
  if (value == nullptr) return false;
  const int failed = PyDict_SetItemString(dict, name, value);
  Py_DECREF(value);
  return failed == 0;
}

PyObject* make_time_info(const audiopp::CallbackTimes& times) {
  PyObject* dict = PyDict_New();
  if (dict == nullptr) return nullptr;
  if (set_time(dict, "input_buffer_adc_time", times.input_adc) &&
      set_time(dict, "current_time", times.current) &&
      set_time(dict, "output_buffer_dac_time", times.output_dac)) {
    return dict;
  }
  Py_DECREF(dict);
  return nullptr;
}

// PyErr_Print(), but for SystemExit, by which that would end the process from the audio thread.
void print(PyObject* type, PyObject* value, PyObject* traceback) {
  if (PyErr_GivenExceptionMatches(type, PyExc_SystemExit)) {
    PyErr_Display(type, value, traceback);
    PyErr_Clear();
    return;
  }
  Py_XINCREF(type);
  Py_XINCREF(value);
  Py_XINCREF(traceback);
  PyErr_Restore(type, value, traceback);
  PyErr_PrintEx(0);
}

}  // namespace

PyCallback::PyCallback(PyObject* callable, std::size_t input_frame_size,
                       std::size_t output_frame_size)
    : callable_(callable),
      input_frame_size_(input_frame_size),
      output_frame_size_(output_frame_size) {
  Py_INCREF(callable_);
}

PyCallback::~PyCallback() {
  if (!Py_IsInitialized() || closed) return;  // too late to take the GIL: the process is ending
  const PyGILState_STATE gil = PyGILState_Ensure();
  clear();
  PyGILState_Release(gil);
}

void PyCallback::close_all() noexcept {
  closed = true;
}

CallbackResult PyCallback::operator()(const CallbackContext& context) {
  if (closed) return CallbackResult::abort;
  const PyGILState_STATE gil = PyGILState_Ensure();
  const CallbackResult result = call(context);
  PyGILState_Release(gil);
  return result;
}

CallbackResult PyCallback::call(const CallbackContext& context) {
  if (callable_ == nullptr) return CallbackResult::abort;  // cleared by the garbage collector
  PyObject* callable = callable_;
  Py_INCREF(callable);
  PyObject* arguments = make_arguments(context);
  PyObject* result = arguments ? PyObject_CallObject(callable, arguments) : nullptr;
  CallbackResult flag = CallbackResult::abort;
  if (result == nullptr || !take_result(result, context, flag)) {
    flag = CallbackResult::abort;
    keep_exception();
  }
  Py_XDECREF(result);
  Py_XDECREF(arguments);
  Py_DECREF(callable);
  return flag;
}

PyObject* PyCallback::make_arguments(const CallbackContext& context) const {
  PyObject* time_info = make_time_info(context.times);
  if (time_info == nullptr) return nullptr;
  const auto frames = static_cast<unsigned long>(context.frames);
  const auto flags = static_cast<unsigned long>(context.flags);
  const auto bytes = static_cast<Py_ssize_t>(context.frames * input_frame_size_);
  // "N" takes the reference over; "y#" with a null pointer makes None.
  return Py_BuildValue("(y#kNk)", static_cast<const char*>(context.input), bytes, frames, time_info,
                       flags);
}

bool PyCallback::take_result(PyObject* result, const CallbackContext& context,
                             CallbackResult& flag) const {
  if (!PyTuple_Check(result) || PyTuple_GET_SIZE(result) != 2) {
    PyErr_Format(PyExc_TypeError,
                 "the stream callback must return a tuple (data, flag), but returned %.200R",
                 result);
    return false;
  }
  PyObject* data = PyTuple_GET_ITEM(result, 0);
  int number = 0;
  if (!parse_int(PyTuple_GET_ITEM(result, 1), number)) return false;
  if (number < 0 || number > 2) {
    PyErr_SetString(PyExc_ValueError, "Invalid PaStreamCallbackResult from callback");
    return false;
  }
  flag = static_cast<CallbackResult>(number);

  BytesView view;
  if (data != Py_None && !view.acquire(data)) return false;
  if (context.output == nullptr) return true;
  // Silence is there already, of the right kind; a short block is the last one.
  const std::size_t wanted = context.frames * output_frame_size_;
  const std::size_t given = std::min(view.size(), wanted);
  if (given > 0) std::memcpy(context.output, view.data(), given);
  if (given < wanted && flag == CallbackResult::continue_) flag = CallbackResult::complete;
  return true;
}

void PyCallback::keep_exception() {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  if (traceback != nullptr) PyException_SetTraceback(value, traceback);
  print(type, value, traceback);
  if (pending_ == nullptr) {
    pending_ = value;
    value = nullptr;
  }
  Py_XDECREF(type);
  Py_XDECREF(value);
  Py_XDECREF(traceback);
}

bool PyCallback::raise_pending() {
  if (pending_ == nullptr) return true;
  PyObject* exception = pending_;
  pending_ = nullptr;
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception)), exception);
  Py_DECREF(exception);
  return false;
}

int PyCallback::traverse(visitproc visit, void* arg) {
  Py_VISIT(callable_);
  Py_VISIT(pending_);
  return 0;
}

void PyCallback::clear() {
  Py_CLEAR(callable_);
  Py_CLEAR(pending_);
}
