// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

// The only file that includes PortAudio's headers.
#include <portaudio.h>
#ifdef __APPLE__
#include <pa_mac_core.h>
#endif
