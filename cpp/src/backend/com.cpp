// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "backend/com.hpp"

#ifdef _WIN32

#include <combaseapi.h>

namespace audiopp::detail {
namespace {

int holders = 0;
CO_MTA_USAGE_COOKIE usage{};

// By name: mingw-w64's 32-bit import library lacks these, and so does Windows 7.
template <class Function>
Function* from_ole32(const char* name) noexcept {
  return reinterpret_cast<Function*>(
      reinterpret_cast<void*>(GetProcAddress(GetModuleHandleW(L"ole32"), name)));
}

}  // namespace

// Fails on a thread in a single-threaded apartment, such as one that shows windows: it has COM.
ComScope::ComScope() noexcept
    : entered_(SUCCEEDED(CoInitializeEx(nullptr, COINIT_MULTITHREADED))) {}

ComScope::~ComScope() {
  if (entered_) CoUninitialize();
}

void hold_com() noexcept {
  if (holders++ > 0) return;
  const auto hold = from_ole32<decltype(CoIncrementMTAUsage)>("CoIncrementMTAUsage");
  if (hold == nullptr || FAILED(hold(&usage))) usage = {};
}

void release_com() noexcept {
  if (--holders > 0 || usage == CO_MTA_USAGE_COOKIE{}) return;
  from_ole32<decltype(CoDecrementMTAUsage)>("CoDecrementMTAUsage")(usage);
  usage = {};
}

}  // namespace audiopp::detail

#else

namespace audiopp::detail {

ComScope::ComScope() noexcept : entered_(false) {}
ComScope::~ComScope() = default;
void hold_com() noexcept {}
void release_com() noexcept {}

}  // namespace audiopp::detail

#endif
