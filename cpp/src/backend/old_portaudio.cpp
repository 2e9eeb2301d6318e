// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "backend/old_portaudio.hpp"

#include "backend/jack_ports.hpp"
#include "backend/loaded_library.hpp"
#include "detail/portaudio.hpp"

#if defined(__linux__) && !defined(AUDIOPP_BUNDLED_PORTAUDIO)

AUDIOPP_REPLACES_LIBRARY const char** jack_get_ports(void* client, const char* ports,
                                                     const char* type, unsigned long flags) {
  using namespace audiopp::detail;
  auto* const real = find_loaded<JackGetPorts*>("libjack.so.0", "jack_get_ports");
  return real == nullptr ? nullptr : find_jack_ports(*real, client, ports, type, flags);
}

namespace audiopp::detail {

// Before 19.7 BuildDeviceList() asserts, once it has tried all devices but "dmix" and "default",
// that at least one of the listed devices is not among those that worked. So we list one that
// cannot be opened, in libasound's copy of the configuration.
void list_unusable_alsa_device() noexcept {
  constexpr const char* library = "libasound.so.2";
  using Search = int (*)(void* config, const char* key, void** result);
  using MakeCompound = int (*)(void** config, const char* id, int join);
  using Add = int (*)(void* parent, void* child);
  const auto top = find_loaded<void**>(library, "snd_config");
  const auto update = find_loaded<int (*)()>(library, "snd_config_update");
  const auto search = find_loaded<Search>(library, "snd_config_search");
  const auto make_compound = find_loaded<MakeCompound>(library, "snd_config_make_compound");
  const auto add = find_loaded<Add>(library, "snd_config_add");
  const bool is_old = Pa_GetVersion() < 0x130700;  // 19.7.0
  if (!is_old || !top || !update || !search || !make_compound || !add) return;
  if (update() < 0 || *top == nullptr) return;  // then PortAudio fails without an assertion
  void* devices = nullptr;
  void* found = nullptr;
  if (search(*top, "pcm", &devices) < 0 &&
      (make_compound(&devices, "pcm", 0) < 0 || add(*top, devices) < 0)) {
    return;
  }
  if (search(devices, "default", &found) >= 0 || search(devices, "dmix", &found) >= 0) return;
  if (make_compound(&found, "default", 0) >= 0) add(devices, found);
}

}  // namespace audiopp::detail

#else

namespace audiopp::detail {

void list_unusable_alsa_device() noexcept {}

}  // namespace audiopp::detail

#endif
