// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "library/library.hpp"

namespace audiopp::detail {

// Words for the person who reads the error at 2 a.m. All are called with the process lock held.

/// What was asked of which device, and what that device takes instead.
std::string describe_refusal(const Library& library, const OpenParameters& parameters,
                             const StreamConfig& config, PaError error);

/// Which devices there are for a direction, and if none, why that may be.
std::string describe_devices(const Library& library, bool input);

}  // namespace audiopp::detail
