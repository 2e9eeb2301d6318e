// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include "audiopp/export.hpp"

namespace audiopp {

/// Told what PortAudio or a sound library below it says; `source` is "ALSA", "JACK" or "PortAudio".
/// Must not throw.
///
/// *Threads*: any thread, also several at once and PortAudio's own; may be called with locks of
/// audiopp's held, so it must not call audiopp.
using MessageHook = void (*)(const char* source, const char* text) noexcept;

/// Lets ALSA's and JACK's messages go to `hook` and no longer to stderr, while a session lives.
///
/// nullptr (the default) leaves them on stderr. Takes effect when PortAudio starts the next time.
/// An ALSA handler that the program has set itself is left alone. What PortAudio itself prints can
/// only be caught where it is linked in statically, as in our wheels.
AUDIOPP_API void set_message_hook(MessageHook hook) noexcept;

}  // namespace audiopp
