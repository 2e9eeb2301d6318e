// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "audiopp/stream_config.hpp"
#include "backend/backend.hpp"
#include "library/parameters.hpp"

namespace audiopp::detail {

/// Why a stream cannot have its host options, and which side's; empty if it can. PortAudio reports
/// that as paIncompatibleHostApiSpecificStreamInfo, but not all of it, nor always. Call with the
/// process lock held.
std::string fault_in_options(const Backend& api, const StreamConfig& config,
                             const OpenParameters& parameters);

}  // namespace audiopp::detail
