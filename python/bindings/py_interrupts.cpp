// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "py_interrupts.hpp"

#include <csignal>
#include <thread>

std::atomic<unsigned> interrupts_seen{0};

bool ends_program(PyObject* exception) {
  return PyErr_GivenExceptionMatches(exception, PyExc_KeyboardInterrupt) != 0 ||
         PyErr_GivenExceptionMatches(exception, PyExc_SystemExit) != 0;
}

void note_interrupt() {
  PyObject* const type = PyErr_Occurred();
  if (type != nullptr && ends_program(type)) ++interrupts_seen;
}

bool is_being_interrupted() {
  PyObject *type, *exception, *traceback;
  PyErr_GetExcInfo(&type, &exception, &traceback);
  Py_XDECREF(type);
  Py_XDECREF(traceback);
  if (exception == Py_None) Py_CLEAR(exception);
  // It may be the context of another exception that came while it was handled. A program can tie
  // contexts into a ring.
  for (int depth = 0; exception != nullptr && depth < 100; ++depth) {
    const bool ends = ends_program(exception);
    PyObject* const context = ends ? nullptr : PyException_GetContext(exception);
    Py_DECREF(exception);
    if (ends) return true;
    exception = context;
  }
  Py_XDECREF(exception);
  return false;
}

bool was_interrupted_at_the_end() {
  PyObject* const type = PySys_GetObject("last_type");
  return type != nullptr && PyErr_GivenExceptionMatches(type, PyExc_KeyboardInterrupt) != 0;
}

namespace {

bool raises_keyboard_interrupt() {
  PyObject* const module = PyImport_ImportModule("_signal");
  PyObject* const handler =
      module ? PyObject_CallMethod(module, "getsignal", "i", SIGINT) : nullptr;
  PyObject* const usual = module ? PyObject_GetAttrString(module, "default_int_handler") : nullptr;
  const bool same = handler != nullptr && handler == usual;
  Py_XDECREF(module);
  Py_XDECREF(handler);
  Py_XDECREF(usual);
  PyErr_Clear();
  return same;
}

}  // namespace

// Ours runs before Python's, which stays in Python's own tables. When the program sets a handler,
// Python replaces ours.

#ifdef _WIN32

namespace {

std::atomic<PyOS_sighandler_t> handle_ctrl_c{nullptr};  // Python's

// On a thread of its own. Windows has removed it before, and Python's puts only itself back.
extern "C" void count_ctrl_c(int number) {
  interrupts_seen.fetch_add(1, std::memory_order_relaxed);
  PyOS_sighandler_t pythons = nullptr;
  while ((pythons = handle_ctrl_c.load()) == nullptr) std::this_thread::yield();
  pythons(number);
  const auto now = PyOS_setsig(number, count_ctrl_c);
  if (now != pythons) PyOS_setsig(number, now);  // the program's, since a moment
}

}  // namespace

// By Python's function, since signal() would be that of our C library and not of Python's.
void watch_ctrl_c() {
  if (!raises_keyboard_interrupt()) return;
  const auto handler = PyOS_setsig(SIGINT, count_ctrl_c);
  if (handler == count_ctrl_c || handler == SIG_ERR) return;
  if (handler == SIG_DFL || handler == SIG_IGN) {
    PyOS_setsig(SIGINT, handler);
  } else {
    handle_ctrl_c = handler;
  }
}

#else

namespace {

void (*handle_ctrl_c)(int) = nullptr;  // Python's; written before ours is set

extern "C" void count_ctrl_c(int number) {
  interrupts_seen.fetch_add(1, std::memory_order_relaxed);
  handle_ctrl_c(number);
}

}  // namespace

void watch_ctrl_c() {
  struct sigaction action{};
  if (sigaction(SIGINT, nullptr, &action) != 0 || (action.sa_flags & SA_SIGINFO) != 0) return;
  const auto handler = action.sa_handler;
  if (handler == SIG_DFL || handler == SIG_IGN || handler == count_ctrl_c) return;
  if (!raises_keyboard_interrupt()) return;
  handle_ctrl_c = handler;
  action.sa_handler = count_ctrl_c;
  sigaction(SIGINT, &action, nullptr);
}

#endif
