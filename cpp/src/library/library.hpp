// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "audiopp/device.hpp"
#include "audiopp/stream_config.hpp"
#include "backend/backend.hpp"
#include "library/parameters.hpp"

namespace audiopp::detail {

/// One backend and how often it has been started. There is one for each backend, for ever.
class Library {
 public:
  /// The library on this backend, made at its first use.
  static Library& on(const Backend& backend);
  /// The library on the real PortAudio.
  static Library& portaudio() noexcept;

  /// The process lock: PortAudio's global calls (initialise, terminate, open, close, lists) are not
  /// thread-safe. Held for such a call alone. Not for callbacks: PortAudio's JACK code waits for
  /// those of other streams while it opens or closes one.
  static std::unique_lock<std::mutex> lock();
  /// The same for a question about devices; inside a callback nothing, since the lists stand still
  /// as long as a session lives.
  static std::unique_lock<std::mutex> lock_lists();

  /// The rest is called with the process lock held.
  ///
  /// A forked child of a process in which PortAudio runs neither starts nor ends it: it goes on
  /// with the copy that it has inherited.
  void start();
  void end() noexcept;
  Device device(PaDeviceIndex index) const;
  /// Fills in default devices and latencies; throws an Error that lists the devices if one is
  /// missing, or comes from an older list.
  OpenParameters parameters(const StreamConfig& config) const;
  /// What Pa_IsFormatSupported() answers; does not throw for what PortAudio refuses.
  PaError is_supported(const StreamConfig& config) const;

  /// Whether this process was forked from one in which PortAudio ran.
  bool is_inherited() const noexcept;

  const Backend& api;

 private:
  Library(const Backend& backend, Library* other) noexcept : api(backend), next_(other) {}

  void notice_fork() noexcept;
  bool is_real() const noexcept;

  bool is_outdated(const Device& device) const noexcept;
  PaStreamParameters parameters(const StreamSide& side, bool is_input) const;
  /// Empty if there is no such device (any more).
  std::optional<PaStreamParameters> resolve(const StreamSide& side, bool is_input) const;

  int starts_ = 0;
  unsigned fork_ = 0;  // fork_generation() when starts_ was counted last
  bool inherited_ = false;
  std::uint64_t generation_ = 0;
  Library* const next_;  // one on another backend
};

/// A share in a started library: what copies of a Session and its open streams hold.
class SessionState {
 public:
  explicit SessionState(const Backend& backend);
  ~SessionState();
  SessionState(const SessionState&) = delete;
  SessionState& operator=(const SessionState&) = delete;

  Library& library;
};

}  // namespace audiopp::detail
