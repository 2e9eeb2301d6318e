// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

/// An environment variable's value in `os.environ`, or an empty string. Needs the GIL.
std::string environment_variable(const char* name);
