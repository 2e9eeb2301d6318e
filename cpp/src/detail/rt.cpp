// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "detail/rt.hpp"

#include "audiopp/error.hpp"

#if defined(__APPLE__)
#include <pthread.h>
#elif defined(_WIN32)
#include <windows.h>
#else
#include <cstdlib>  // for __GLIBC__
#endif

namespace audiopp::detail {
namespace {

// In a library that a program loads while it runs, a thread's first use of a thread_local variable
// may allocate, and the audio thread's first use is in its first block.
#if defined(__APPLE__)

pthread_key_t current_key() noexcept {
  static const pthread_key_t key = [] {
    pthread_key_t made{};
    pthread_key_create(&made, nullptr);
    return made;
  }();
  return key;
}

const void* current() noexcept {
  return pthread_getspecific(current_key());
}

void set_current(const void* stream) noexcept {
  pthread_setspecific(current_key(), stream);
}

#elif defined(_WIN32)  // GCC's thread_local variables are allocated late there

DWORD current_index() noexcept {
  static const DWORD index = TlsAlloc();
  return index;
}

const void* current() noexcept {
  return TlsGetValue(current_index());
}

void set_current(const void* stream) noexcept {
  TlsSetValue(current_index(), const_cast<void*>(stream));
}

#else

#ifdef __GLIBC__
[[gnu::tls_model("initial-exec")]]  // has its place in every thread from the start
#endif
thread_local const void* current_stream = nullptr;  // musl does not allocate it late

const void* current() noexcept {
  return current_stream;
}

void set_current(const void* stream) noexcept {
  current_stream = stream;
}

#endif

}  // namespace

CallbackMark::CallbackMark(const void* stream) noexcept : outer_(current()) {
  set_current(stream);
}

CallbackMark::~CallbackMark() {
  set_current(outer_);
}

const void* callback_stream() noexcept {
  return current();
}

void refuse_inside_callback(const char* call) {
  if (current() != nullptr) throw InsideCallbackError(call);
}

}  // namespace audiopp::detail
