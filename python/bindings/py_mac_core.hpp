// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <audiopp/host/mac_core.hpp>
#include <memory>

#include "bindings.hpp"

/// Adds `paMacCoreStreamInfo` to `_portaudio` on macOS; false with an exception set.
bool add_mac_core_type(PyObject* module);

/// The options behind a stream info object; elsewhere than on macOS any object passes and is
/// ignored.
bool parse_mac_core_options(PyObject* object, std::shared_ptr<const audiopp::HostOptions>& options);
