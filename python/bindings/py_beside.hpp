// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

/// Runs `work` on a thread of its own and waits for it: for calls that PortAudio forbids inside a
/// callback, but PyAudio's programs make there. Call it without the GIL.
///
/// Rethrows what `work` throws. Throws Error (timed_out) after five seconds, since the call may be
/// waiting for that callback; `work` then goes on alone, so it must own what it uses.
void run_beside(const char* call, std::function<void()> work);
