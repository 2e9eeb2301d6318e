// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "py_callback.hpp"

#include <algorithm>
#include <cstring>

#include "py_arguments.hpp"
#include "py_attached.hpp"
#include "py_audio_thread.hpp"
#include "py_interrupts.hpp"

using audiopp::CallbackContext;
using audiopp::CallbackResult;

namespace {

// The keys of `time_info`, in its order: interned, like those that programs look up.
PyObject* time_keys[3];

using Times = double[3];

// Sets `dict[key]`; false with an exception set.
bool set_time(PyObject* dict, PyObject* key, double time) {
  PyObject* const value = PyFloat_FromDouble(time);
  if (value == nullptr) return false;
  const int failed = PyDict_SetItem(dict, key, value);
  Py_DECREF(value);
  return failed == 0;
}

PyObject* make_time_dict(const Times& times) {
  PyObject* dict = PyDict_New();
  for (int i = 0; dict != nullptr && i < 3; ++i) {
    if (!set_time(dict, time_keys[i], times[i])) Py_CLEAR(dict);
  }
  return dict;
}

// Sets the times of a dict that nobody else holds: a float that only the dict holds is changed.
// False if the program has changed the keys; perhaps with an exception set.
bool renew_times(PyObject* dict, const Times& times) {
  PyObject* key;
  PyObject* value;
  Py_ssize_t position = 0;
  if (PyDict_Size(dict) != 3) return false;
  for (int i = 0; i < 3; ++i) {
    if (!PyDict_Next(dict, &position, &key, &value) || key != time_keys[i]) return false;
    if (PyFloat_CheckExact(value) && is_ours_alone(value)) {
      reinterpret_cast<PyFloatObject*>(value)->ob_fval = times[i];
    } else if (!set_time(dict, key, times[i])) {
      return false;
    }
  }
  return true;
}

// Like PyErr_Print(), in which SystemExit would end the process from the audio thread. Since
// CPython 3.14, a KeyboardInterrupt printed there makes the program end as if by Ctrl-C, caught or
// not.
void print(PyObject* type, PyObject* value, PyObject* traceback) {
  if (!ends_program(type)) {
    Py_XINCREF(type);
    Py_XINCREF(value);
    Py_XINCREF(traceback);
    PyErr_Restore(type, value, traceback);
    PyErr_PrintEx(0);
    return;
  }
  PyObject* const hook = PySys_GetObject("excepthook");
  Py_XINCREF(hook);  // which may replace itself
  PyObject* const done =
      hook == nullptr ? nullptr
                      : PyObject_CallFunctionObjArgs(
                            hook, type, value, traceback == nullptr ? Py_None : traceback, nullptr);
  if (done == nullptr) {
    PyErr_Clear();
    PyErr_Display(type, value, traceback);
  }
  Py_XDECREF(done);
  Py_XDECREF(hook);
}

}  // namespace

bool prepare_callbacks() {
  const char* const names[] = {"input_buffer_adc_time", "current_time", "output_buffer_dac_time"};
  for (int i = 0; i < 3; ++i) {
    time_keys[i] = PyUnicode_InternFromString(names[i]);
    if (time_keys[i] == nullptr) return false;
  }
  return true;
}

PyObject* Callable::get() {
#ifdef Py_GIL_DISABLED
  const std::lock_guard lock(mutex_);
#endif
  Py_XINCREF(callable_);
  return callable_;
}

int Callable::traverse(visitproc visit, void* arg) {
  Py_VISIT(callable_);
  return 0;
}

void Callable::clear() {
  PyObject* cleared = nullptr;
  {
#ifdef Py_GIL_DISABLED
    const std::lock_guard lock(mutex_);
#endif
    std::swap(cleared, callable_);
  }
  Py_XDECREF(cleared);
}

void PendingException::keep() {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  if (traceback != nullptr) PyException_SetTraceback(value, traceback);
  print(type, value, traceback);
  PyObject* none = nullptr;
  if (exception_.compare_exchange_strong(none, value)) value = nullptr;
  Py_XDECREF(type);
  Py_XDECREF(value);
  Py_XDECREF(traceback);
}

bool PendingException::raise() {
  if (exception_ == nullptr) return true;
  PyObject* exception = exception_.exchange(nullptr);
  if (exception == nullptr) return true;
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception)), exception);
  Py_DECREF(exception);
  return false;
}

int PendingException::traverse(visitproc visit, void* arg) {
  PyObject* const exception = exception_;
  Py_VISIT(exception);
  return 0;
}

void PendingException::clear() {
  Py_XDECREF(exception_.exchange(nullptr));
}

void PythonOfStream::clear_at_end() {
  if (Py_IsInitialized() && is_attached()) {
    clear();
  } else if (const AudioThreadGil gil; gil) {
    clear();
  }
}

FinishedCallback::FinishedCallback(PyObject* callable) : callable_(callable) {}

FinishedCallback::~FinishedCallback() {
  clear_at_end();
}

void FinishedCallback::operator()() {
  const AudioThreadGil gil;
  PyObject* const callable = gil ? callable_.get() : nullptr;
  if (callable == nullptr) return;
  PyObject* result = PyObject_CallNoArgs(callable);
  if (result == nullptr) pending_.keep();
  Py_XDECREF(result);
  Py_DECREF(callable);
}

int FinishedCallback::traverse(visitproc visit, void* arg) {
  if (const int stopped = callable_.traverse(visit, arg)) return stopped;
  return pending_.traverse(visit, arg);
}

void FinishedCallback::clear() {
  callable_.clear();
  pending_.clear();
}

PyCallback::PyCallback(PyObject* callable, const audiopp::StreamConfig& config)
    : callable_(callable),
      input_frame_size_(config.input ? frame_size(*config.input) : 0),
      output_frame_size_(config.output ? frame_size(*config.output) : 0),
      output_(config.output ? SampleLayout(*config.output) : SampleLayout()) {}

PyCallback::~PyCallback() {
  clear_at_end();
}

audiopp::Callback PyCallback::handler(const std::shared_ptr<SwitchInterval>& interval) {
  interval_ = interval;
  return Handler{std::static_pointer_cast<PyCallback>(shared_from_this())};
}

CallbackResult PyCallback::operator()(const CallbackContext& context) {
  const AudioThreadGil gil(interval_.get(), context.frames);
  CallbackResult flag = CallbackResult::abort;
  if (!gil || !call(context, flag)) {
    flag = CallbackResult::abort;
    fill_rest(context, 0);
  }
  if (gil && flag != CallbackResult::continue_) interval_->give_back();
  return flag;
}

bool PyCallback::call(const CallbackContext& context, CallbackResult& flag) {
  PyObject* const callable = callable_.get();
  if (callable == nullptr) return false;
  PyObject* const result = call_callable(callable, context);
  const bool is_good = result != nullptr && take_result(result, context, flag);
  if (!is_good) pending_.keep();
  Py_XDECREF(result);
  Py_DECREF(callable);
  return is_good;
}

PyObject* PyCallback::call_callable(PyObject* callable, const CallbackContext& context) {
  PyObject* const in_data = make_in_data(context);
  PyObject* const frame_count = make_frame_count(context.frames);
  PyObject* const time_info = make_time_info(context.times);
  PyObject* const flags = PyLong_FromUnsignedLong(static_cast<unsigned long>(context.flags));
  PyObject* result = nullptr;
  if (in_data && frame_count && time_info && flags) {
    // The first slot is for `self`, which a bound method inserts.
    PyObject* arguments[] = {nullptr, in_data, frame_count, time_info, flags};
    result =
        PyObject_Vectorcall(callable, arguments + 1, 4 | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr);
  }
  Py_XDECREF(in_data);
  Py_XDECREF(frame_count);
  Py_XDECREF(time_info);
  Py_XDECREF(flags);
  return result;
}

// Each of these returns a new reference, or nullptr with an exception set.

PyObject* PyCallback::make_in_data(const CallbackContext& context) {
  if (context.input == nullptr) Py_RETURN_NONE;
  const std::size_t size = context.frames * input_frame_size_;
  PyObject* const in_data = in_data_.make(static_cast<Py_ssize_t>(size));
  if (in_data != nullptr && size > 0) {
    std::memcpy(PyBytes_AS_STRING(in_data), context.input, size);
  }
  return in_data;
}

PyObject* PyCallback::make_frame_count(std::size_t frames) {
  if (!reuses_objects) return PyLong_FromSize_t(frames);
  if (frame_count_ == nullptr || frames != frames_) {
    Py_XSETREF(frame_count_, PyLong_FromSize_t(frames));
    frames_ = frames;
  }
  Py_XINCREF(frame_count_);
  return frame_count_;
}

PyObject* PyCallback::make_time_info(const audiopp::CallbackTimes& times) {
  const Times seconds = {times.input_adc.count(), times.current.count(), times.output_dac.count()};
  if (!reuses_objects) return make_time_dict(seconds);
  if (!is_ours_alone(time_info_) || !renew_times(time_info_, seconds)) {
    PyErr_Clear();
    Py_XSETREF(time_info_, make_time_dict(seconds));
  }
  Py_XINCREF(time_info_);
  return time_info_;
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
  constexpr Argument argument =
      pyaudios("the flag that the stream callback returns", "paContinue, paComplete or paAbort");
  if (!parse_int(PyTuple_GET_ITEM(result, 1), argument, number)) return false;
  if (number < 0 || number > 2) {
    refuse(PyExc_ValueError, argument, PyTuple_GET_ITEM(result, 1),
           "Invalid PaStreamCallbackResult from callback");
    return false;
  }
  flag = static_cast<CallbackResult>(number);

  BytesView view;
  if (data != Py_None && !view.acquire(data)) return false;
  if (context.output == nullptr) return true;
  if (!check_samples(view, output_, BufferUse::callback)) return false;
  const std::size_t wanted = context.frames * output_frame_size_;
  const std::size_t given = std::min(view.size(), wanted);
  if (given > 0) std::memcpy(context.output, view.data(), given);
  if (given < wanted) {  // a short block is the last one
    fill_rest(context, given);
    if (flag == CallbackResult::continue_) flag = CallbackResult::complete;
  }
  return true;
}

void PyCallback::fill_rest(const CallbackContext& context, std::size_t begin) const {
  if (context.output == nullptr) return;
  audiopp::fill_silence(static_cast<char*>(context.output) + begin,
                        context.frames * output_frame_size_ - begin, context.format->output_format);
}

int PyCallback::traverse(visitproc visit, void* arg) {
  if (const int stopped = callable_.traverse(visit, arg)) return stopped;
  Py_VISIT(time_info_);
  return pending_.traverse(visit, arg);
}

void PyCallback::clear() {
  if (interval_) interval_->give_back();
  callable_.clear();
  pending_.clear();
  in_data_.clear();
  Py_CLEAR(frame_count_);
  Py_CLEAR(time_info_);
}
