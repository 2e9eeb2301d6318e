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
  std::uint64_t short_blocks = 0;    ///< Blocks that a queued handler was late for.
  std::uint64_t missing_frames = 0;  ///< Frames of silence in them, or of lost input.
};

/// Replaces or removes the handler of a callback stream while it runs; see Stream::dispatcher().
///
/// A small value: copies refer to the same stream, and it may outlive the Stream without keeping it
/// open. Once the stream is closed, and in a forked child, there is no handler and none can be set;
/// the counters, the format and an exception that nobody has taken remain. A default-constructed or
/// moved-from dispatcher behaves like that of a closed stream, with zeros for the values.
///
/// When `set_handler` returns, or `retire` returns true, no earlier handler is running or will be
/// called again. Without a handler the stream goes on and plays silence.
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
  /// Waits until the old handler has returned, then destroys it on this thread. Throws
  /// Errc::bad_stream_ptr on a closed stream, unless the new handler is empty.
  void set_handler(Callback handler);

  /// Removes the handler and waits at most `timeout` for it to return (empty or infinity: as long
  /// as it takes). True: it has returned and is destroyed.
  ///
  /// False: it is still in its last call. The next `retire`, `set_handler` or close that finds it
  /// has returned destroys it. A retired handler never comes back, not even after a restart;
  /// set_handler() installs a new one.
  bool retire(std::optional<Seconds> timeout = {});

  /// Whether the stream has ended since its last start: by the handler's result, an exception, or a
  /// stop that drained it.
  bool has_ended() const noexcept;

  CallbackCounters counters() const noexcept;

  /// The exception that ended the stream, returned once; nullptr if there is none.
  std::exception_ptr take_exception() noexcept;

  CallbackFormat format() const noexcept;

 private:
  friend class Stream;
  explicit CallbackDispatcher(std::shared_ptr<detail::Dispatcher> dispatcher) noexcept;

  std::shared_ptr<detail::Dispatcher> dispatcher_;
};

}  // namespace audiopp
