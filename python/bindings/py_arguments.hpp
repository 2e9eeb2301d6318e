// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <audiopp/time.hpp>
#include <cstddef>
#include <optional>

#include "bindings.hpp"

// Parses arguments like PyAudio's C module, but accepts more where that breaks no program: whole
// numbers of any numeric type. On failure each returns false with an exception set, which says what
// the argument is called, what it must be and what it is.

/// What an argument is called, and what it must be: "rate must be an integer, not 'fast'".
struct Argument {
  const char* name;
  const char* expected = "an integer";
  bool is_pyaudios = false;  // PyAudio's own text stays; the sentence is a note
};

/// An argument of a function that PyAudio has too.
constexpr Argument pyaudios(const char* name, const char* expected = "an integer") {
  return {name, expected, true};
}

inline constexpr const char* true_or_false = "True or False";
inline constexpr const char* a_format = "a sample format, such as paInt16";

/// The int that a number is: anything with __index__, or a number of another type without a
/// fraction. A new reference; nullptr if it is no whole number, then without an exception unless
/// the object's own code raises one.
PyObject* to_whole(PyObject* object);

/// Sets an exception that says what is wrong with an argument; with PyAudio's text if it has one.
void refuse(PyObject* type, const Argument& argument, PyObject* given, const char* pyaudios_text);

/// Adds the same sentence to the current exception, as a note.
void note_refusal(const Argument& argument, PyObject* given);

/// A C int.
bool parse_int(PyObject* object, const Argument& argument, int& value);
/// A C int, or None to keep `value`.
bool parse_optional_int(PyObject* object, const Argument& argument, int& value);
/// A number of frames: not negative.
bool parse_frames(PyObject* object, const Argument& argument, Py_ssize_t& frames);
/// Any number.
bool parse_real(PyObject* object, const Argument& argument, double& value);
/// A time in seconds, not negative; None leaves `timeout` empty.
bool parse_timeout(PyObject* object, std::optional<audiopp::Seconds>& timeout);
/// A set of bits, such as a sample format, masked to 64 bits. `position` is where PyAudio has the
/// argument.
bool parse_bits(PyObject* object, const Argument& argument, int position, unsigned long long& bits);
/// A device index of PyAudio's: None or a negative number become -1, the default device.
bool parse_device_index(PyObject* object, const char* name, int& index);

/// `whole`, `int32`, `real` and `raise_noted`, with which the package parses its own arguments;
/// ends with an empty entry.
extern PyMethodDef argument_functions[];

/// The bytes of a C-contiguous buffer, held as long as this exists.
class BytesView {
 public:
  BytesView() = default;
  ~BytesView();
  BytesView(const BytesView&) = delete;
  BytesView& operator=(const BytesView&) = delete;

  /// Of any buffer, or of a str: a byte for each character below U+0100, or else UTF-8.
  bool acquire(PyObject* object);
  /// Of a buffer that can be written to.
  bool acquire_writable(PyObject* object);
  /// The buffer, with its item types and shape; nullptr for bytes and str.
  const Py_buffer* buffer() const { return has_buffer_ ? &buffer_ : nullptr; }
  const char* data() const { return data_; }
  char* writable() const { return static_cast<char*>(buffer_.buf); }
  std::size_t size() const { return size_; }

 private:
  const char* data_ = nullptr;
  std::size_t size_ = 0;
  Py_buffer buffer_;  // not cleared, which takes 4 ns: bytes need none
  bool has_buffer_ = false;

  bool acquire_buffer(PyObject* object, int flags);
};
