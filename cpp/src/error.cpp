// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "audiopp/error.hpp"

#include <atomic>
#include <utility>

#include "detail/swallow.hpp"

namespace audiopp {
namespace {

// The texts of Pa_GetErrorText(): an Error must be readable without PortAudio, and old versions do
// not know the newest codes. test_error.cpp compares them with PortAudio's.
const char* text_of(int code) noexcept {
  switch (static_cast<Errc>(code)) {
    case Errc::no_error:
      return "Success";
    case Errc::not_initialized:
      return "PortAudio not initialized";
    case Errc::unanticipated_host_error:
      return "Unanticipated host error";
    case Errc::invalid_channel_count:
      return "Invalid number of channels";
    case Errc::invalid_sample_rate:
      return "Invalid sample rate";
    case Errc::invalid_device:
      return "Invalid device";
    case Errc::invalid_flag:
      return "Invalid flag";
    case Errc::sample_format_not_supported:
      return "Sample format not supported";
    case Errc::bad_io_device_combination:
      return "Illegal combination of I/O devices";
    case Errc::insufficient_memory:
      return "Insufficient memory";
    case Errc::buffer_too_big:
      return "Buffer too big";
    case Errc::buffer_too_small:
      return "Buffer too small";
    case Errc::null_callback:
      return "No callback routine specified";
    case Errc::bad_stream_ptr:
      return "Invalid stream pointer";
    case Errc::timed_out:
      return "Wait timed out";
    case Errc::internal_error:
      return "Internal PortAudio error";
    case Errc::device_unavailable:
      return "Device unavailable";
    case Errc::incompatible_host_api_specific_stream_info:
      return "Incompatible host API specific stream info";
    case Errc::stream_is_stopped:
      return "Stream is stopped";
    case Errc::stream_is_not_stopped:
      return "Stream is not stopped";
    case Errc::input_overflowed:
      return "Input overflowed";
    case Errc::output_underflowed:
      return "Output underflowed";
    case Errc::host_api_not_found:
      return "Host API not found";
    case Errc::invalid_host_api:
      return "Invalid host API";
    case Errc::can_not_read_from_a_callback_stream:
      return "Can't read from a callback stream";
    case Errc::can_not_write_to_a_callback_stream:
      return "Can't write to a callback stream";
    case Errc::can_not_read_from_an_output_only_stream:
      return "Can't read from an output only stream";
    case Errc::can_not_write_to_an_input_only_stream:
      return "Can't write to an input only stream";
    case Errc::incompatible_stream_host_api:
      return "Incompatible stream host API";
    case Errc::bad_buffer_ptr:
      return "Bad buffer pointer";
    case Errc::can_not_initialize_recursively:
      return "PortAudio can not be initialized recursively";
  }
  return code > 0 ? "Invalid error code (value greater than zero)" : "Invalid error code";
}

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "portaudio"; }
  std::string message(int code) const override { return text_of(code); }
};

std::string what_of(const char* call, const std::string& detail,
                    const std::optional<HostError>& host_error) {
  std::string what = call;
  if (!detail.empty()) what += " (" + detail + ")";
  if (host_error) {
    what += " (host error " + std::to_string(host_error->code);
    if (!host_error->text.empty()) what += ", " + host_error->text;
    what += ')';
  }
  return what;
}

std::atomic<ErrorHook> error_hook{nullptr};

}  // namespace

const std::error_category& error_category() noexcept {
  static const Category category;
  return category;
}

std::error_code make_error_code(Errc code) noexcept {
  return {static_cast<int>(code), error_category()};
}

Error::Error(Errc code, const char* call, std::string detail, std::optional<HostError> host_error)
    : std::system_error(make_error_code(code), what_of(call, detail, host_error)),
      call_(call),
      detail_(std::move(detail)),
      host_error_(std::move(host_error)) {}

InsideCallbackError::InsideCallbackError(const char* call)
    : std::logic_error(std::string(call) +
                       ": not possible inside a stream callback; a callback ends its stream by "
                       "returning complete or abort"),
      call_(call) {}

ErrorHook set_error_hook(ErrorHook hook) noexcept {
  return error_hook.exchange(hook);
}

namespace detail {

void swallow(const std::exception& error) noexcept {
  if (const ErrorHook hook = error_hook.load()) hook(error);
}

}  // namespace detail
}  // namespace audiopp
