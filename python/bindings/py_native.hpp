// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <audiopp/callback.hpp>
#include <memory>

#include "py_callback.hpp"

/// A compiled function and its user data, as an audiopp callback that does not involve Python.
///
/// Keeps the Python objects alive, and the library that contains the function, which might
/// otherwise be unloaded with the object that loaded it, as cffi's libraries are.
class PyNativeCallback final : public StreamCallback {
 public:
  /// Needs the GIL. `native` is a pyaudiopp.NativeCallback.
  PyNativeCallback(PyObject* native, void* function, void* user_data);
  /// Takes the GIL, unless the interpreter is gone.
  ~PyNativeCallback() override;

  audiopp::Callback handler(const std::shared_ptr<SwitchInterval>&) override;
  bool needs_gil() const noexcept override { return false; }
  int traverse(visitproc visit, void* arg) override;
  void clear() override;

 private:
  PyObject* native_;
  void* const function_;
  void* const user_data_;
  const std::shared_ptr<void> library_;
};

/// Finds out whether a callback is compiled; `native` stays empty if it is a Python callable. False
/// with an exception set if it is compiled, but cannot be used.
bool parse_native_callback(PyObject* callback, std::shared_ptr<StreamCallback>& native);

/// Functions of `_core` for pyaudiopp._native; ends with an empty entry.
extern PyMethodDef native_functions[];
