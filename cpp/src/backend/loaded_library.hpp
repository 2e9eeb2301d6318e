// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#ifdef __linux__

#include <dlfcn.h>

/// Begins the definition of a function in place of a library's, for a PortAudio that is loaded with
/// us: the dynamic linker finds ours first. Weak: a program that links the library statically keeps
/// the library's.
#define AUDIOPP_REPLACES_LIBRARY extern "C" __attribute__((visibility("default"), weak, used))

namespace audiopp::detail {

/// Finds a function or variable of a library that PortAudio is linked with, or returns nullptr;
/// does not load the library.
template <class Pointer>
Pointer find_loaded(const char* library, const char* name) noexcept {
  void* handle = dlopen(library, RTLD_LAZY | RTLD_NOLOAD);
  if (handle == nullptr) return nullptr;
  const auto pointer = reinterpret_cast<Pointer>(dlsym(handle, name));
  dlclose(handle);  // only the reference count: PortAudio keeps it loaded
  return pointer;
}

}  // namespace audiopp::detail

#endif
