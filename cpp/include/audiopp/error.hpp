// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <type_traits>

#include "audiopp/export.hpp"

namespace audiopp {

/// PortAudio's error codes, under PortAudio's numbers.
enum class Errc : int {
  no_error = 0,
  not_initialized = -10000,
  unanticipated_host_error = -9999,
  invalid_channel_count = -9998,
  invalid_sample_rate = -9997,
  invalid_device = -9996,
  invalid_flag = -9995,
  sample_format_not_supported = -9994,
  bad_io_device_combination = -9993,
  insufficient_memory = -9992,
  buffer_too_big = -9991,
  buffer_too_small = -9990,
  null_callback = -9989,
  bad_stream_ptr = -9988,
  timed_out = -9987,
  internal_error = -9986,
  device_unavailable = -9985,
  incompatible_host_api_specific_stream_info = -9984,
  stream_is_stopped = -9983,
  stream_is_not_stopped = -9982,
  input_overflowed = -9981,
  output_underflowed = -9980,
  host_api_not_found = -9979,
  invalid_host_api = -9978,
  can_not_read_from_a_callback_stream = -9977,
  can_not_write_to_a_callback_stream = -9976,
  can_not_read_from_an_output_only_stream = -9975,
  can_not_write_to_an_input_only_stream = -9974,
  incompatible_stream_host_api = -9973,
  bad_buffer_ptr = -9972,
  can_not_initialize_recursively = -9971,
};

/// The category of Errc: its messages are the texts of Pa_GetErrorText().
AUDIOPP_API const std::error_category& error_category() noexcept;

AUDIOPP_API std::error_code make_error_code(Errc code) noexcept;

/// What the sound system below PortAudio reported about a failure (Pa_GetLastHostErrorInfo()).
struct HostError {
  int host_api;      ///< Type of the host API that failed (see HostApiType).
  long code;         ///< Its own error number.
  std::string text;  ///< Its own text; may be empty.
};

/// A PortAudio call failed.
///
/// Holds the code, the name of the C function and, for Errc::unanticipated_host_error, the host
/// error, read right away on the thread of the failing call, as PortAudio requires.
class AUDIOPP_API Error : public std::system_error {
 public:
  /// `call` is a string literal: the function that failed, PortAudio's or ours. `detail` is added
  /// to what().
  Error(Errc code, const char* call, std::string detail = {},
        std::optional<HostError> host_error = std::nullopt);

  Errc errc() const noexcept { return static_cast<Errc>(code().value()); }
  /// The function that failed, such as "Pa_OpenStream".
  const char* call() const noexcept { return call_; }
  /// PortAudio's text for the code, such as "Invalid sample rate".
  std::string text() const { return code().message(); }
  /// What was wrong, in our words; may be empty.
  const std::string& detail() const noexcept { return detail_; }
  const std::optional<HostError>& host_error() const noexcept { return host_error_; }
  /// How many frames a failed read or write had moved: a read's are in the buffer, a write's are
  /// queued. 0 after any other call.
  std::size_t frames() const noexcept { return frames_; }
  void set_frames(std::size_t frames) noexcept { frames_ = frames; }

 private:
  const char* call_;
  std::string detail_;
  std::optional<HostError> host_error_;
  std::size_t frames_ = 0;
};

/// A call that may wait was made inside a stream callback, where it would deadlock.
///
/// A callback ends its stream by returning CallbackResult::complete or CallbackResult::abort.
class AUDIOPP_API InsideCallbackError : public std::logic_error {
 public:
  /// `call` is a string literal.
  explicit InsideCallbackError(const char* call);

  /// The function that was called, such as "Pa_WriteStream".
  const char* call() const noexcept { return call_; }

 private:
  const char* call_;
};

/// Receives an error that a destructor or another noexcept function cannot throw.
using ErrorHook = void (*)(const std::exception& error) noexcept;

/// Replaces the hook (none by default) and returns the old one; nullptr removes it. Any thread.
AUDIOPP_API ErrorHook set_error_hook(ErrorHook hook) noexcept;

}  // namespace audiopp

/// @cond
template <>
struct std::is_error_code_enum<audiopp::Errc> : std::true_type {};
/// @endcond
