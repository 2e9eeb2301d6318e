// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

// Real-time annotations. AUDIOPP_NONBLOCKING is the clang attribute that RealtimeSanitizer checks;
// it goes after the `noexcept` of a definition.
#if defined(__clang__) && __has_cpp_attribute(clang::nonblocking)
#define AUDIOPP_NONBLOCKING [[clang::nonblocking]]
#else
#define AUDIOPP_NONBLOCKING
#endif
#if defined(__has_feature)
#if __has_feature(realtime_sanitizer)
#include <sanitizer/rtsan_interface.h>
#define AUDIOPP_RTSAN
#endif
#endif

namespace audiopp::detail {

/// While it exists, this thread runs a handler, in which real-time safety is up to the user.
#ifdef AUDIOPP_RTSAN
using HandlerScope = __rtsan::ScopedDisabler;
#else
struct HandlerScope {};
#endif

/// While it exists, this thread may make a system call that cannot wait; say why where you use it.
using SystemCallScope = HandlerScope;

/// While it exists, this thread is marked as inside a callback of `stream`.
class CallbackMark {
 public:
  template <class Stream>
  explicit CallbackMark(const Stream& stream) noexcept
      : CallbackMark(static_cast<const void*>(&stream)) {}
  ~CallbackMark();
  CallbackMark(const CallbackMark&) = delete;
  CallbackMark& operator=(const CallbackMark&) = delete;

 private:
  explicit CallbackMark(const void* stream) noexcept;

  const void* const outer_;
};

/// The stream whose callback this thread is in, or nullptr. Only for comparison.
const void* callback_stream() noexcept;

/// Throws InsideCallbackError if this thread is in a callback; for calls that may wait for one.
void refuse_inside_callback(const char* call);

}  // namespace audiopp::detail
