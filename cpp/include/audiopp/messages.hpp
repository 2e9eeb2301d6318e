// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include "audiopp/export.hpp"

namespace audiopp {

/// Receives messages of PortAudio and the libraries below it; `source` is "ALSA", "JACK" or
/// "PortAudio". Must not throw.
///
/// *Threads*: any thread, also several at once and PortAudio's own; may be called with locks of
/// audiopp's held, so it must not call audiopp.
/// *Real time*: on an audio thread it must not wait or allocate, as a callback must not.
using MessageHook = void (*)(const char* source, const char* text) noexcept;

/// Sends the messages of ALSA and JACK to `hook` instead of stderr while a session exists.
///
/// nullptr (the default) leaves them on stderr. Takes effect the next time PortAudio starts. An
/// ALSA error handler that the program installed itself stays. PortAudio's own messages can be
/// caught only where it is linked in statically, as in our wheels.
AUDIOPP_API void set_message_hook(MessageHook hook) noexcept;

}  // namespace audiopp
