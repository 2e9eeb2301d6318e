// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT

// A plugin with its own copy of audiopp, none of which it exports.
#include "plugin.hpp"

#include <optional>

#include "audiopp/audiopp.hpp"

#define EXPORTED extern "C" __attribute__((visibility("default")))

namespace {

using namespace audiopp;

std::optional<Session> session;
std::optional<Stream> stream;

StreamConfig duplex() {
  StreamConfig config;
  config.input = config.output = StreamSide{};
  return config;
}

CallbackResult silence(const CallbackContext&) {
  return CallbackResult::continue_;
}

}  // namespace

EXPORTED void plugin_churn(int rounds) {
  for (int i = 0; i < rounds; ++i) {
    const Session mine;
    static_cast<void>(mine.devices());
    static_cast<void>(mine.is_supported(duplex()));
    Stream(mine, duplex(), silence).close();
  }
}

EXPORTED void plugin_open(Kind kind) {
  session.emplace();
  StreamConfig config = duplex();
  config.frames_per_buffer = 32;
  if (kind == Kind::queued) config.callback_buffer = 256;
  if (kind == Kind::blocking) {
    stream.emplace(*session, config);
  } else {
    config.finished_callback = [] {};
    stream.emplace(*session, config, silence);
  }
}

EXPORTED void plugin_close() {
  stream.reset();
  session.reset();
}
