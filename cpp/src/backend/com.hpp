// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

namespace audiopp::detail {

/// While it exists, this thread uses COM in the multithreaded apartment, unless it is in another
/// one already. Afterwards it is as it was. For Pa_Initialize(), which would otherwise leave the
/// calling thread in an apartment of its own. Does nothing elsewhere than on Windows.
class ComScope {
 public:
  ComScope() noexcept;
  ~ComScope();
  ComScope(const ComScope&) = delete;
  ComScope& operator=(const ComScope&) = delete;

 private:
  [[maybe_unused]] const bool entered_;
};

/// Between hold_com() and release_com() COM stays loaded, whichever threads end, and threads that
/// have not initialised COM are in the multithreaded apartment. So WASAPI's streams can be opened,
/// started, stopped and closed on any thread.
///
/// *Threads*: one at a time. Calls nest.
void hold_com() noexcept;
void release_com() noexcept;

}  // namespace audiopp::detail
