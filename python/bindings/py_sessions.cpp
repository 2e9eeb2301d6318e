// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "py_sessions.hpp"

#include <algorithm>
#include <atomic>
#include <audiopp/error.hpp>
#include <list>
#include <mutex>
#include <string>

#include "py_environment.hpp"
#include "py_gil.hpp"
#include "py_messages.hpp"

namespace py = pybind11;

namespace {

// Never destroyed: end_all_sessions() ends what is left at exit, or the operating system does.
struct Held {
  std::mutex mutex;  // guards the lists; no session starts or ends under it
  using Shares = std::list<std::pair<const SessionShare*, audiopp::Session>>;
  Shares shares;
  std::list<audiopp::Session> own;
  std::list<std::weak_ptr<CoreSession>> of_programs;
};

Held& held() {
  static Held& all = *new Held;
  return all;
}

// The owner's next share. Call with the lock held.
Held::Shares::iterator share_of(const SessionShare* owner, Held::Shares::iterator from) {
  return std::find_if(from, held().shares.end(),
                      [owner](const auto& entry) { return entry.first == owner; });
}

}  // namespace

void SessionShare::start() {
  if (active()) return;
  audiopp::Session session;  // outlives the lock, if another thread was faster
  const std::lock_guard lock(held().mutex);
  auto& shares = held().shares;
  if (share_of(this, shares.begin()) != shares.end()) return;
  shares.emplace_back(this, std::move(session));
}

// Changes what belongs to this share. NOLINTNEXTLINE(readability-make-member-function-const)
void SessionShare::end() {
  Held::Shares ended;  // outlives the lock
  const std::lock_guard lock(held().mutex);
  auto& shares = held().shares;
  const auto mine = share_of(this, shares.begin());
  if (mine != shares.end()) ended.splice(ended.begin(), shares, mine);
}

bool SessionShare::active() const {
  const std::lock_guard lock(held().mutex);
  return share_of(this, held().shares.begin()) != held().shares.end();
}

SessionShare::~SessionShare() {
  if (!outlives_owner_) {
    end();
    return;
  }
  Held::Shares ended;  // outlives the lock
  const std::lock_guard lock(held().mutex);
  auto& shares = held().shares;
  const auto mine = share_of(this, shares.begin());
  if (mine == shares.end()) return;
  mine->first = nullptr;
  // One share that nobody ends is enough to keep PortAudio running.
  const auto first = share_of(nullptr, shares.begin());
  if (share_of(nullptr, std::next(first)) != shares.end())
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
                           "call(_portaudio.terminate) releases it.",
                           py::release_gil_before_calling_cpp_dtor())
      .def(py::init<bool>(), py::arg("outlives_owner") = true)
      .def("call", &call_for, py::arg("function"))
      .def_property_readonly("active", [](const SessionShare& share) {
        bool active = false;
        without_gil([&] { active = share.active(); });  // a fork holds the lock
        return active;
      });
  refuse_pickling(module.attr("SessionShare"));
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

void CoreSession::start() {
  audiopp::Session session;
  {
    const std::lock_guard lock(mutex_);
    share_ = std::move(session);
  }
  const std::lock_guard lock(held().mutex);
  auto& others = held().of_programs;
  others.remove_if([](const auto& other) { return other.expired(); });
  others.push_back(weak_from_this());
}

void CoreSession::end() {
  std::optional<audiopp::Session> ended;  // outlives the lock
  const std::lock_guard lock(mutex_);
  share_.swap(ended);
}

audiopp::Session CoreSession::session() const {
  const std::lock_guard lock(mutex_);
  if (share_) return *share_;
  throw audiopp::Error(audiopp::Errc::not_initialized, "Session", "the session was closed");
}

bool read_environment() {
  static std::atomic<bool> done{false};
  if (done) return true;
  if (environment_variable("PYAUDIOPP_MESSAGES") != "stderr") collect_messages();
  if (!environment_variable("PYAUDIOPP_BACKEND").empty()) {
    PyObject* module = PyImport_ImportModule("pyaudiopp.simulation");
    PyObject* result = module ? PyObject_CallMethod(module, "use_environment", nullptr) : nullptr;
    Py_XDECREF(module);
    if (result == nullptr) return false;
    Py_DECREF(result);
  }
  done = true;
  return true;
}

void end_all_sessions() {
  Held::Shares shares;
  decltype(Held::own) own;
  decltype(Held::of_programs) of_programs;
  {
    const std::lock_guard lock(held().mutex);
    shares.swap(held().shares);
    own.swap(held().own);
    of_programs.swap(held().of_programs);
  }
  for (const auto& session : of_programs) {
    if (const auto left = session.lock()) left->end();
  }
}

void lock_sessions() {
  held().mutex.lock();
}

void unlock_sessions() {
  held().mutex.unlock();
}
