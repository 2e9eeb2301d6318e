// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

/// An environment variable's value now, or an empty string; what `os.environ` has set counts.
std::string environment_variable(const char* name);
