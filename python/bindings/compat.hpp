// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

// What the files of `_portaudio` share: PyAudio's C module, in PyAudio's words.

#include <audiopp/device.hpp>
#include <audiopp/dispatcher.hpp>
#include <audiopp/host/mac_core.hpp>
#include <audiopp/host_api.hpp>
#include <audiopp/stream.hpp>
#include <memory>
#include <string>
#include <vector>

#include "bindings.hpp"

/// Readies the types; false with an exception set.
bool ready_info_types();
bool ready_stream_type();

/// `_portaudio.paDeviceInfo` and `paHostApiInfo` of a snapshot.
PyObject* make_device_info(const audiopp::Device& device);
PyObject* make_host_api_info(const audiopp::HostApi& host_api);

/// The setter of every attribute of PyAudio's three types.
int refuse_to_set(PyObject* self, PyObject* value, void* closure);

/// Adds `paMacCoreStreamInfo` to `_portaudio` on macOS; false with an exception set.
bool add_mac_core_type(PyObject* module);

/// The options behind a stream info object; elsewhere than on macOS any object passes and is
/// ignored.
bool parse_host_options(PyObject* object, std::shared_ptr<const audiopp::HostOptions>& options);

/// The stream functions of `_portaudio`, ended by an empty entry.
extern PyMethodDef stream_functions[];

/// What PyAudio does not have, ended by an empty entry: for `_core`.
extern PyMethodDef stream_additions[];

/// Whether `stream` is a `_portaudio.Stream` that was started, and not stopped or closed since.
bool is_started_stream(PyObject* stream);

/// Closes a stream without playing what is queued.
void close_at_once(PyObject* stream);

/// Lets an active callback stream keep `keeper`, an object that holds it, from being collected.
void keep_while_active(PyObject* stream, PyObject* keeper);

/// What a callback stream has counted; zeros for others.
audiopp::CallbackCounters stream_counters(PyObject* stream);

/// Raises what the callback of an open stream has raised, once, or that its device is lost.
void check_stream(PyObject* stream);

/// Closes every open stream, and tells which there were: "1-channel input at 16000 Hz".
///
/// What a signal's handler raises meanwhile ends the sound of them all, and is set.
std::vector<std::string> close_all_streams(audiopp::StopMode mode,
                                           const audiopp::IoOptions& options = {});
