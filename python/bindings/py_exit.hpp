// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

/// Marks the start of the interpreter's exit, on the thread that runs it.
///
/// All other threads are daemon threads then, and CPython kills them when they next ask for the
/// GIL. If a call of theirs returns because its stream was closed, an exception would be of no use:
/// it would be printed, perhaps while the thread is killed holding a lock on stderr, and then the
/// interpreter aborts.
void begin_exit() noexcept;
bool is_exiting() noexcept;

/// Holds a daemon thread once the exit has begun: for ever if the interpreter is finalising, and
/// for a second before that, because an exit handler may be waiting for the thread.
void stay_if_exiting();

/// For destructors on PortAudio's threads. They hold the GIL, unless the interpreter is exiting and
/// CPython is ending the thread by unwinding it, which must not reach PortAudio's frames. In that
/// case the thread stays here for ever, as CPython itself does from 3.14 on.
void stay_if_unwound() noexcept;
