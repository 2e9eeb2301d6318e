// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

// The real-time marks. AUDIOPP_NONBLOCKING is clang's attribute that RealtimeSanitizer checks.
#if defined(__clang__) && __has_cpp_attribute(clang::nonblocking)
#define AUDIOPP_NONBLOCKING [[clang::nonblocking]]
#else
#define AUDIOPP_NONBLOCKING
#endif

namespace audiopp::detail {

class StreamState;

/// Marks this thread as inside a callback of `stream`, as long as it lives.
class CallbackMark {
 public:
  explicit CallbackMark(const StreamState& stream) noexcept;
  ~CallbackMark();
  CallbackMark(const CallbackMark&) = delete;
  CallbackMark& operator=(const CallbackMark&) = delete;

 private:
  const StreamState* const outer_;
};

/// The stream whose callback this thread is in, or nullptr.
const StreamState* callback_stream() noexcept;

/// Throws InsideCallbackError if this thread is in a callback: for calls that may wait for one.
void refuse_inside_callback(const char* call);

}  // namespace audiopp::detail
