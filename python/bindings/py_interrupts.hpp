// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

#include "bindings.hpp"

// Who presses Ctrl-C wants silence now, and not the rest of what is queued. So a stop does not
// drain while a KeyboardInterrupt or SystemExit is on its way, nor after one: programs often catch
// it, leave their loop and only then close.

/// How many KeyboardInterrupts and SystemExits have come that we know of.
extern std::atomic<unsigned> interrupts_seen;
inline unsigned interrupt_count() noexcept {
  return interrupts_seen.load(std::memory_order_relaxed);
}

/// Whether an exception, or its type, is one of the two.
bool ends_program(PyObject* exception);

/// Counts the current exception if it is one.
void note_interrupt();

/// Whether this thread handles one: in an except or finally clause, or in what that calls.
bool is_being_interrupted();

/// Whether one has ended the program; for the interpreter's exit.
bool was_interrupted_at_the_end();

/// Counts each Ctrl-C from now on that raises KeyboardInterrupt, wherever the program is. Does
/// nothing if the program handles Ctrl-C itself.
void watch_ctrl_c();
