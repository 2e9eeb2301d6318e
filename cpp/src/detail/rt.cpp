// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "detail/rt.hpp"

#include "audiopp/error.hpp"

namespace audiopp::detail {
namespace {
thread_local const void* current = nullptr;
}

CallbackMark::CallbackMark(const void* stream) noexcept : outer_(current) {
  current = stream;
}

CallbackMark::~CallbackMark() {
  current = outer_;
}

const void* callback_stream() noexcept {
  return current;
}

void refuse_inside_callback(const char* call) {
  if (current != nullptr) throw InsideCallbackError(call);
}

}  // namespace audiopp::detail
