// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "py_arguments.hpp"

#include <climits>
#include <cmath>

namespace {

bool to_int(long value, int overflow, int& result) {
  if (overflow != 0) {
    PyErr_SetString(PyExc_OverflowError, "Python int too large to convert to C long");
    return false;
  }
  if (value > INT_MAX) {
    PyErr_SetString(PyExc_OverflowError, "signed integer is greater than maximum");
    return false;
  }
  if (value < INT_MIN) {
    PyErr_SetString(PyExc_OverflowError, "signed integer is less than minimum");
    return false;
  }
  result = static_cast<int>(value);
  return true;
}

bool long_to_int(PyObject* number, int& value) {
  int overflow = 0;
  const long result = PyLong_AsLongAndOverflow(number, &overflow);
  if (result == -1 && overflow == 0 && PyErr_Occurred()) return false;
  return to_int(result, overflow, value);
}

}  // namespace

bool parse_int(PyObject* object, int& value) {
  if (PyLong_Check(object)) return long_to_int(object, value);
  PyObject* number = PyNumber_Index(object);
  if (number == nullptr) return false;
  const bool good = long_to_int(number, value);
  Py_DECREF(number);
  return good;
}

bool parse_integral(PyObject* object, int& value) {
  if (!PyFloat_Check(object)) return parse_int(object, value);
  const double number = PyFloat_AS_DOUBLE(object);
  if (!std::isfinite(number) || std::floor(number) != number) {
    PyErr_SetString(PyExc_TypeError, "'float' object cannot be interpreted as an integer");
    return false;
  }
  if (number > INT_MAX || number < INT_MIN) return to_int(0, number > 0 ? 1 : -1, value);
  value = static_cast<int>(number);
  return true;
}

bool parse_optional_int(PyObject* object, int& value) {
  return object == Py_None || parse_int(object, value);
}

bool parse_frames(PyObject* object, Py_ssize_t& frames) {
  frames = PyNumber_AsSsize_t(object, PyExc_OverflowError);
  if (frames == -1 && PyErr_Occurred()) {
    if (PyErr_ExceptionMatches(PyExc_OverflowError)) {
      PyErr_SetString(PyExc_OverflowError, "Python int too large to convert to C long");
    }
    return false;
  }
  if (frames < 0) {
    PyErr_SetString(PyExc_ValueError, "Invalid number of frames");
    return false;
  }
  return true;
}

bool parse_timeout(PyObject* object, std::optional<audiopp::Seconds>& timeout) {
  if (object == Py_None) return true;
  const double seconds = PyFloat_AsDouble(object);
  if (seconds == -1 && PyErr_Occurred()) return false;
  if (!(seconds >= 0)) {
    PyErr_Format(PyExc_ValueError, "timeout must be a number of seconds from 0 up, not %R", object);
    return false;
  }
  timeout = audiopp::Seconds(seconds);
  return true;
}

bool parse_format(PyObject* object, int position, unsigned long& format) {
  if (!PyIndex_Check(object)) {
    PyErr_Format(PyExc_TypeError, "argument %d must be int, not %s", position,
                 object == Py_None ? "None" : Py_TYPE(object)->tp_name);
    return false;
  }
  PyObject* number = PyNumber_Index(object);
  if (number == nullptr) return false;
  format = PyLong_AsUnsignedLongMask(number);
  Py_DECREF(number);
  return !PyErr_Occurred();
}

bool parse_device_index(PyObject* object, const char* name, int& index) {
  index = -1;
  if (object == nullptr || object == Py_None) return true;
  PyObject* number = PyNumber_Check(object) ? PyNumber_Long(object) : nullptr;
  if (number == nullptr) {
    if (!PyErr_Occurred() || PyErr_ExceptionMatches(PyExc_TypeError) ||
        PyErr_ExceptionMatches(PyExc_ValueError)) {
      PyErr_Format(PyExc_ValueError, "%s must be integer (or None)", name);
    }
    return false;
  }
  const bool good = long_to_int(number, index);
  Py_DECREF(number);
  if (index < 0) index = -1;
  return good;
}

BytesView::~BytesView() {
  // Without the GIL only while the interpreter ends this thread by unwinding: then nobody needs it.
  if (has_buffer_ && PyGILState_Check()) PyBuffer_Release(&buffer_);
}

bool BytesView::acquire(PyObject* object) {
  if (PyBytes_Check(object)) {
    data_ = PyBytes_AS_STRING(object);
    size_ = static_cast<std::size_t>(PyBytes_GET_SIZE(object));
    return true;
  }
  if (PyUnicode_Check(object)) {
    Py_ssize_t size = 0;
    data_ = PyUnicode_AsUTF8AndSize(object, &size);
    size_ = static_cast<std::size_t>(size);
    return data_ != nullptr;
  }
  return acquire_buffer(object, PyBUF_SIMPLE);
}

bool BytesView::acquire_writable(PyObject* object) {
  return acquire_buffer(object, PyBUF_WRITABLE);
}

bool BytesView::acquire_buffer(PyObject* object, int flags) {
  if (PyObject_GetBuffer(object, &buffer_, flags) < 0) return false;
  has_buffer_ = true;
  data_ = static_cast<const char*>(buffer_.buf);
  size_ = static_cast<std::size_t>(buffer_.len);
  return true;
}
