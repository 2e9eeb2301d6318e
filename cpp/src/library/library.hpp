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
#include "backend/quirks.hpp"
#include "library/parameters.hpp"
#include "library/process_lock.hpp"

namespace audiopp::detail {

/// A backend and its start count. There is one per backend, and it is never destroyed.
class Library {
 public:
  /// The library on this backend, made on first use.
  static Library& on(const Backend& backend);
  /// The library on the real PortAudio.
  static Library& portaudio() noexcept;

  /// The process lock: PortAudio's global calls (initialise, terminate, open, close) are not
  /// thread-safe. Hold it only during such a call, and never ask for it in a callback: PortAudio's
  /// JACK code waits for other streams' callbacks while it opens or closes a stream.
  ProcessLock lock() const;
  /// For queries about devices, the lock of this copy of audiopp is enough: the lists do not change
  /// while a session exists. Hence it locks nothing inside a callback.
  static std::unique_lock<std::mutex> lock_lists();

  /// Call everything below with one of the locks held; start() and end() with the process lock.
  ///
  /// A child forked from a process in which PortAudio runs neither starts nor ends it; it uses the
  /// copy that it inherited.
  void start();
  void end() noexcept;
  Device device(PaDeviceIndex index) const;
  /// Fills in default devices and latencies; throws an Error that lists the devices if one is
  /// missing, or comes from an older list.
  OpenParameters parameters(const StreamConfig& config) const;
  /// Whether Pa_OpenStream() would take them, as far as it can be known before: its error code if
  /// not. The second throws nothing; it resolves the parameters itself.
  PaError is_supported(const OpenParameters& parameters, const StreamConfig& config) const;
  PaError is_supported(const StreamConfig& config) const;
  const Quirks& quirks(const OpenParameters& parameters) const noexcept;

  /// Whether this process was forked from one in which PortAudio ran.
  bool is_inherited() const noexcept;

  const Backend& api;

 private:
  Library(const Backend& backend, Library* other) noexcept : api(backend), next_(other) {}

  void notice_fork() noexcept;
  bool is_real() const noexcept;

  bool is_outdated(const Device& device) const noexcept;
  PaStreamParameters parameters(const StreamSide& side, bool is_input) const;
  /// The device that the side names, or the default one of its options' host API, or the default
  /// one. Empty if it is from another list.
  std::optional<PaDeviceIndex> device_of(const StreamSide& side, bool is_input) const;
  /// Empty if there is no such device (any more).
  std::optional<PaStreamParameters> resolve(const StreamSide& side, bool is_input) const;

  int starts_ = 0;
  unsigned fork_ = 0;  // fork_generation() when starts_ last changed
  bool inherited_ = false;
  std::uint64_t generation_ = 0;
  Library* const next_;  // another backend's library
};

/// A share in a started library, held by copies of a Session and by its open streams.
class SessionState {
 public:
  explicit SessionState(const Backend& backend);
  ~SessionState();
  SessionState(const SessionState&) = delete;
  SessionState& operator=(const SessionState&) = delete;

  Library& library;
};

}  // namespace audiopp::detail
