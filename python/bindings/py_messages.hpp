// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include "bindings.hpp"

/// Collects what ALSA and JACK say, instead of letting it go to stderr.
void collect_messages();

/// Hands what was collected to the logger `pyaudiopp.portaudio` at level debug. Needs the GIL.
///
/// Not done where a message appears: that may be an audio thread, or one that holds a lock.
void log_messages();

/// For a fork: what the child gets must not be locked by a thread that is not there.
void lock_messages();
void unlock_messages();
