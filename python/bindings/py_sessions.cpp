// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "py_sessions.hpp"

#include <algorithm>
#include <list>
#include <mutex>

namespace py = pybind11;

namespace {

// Never destroyed: what is left at exit is ended by end_all_sessions(), or by the operating system.
struct Held {
  std::mutex mutex;  // guards the lists; no session starts or ends under it
  std::list<std::pair<const SessionShare*, audiopp::Session>> shares;
  std::list<audiopp::Session> own;
};

Held& held() {
  static Held& all = *new Held;
  return all;
}

}  // namespace

void SessionShare::start() {
  if (session_) return;
  audiopp::Session session;
  session_ = session;
  const std::lock_guard lock(held().mutex);
  held().shares.emplace_back(this, std::move(session));
}

void SessionShare::end() {
  session_.reset();
  std::list<std::pair<const SessionShare*, audiopp::Session>> ended;  // outlives the lock
  const std::lock_guard lock(held().mutex);
  auto& shares = held().shares;
  const auto mine = std::find_if(shares.begin(), shares.end(),
                                 [this](const auto& entry) { return entry.first == this; });
  if (mine != shares.end()) ended.splice(ended.begin(), shares, mine);
}

SessionShare::~SessionShare() {
  decltype(Held::shares) ended;  // outlives the lock
  const std::lock_guard lock(held().mutex);
  auto& shares = held().shares;
  const auto next_of = [&](auto from, const SessionShare* owner) {
    return std::find_if(from, shares.end(),
                        [owner](const auto& entry) { return entry.first == owner; });
  };
  const auto mine = next_of(shares.begin(), this);
  if (mine == shares.end()) return;
  mine->first = nullptr;
  // One that nobody ends is enough to keep PortAudio running.
  const auto first = next_of(shares.begin(), nullptr);
  if (next_of(std::next(first), nullptr) != shares.end())
    ended.splice(ended.begin(), shares, first);
}

namespace {

thread_local SessionShare* share_in_question = nullptr;

py::object call_for(SessionShare& share, const py::function& function) {
  struct Restore {
    SessionShare* outer;
    ~Restore() { share_in_question = outer; }
  } restore{share_in_question};
  share_in_question = &share;
  return function();
}

}  // namespace

SessionShare* SessionShare::in_question() noexcept {
  return share_in_question;
}

void bind_sessions(py::module_& module) {
  py::class_<SessionShare>(module, "SessionShare",
                           "A share in a running PortAudio: call(_portaudio.initialize) takes it, "
                           "call(_portaudio.terminate) gives it back.",
                           py::release_gil_before_calling_cpp_dtor())
      .def(py::init<>())
      .def("call", &call_for, py::arg("function"));
}

void start_own_session() {
  audiopp::Session session;
  const std::lock_guard lock(held().mutex);
  held().own.push_back(std::move(session));
}

void end_own_session() {
  std::list<audiopp::Session> ended;
  const std::lock_guard lock(held().mutex);
  auto& own = held().own;
  if (!own.empty()) ended.splice(ended.begin(), own, std::prev(own.end()));
}

std::optional<audiopp::Session> current_session() {
  const std::lock_guard lock(held().mutex);
  if (!held().shares.empty()) return held().shares.back().second;
  if (!held().own.empty()) return held().own.back();
  return std::nullopt;
}

void end_all_sessions() {
  decltype(Held::shares) shares;
  decltype(Held::own) own;
  const std::lock_guard lock(held().mutex);
  shares.swap(held().shares);
  own.swap(held().own);
}
