// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include "py_stream.hpp"

// Blocking reads and writes, called once per block: without pybind11, whose dispatcher would take
// longer than the block.
//
// Arguments that the caller does not have are nullptr: `raise` is false then, `timeout` the
// stream's. On failure each returns nullptr, or false, with an exception set.

/// Reads `frames` frames as new bytes. With `raise` an overflow before them is an exception, and
/// they are the first of the next read.
PyObject* read_frames(PyStream* self, PyObject* frames, PyObject* raise, PyObject* timeout);
/// Fills a writable buffer; returns a tuple of the number of frames and whether input was lost.
PyObject* read_into(PyStream* self, PyObject* buffer, PyObject* timeout);
/// Writes `frames` frames of the data; all of them if it is nullptr or None. `xrun`: whether there
/// was a gap before them, which with `raise` is an exception.
bool write_frames(PyStream* self, PyObject* data, PyObject* frames, PyObject* raise,
                  PyObject* timeout, bool& xrun);

/// False with a TypeError set unless there are `least` to `most` arguments.
bool check_count(Py_ssize_t count, Py_ssize_t least, Py_ssize_t most);

using FastFunction = PyObject*(PyObject*, PyObject* const*, Py_ssize_t);
using FastFunctionWithKeywords = PyObject*(PyObject*, PyObject* const*, Py_ssize_t, PyObject*);

/// Casts a function to the type in a method table.
template <class Function>
PyCFunction as_method(Function* function) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}
