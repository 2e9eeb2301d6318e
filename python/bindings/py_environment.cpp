// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "py_environment.hpp"

#ifdef _WIN32
#include <windows.h>

#include <array>

// Each C library has its own copy of the environment, and ours may not be Python's: getenv() would
// not see what the program has changed.
std::string environment_variable(const char* name) {
  std::array<char, 4096> value{};
  const DWORD size = GetEnvironmentVariableA(name, value.data(), static_cast<DWORD>(value.size()));
  return {value.data(), size < value.size() ? size : 0};
}

#else
#include <cstdlib>

std::string environment_variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

#endif
