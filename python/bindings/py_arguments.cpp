// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "py_arguments.hpp"

#include <climits>
#include <string_view>

#include "py_attached.hpp"
#include "py_errors.hpp"

namespace {

constexpr const char* beyond_long = "Python int too large to convert to C long";

// "rate must be an integer, not 'fast'": a new reference.
PyObject* sentence_about(const Argument& argument, PyObject* given) {
  return PyUnicode_FromFormat("%s must be %s, not %.200R", argument.name, argument.expected, given);
}

// Clears an exception that only means "this is not a number"; false if there is another one.
bool clear_no_number() {
  if (PyErr_Occurred() && !PyErr_ExceptionMatches(PyExc_Exception)) return false;
  PyErr_Clear();
  return true;
}

bool has_int(PyObject* object) {
  const PyTypeObject* const type = Py_TYPE(object);
  if (type->tp_as_number != nullptr && type->tp_as_number->nb_int != nullptr) return true;
#if PY_VERSION_HEX < 0x030B0000
  return PyObject_HasAttrString(object, "__trunc__") != 0;  // Fraction has no __int__ there
#else
  return false;
#endif
}

// An array of one item converts to a number, in old versions of NumPy with a warning.
bool has_length(PyObject* object) {
  const Py_ssize_t length = PyObject_Size(object);
  PyErr_Clear();
  return length >= 0;
}

// As an index NumPy's bool warns or refuses.
bool is_numpy_bool(PyObject* object) {
  const std::string_view type = Py_TYPE(object)->tp_name;
  return type == "numpy.bool_" || type == "numpy.bool";
}

// A number without being a container: not an array, which may have only one item by chance.
bool is_number(PyObject* object) {
  const PyTypeObject* const type = Py_TYPE(object);
  if (!has_int(object)) return false;
  return (type->tp_as_sequence == nullptr || type->tp_as_sequence->sq_length == nullptr) &&
         (type->tp_as_mapping == nullptr || type->tp_as_mapping->mp_length == nullptr);
}

// to_whole(), with an exception set for any failure.
PyObject* parse_whole(PyObject* object, const Argument& argument) {
  PyObject* const whole = to_whole(object);
  if (whole != nullptr || PyErr_Occurred()) return whole;
  PyObject* const text = PyUnicode_FromFormat("'%.200s' object cannot be interpreted as an integer",
                                              Py_TYPE(object)->tp_name);
  if (text == nullptr) return nullptr;
  refuse(PyExc_TypeError, argument, object, PyUnicode_AsUTF8(text));
  Py_DECREF(text);
  return nullptr;
}

bool refuse_size(const Argument& argument, PyObject* given, const char* text) {
  const Argument limited{argument.name, "a number that fits into 32 bits", argument.is_pyaudios};
  refuse(PyExc_OverflowError, limited, given, text);
  return false;
}

bool long_to_int(PyObject* number, const Argument& argument, int& value) {
  int overflow = 0;
  const long result = PyLong_AsLongAndOverflow(number, &overflow);
  if (result == -1 && overflow == 0 && PyErr_Occurred()) return false;
  if (overflow != 0) return refuse_size(argument, number, beyond_long);
  if (result > INT_MAX) {
    return refuse_size(argument, number, "signed integer is greater than maximum");
  }
  if (result < INT_MIN) return refuse_size(argument, number, "signed integer is less than minimum");
  value = static_cast<int>(result);
  return true;
}

}  // namespace

PyObject* to_whole(PyObject* object) {
  if (is_numpy_bool(object)) return PyLong_FromLong(PyObject_IsTrue(object));
  if (PyIndex_Check(object)) {
    PyObject* const index = PyNumber_Index(object);
    if (index != nullptr || !PyErr_ExceptionMatches(PyExc_TypeError)) return index;
    PyErr_Clear();
  }
  if (!is_number(object)) return nullptr;
  PyObject* const whole = PyNumber_Long(object);
  if (whole == nullptr) {
    clear_no_number();  // NaN, infinity
    return nullptr;
  }
  const int is_same = PyObject_RichCompareBool(whole, object, Py_EQ);
  if (is_same == 1) return whole;
  if (is_same < 0) clear_no_number();
  Py_DECREF(whole);
  return nullptr;
}

void refuse(PyObject* type, const Argument& argument, PyObject* given, const char* pyaudios_text) {
  if (argument.is_pyaudios && pyaudios_text != nullptr) {
    PyErr_SetString(type, pyaudios_text);
    note_refusal(argument, given);
  } else if (PyObject* const sentence = sentence_about(argument, given)) {
    PyErr_SetObject(type, sentence);
    Py_DECREF(sentence);
  }
}

void note_refusal(const Argument& argument, PyObject* given) {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyObject* const sentence = sentence_about(argument, given);
  PyErr_Restore(type, value, traceback);  // drops the exception of a repr()
  if (sentence == nullptr) return;
  add_note(sentence);
  Py_DECREF(sentence);
}

bool parse_int(PyObject* object, const Argument& argument, int& value) {
  if (PyLong_Check(object)) return long_to_int(object, argument, value);
  PyObject* const number = parse_whole(object, argument);
  if (number == nullptr) return false;
  const bool good = long_to_int(number, argument, value);
  Py_DECREF(number);
  return good;
}

bool parse_optional_int(PyObject* object, const Argument& argument, int& value) {
  return object == Py_None || parse_int(object, argument, value);
}

bool parse_frames(PyObject* object, const Argument& argument, Py_ssize_t& frames) {
  if (PyLong_CheckExact(object)) {
    frames = PyLong_AsSsize_t(object);
  } else {
    PyObject* const number = parse_whole(object, argument);
    if (number == nullptr) return false;
    frames = PyLong_AsSsize_t(number);
    Py_DECREF(number);
  }
  if (frames >= 0) return true;
  if (frames == -1 && PyErr_Occurred()) {
    PyErr_Clear();
    const Argument limited{argument.name, "a number that fits into memory", argument.is_pyaudios};
    refuse(PyExc_OverflowError, limited, object, beyond_long);
  } else {
    refuse(PyExc_ValueError, pyaudios(argument.name, "a number from 0 up"), object,
           "Invalid number of frames");
  }
  return false;
}

bool parse_real(PyObject* object, const Argument& argument, double& value) {
  if (PyFloat_CheckExact(object) || !has_length(object)) {
    value = PyFloat_AsDouble(object);
    if (value != -1 || !PyErr_Occurred()) return true;
    if (!PyErr_ExceptionMatches(PyExc_TypeError)) return false;
    PyErr_Clear();
  }
  PyObject* const text =
      PyUnicode_FromFormat("must be real number, not %.50s", Py_TYPE(object)->tp_name);
  if (text == nullptr) return false;
  refuse(PyExc_TypeError, argument, object, PyUnicode_AsUTF8(text));
  Py_DECREF(text);
  return false;
}

bool parse_timeout(PyObject* object, std::optional<audiopp::Seconds>& timeout) {
  if (object == Py_None) return true;
  constexpr Argument argument{"timeout", "a number of seconds from 0 up"};
  double seconds = 0;
  if (!parse_real(object, argument, seconds)) return false;
  if (!(seconds >= 0)) {
    refuse(PyExc_ValueError, argument, object, nullptr);
    return false;
  }
  timeout = audiopp::Seconds(seconds);
  return true;
}

bool parse_bits(PyObject* object, const Argument& argument, int position,
                unsigned long long& bits) {
  PyObject* const number = to_whole(object);
  if (number == nullptr) {
    if (PyErr_Occurred()) return false;
    PyObject* const text =
        PyUnicode_FromFormat("argument %d must be int, not %.50s", position,
                             object == Py_None ? "None" : Py_TYPE(object)->tp_name);
    if (text == nullptr) return false;
    refuse(PyExc_TypeError, argument, object, PyUnicode_AsUTF8(text));
    Py_DECREF(text);
    return false;
  }
  bits = PyLong_AsUnsignedLongLongMask(number);
  Py_DECREF(number);
  return !PyErr_Occurred();
}

bool parse_device_index(PyObject* object, const char* name, int& index) {
  index = -1;
  if (object == nullptr || object == Py_None) return true;
  PyObject* const number = PyNumber_Check(object) ? PyNumber_Long(object) : nullptr;
  if (number == nullptr) {
    if (!PyErr_Occurred() || PyErr_ExceptionMatches(PyExc_TypeError) ||
        PyErr_ExceptionMatches(PyExc_ValueError)) {
      PyErr_Clear();
      PyObject* const text = PyUnicode_FromFormat("%s must be integer (or None)", name);
      if (text == nullptr) return false;
      refuse(PyExc_ValueError, pyaudios(name, "an integer or None"), object,
             PyUnicode_AsUTF8(text));
      Py_DECREF(text);
    }
    return false;
  }
  const bool good = long_to_int(number, pyaudios(name), index);
  Py_DECREF(number);
  if (index < 0) index = -1;
  return good;
}

// ---- for the package's Python code ----

namespace {

PyObject* whole(PyObject*, PyObject* args) {
  PyObject* object;
  Argument argument{};
  if (!PyArg_ParseTuple(args, "Os|s", &object, &argument.name, &argument.expected)) return nullptr;
  return parse_whole(object, argument);
}

PyObject* int32(PyObject*, PyObject* args) {
  PyObject* object;
  Argument argument{};
  int value = 0;
  if (!PyArg_ParseTuple(args, "Os", &object, &argument.name) ||
      !parse_int(object, argument, value)) {
    return nullptr;
  }
  return PyLong_FromLong(value);
}

PyObject* real(PyObject*, PyObject* args) {
  PyObject* object;
  Argument argument{nullptr, "a number"};
  double value = 0;
  if (!PyArg_ParseTuple(args, "Os|s", &object, &argument.name, &argument.expected) ||
      !parse_real(object, argument, value)) {
    return nullptr;
  }
  return PyFloat_FromDouble(value);
}

PyObject* raise_noted(PyObject*, PyObject* args) {
  PyObject *error, *words;
  if (!PyArg_ParseTuple(args, "O!U", PyExc_Exception, &error, &words)) return nullptr;
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error)), error);
  add_note(words);
  return nullptr;
}

}  // namespace

PyMethodDef argument_functions[] = {
    {"whole", whole, METH_VARARGS,
     "whole(value, name, expected='an integer', /)\n--\n\n"
     "Returns the int that a number is; TypeError if it is none."},
    {"int32", int32, METH_VARARGS,
     "int32(value, name, /)\n--\n\nThe same for a C int; OverflowError if it is too large."},
    {"real", real, METH_VARARGS,
     "real(value, name, expected='a number', /)\n--\n\n"
     "Returns a number as a float; TypeError if it is none."},
    {"raise_noted", raise_noted, METH_VARARGS,
     "raise_noted(error, note, /)\n--\n\nRaises an exception with a note."},
    {}};

// ---- buffers ----

BytesView::~BytesView() {
  // Without the GIL only while the interpreter ends this thread by unwinding: then nobody needs it.
  if (has_buffer_ && is_attached()) PyBuffer_Release(&buffer_);
}

bool BytesView::acquire(PyObject* object) {
  if (PyBytes_Check(object)) {
    data_ = PyBytes_AS_STRING(object);
    size_ = static_cast<std::size_t>(PyBytes_GET_SIZE(object));
    return true;
  }
  if (PyUnicode_Check(object)) {
#if PY_VERSION_HEX < 0x030C0000
    if (PyUnicode_READY(object) < 0) return false;
#endif
    // Programs make samples by chr(): then each character is a byte, in memory too.
    if (PyUnicode_KIND(object) == PyUnicode_1BYTE_KIND) {
      data_ = reinterpret_cast<const char*>(PyUnicode_1BYTE_DATA(object));
      size_ = static_cast<std::size_t>(PyUnicode_GET_LENGTH(object));
      return true;
    }
    Py_ssize_t size = 0;
    data_ = PyUnicode_AsUTF8AndSize(object, &size);
    size_ = static_cast<std::size_t>(size);
    return data_ != nullptr;
  }
  return acquire_buffer(object, 0);
}

bool BytesView::acquire_writable(PyObject* object) {
  return acquire_buffer(object, PyBUF_WRITABLE);
}

bool BytesView::acquire_buffer(PyObject* object, int flags) {
  // Without strides, it must be C-contiguous.
  if (PyObject_GetBuffer(object, &buffer_, flags | PyBUF_ND | PyBUF_FORMAT) < 0) return false;
  has_buffer_ = true;
  data_ = static_cast<const char*>(buffer_.buf);
  size_ = static_cast<std::size_t>(buffer_.len);
  return true;
}
