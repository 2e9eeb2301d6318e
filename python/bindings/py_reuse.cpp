// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "py_reuse.hpp"

namespace {

void forget_hash(PyObject* bytes) {
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#endif
  reinterpret_cast<PyBytesObject*>(bytes)->ob_shash = -1;
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif
}

}  // namespace

PyObject* BlockBytes::make(Py_ssize_t size) {
  for (PyObject* block : blocks_) {
    if (!is_ours_alone(block) || PyBytes_GET_SIZE(block) != size) continue;
    forget_hash(block);
    Py_INCREF(block);
    return block;
  }
  PyObject* const made = PyBytes_FromStringAndSize(nullptr, size);
  constexpr Py_ssize_t longest = 1 << 16;  // allocating more takes no longer than filling it
  if (!reuses_objects || made == nullptr || size > longest) return made;
  Py_INCREF(made);
  Py_XSETREF(blocks_[oldest_], made);
  oldest_ = 1 - oldest_;
  return made;
}

void BlockBytes::clear() {
  for (PyObject*& block : blocks_) Py_CLEAR(block);
}
