// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include "bindings.hpp"

/// The GIL, on a thread that PortAudio or a callback buffer calls back on; held as long as this
/// object lives. One within another changes nothing.
///
/// A thread of PortAudio's gets its Python thread state at its first callback and keeps it until it
/// ends: making one for each callback, as PyGILState_Ensure() does, takes longer than the callback.
/// So `threading.local()` values last from block to block. A thread that has a Python thread state
/// already, because PortAudio borrows one of Python's or another extension made one, uses that.
///
/// Turns false, and asks for nothing, when the interpreter's exit has begun: asking for the GIL
/// would then end the thread by unwinding, which must not meet PortAudio's frames.
class AudioThreadGil {
 public:
  AudioThreadGil();
  ~AudioThreadGil();
  AudioThreadGil(const AudioThreadGil&) = delete;
  AudioThreadGil& operator=(const AudioThreadGil&) = delete;

  explicit operator bool() const noexcept { return held_ != Held::no; }

  /// From now on nobody gets it; returns when those who have it have let it go, or after a second.
  /// For the interpreter's exit; needs the GIL, and lets it go meanwhile.
  static void close();

  /// Forgets the parent's threads; for a forked child.
  static void renew_after_fork();

 private:
  enum class Held { no, already, own_state, other_state };

  Held held_ = Held::no;
  PyGILState_STATE other_ = PyGILState_UNLOCKED;
};
