// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <exception>

namespace audiopp::detail {

/// Passes an error that cannot be thrown to the hook of set_error_hook().
void swallow(const std::exception& error) noexcept;

}  // namespace audiopp::detail
