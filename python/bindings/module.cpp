// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include <pybind11/stl.h>

#include "bind_core.hpp"
#include "compat.hpp"
#include "py_arguments.hpp"
#include "py_audio_thread.hpp"
#include "py_callback.hpp"
#include "py_errors.hpp"
#include "py_gil.hpp"
#include "py_messages.hpp"
#include "py_native.hpp"
#include "py_sessions.hpp"
#include "py_signals.hpp"
#include "py_stream.hpp"

#include <audiopp/version.hpp>

namespace py = pybind11;

namespace {

// At exit: streams stop first, then callables may be released, then sessions end. Afterwards none
// of our threads asks for the GIL. A callback that waits for ever is abandoned.
void shut_down() {
  begin_exit();
  SignalCheck signals;
  audiopp::IoOptions options = signals.options();
  options.timeout = audiopp::Seconds(1);
  close_streams_at_exit(options);
  AudioThreadGil::close();
  without_gil([] { end_all_sessions(); });
  if (PyErr_Occurred()) throw py::error_already_set();
}

// A lock that another thread holds would stay locked in the child. Without the GIL, for which its
// holder may wait.
void before_fork() {
  without_gil([] {
    binding_mutex().lock();
    lock_sessions();
  });
}

void after_fork() {
  unlock_sessions();
  binding_mutex().unlock();
}

void after_fork_in_child() {
  after_fork();
  forget_messages();
  AudioThreadGil::renew_after_fork();
  SwitchInterval::renew_after_fork();
}

}  // namespace

PYBIND11_MODULE(_core, module, py::mod_gil_not_used()) {
  module.doc() =
      "pyaudiopp's extension module: PyAudio's C module, the simulation, and "
      "pyaudiopp.core's types, on audiopp.";
  module.attr("__version__") = AUDIOPP_VERSION_STRING;
  module.attr("longest_latency") = audiopp::longest_latency.count();
  module.attr("longest_callback_buffer") = audiopp::longest_callback_buffer;
  AudioThreadGil::prepare();
  if (!prepare_callbacks() || !add_error_types(module.ptr())) throw py::error_already_set();
  bind_sessions(module);
  bind_simulation(module);

  module.def(
      "release_all",
      [] {
        auto closed = close_all_streams(audiopp::StopMode::abort);
        without_gil([] { end_all_sessions(); });
        return closed;
      },
      "Closes all streams and ends every PyAudio's share; returns descriptions of the open "
      "streams.");

  if (!ready_core_stream_type()) throw py::error_already_set();
  Py_INCREF(core_stream_type());
  module.add_object("Stream", reinterpret_cast<PyObject*>(core_stream_type()));
  auto portaudio = py::reinterpret_steal<py::object>(make_portaudio_module());
  if (!portaudio) throw py::error_already_set();
  module.add_object("_portaudio", portaudio);
  if (PyModule_AddFunctions(module.ptr(), pyaudio_functions) < 0 ||
      PyModule_AddFunctions(module.ptr(), native_functions) < 0 ||
      PyModule_AddFunctions(module.ptr(), argument_functions) < 0) {
    throw py::error_already_set();
  }

  bind_lazily(module);  // last, because pybind11 looks names up before it adds them

  py::module_::import("atexit").attr("register")(py::cpp_function(shut_down));
  const auto os = py::module_::import("os");
  if (py::hasattr(os, "register_at_fork")) {
    os.attr("register_at_fork")(py::arg("before") = py::cpp_function(before_fork),
                                py::arg("after_in_parent") = py::cpp_function(after_fork),
                                py::arg("after_in_child") = py::cpp_function(after_fork_in_child));
  }
}
