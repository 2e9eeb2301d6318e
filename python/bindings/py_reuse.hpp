// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include "bindings.hpp"

/// Whether the arguments of a block serve the next one. Not without a GIL: there is no way to tell
/// whether the program still has them, and the garbage collector may clear them meanwhile.
#ifdef Py_GIL_DISABLED
constexpr bool reuses_objects = false;
#else
constexpr bool reuses_objects = true;
#endif

/// Whether only the calling code holds a reference, so that it may change the object.
inline bool is_ours_alone(PyObject* object) {
  return reuses_objects && object != nullptr && Py_REFCNT(object) == 1;
}

/// Provides a `bytes` object per block, and reuses those to which no reference is left.
///
/// It keeps two, because most programs hold a block until they have the next. Needs the GIL; call
/// clear() before the destructor, which may run without it.
class BlockBytes {
 public:
  BlockBytes() = default;
  BlockBytes(const BlockBytes&) = delete;
  BlockBytes& operator=(const BlockBytes&) = delete;

  /// A new reference to an object of `size` bytes, to be filled; nullptr with an exception set.
  PyObject* make(Py_ssize_t size);
  void clear();

 private:
  PyObject* blocks_[2] = {};
  int oldest_ = 0;
};
