// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

// Shared by the files of `_portaudio`, PyAudio's C module.

#include <audiopp/device.hpp>
#include <audiopp/host_api.hpp>
#include <audiopp/stream_config.hpp>
#include <memory>

#include "bindings.hpp"

/// PortAudio's paNonInterleaved, a bit of the sample format.
constexpr unsigned long non_interleaved = 0x80000000UL;

/// Readies the types; false with an exception set.
bool ready_info_types();
bool ready_stream_type();

/// `_portaudio.paDeviceInfo` and `paHostApiInfo` of a snapshot.
PyObject* make_device_info(const audiopp::Device& device);
PyObject* make_host_api_info(const audiopp::HostApi& host_api);

/// The stream functions of `_portaudio`, ended by an empty entry.
extern PyMethodDef stream_functions[];

/// A `_portaudio.Stream` over a `pyaudiopp.core.Stream`, whose reference it takes; nullptr passes.
PyObject* make_portaudio_stream(PyObject* stream);

/// `_portaudio.open`.
PyObject* open_portaudio_stream(PyObject*, PyObject* args, PyObject* keywords);

/// What else pyaudiopp's PyAudio class needs from `_core`; ends with an empty entry.
extern PyMethodDef pyaudio_functions[];

/// PyAudio's arguments of `open`, but for the callback, as a StreamConfig.
PyObject* pyaudio_config(PyObject*, PyObject* args, PyObject* keywords);
/// Opens a `_portaudio.Stream` by a StreamConfig, a callback and a finished callback, or None.
PyObject* open_pyaudio_config(PyObject*, PyObject* args);
/// The stream in a `_portaudio.Stream`. For any other object, a stream that was never opened: in
/// their tests, programs put mocks in its place.
PyObject* core_stream(PyObject*, PyObject* object);
