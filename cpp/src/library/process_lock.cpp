// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "library/process_lock.hpp"

#if defined(_WIN32)
#include <windows.h>

#include <string>
#elif defined(__linux__)
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#else
#include <pthread.h>

#include "detail/fork.hpp"
#endif

namespace audiopp::detail {
namespace {

#if defined(_WIN32)

// A kernel object with this process's number in its name; it vanishes with its last handle.
void* lock_shared() {
  const std::string name = "Local\\audiopp.PortAudio." + std::to_string(GetCurrentProcessId());
  const HANDLE mutex = CreateMutexA(nullptr, FALSE, name.c_str());
  if (mutex != nullptr) WaitForSingleObject(mutex, INFINITE);
  return mutex;
}

void unlock_shared(void* mutex) {
  if (mutex == nullptr) return;
  ReleaseMutex(mutex);
  CloseHandle(mutex);
}

#elif defined(__linux__)

// A file that each process has of its own, a forked child too. Each open() of it can lock it, and
// nothing is left behind. Without /proc, or without a free file descriptor, only this copy is safe.
int lock_shared() {
  const int file = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
  while (file >= 0 && flock(file, LOCK_EX) != 0 && errno == EINTR) {
  }
  return file;
}

void unlock_shared(int file) {
  if (file < 0) return;
  flock(file, LOCK_UN);  // a child that was forked meanwhile has the file open, too
  close(file);
}

#else

}  // namespace

// The dynamic linker of macOS keeps one of the copies of a weak symbol for the whole process,
// however the libraries were loaded, if they export it. Its type and name never change.
extern "C" inline __attribute__((visibility("default"))) pthread_mutex_t audiopp_process_mutex_1 =
    PTHREAD_MUTEX_INITIALIZER;

namespace {

// In a child no thread holds the lock, whoever held it in the parent.
const ChildHandler renew([] { audiopp_process_mutex_1 = PTHREAD_MUTEX_INITIALIZER; });

int lock_shared() {
  return pthread_mutex_lock(&audiopp_process_mutex_1) == 0 ? 0 : -1;
}

void unlock_shared(int locked) {
  if (locked == 0) pthread_mutex_unlock(&audiopp_process_mutex_1);
}

#endif

}  // namespace

ProcessLock::ProcessLock(std::mutex& own, bool for_all_copies) : own_(own) {
  if (for_all_copies) shared_ = lock_shared();
}

ProcessLock::~ProcessLock() {
  unlock_shared(shared_);
}

}  // namespace audiopp::detail
