// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>

#include "audiopp/callback.hpp"
#include "audiopp/export.hpp"
#include "audiopp/time.hpp"

namespace audiopp {

namespace detail {
class Dispatcher;
}

/// What a stream has counted since it was opened.
struct CallbackCounters {
  std::uint64_t callbacks = 0;
  std::uint64_t frames = 0;
  std::uint64_t input_underflows = 0;
  std::uint64_t input_overflows = 0;
  std::uint64_t output_underflows = 0;
  std::uint64_t output_overflows = 0;
  std::uint64_t short_blocks = 0;    ///< Blocks for which a queued handler was too late.
  std::uint64_t missing_frames = 0;  ///< Frames of silence in them, or of input lost.
};

/// The handler of a callback stream, to be replaced or removed while the stream runs.
///
/// Stream::dispatcher() gives it. It is a small value: copies mean the same stream, and it may
/// outlive the Stream without keeping it open. After the stream has closed, and in a forked child,
/// there is no handler any more and none can be set; the counters, the format and an exception that
/// was not taken yet remain. One that was default-made or moved from is like one of a closed
/// stream, with zeros for what is kept.
///
/// When `set_handler` returns, or `retire` returns true, no earlier handler is running or will be
/// called again. Without a handler the stream goes on, silent.
///
/// *Threads*: any thread.
/// *Real time*: inside any audiopp callback, of this stream or another, `set_handler` and `retire`
/// throw InsideCallbackError; the rest never waits.
/// *Throws*: Error and InsideCallbackError, from `set_handler` and `retire` only.
class AUDIOPP_API CallbackDispatcher {
 public:
  CallbackDispatcher() noexcept = default;

  /// Installs, replaces or (with an empty one) removes the handler.
  ///
  /// Waits until the old handler has returned, then destroys it on this thread. On a closed stream
  /// Errc::bad_stream_ptr, unless the new one is empty.
  void set_handler(Callback handler);

  /// Removes the handler and waits for its return no longer than `timeout` (nothing, or infinity:
  /// as long as it takes). True once no handler is running; it is destroyed by then.
  ///
  /// After false the handler is still in its last call; it is destroyed by the first later call of
  /// `retire` or `set_handler`, or the closing of the stream, that finds it has returned. A retired
  /// handler does not come back, not by a restart either; set_handler() puts in a new one.
  bool retire(std::optional<Seconds> timeout = {});

  /// Whether the stream has ended since it was last started: by its handler's result, an exception
  /// or a stop that played what was queued.
  bool has_ended() const noexcept;

  CallbackCounters counters() const noexcept;

  /// The exception that ended the stream, handed out once; nullptr when there is none.
  std::exception_ptr take_exception() noexcept;

  CallbackFormat format() const noexcept;

 private:
  friend class Stream;
  explicit CallbackDispatcher(std::shared_ptr<detail::Dispatcher> dispatcher) noexcept;

  std::shared_ptr<detail::Dispatcher> dispatcher_;
};

}  // namespace audiopp
