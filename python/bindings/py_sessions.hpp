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
// none can end another's (docs/defects.md, B12).

/// A PyAudio object's share in PortAudio. It ends once, however often that is requested. If its
/// owner is destroyed without ending it, it lasts until exit, because programs rely on that; a
/// copied or unpickled owner's share does not, since PyAudio has none for it.
class SessionShare {
 public:
  explicit SessionShare(bool outlives_owner) : outlives_owner_(outlives_owner) {}
  void start();
  void end();
  bool active() const;
  ~SessionShare();

  /// The share for which this thread is calling pa.initialize() or pa.terminate(), or nullptr.
  static SessionShare* in_question() noexcept;

 private:
  bool outlives_owner_;
};

/// Binds SessionShare: `share.call(pa.initialize)` calls the function, which has no arguments in
/// PyAudio, for the share.
void bind_sessions(pybind11::module_& module);

/// pa.initialize() and pa.terminate() without a share: a separate count.
void start_own_session();
void end_own_session();

/// A running session; empty if PortAudio is not initialised.
std::optional<audiopp::Session> current_session();

/// `pyaudiopp.core.Session`: a share that the program ends itself, once, at exit at the latest.
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

/// Reads the environment variables that choose the backend and where messages go, before the first
/// session starts; false with an exception set.
bool read_environment();

/// Ends every session.
void end_all_sessions();

/// Around a fork: the child must not inherit a lock held by a thread that it does not have.
void lock_sessions();
void unlock_sessions();
