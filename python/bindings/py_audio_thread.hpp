// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include "bindings.hpp"
#include "py_switch_interval.hpp"

class AudioThread;

/// Holds the GIL on a thread on which PortAudio or a callback buffer calls back, as long as it
/// exists. Nested ones change nothing.
///
/// A PortAudio thread gets its Python thread state in its first callback and keeps it until it
/// ends: making one per callback, as PyGILState_Ensure() does, takes longer than the callback
/// itself. So `threading.local()` values last from block to block. A thread that already has a
/// Python thread state uses that one.
///
/// False once the interpreter's exit has begun. Asking for the GIL would then end the thread by
/// unwinding it, which must not reach PortAudio's frames.
class AudioThreadGil {
 public:
  AudioThreadGil() : AudioThreadGil(nullptr, 0) {}
  /// For a callback that has `frames` of time.
  AudioThreadGil(SwitchInterval* interval, std::size_t frames);
  ~AudioThreadGil();
  AudioThreadGil(const AudioThreadGil&) = delete;
  AudioThreadGil& operator=(const AudioThreadGil&) = delete;

  /// Asks the system for what later ones need; throws std::bad_alloc. For the import.
  static void prepare();

  explicit operator bool() const noexcept { return held_ != Held::no; }

  /// For the interpreter's exit: no audio thread gets the GIL any more. Returns when those that
  /// hold it have released it, or after a second. Needs the GIL, and releases it meanwhile.
  static void close();

  /// Forgets the parent's threads; for a forked child.
  static void renew_after_fork();

 private:
  enum class Held { no, already, own_state, other_state };

  AudioThread& thread_;
  Held held_ = Held::no;
  PyGILState_STATE other_ = PyGILState_UNLOCKED;
};
