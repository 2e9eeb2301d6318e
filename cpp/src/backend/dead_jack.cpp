// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "backend/dead_jack.hpp"

#include "backend/jack_graph.hpp"
#include "backend/loaded_library.hpp"

#if defined(__linux__) && !defined(AUDIOPP_BUNDLED_PORTAUDIO)

namespace {

thread_local bool may_fail = false;

template <class... Arguments>
int call_jack(const char* name, Arguments... arguments) {
  using audiopp::detail::find_loaded;
  auto* const real = find_loaded<int (*)(Arguments...)>("libjack.so.0", name);
  return real == nullptr ? -1 : real(arguments...);
}

int report(int error) {
  return may_fail ? 0 : error;
}

int change_graph(const char* name, void* client, void* port) {
  return audiopp::detail::change_jack_graph(client, [&] { return call_jack(name, client, port); });
}

}  // namespace

AUDIOPP_REPLACES_LIBRARY int jack_activate(void* client) {
  audiopp::detail::watch_jack_graph(client);
  return call_jack("jack_activate", client);
}

AUDIOPP_REPLACES_LIBRARY int jack_port_disconnect(void* client, void* port) {
  return change_graph("jack_port_disconnect", client, port);
}

AUDIOPP_REPLACES_LIBRARY int jack_port_unregister(void* client, void* port) {
  return report(change_graph("jack_port_unregister", client, port));
}

AUDIOPP_REPLACES_LIBRARY int jack_deactivate(void* client) {
  return report(call_jack("jack_deactivate", client));
}

AUDIOPP_REPLACES_LIBRARY int jack_client_close(void* client) {
  return report(call_jack("jack_client_close", client));
}

namespace audiopp::detail {

JackCleanUp::JackCleanUp() noexcept {
  may_fail = true;
}

JackCleanUp::~JackCleanUp() {
  may_fail = false;
}

}  // namespace audiopp::detail

#else

namespace audiopp::detail {

JackCleanUp::JackCleanUp() noexcept = default;
JackCleanUp::~JackCleanUp() = default;

}  // namespace audiopp::detail

#endif
