// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "py_switch_interval.hpp"

#ifndef Py_GIL_DISABLED

#include <algorithm>
#include <vector>

#include "py_environment.hpp"

namespace {

constexpr double longest_wait = 0.25;  // of a block's time
constexpr std::chrono::seconds calm{1};
constexpr std::uint64_t measured_one_in = 8;  // blocks, while nothing competes
#ifdef _WIN32
constexpr double least = 1e-3;  // CPython waits for whole milliseconds there: less would be none
#else
constexpr double least = 200e-6;  // 100e-6 brings more blocks, at the cost of the other threads
#endif

// Of the process; guarded by the GIL.
struct State {
  std::vector<const SwitchInterval*> users;      // streams that have needed less
  double programs = 0;                           // the interval that the program has set
  double ours = 0;                               // the interval that we have set
  bool obeys = false;                            // the program has set another one since
  std::chrono::steady_clock::time_point needed;  // when a wait last came near its limit
};

State& state() {
  static State& made = *new State;
  return made;
}

// Keeps an exception that is set while Python is asked.
class KeptException {
 public:
  KeptException() { PyErr_Fetch(&type_, &value_, &traceback_); }
  ~KeptException() { PyErr_Restore(type_, value_, traceback_); }
  KeptException(const KeptException&) = delete;
  KeptException& operator=(const KeptException&) = delete;

 private:
  PyObject *type_, *value_, *traceback_;
};

// In seconds; negative if Python cannot tell.
double get() {
  PyObject* const function = PySys_GetObject("getswitchinterval");
  PyObject* const value = function == nullptr ? nullptr : PyObject_CallNoArgs(function);
  const double interval = value == nullptr ? -1 : PyFloat_AsDouble(value);
  Py_XDECREF(value);
  PyErr_Clear();
  return interval;
}

// CPython cuts off what is less than a microsecond.
void set(double interval) {
  PyObject* const function = PySys_GetObject("setswitchinterval");
  if (function == nullptr) return;
  PyObject* const done = PyObject_CallFunction(function, "d", interval + 0.5e-6);
  Py_XDECREF(done);
  PyErr_Clear();
  state().ours = get();
}

bool is_ours() {
  state().obeys = state().obeys || get() != state().ours;
  return !state().obeys;
}

}  // namespace

SwitchInterval::SwitchInterval(double sample_rate)
    : sample_rate_(sample_rate),
      // From 0 it wraps round, and never comes to 0 again.
      unmeasured_(environment_variable("PYAUDIOPP_SWITCH_INTERVAL") == "keep" ? 0 : 1) {}

bool SwitchInterval::needs_less() const {
  const auto& users = state().users;
  return std::find(users.begin(), users.end(), this) != users.end();
}

void SwitchInterval::judge(Clock::time_point begin, double frames) {
  const auto now = Clock::now();
  const double waited = std::chrono::duration<double>(now - begin).count();
  const double most = longest_wait * frames / sample_rate_;
  State& all = state();
  if (waited > most / 2) all.needed = now;
  if (waited > most) {
    lower(most / waited);
  } else if (!all.users.empty() && now - all.needed > calm) {
    all.needed = now;
    if (is_ours()) {
      set(std::min(2 * all.ours, all.programs));
      if (all.ours == all.programs) all.users.clear();
    }
  }
  unmeasured_ = needs_less() ? 1 : measured_one_in;
}

void SwitchInterval::lower(double factor) {
  State& all = state();
  if (all.users.empty()) {
    all.programs = all.ours = get();
    all.obeys = false;
  }
  if (!needs_less()) all.users.push_back(this);
  // A single wait says little: it may have been short by luck, or long because the machine is busy.
  const double wanted = std::max(least, all.ours * std::clamp(factor, 0.125, 0.5));
  if (wanted < all.ours && is_ours()) set(wanted);
}

void SwitchInterval::give_back() {
  auto& users = state().users;
  if (!needs_less()) return;
  users.erase(std::find(users.begin(), users.end(), this));
  const KeptException kept;
  if (users.empty() && is_ours()) set(state().programs);
}

void SwitchInterval::renew_after_fork() {
  if (state().users.empty()) return;
  state().users.clear();
  if (is_ours()) set(state().programs);
}

#endif
