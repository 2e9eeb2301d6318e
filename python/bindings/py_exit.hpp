// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

/// From now on the interpreter ends, and this is the thread that ends it.
///
/// What other threads there are, are daemon threads, which CPython will kill where they next ask
/// for the GIL. A call of theirs that comes back meanwhile, because its stream was closed, has
/// nobody to tell: an exception now would be printed, perhaps while the thread is killed with a
/// lock of stderr in its hands, on which the interpreter aborts.
void begin_exit() noexcept;

/// Keeps a daemon thread from going on once the exit has begun: for ever when the interpreter is
/// finalised, and for a second before that, since an exit handler may be waiting for the thread.
void stay_if_exiting();

/// For destructors on PortAudio's threads, which have the GIL unless CPython is ending the thread:
/// while the interpreter ends, it does that to a thread that asks for the GIL, by unwinding, which
/// must not meet PortAudio's frames. The thread then stays here for ever, as from CPython 3.14 on.
void stay_if_unwound() noexcept;
