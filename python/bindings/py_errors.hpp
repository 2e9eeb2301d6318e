// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <audiopp/error.hpp>
#include <optional>
#include <string>
#include <utility>

#include "py_gil.hpp"

/// Makes the exception type pyaudiopp.PortAudioError, an OSError; false with an exception set.
bool add_error_types(PyObject* module);

// Each sets a Python exception. PyAudio's spellings of the arguments differ from place to place,
// and programs read them: args are (code, text) here, (text, code) there, (text,) elsewhere.

/// PortAudioError(code, text), with the attributes of `error`.
void set_error(const audiopp::Error& error, bool device_lost = false);
/// The same under another text.
void set_error(const audiopp::Error& error, const char* text);
/// PortAudioError(code, text).
void set_error(audiopp::Errc code, const char* text);
/// PortAudioError(text).
void set_error(const char* text);
/// ValueError(text, code), with the attributes of `error`.
void set_value_error(const audiopp::Error& error);

/// Adds words to the current exception, for people: as a note, which tracebacks show from Python
/// 3.11 on; before, also behind the text. An OSError keeps its arguments: programs read them.
void add_note(PyObject* words);
void add_note(const std::string& words);

/// Sets the Python exception for whatever a C++ call threw: call in a catch block.
void set_current_error();

/// What `work` returns, which runs without the GIL. A C++ exception becomes Python's, for functions
/// that pybind11 calls.
template <class Work>
auto or_raise(const Work& work) {
  std::optional<decltype(work())> result;
  try {
    without_gil([&] { result.emplace(work()); });
  } catch (const std::exception&) {
    set_current_error();
    throw pybind11::error_already_set();
  }
  return *std::move(result);
}

/// The setter of PyAudio's read-only attributes: sets an AttributeError.
int refuse_to_set(PyObject* self, PyObject* value, void* closure);
