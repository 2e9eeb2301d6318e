// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include "audiopp/stream_config.hpp"
#include "detail/portaudio.hpp"

namespace audiopp::detail {

/// Why no stream can have this configuration, whatever the devices are; nullptr if one could.
const char* fault_in(const StreamConfig& config) noexcept;

/// Throws it as std::invalid_argument.
void check_config(const StreamConfig& config);

/// paInvalidFlag for the flags with which Pa_OpenStream() opens no stream with a callback, which
/// Pa_IsFormatSupported() is not told; otherwise paNoError.
PaError check_flags(const StreamConfig& config) noexcept;

/// paInsufficientMemory for a block of which several fill an `unsigned long` with bytes: PortAudio
/// does not notice that. On Windows, where it has 32 bits, MME then divides by zero, and WASAPI's
/// open does not return.
PaError check_block(const StreamConfig& config, unsigned long frames) noexcept;

}  // namespace audiopp::detail
