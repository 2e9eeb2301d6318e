// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#ifdef _WIN32
#include <windows.h>

#include <new>
#endif

/// One T for each thread, made at its first use there and destroyed when the thread ends: on
/// Windows by another thread, elsewhere by itself.
///
/// A thread_local T would not do on Windows: its destructor runs while the thread holds the
/// loader's lock, under which it must not wait for the GIL, and GCC has freed its memory by then
/// (GCC's bug 80816). The callback of a fiber's slot may not wait either: it runs under a lock that
/// other threads take for their first slot, maybe while they hold the GIL.
#ifdef _WIN32

template <class T>
class PerThread {
 public:
  /// Throws std::bad_alloc if the process has no slot left.
  PerThread() : slot_(FlsAlloc(destroy)) {
    if (slot_ == FLS_OUT_OF_INDEXES) throw std::bad_alloc();
    is_exiting();
  }

  T& get() {
    void* own = FlsGetValue(slot_);
    if (own == nullptr) {
      own = new T;
      FlsSetValue(slot_, own);
    }
    return *static_cast<T*>(own);
  }

 private:
  // At the process's exit the other threads have been killed, perhaps while they held a lock.
  static void WINAPI destroy(void* own) {
    if (is_exiting()) return;
    if (HANDLE thread = CreateThread(nullptr, 0, destroy_there, own, 0, nullptr)) {
      CloseHandle(thread);
    }
  }

  static DWORD WINAPI destroy_there(void* own) {
    delete static_cast<T*>(own);
    return 0;
  }

  static bool is_exiting() {
    using Ask = BOOLEAN(WINAPI*)();
    static const auto ask = reinterpret_cast<Ask>(reinterpret_cast<void*>(
        GetProcAddress(GetModuleHandleW(L"ntdll"), "RtlDllShutdownInProgress")));
    return ask != nullptr && ask() != FALSE;
  }

  const DWORD slot_;
};

#else

template <class T>
class PerThread {
 public:
  T& get() {
    thread_local T own;
    return own;
  }
};

#endif
