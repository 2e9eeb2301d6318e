// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <audiopp/time.hpp>
#include <cstddef>
#include <optional>

#include "bindings.hpp"

// Parses arguments like PyAudio's C module, with its TypeErrors and OverflowErrors, but accepts
// more where that breaks no program (integral floats, anything with __index__). On failure each
// returns false with an exception set.

/// A C int: anything with __index__.
bool parse_int(PyObject* object, int& value);
/// A C int that may also be a float without a fraction.
bool parse_integral(PyObject* object, int& value);
/// A C int, or None to keep `value`.
bool parse_optional_int(PyObject* object, int& value);
/// A number of frames: not negative.
bool parse_frames(PyObject* object, Py_ssize_t& frames);
/// A time in seconds, not negative; None leaves `timeout` empty.
bool parse_timeout(PyObject* object, std::optional<audiopp::Seconds>& timeout);
/// A sample format, the `position`th argument; its bits are masked to a C unsigned long.
bool parse_format(PyObject* object, int position, unsigned long& format);
/// A device index: None or a negative number become -1, the default device.
bool parse_device_index(PyObject* object, const char* name, int& index);

/// The bytes of a C-contiguous buffer, held as long as this exists.
class BytesView {
 public:
  BytesView() = default;
  ~BytesView();
  BytesView(const BytesView&) = delete;
  BytesView& operator=(const BytesView&) = delete;

  /// Of any buffer, or of a str, as UTF-8.
  bool acquire(PyObject* object);
  /// Of a buffer that can be written to.
  bool acquire_writable(PyObject* object);
  const char* data() const { return data_; }
  char* writable() const { return static_cast<char*>(buffer_.buf); }
  std::size_t size() const { return size_; }

 private:
  const char* data_ = nullptr;
  std::size_t size_ = 0;
  Py_buffer buffer_{};
  bool has_buffer_ = false;

  bool acquire_buffer(PyObject* object, int flags);
};
