// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "backend/jack_graph.hpp"

#include "backend/loaded_library.hpp"

#ifdef __linux__

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <thread>

namespace audiopp::detail {
namespace {

constexpr const char* libjack = "libjack.so.0";
using Milliseconds = std::chrono::duration<double, std::milli>;

std::atomic<void*> watched_client{nullptr};
std::atomic<unsigned> walks{0};

extern "C" int audiopp_on_jack_graph_order(void* /*client*/) {
  walks.fetch_add(1, std::memory_order_release);
  return 0;
}

// JACK 1 and PipeWire's library, which have other version numbers, do not walk.
bool is_jack_2() noexcept {
  const auto version = find_loaded<const char* (*)()>(libjack, "jack_get_version_string");
  return version != nullptr && std::strncmp(version(), "1.9.", 4) == 0;
}

// A busy server may miss periods; without one there is no walk.
Milliseconds longest_wait(void* client) noexcept {
  using Ask = std::uint32_t (*)(void* client);
  const auto frames = find_loaded<Ask>(libjack, "jack_get_buffer_size");
  const auto rate = find_loaded<Ask>(libjack, "jack_get_sample_rate");
  if (frames == nullptr || rate == nullptr || rate(client) == 0) return Milliseconds(100);
  return Milliseconds(100 + 4 * 1e3 * frames(client) / rate(client));
}

}  // namespace

void watch_jack_graph(void* client) noexcept {
  using Callback = int (*)(void* argument);
  using Set = int (*)(void* client, Callback callback, void* argument);
  const auto set = find_loaded<Set>(libjack, "jack_set_graph_order_callback");
  if (set == nullptr || !is_jack_2()) return;
  if (set(client, audiopp_on_jack_graph_order, nullptr) == 0) watched_client = client;
}

int change_jack_graph(void* client, const std::function<int()>& change) {
  const unsigned before = walks.load(std::memory_order_acquire);
  const int error = change();
  if (error != 0 || client != watched_client) return error;
  const auto begin = std::chrono::steady_clock::now();
  const Milliseconds longest = longest_wait(client);
  while (walks.load(std::memory_order_acquire) == before &&
         std::chrono::steady_clock::now() - begin < longest) {
    std::this_thread::sleep_for(Milliseconds(0.2));
  }
  return error;
}

}  // namespace audiopp::detail

#endif
