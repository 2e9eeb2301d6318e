// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <audiopp/callback.hpp>
#include <audiopp/stream_config.hpp>
#include <memory>
#include <mutex>

#include "bindings.hpp"
#include "py_reuse.hpp"
#include "py_samples.hpp"
#include "py_switch_interval.hpp"

/// Makes what all callbacks share; false with an exception set. For the import.
bool prepare_callbacks();

/// What a stream calls, until the garbage collector clears it: without a GIL perhaps while an audio
/// thread is about to call it. Everything needs the GIL.
class Callable {
 public:
  /// Takes a reference of its own.
  explicit Callable(PyObject* callable) : callable_(callable) { Py_INCREF(callable); }
  /// A new reference; nullptr once it is cleared.
  PyObject* get();
  int traverse(visitproc visit, void* arg);
  void clear();

 private:
#ifdef Py_GIL_DISABLED
  std::mutex mutex_;
#endif
  PyObject* callable_;
};

/// An exception that a callback has raised. Everything needs the GIL.
class PendingException {
 public:
  /// Prints the current exception, and keeps it if none is kept yet.
  void keep();
  /// Raises the kept exception, once; false if there was one.
  bool raise();
  int traverse(visitproc visit, void* arg);
  void clear();

 private:
  std::atomic<PyObject*> exception_{nullptr};  // a reference
};

/// The Python objects of a callback stream; shared with the function that PortAudio's thread calls.
class PythonOfStream {
 public:
  PythonOfStream() = default;
  virtual ~PythonOfStream() = default;
  PythonOfStream(const PythonOfStream&) = delete;
  PythonOfStream& operator=(const PythonOfStream&) = delete;

  /// Raises a pending exception, once; false if there was one. Needs the GIL.
  virtual bool raise_pending() { return true; }

  /// For the garbage collector; need the GIL.
  virtual int traverse(visitproc visit, void* arg) = 0;
  virtual void clear() = 0;

 protected:
  /// For destructors: clears with the GIL, unless the interpreter is gone.
  void clear_at_end();
};

/// What PortAudio's thread calls for each block.
class StreamCallback : public PythonOfStream, public std::enable_shared_from_this<StreamCallback> {
 public:
  /// `interval` is the stream's, and outlives its calls.
  virtual audiopp::Callback handler(const std::shared_ptr<SwitchInterval>& interval) = 0;
  /// Whether the handler takes the GIL.
  virtual bool needs_gil() const noexcept = 0;
};

/// A Python callable that is called when a stream has finished.
class FinishedCallback final : public PythonOfStream {
 public:
  /// Needs the GIL.
  explicit FinishedCallback(PyObject* callable);
  /// Takes the GIL, unless the interpreter is gone.
  ~FinishedCallback() override;

  /// Takes the GIL, unless the interpreter is gone.
  void operator()();

  bool raise_pending() override { return pending_.raise(); }
  int traverse(visitproc visit, void* arg) override;
  void clear() override;

 private:
  Callable callable_;
  PendingException pending_;
};

/// A Python callable as an audiopp callback.
///
/// The arguments are reused for the next block if the callable has not kept them.
///
/// The callable is called as `callback(in_data, frame_count, time_info, status_flags)` and returns
/// `(out_data, flag)`, as in PyAudio. An exception is printed, ends the stream, and is raised once
/// by the next call on the stream.
class PyCallback final : public StreamCallback {
 public:
  /// Needs the GIL. `config` is the stream's.
  PyCallback(PyObject* callable, const audiopp::StreamConfig& config);
  /// Takes the GIL, unless the interpreter is gone.
  ~PyCallback() override;

  audiopp::CallbackResult operator()(const audiopp::CallbackContext& context);

  audiopp::Callback handler(const std::shared_ptr<SwitchInterval>& interval) override;
  bool needs_gil() const noexcept override { return true; }
  bool raise_pending() override { return pending_.raise(); }
  int traverse(visitproc visit, void* arg) override;
  void clear() override;

 private:
  struct Handler {
    static constexpr bool fills_output = true;
    audiopp::CallbackResult operator()(const audiopp::CallbackContext& context) const {
      return (*self)(context);
    }
    std::shared_ptr<PyCallback> self;
  };

  /// Calls it, and fills the output; false if it failed, or has been cleared.
  bool call(const audiopp::CallbackContext& context, audiopp::CallbackResult& flag);
  PyObject* call_callable(PyObject* callable, const audiopp::CallbackContext& context);
  PyObject* make_in_data(const audiopp::CallbackContext& context);
  PyObject* make_frame_count(std::size_t frames);
  PyObject* make_time_info(const audiopp::CallbackTimes& times);
  /// Silences the output from that byte on.
  void fill_rest(const audiopp::CallbackContext& context, std::size_t begin) const;
  bool take_result(PyObject* result, const audiopp::CallbackContext& context,
                   audiopp::CallbackResult& flag) const;

  Callable callable_;
  PendingException pending_;
  std::shared_ptr<SwitchInterval> interval_;
  // The last block's arguments.
  BlockBytes in_data_;
  PyObject* frame_count_ = nullptr;
  PyObject* time_info_ = nullptr;
  std::size_t frames_ = 0;  // the value of frame_count_
  // In bytes; 0 for a missing side.
  const std::size_t input_frame_size_;
  const std::size_t output_frame_size_;
  const SampleLayout output_;
};
