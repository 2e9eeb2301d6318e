// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include "detail/portaudio.hpp"

// A PortAudio in the program, which all plugins use, as they would use a shared one. It has one
// stereo device, and at most one stream that matters.

struct FakePortAudio {
  int overlaps = 0;  ///< Global calls that were made while another was in progress.
  int initializations = 0;
  PaHostApiInfo host_api{1, paInDevelopment, "Fake", 1, 0, 0};
  PaStreamCallback* callback = nullptr;  ///< Of the stream opened last.
  PaStreamFinishedCallback* finished = nullptr;
  void* user_data = nullptr;
};

FakePortAudio& fake_portaudio();
