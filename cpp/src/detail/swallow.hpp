// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <exception>

namespace audiopp::detail {

/// Tells the hook of set_error_hook() of an error that goes no further.
void swallow(const std::exception& error) noexcept;

}  // namespace audiopp::detail
