// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "audiopp/stream_config.hpp"
#include "backend/backend.hpp"
#include "library/parameters.hpp"

namespace audiopp::detail {

// Error texts for the person who reads them at 2 a.m. Call with the process lock held.

/// A device with its name and host API.
std::string name_device(const Backend& api, PaDeviceIndex index);

/// That PortAudio lacks a host API, and which ones it has.
std::string describe_missing(const Backend& api, HostApiType type);

/// How to open the stream after all, where its host API converts on request only; or empty.
std::string describe_conversion(const Backend& api, const OpenParameters& parameters,
                                double sample_rate, PaError error);

/// What was requested of which device, and what that device supports instead.
///
/// `is_forked`: this process was forked from one in which PortAudio ran.
std::string describe_refusal(const Backend& api, const OpenParameters& parameters,
                             const StreamConfig& config, PaError error, bool is_forked);

/// The devices for a direction or, if there are none, a likely reason.
std::string describe_devices(const Backend& api, bool input);

}  // namespace audiopp::detail
