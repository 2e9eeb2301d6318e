// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <audiopp/session.hpp>
#include <memory>
#include <mutex>
#include <optional>

#include "bindings.hpp"

// The sessions that Python holds: those of PyAudio objects and those of pa.initialize(). A
// function of `_portaudio` works while there is any, as in PyAudio, where all share one count; but
// nobody can end another's (pyaudio-surface B12).

/// A PyAudio object's share in PortAudio. Ended once, whoever asks how often; left running until
/// exit if its owner goes without having ended it, because programs rely on that.
class SessionShare {
 public:
  void start();
  void end();
  ~SessionShare();

  /// The share for which this thread calls pa.initialize() or pa.terminate(), or nullptr.
  static SessionShare* in_question() noexcept;
};

/// Binds SessionShare with its one method: `share.call(pa.initialize)` calls the function, which
/// has no arguments in PyAudio, for the share.
void bind_sessions(pybind11::module_& module);

/// pa.initialize() and pa.terminate() without a share: a count of their own.
void start_own_session();
void end_own_session();

/// The session to ask, or nothing when PortAudio is not initialised.
std::optional<audiopp::Session> current_session();

/// A session of the program's own, `pyaudiopp.core.Session`: a share that ends once, by whoever
/// asks first, at the interpreter's exit at the latest.
class CoreSession : public std::enable_shared_from_this<CoreSession> {
 public:
  void start();
  void end();
  /// Errc::not_initialized when it has ended.
  audiopp::Session session() const;

 private:
  mutable std::mutex mutex_;  // guards the share; no session ends under it
  std::optional<audiopp::Session> share_;
};

/// Reads the environment's choices, of a sound system and of where its messages go, before the
/// first session starts; false with an exception set.
bool read_environment();

/// Lets every session go, whoever holds it.
void end_all_sessions();

/// For a fork: what the child gets must not be locked by a thread that is not there.
void lock_sessions();
void unlock_sessions();
