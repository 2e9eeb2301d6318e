// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "audiopp/messages.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "backend/loaded_library.hpp"
#include "backend/messages.hpp"

#ifdef __linux__
#include <cstdarg>
#include <cstdio>
#endif

#ifdef AUDIOPP_PORTAUDIO_DEBUG_HOOK
// From PortAudio's pa_debugprint.h, which is not installed; we can link to it in a static
// PortAudio.
extern "C" void PaUtil_SetDebugPrintFunction(void (*)(const char* text));
#endif

namespace audiopp {
namespace {
std::atomic<MessageHook> message_hook{nullptr};
}

void set_message_hook(MessageHook hook) noexcept {
  message_hook = hook;
}

namespace detail {

namespace {

[[maybe_unused]] void pass_on(const char* source, const char* text) noexcept {
  if (const MessageHook hook = message_hook.load()) hook(source, text);
}

#ifdef AUDIOPP_PORTAUDIO_DEBUG_HOOK

extern "C" void audiopp_on_portaudio_message(const char* text) {
  char line[512];
  std::size_t size = std::min(std::strlen(text), sizeof line - 1);
  while (size > 0 && text[size - 1] == '\n') --size;
  std::memcpy(line, text, size);
  line[size] = '\0';
  pass_on("PortAudio", line);
}

void hook_portaudio(bool on) noexcept {
  PaUtil_SetDebugPrintFunction(on ? audiopp_on_portaudio_message : nullptr);
}

#else

void hook_portaudio(bool) noexcept {}

#endif

#ifdef __linux__

using AlsaHandler = void (*)(const char* file, int line, const char* function, int error,
                             const char* format, ...);
using JackHandler = void (*)(const char* text);

extern "C" void audiopp_on_alsa_message(const char* file, int line, const char* function,
                                        int /*error*/, const char* format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  char whole[768];
  std::snprintf(whole, sizeof whole, "%s:%d:(%s) %s", file, line, function, text);
  pass_on("ALSA", whole);
}

extern "C" void audiopp_on_jack_message(const char* text) {
  pass_on("JACK", text);
}

// libasound exports the current handler as a variable; its default handler has no name.
AlsaHandler* alsa_handler() noexcept {
  return find_loaded<AlsaHandler*>("libasound.so.2", "snd_lib_error");
}

using SetAlsaHandler = int (*)(AlsaHandler);
using SetJackHandler = void (*)(JackHandler);

AlsaHandler alsa_default = nullptr;

void take_alsas() noexcept {
  AlsaHandler* const current = alsa_handler();
  const auto set = find_loaded<SetAlsaHandler>("libasound.so.2", "snd_lib_error_set_handler");
  if (current == nullptr || set == nullptr) return;
  if (alsa_default == nullptr) {
    const AlsaHandler in_force = *current;
    set(nullptr);  // which sets the default
    alsa_default = *current;
    set(in_force);
  }
  if (*current == alsa_default) set(audiopp_on_alsa_message);
}

void give_alsas_back() noexcept {
  AlsaHandler* const current = alsa_handler();
  const auto set = find_loaded<SetAlsaHandler>("libasound.so.2", "snd_lib_error_set_handler");
  if (current != nullptr && set != nullptr && *current == audiopp_on_alsa_message) set(nullptr);
}

// JACK's current handlers cannot be queried. PortAudio sets its own, silent error function while it
// starts.
void set_jacks(JackHandler handler) noexcept {
  for (const char* name : {"jack_set_error_function", "jack_set_info_function"}) {
    if (const auto set = find_loaded<SetJackHandler>("libjack.so.0", name)) set(handler);
  }
}

void take_hosts() noexcept {
  take_alsas();
  set_jacks(audiopp_on_jack_message);
}

void give_hosts_back() noexcept {
  give_alsas_back();
  set_jacks(nullptr);
}

#else

void take_hosts() noexcept {}
void give_hosts_back() noexcept {}

#endif

bool taken = false;

}  // namespace

void take_messages() noexcept {
  if (message_hook.load() == nullptr) return;
  taken = true;
  take_hosts();
  hook_portaudio(true);
}

void give_messages_back() noexcept {
  if (!taken) return;
  taken = false;
  give_hosts_back();
  hook_portaudio(false);
}

}  // namespace detail
}  // namespace audiopp
