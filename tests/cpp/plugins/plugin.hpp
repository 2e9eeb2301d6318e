// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

// What host.cpp calls in a plugin.

/// How a plugin opens its stream.
enum class Kind : int { direct, queued, blocking };

using Churn = void (*)(int rounds);
using Open = void (*)(Kind kind);
using Close = void (*)();
