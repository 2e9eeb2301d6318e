// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <audiopp/device.hpp>
#include <audiopp/session.hpp>
#include <audiopp/stream_config.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "bindings.hpp"
#include "py_arguments.hpp"
#include "py_errors.hpp"

// audiopp's own API in Python: `pyaudiopp.core`.
//
// Its types are created when one of them is first used, so that `import pyaudiopp` does not pay for
// what few programs need.

/// Makes the types of pyaudiopp.core, once, as attributes of `_core`; throws as pybind11 does.
void bind_core();
/// Held meanwhile. For a fork: the child must not inherit it from a thread that it does not have.
std::recursive_mutex& binding_mutex();

/// Makes `_core` create them when one is looked up by name.
void bind_lazily(pybind11::module_& module);

void bind_devices(pybind11::module_& module);
void bind_core_session(pybind11::module_& module);
void bind_config(pybind11::module_& module);
void bind_options(pybind11::module_& module);

/// A name from the host as text: UTF-8, or Latin-1 if it is not valid UTF-8, as in
/// Session::find_device.
pybind11::str to_name(const std::string& words);
/// A name as bytes: str as UTF-8, bytes as they are; throws TypeError for anything else.
std::string from_name(const pybind11::handle& name);

/// A member of one of pyaudiopp.core's enumerations; a plain int if none has that value.
pybind11::object to_enum(const char* name, unsigned long value);

// ---- arguments ----

// Arguments as values; each throws Python's exception if it is not what it must be.

int to_int(const pybind11::handle& object, const Argument& argument);
double to_real(const pybind11::handle& object, const Argument& argument);
/// A number of frames.
std::size_t to_count(const pybind11::handle& object, const Argument& argument);
/// A sample format, or flags.
unsigned long to_bits(const pybind11::handle& object, const Argument& argument);

[[noreturn]] void refuse_type(const pybind11::handle& object, const Argument& argument);

/// An object that C++ knows by `Pointer`; None becomes null.
template <class Pointer>
Pointer to_pointer(const pybind11::handle& object, const Argument& argument) {
  if (object.is_none()) return nullptr;
  pybind11::detail::make_caster<Pointer> caster;
  if (!caster.load(object, false)) refuse_type(object, argument);
  return pybind11::detail::cast_op<Pointer>(caster);
}

// ---- devices ----

/// Whether it is a pyaudiopp.core.Device.
bool is_device(PyObject* object);
audiopp::Device to_device(PyObject* object);

/// Session::find_device by a Python object: an index, a name, a pair of names or a Device. Throws
/// TypeError for anything else.
audiopp::Device find_device(const std::optional<audiopp::Session>& session,
                            const pybind11::handle& device, bool input, bool output);

// ---- configurations ----

/// A StreamConfig in Python: its sides are separate objects.
struct ConfigObject {
  std::shared_ptr<audiopp::StreamSide> input;
  std::shared_ptr<audiopp::StreamSide> output;
  double sample_rate = audiopp::StreamConfig().sample_rate;
  unsigned long frames_per_buffer = 0;
  audiopp::StreamFlags flags = audiopp::StreamFlags::none;
  std::size_t callback_buffer = 0;

  ConfigObject() = default;
  explicit ConfigObject(const audiopp::StreamConfig& config);
  audiopp::StreamConfig config() const;
};

/// A new pyaudiopp.core.StreamConfig; nullptr with an exception set.
PyObject* to_object(const audiopp::StreamConfig& config);
/// False with an exception set if the object is not a StreamConfig.
bool to_config(PyObject* object, audiopp::StreamConfig& config);
