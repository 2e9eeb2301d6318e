// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include "bindings.hpp"

/// Whether nobody but the asking code holds an object, so that it may be changed. Nobody can tell
/// where there is no GIL.
inline bool is_ours_alone(PyObject* object) {
#ifdef Py_GIL_DISABLED
  static_cast<void>(object);
  return false;
#else
  return object != nullptr && Py_REFCNT(object) == 1;
#endif
}

/// Makes `bytes` for one block after the other, from those that nobody holds any more.
///
/// Two, because most programs hold a block until they have the next. Needs the GIL, and a clear()
/// before its end, which may come when the GIL is out of reach.
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
