// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "backend/host_libraries.hpp"

#if defined(AUDIOPP_BUNDLED_PORTAUDIO) && defined(__linux__)

#include <dlfcn.h>
#include <pa_linux_alsa.h>

#include <utility>

#ifdef AUDIOPP_JACK_AT_RUN_TIME
#include "backend/jack_functions.h"
#include "backend/jack_graph.hpp"
#include "backend/jack_ports.hpp"

extern "C" {
#define AUDIOPP_DEFINE(name) __typeof__(name)* audiopp_##name = nullptr;
AUDIOPP_JACK_FUNCTIONS(AUDIOPP_DEFINE)
#undef AUDIOPP_DEFINE

// Without a client PortAudio makes no other JACK call and does not list JACK.
static jack_client_t* audiopp_no_jack_client(const char*, jack_options_t, jack_status_t* status,
                                             ...) {
  *status = JackFailure;
  return nullptr;
}

static audiopp::detail::JackGetPorts* audiopp_real_jack_get_ports = nullptr;

static const char** audiopp_find_jack_ports(jack_client_t* client, const char* ports,
                                            const char* type, unsigned long flags) {
  return audiopp::detail::find_jack_ports(*audiopp_real_jack_get_ports, client, ports, type, flags);
}

static __typeof__(jack_activate)* audiopp_real_jack_activate = nullptr;
static __typeof__(jack_port_disconnect)* audiopp_real_jack_port_disconnect = nullptr;
static __typeof__(jack_port_unregister)* audiopp_real_jack_port_unregister = nullptr;

static int audiopp_watched_jack_activate(jack_client_t* client) {
  audiopp::detail::watch_jack_graph(client);
  return audiopp_real_jack_activate(client);
}

static int audiopp_waiting_jack_port_disconnect(jack_client_t* client, jack_port_t* port) {
  return audiopp::detail::change_jack_graph(
      client, [&] { return audiopp_real_jack_port_disconnect(client, port); });
}

static int audiopp_waiting_jack_port_unregister(jack_client_t* client, jack_port_t* port) {
  return audiopp::detail::change_jack_graph(
      client, [&] { return audiopp_real_jack_port_unregister(client, port); });
}
}
#endif

namespace audiopp::detail {
namespace {

constexpr const char* alsa = "libasound.so.2";

// Never unloaded: PortAudio would unload ALSA when it ends, with its plugins' threads still
// running.
void* load(const char* library) noexcept {
  return dlopen(library, RTLD_NOW | RTLD_NODELETE);
}

#ifdef AUDIOPP_JACK_AT_RUN_TIME
template <class Function>
bool find(void* library, const char* name, Function*& function) noexcept {
  function = reinterpret_cast<Function*>(dlsym(library, name));
  return function != nullptr;
}

void load_jack() noexcept {
  void* const library = load("libjack.so.0");
  bool complete = library != nullptr;
#define AUDIOPP_FIND(name) complete = complete && find(library, #name, audiopp_##name);
  AUDIOPP_JACK_FUNCTIONS(AUDIOPP_FIND)
#undef AUDIOPP_FIND
  if (!complete) audiopp_jack_client_open = audiopp_no_jack_client;
  find(library, "jack_get_ports", audiopp_real_jack_get_ports);
  audiopp_jack_get_ports = audiopp_find_jack_ports;
  audiopp_real_jack_activate = std::exchange(audiopp_jack_activate, audiopp_watched_jack_activate);
  audiopp_real_jack_port_disconnect =
      std::exchange(audiopp_jack_port_disconnect, audiopp_waiting_jack_port_disconnect);
  audiopp_real_jack_port_unregister =
      std::exchange(audiopp_jack_port_unregister, audiopp_waiting_jack_port_unregister);
}
#endif

}  // namespace

void load_host_libraries() noexcept {
  load(alsa);
  PaAlsa_SetLibraryPathName(alsa);
#ifdef AUDIOPP_JACK_AT_RUN_TIME
  load_jack();
#endif
}

std::string describe_missing_libraries() {
  if (load(alsa) != nullptr) return {};
  const char* const reason = dlerror();
  return std::string("ALSA's library cannot be loaded (") + (reason ? reason : alsa) +
         "); install it: apt install libasound2 (Debian, Ubuntu; libasound2t64 since 2024) | "
         "dnf install alsa-lib (Fedora) | pacman -S alsa-lib (Arch)";
}

}  // namespace audiopp::detail

#else

namespace audiopp::detail {

void load_host_libraries() noexcept {}

std::string describe_missing_libraries() {
  return {};
}

}  // namespace audiopp::detail

#endif
