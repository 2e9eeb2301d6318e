// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "audiopp/stream_config.hpp"
#include "backend/backend.hpp"
#include "library/parameters.hpp"

namespace audiopp::detail {

// Words for the person who reads the error at 2 a.m. All are called with the process lock held.

/// What was asked of which device, and what that device takes instead.
///
/// `is_forked`: this process was forked from one in which PortAudio ran.
std::string describe_refusal(const Backend& api, const OpenParameters& parameters,
                             const StreamConfig& config, PaError error, bool is_forked);

/// Which devices there are for a direction, and if none, why that may be.
std::string describe_devices(const Backend& api, bool input);

}  // namespace audiopp::detail
