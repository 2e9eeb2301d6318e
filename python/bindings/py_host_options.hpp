// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <audiopp/error.hpp>
#include <audiopp/stream_config.hpp>
#include <memory>

#include "bindings.hpp"

/// The options behind an object: a pyaudiopp.core.HostOptions or, on macOS, a PaMacCoreStreamInfo.
/// Elsewhere any other object passes and is ignored, as in PyAudio.
bool parse_host_options(PyObject* object, std::shared_ptr<const audiopp::HostOptions>& options);

/// An error of host options that names PyAudio's argument in place of StreamSide's member; any
/// other error as it is.
audiopp::Error name_pyaudios_argument(const audiopp::Error& error);
