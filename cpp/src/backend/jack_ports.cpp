// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "backend/jack_ports.hpp"

#include <cstdlib>
#include <cstring>
#include <string>

#include "detail/portaudio.hpp"

namespace audiopp::detail {
namespace {

// The regular expression for the ports of one client only; empty if `pattern` has another shape.
std::string one_client(const char* pattern) {
  constexpr const char* every_port = ":.*";
  const std::string text = pattern == nullptr ? "" : pattern;
  const std::size_t size = std::strlen(every_port);
  if (text.size() < size || text.compare(text.size() - size, size, every_port) != 0) return {};
  const bool is_escaped = Pa_GetVersion() >= 0x130700;  // 19.7.0
  std::string expression = "^";
  for (const char c : text.substr(0, text.size() - size)) {
    if (!is_escaped && std::strchr("\\^$.|?*+()[]{}", c) != nullptr) expression += '\\';
    expression += c;
  }
  return expression + every_port;
}

}  // namespace

const char** find_jack_ports(JackGetPorts& get_ports, void* client, const char* ports,
                             const char* type, unsigned long flags) {
  const std::string expression = one_client(ports);
  if (!expression.empty()) {
    // Whoever else asks JACK may mean an expression of the same shape, without such a client.
    const char** const all = get_ports(client, expression.c_str(), "", 0);
    std::free(static_cast<void*>(all));
    if (all != nullptr) return get_ports(client, expression.c_str(), type, flags);
  }
  return get_ports(client, ports, type, flags);
}

}  // namespace audiopp::detail
