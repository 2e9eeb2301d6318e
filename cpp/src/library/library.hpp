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

namespace audiopp::detail {

/// A stream's two sides as PortAudio takes them.
struct OpenParameters {
  std::optional<PaStreamParameters> input;
  std::optional<PaStreamParameters> output;

  const PaStreamParameters* input_or_null() const { return input ? &*input : nullptr; }
  const PaStreamParameters* output_or_null() const { return output ? &*output : nullptr; }
};

/// One backend and how often it has been started. There is one for each backend, for ever.
class Library {
 public:
  explicit Library(const Backend& backend) noexcept : api(backend) {}

  static Library& portaudio() noexcept;
  static Library& simulated() noexcept;

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
  /// Resolves default devices and latencies; refuses devices of an earlier start.
  OpenParameters parameters(const StreamConfig& config) const;

  /// Whether this process was forked from one in which PortAudio ran.
  bool is_inherited() const noexcept;

  const Backend& api;

 private:
  void notice_fork() noexcept;
  bool is_real() const noexcept;

  PaStreamParameters side(const StreamSide& side, bool is_input) const;

  int starts_ = 0;
  unsigned fork_ = 0;  // fork_generation() when starts_ was counted last
  bool inherited_ = false;
  std::uint64_t generation_ = 0;
};

/// A share in a started library: what copies of a Session and its open streams hold.
class SessionState {
 public:
  explicit SessionState(Library& library);
  ~SessionState();
  SessionState(const SessionState&) = delete;
  SessionState& operator=(const SessionState&) = delete;

  Library& library;
};

}  // namespace audiopp::detail
