// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include "bindings.hpp"
#include "message_queue.hpp"

/// Collects what ALSA and JACK say, instead of letting it go to stderr.
void collect_messages();

/// What was collected and has not been logged.
extern MessageQueue waiting_messages;

/// Hands what was collected to the logger `pyaudiopp.portaudio` at level debug. Needs the GIL, and
/// runs Python code.
///
/// Not done where a message appears: that may be an audio thread, or one that holds a lock. Each
/// call on a stream does it instead, so the case without a message costs a load.
void log_waiting_messages();
inline void log_messages() {
  if (waiting_messages.is_waiting()) log_waiting_messages();
}

/// In a forked child: what was said in the parent is logged there.
void forget_messages();
