// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include "bindings.hpp"
#include "message_queue.hpp"

/// Collects the messages of ALSA and JACK instead of leaving them on stderr.
void collect_messages();

/// The messages collected and not logged yet.
extern MessageQueue waiting_messages;

/// Sends the collected messages to the logger `pyaudiopp.portaudio` at level debug. Needs the GIL,
/// and runs Python code.
///
/// This cannot be done where a message appears, which may be an audio thread or one that holds a
/// lock. Each call on a stream does it instead; without a message that costs one load.
void log_waiting_messages();
inline void log_messages() {
  if (waiting_messages.is_waiting()) log_waiting_messages();
}

/// For a forked child: the parent logs what was collected before the fork.
void forget_messages();
