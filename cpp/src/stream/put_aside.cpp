// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "stream/put_aside.hpp"

#include <mutex>
#include <vector>

#include "detail/fork.hpp"
#include "detail/rt.hpp"
#include "stream/stream_state.hpp"

namespace audiopp::detail {
namespace {

struct PutAside {
  std::mutex mutex;
  std::vector<StreamState*> streams;
};

PutAside*& put_aside() {
  static auto* all = new PutAside;
  return all;
}

// In a child they are the parent's.
const ChildHandler forget_put_aside([] { put_aside() = new PutAside; });

}  // namespace

void let_go(StreamState* stream) noexcept {
  // In a forked child its locks and PortAudio's may be held by threads that do not exist.
  if (stream->is_inherited()) return;
  if (callback_stream() == nullptr) {
    stream->destroy();
    return;
  }
  const std::lock_guard lock(put_aside()->mutex);
  put_aside()->streams.push_back(stream);
}

void destroy_put_aside() noexcept {
  std::vector<StreamState*> streams;
  {
    const std::lock_guard lock(put_aside()->mutex);
    streams.swap(put_aside()->streams);
  }
  for (StreamState* const stream : streams) stream->destroy();
}

}  // namespace audiopp::detail
