// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <audiopp/stream.hpp>
#include <cstring>
#include <limits>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "compat.hpp"
#include "py_arguments.hpp"
#include "py_audio_thread.hpp"
#include "py_callback.hpp"
#include "py_errors.hpp"
#include "py_messages.hpp"
#include "py_native.hpp"
#include "py_reuse.hpp"
#include "py_sessions.hpp"
#include "py_signals.hpp"

// The stream type and functions of `_portaudio`. What PyAudio does to a stream in an error (it
// closes it) is kept, since programs open the device anew without closing; a mere xrun leaves it
// open (B1).

using audiopp::Errc;
using audiopp::Error;
using audiopp::IoResult;
using audiopp::IoStatus;
using audiopp::Seconds;
using audiopp::StopMode;

namespace {

// What an open or once open stream object has. An empty one, made by calling the type, has none.
struct Body {
  audiopp::Stream stream;
  std::shared_ptr<StreamCallback> callback;    // shared with the stream's handler
  std::shared_ptr<FinishedCallback> finished;  // likewise with the stream's configuration
  std::size_t input_frame = 0;                 // its size in bytes; 0 for a custom format
  std::size_t output_frame = 0;                // likewise
  BlockBytes blocks;                           // what read() returns
  std::string unread;       // read, but not handed over: a read that ended early, or refused
  bool overflowed = false;  // before what is unread, and nobody has been told
  Seconds timeout{std::numeric_limits<double>::infinity()};  // of calls that bring none
  PyObject* keeper = nullptr;  // what makes sense of the stream, kept alive while it is active
  int starting = 0;            // calls that start it and have let the GIL go
};

struct PyStream {
  PyObject_HEAD Body* body;
};

extern PyTypeObject stream_type;

// Streams not yet closed, for the interpreter's exit; guarded by the GIL.
std::set<PyStream*>& open_streams() {
  static auto& all = *new std::set<PyStream*>;
  return all;
}

// ---- getting at the stream
// -----------------------------------------------------------------------

PyStream* stream_of(PyObject* object) {
  if (PyObject_TypeCheck(object, &stream_type)) return reinterpret_cast<PyStream*>(object);
  PyErr_Format(PyExc_TypeError, "argument 1 must be _portaudio.Stream, not %s",
               object == Py_None ? "None" : Py_TYPE(object)->tp_name);
  return nullptr;
}

PyStream* only_argument(PyObject* args) {
  PyObject* object;
  return PyArg_ParseTuple(args, "O", &object) ? stream_of(object) : nullptr;
}

bool is_open(const PyStream* self) {
  return self->body != nullptr && self->body->stream.is_open();
}

std::string describe(const audiopp::Stream& stream) {
  std::ostringstream text;
  const audiopp::StreamConfig& config = stream.config();
  if (config.input) text << config.input->channels << "-channel input";
  if (config.input && config.output) text << " and ";
  if (config.output) text << config.output->channels << "-channel output";
  text << " at " << config.sample_rate << " Hz";
  return text.str();
}

// PyAudio answers for a closed stream in two ways.
enum class ClosedError { stream_closed, stream_not_open };

bool check_open(const PyStream* self, ClosedError kind) {
  if (is_open(self)) return true;
  without_gil([] {});  // closed by the interpreter's exit: a daemon thread stays there
  if (kind == ClosedError::stream_closed) {
    set_error(Errc::bad_stream_ptr, "Stream closed");
  } else {
    set_error("Stream not open");
  }
  return false;
}

// Sets the exception by which the callback has failed, once; false if there is one.
bool raise_failure(Body& body) {
  if (!body.callback) return true;
  if (!body.callback->raise_pending()) return false;
  if (body.finished && !body.finished->raise_pending()) return false;
  const std::exception_ptr failure = body.stream.take_exception();  // of a compiled one
  if (!failure) return true;
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception&) {
    set_current_error();
  } catch (...) {
    PyErr_SetString(PyExc_RuntimeError, "the stream callback has thrown a C++ exception");
  }
  return false;
}

// An open stream whose callback has not failed; nullptr with an exception set.
PyStream* ready(PyStream* self, ClosedError kind) {
  log_messages();
  if (self == nullptr || !check_open(self, kind) || !raise_failure(*self->body)) return nullptr;
  return self;
}

void close_quietly(PyStream* self, StopMode mode, const audiopp::IoOptions& options = {}) {
  try {
    without_gil([&] { self->body->stream.close(mode, options); });
  } catch (const Error&) {
    // PyAudio ignores Pa_CloseStream's result; the stream is closed all the same.
  }
  if (is_open(self)) return;
  open_streams().erase(self);
  self->body->callback.reset();
  if (self->body->finished) self->body->finished->clear();  // the configuration stays
  Py_CLEAR(self->body->keeper);
}

// Sets the exception of a failed call, unless a signal's handler has raised one in it, and closes
// the stream as PyAudio does.
PyObject* fail(PyStream* self) {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  try {
    throw;
  } catch (const Error& error) {
    const bool device_lost = self->body->stream.is_device_lost();
    if (is_open(self) || device_lost) {
      try {
        close_quietly(self, StopMode::abort);
      } catch (const std::exception&) {
        // Inside another stream's callback it stays open.
      }
      set_error(error, device_lost);
    } else {  // by another thread
      set_error(error, "Stream closed");
    }
  } catch (const std::exception&) {
    set_current_error();
  }
  if (type != nullptr) PyErr_Restore(type, value, traceback);
  log_messages();
  return nullptr;
}

// ---- open
// ----------------------------------------------------------------------------------------

struct OpenSide {
  int wanted = 0;
  int device = -1;
  std::shared_ptr<const audiopp::HostOptions> options;
  // What is not given is as `channels` and `format` say, and the latency the device's low one.
  std::optional<int> channels;
  std::optional<unsigned long> format;
  Latency latency;
};

struct OpenArguments {
  int rate = 0;
  int channels = 0;
  unsigned long format = 0;
  OpenSide input;
  OpenSide output;
  int frames_per_buffer = 0;
  PyObject* callback = nullptr;
  std::shared_ptr<StreamCallback> native;  // the callback, if it is compiled
  Py_ssize_t callback_buffer = 0;          // in frames
  PyObject* finished_callback = nullptr;
  audiopp::StreamFlags flags = audiopp::StreamFlags::clip_off;

  int channels_of(const OpenSide& side) const { return side.channels.value_or(channels); }
  unsigned long format_of(const OpenSide& side) const { return side.format.value_or(format); }
  std::size_t frame_size(const OpenSide& side) const {
    return audiopp::sample_size(static_cast<audiopp::SampleFormat>(format_of(side))) *
           static_cast<std::size_t>(channels_of(side));
  }
};

bool parse_pyaudios(PyObject* args, PyObject* keywords, OpenArguments& parsed) {
  static const char* names[] = {"rate",
                                "channels",
                                "format",
                                "input",
                                "output",
                                "input_device_index",
                                "output_device_index",
                                "frames_per_buffer",
                                "input_host_api_specific_stream_info",
                                "output_host_api_specific_stream_info",
                                "stream_callback",
                                nullptr};
  PyObject *rate, *channels, *format;
  PyObject *input = nullptr, *output = nullptr, *frames = nullptr;
  PyObject *input_device = nullptr, *output_device = nullptr;
  PyObject *input_info = nullptr, *output_info = nullptr;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "OOO|OOOOOOOO", const_cast<char**>(names), &rate,
                                   &channels, &format, &input, &output, &input_device,
                                   &output_device, &frames, &input_info, &output_info,
                                   &parsed.callback)) {
    return false;
  }
  if (!parse_integral(rate, parsed.rate) || !parse_int(channels, parsed.channels) ||
      !parse_format(format, 3, parsed.format) ||
      (input && !parse_optional_int(input, parsed.input.wanted)) ||
      (output && !parse_optional_int(output, parsed.output.wanted)) ||
      (frames && !parse_optional_int(frames, parsed.frames_per_buffer)) ||
      !parse_host_options(input_info, parsed.input.options) ||
      !parse_host_options(output_info, parsed.output.options)) {
    return false;
  }
  if (parsed.callback && !parse_native_callback(parsed.callback, parsed.native)) return false;
  if (parsed.callback && !parsed.native && !PyCallable_Check(parsed.callback)) {
    PyErr_SetString(PyExc_TypeError, "stream_callback must be callable");
    return false;
  }
  if (!parse_device_index(input_device, "input_device_index", parsed.input.device) ||
      !parse_device_index(output_device, "output_device_index", parsed.output.device)) {
    return false;
  }
  if (!parsed.input.wanted && !parsed.output.wanted) {
    PyErr_SetString(PyExc_ValueError, "Must specify either input or output");
    return false;
  }
  if (parsed.channels_of(parsed.input) < 1 || parsed.channels_of(parsed.output) < 1) {
    PyErr_SetString(PyExc_ValueError, "Invalid audio channels");
    return false;
  }
  return true;
}

template <OpenSide OpenArguments::* side>
bool parse_channels(PyObject* object, OpenArguments& parsed) {
  return parse_int(object, (parsed.*side).channels.emplace());
}

template <OpenSide OpenArguments::* side>
bool parse_side_format(PyObject* object, OpenArguments& parsed) {
  int bits = 0;
  if (!parse_int(object, bits)) return false;
  (parsed.*side).format = static_cast<unsigned int>(bits);
  return true;
}

template <OpenSide OpenArguments::* side>
bool parse_side_latency(PyObject* object, OpenArguments& parsed) {
  return parse_latency(object, (parsed.*side).latency);
}

bool parse_callback_buffer(PyObject* object, OpenArguments& parsed) {
  return parse_frames(object, parsed.callback_buffer);
}

bool parse_flags(PyObject* object, OpenArguments& parsed) {
  int bits = 0;
  if (!parse_int(object, bits)) return false;
  parsed.flags = static_cast<audiopp::StreamFlags>(bits);
  return true;
}

bool parse_finished_callback(PyObject* object, OpenArguments& parsed) {
  if (!PyCallable_Check(object)) {
    PyErr_SetString(PyExc_TypeError, "finished_callback must be callable");
    return false;
  }
  parsed.finished_callback = object;
  return true;
}

// What PyAudio does not have.
constexpr struct {
  const char* name;
  bool (*parse)(PyObject*, OpenArguments&);
} own_arguments[] = {
    {"callback_buffer", parse_callback_buffer},
    {"input_channels", parse_channels<&OpenArguments::input>},
    {"output_channels", parse_channels<&OpenArguments::output>},
    {"input_format", parse_side_format<&OpenArguments::input>},
    {"output_format", parse_side_format<&OpenArguments::output>},
    {"input_latency", parse_side_latency<&OpenArguments::input>},
    {"output_latency", parse_side_latency<&OpenArguments::output>},
    {"flags", parse_flags},
    {"finished_callback", parse_finished_callback},
};

// Our own arguments are taken out first, so that PyAudio's errors stay its own.
bool parse_open(PyObject* args, PyObject* keywords, OpenArguments& parsed) {
  PyObject* pyaudios = keywords ? PyDict_Copy(keywords) : nullptr;
  if (keywords && pyaudios == nullptr) return false;
  bool good = true;
  for (const auto& own : own_arguments) {
    PyObject* value = pyaudios && good ? PyDict_GetItemString(pyaudios, own.name) : nullptr;
    if (value == nullptr) continue;
    good = own.parse(value, parsed) && PyDict_DelItemString(pyaudios, own.name) == 0;
  }
  good = good && parse_pyaudios(args, pyaudios, parsed);
  Py_XDECREF(pyaudios);
  return good;
}

// The device at `index`, or the default one; nothing if there is none. PyAudio asks the same way.
std::optional<audiopp::Device> find_device(const audiopp::Session& session, int index, bool input) {
  if (index >= 0) {
    if (index >= session.device_count()) return std::nullopt;
    return session.device(index);
  }
  return input ? session.default_input_device() : session.default_output_device();
}

// PyAudio's text for either direction, its slip included: programs look for it.
struct NoDevice {
  bool input;
  std::string words;
};

std::string describe_devices(const audiopp::Session* session, bool input) {
  if (session == nullptr) return "PortAudio is not initialised: every PyAudio was terminated";
  return input ? session->describe_input_devices() : session->describe_output_devices();
}

audiopp::StreamSide make_side(const audiopp::Session* session, const OpenArguments& parsed,
                              const OpenSide& wanted, bool input) {
  audiopp::StreamSide side;
  side.channels = parsed.channels_of(wanted);
  side.format = static_cast<audiopp::SampleFormat>(parsed.format_of(wanted));
  side.host_options = wanted.options;
  side.device = session ? find_device(*session, wanted.device, input) : std::nullopt;
  if (!side.device) throw NoDevice{input, describe_devices(session, input)};
  side.latency = wanted.latency.seconds;
  if (wanted.latency.high) {
    side.latency =
        input ? side.device->default_high_input_latency : side.device->default_high_output_latency;
  }
  return side;
}

audiopp::StreamConfig make_config(const audiopp::Session* session, const OpenArguments& parsed) {
  constexpr unsigned long non_interleaved = 0x80000000UL;
  audiopp::StreamConfig config;
  if (parsed.output.wanted) config.output = make_side(session, parsed, parsed.output, false);
  if (parsed.input.wanted) config.input = make_side(session, parsed, parsed.input, true);
  // PyAudio hands planar streams a flat buffer and crashes (B8); C++ has them.
  if ((parsed.format_of(parsed.input) | parsed.format_of(parsed.output)) & non_interleaved) {
    throw Error(Errc::sample_format_not_supported, "Pa_OpenStream", "paNonInterleaved");
  }
  config.sample_rate = parsed.rate;
  config.frames_per_buffer = static_cast<unsigned long>(parsed.frames_per_buffer);
  config.callback_buffer = static_cast<std::size_t>(parsed.callback_buffer);
  if (parsed.callback && !parsed.native) {
    // Beside busy threads each wait for the GIL is longer than a block: one for all that are due.
    config.callback_scope = [](const std::function<void()>& work) {
      if (const AudioThreadGil gil; gil) work();
    };
  }
  config.flags = parsed.flags;
  return config;
}

PyObject* open(PyObject*, PyObject* args, PyObject* keywords) {
  OpenArguments parsed;
  if (!parse_open(args, keywords, parsed)) return nullptr;

  auto body = std::make_unique<Body>();
  body->input_frame = parsed.frame_size(parsed.input);
  body->output_frame = parsed.frame_size(parsed.output);
  body->callback = parsed.native;
  if (parsed.callback && !parsed.native) {
    body->callback =
        std::make_shared<PyCallback>(parsed.callback, parsed.input.wanted ? body->input_frame : 0,
                                     parsed.output.wanted ? body->output_frame : 0);
  }
  if (parsed.finished_callback) {
    body->finished = std::make_shared<FinishedCallback>(parsed.finished_callback);
  }
  std::optional<NoDevice> no_device;
  try {
    without_gil([&] {
      const auto session = current_session();
      try {
        auto config = make_config(session ? &*session : nullptr, parsed);
        if (body->finished) {
          config.finished_callback = [finished = body->finished] { (*finished)(); };
        }
        if (body->callback) {
          body->stream = audiopp::Stream(*session, config, body->callback->handler());
        } else {
          body->stream = audiopp::Stream(*session, config);
        }
      } catch (const NoDevice& found) {
        no_device = found;
      }
    });
  } catch (const std::exception&) {
    set_current_error();
    log_messages();
    return nullptr;
  }
  log_messages();
  if (no_device) {
    set_error(Error(Errc::invalid_device, "Pa_OpenStream", no_device->words),
              no_device->input ? "Invalid input device (no default output device)"
                               : "Invalid output device (no default output device)");
    return nullptr;
  }
  auto* self = PyObject_GC_New(PyStream, &stream_type);
  if (self == nullptr) return nullptr;
  self->body = body.release();
  open_streams().insert(self);
  PyObject_GC_Track(self);
  return reinterpret_cast<PyObject*>(self);
}

// ---- control and queries
// -------------------------------------------------------------------------

PyObject* close(PyObject*, PyObject* args) {
  PyStream* self = only_argument(args);
  if (self == nullptr) return nullptr;
  if (self->body == nullptr) Py_RETURN_NONE;
  SignalCheck signals;
  try {
    close_quietly(self, StopMode::drain, signals.options());
  } catch (const std::exception&) {
    set_current_error();
    return nullptr;
  }
  if (PyErr_Occurred()) return nullptr;  // Ctrl-C during the drain: the stream is closed
  Py_RETURN_NONE;
}

PyObject* start_stream(PyObject*, PyObject* args) {
  PyStream* self = ready(only_argument(args), ClosedError::stream_closed);
  if (self == nullptr) return nullptr;
  const struct Starting {
    explicit Starting(int& calls) : calls_(calls) { ++calls_; }
    ~Starting() { --calls_; }
    int& calls_;
  } starting(self->body->starting);
  try {
    without_gil([&] {
      self->body->stream.check_device();
      self->body->stream.start();
    });
  } catch (const Error& error) {
    if (error.errc() != Errc::stream_is_not_stopped) return fail(self);
  } catch (const std::exception&) {
    return fail(self);
  }
  Py_RETURN_NONE;
}

PyObject* stop(PyObject* args, StopMode mode) {
  PyStream* self = only_argument(args);
  if (self == nullptr || !check_open(self, ClosedError::stream_not_open)) return nullptr;
  SignalCheck signals;
  try {
    without_gil([&] {
      self->body->stream.check_device();
      self->body->stream.stop(mode, signals.options());
    });
  } catch (const Error& error) {
    if (error.errc() != Errc::stream_is_stopped) return fail(self);
  } catch (const std::exception&) {
    return fail(self);
  }
  if (PyErr_Occurred()) return nullptr;  // Ctrl-C during the drain: the stream is stopped
  if (!raise_failure(*self->body)) return nullptr;
  Py_RETURN_NONE;
}

PyObject* stop_stream(PyObject*, PyObject* args) {
  return stop(args, StopMode::drain);
}

PyObject* abort_stream(PyObject*, PyObject* args) {
  return stop(args, StopMode::abort);
}

// Asks the stream for a value without the GIL.
template <class Value, class Ask>
bool ask(PyStream* self, Value& value, const Ask& question) {
  try {
    without_gil([&] { value = question(self->body->stream); });
    return true;
  } catch (const std::exception&) {
    fail(self);
    return false;
  }
}

PyObject* is_stream_stopped(PyObject*, PyObject* args) {
  PyStream* self = ready(only_argument(args), ClosedError::stream_closed);
  bool answer = false;
  const auto question = [](auto& stream) {
    stream.check_device();
    return stream.is_stopped();
  };
  if (self == nullptr || !ask(self, answer, question)) return nullptr;
  return PyBool_FromLong(answer);
}

PyObject* is_stream_active(PyObject*, PyObject* args) {
  PyStream* self = ready(only_argument(args), ClosedError::stream_not_open);
  bool answer = false;
  const auto question = [](auto& stream) {
    if (stream.is_active()) return true;
    stream.check_device();
    return false;
  };
  if (self == nullptr || !ask(self, answer, question)) return nullptr;
  // The callback may have failed since: then this is the call that says so.
  if (!answer && !raise_failure(*self->body)) return nullptr;
  return PyBool_FromLong(answer);
}

PyObject* get_stream_time(PyObject*, PyObject* args) {
  PyStream* self = only_argument(args);
  double time = 0;
  if (self == nullptr || !check_open(self, ClosedError::stream_closed) ||
      !ask(self, time, [](auto& stream) { return stream.time().count(); })) {
    return nullptr;
  }
  if (time == 0) {
    set_error(Errc::internal_error, "Internal Error");
    return nullptr;
  }
  return PyFloat_FromDouble(time);
}

PyObject* get_stream_cpu_load(PyObject*, PyObject* args) {
  PyStream* self = only_argument(args);
  double load = 0;
  if (self == nullptr || !check_open(self, ClosedError::stream_closed) ||
      !ask(self, load, [](auto& stream) { return stream.cpu_load(); })) {
    return nullptr;
  }
  return PyFloat_FromDouble(load);
}

// ---- blocking I/O, called once per block
// ---------------------------------------------------------

bool check_count(Py_ssize_t count, Py_ssize_t least, Py_ssize_t most) {
  if (count >= least && count <= most) return true;
  const bool few = count < least;
  const Py_ssize_t limit = few ? least : most;
  if (least == most) {
    PyErr_Format(PyExc_TypeError, "function takes exactly %zd argument%s (%zd given)", limit,
                 limit == 1 ? "" : "s", count);
  } else {
    PyErr_Format(PyExc_TypeError, "function takes at %s %zd arguments (%zd given)",
                 few ? "least" : "most", limit, count);
  }
  return false;
}

// The stream, if it is open and its frames have a known size; nullptr with an exception set.
PyStream* ready_for_frames(PyObject* object, std::size_t Body::* frame_size) {
  PyStream* self = ready(stream_of(object), ClosedError::stream_closed);
  if (self == nullptr || self->body->*frame_size != 0) return self;
  PyErr_SetString(PyExc_ValueError,
                  "frames of a custom sample format have no known size: they can be neither read "
                  "nor written");
  return nullptr;
}

// After a call that moved fewer of the frames that were wanted: sets the exception that says why.
void set_ended_early(const IoResult& result, std::size_t wanted, const char* what_of_them) {
  if (result.status == IoStatus::stopped) {
    set_error(Error(Errc::stream_is_stopped, "Pa_StopStream", "another thread stopped the stream"));
  } else if (result.status == IoStatus::timed_out) {
    PyErr_Format(PyExc_TimeoutError, "timed out: %zu of %zu frames %s", result.frames, wanted,
                 what_of_them);
  }  // IoStatus::interrupted: a signal handler has raised
}

// What a failed write has taken all the same: attribute `frames` of the exception.
void attach_frames(std::size_t frames) {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  PyObject* number = PyLong_FromSize_t(frames);
  if (number == nullptr || PyObject_SetAttrString(value, "frames", number) < 0) PyErr_Clear();
  Py_XDECREF(number);
  PyErr_Restore(type, value, traceback);
}

// Letting the GIL go and taking it again takes as long as moving a small block.
constexpr std::size_t small_block = 8192;  // bytes: a few microseconds

IoResult write(Body& body, const void* data, std::size_t frames, Seconds timeout) {
  if (frames * body.output_frame <= small_block) {
    if (const auto result = body.stream.try_write(data, frames)) return *result;
  }
  SignalCheck signals;
  audiopp::IoOptions options = signals.options();
  options.timeout = timeout;
  IoResult result;
  without_gil([&] { result = body.stream.write(data, frames, options); });
  return result;
}

IoResult read(Body& body, void* buffer, std::size_t frames, Seconds timeout) {
  if (frames * body.input_frame <= small_block) {
    if (const auto result = body.stream.try_read(buffer, frames)) return *result;
  }
  SignalCheck signals;
  audiopp::IoOptions options = signals.options();
  options.timeout = timeout;
  IoResult result;
  without_gil([&] { result = body.stream.read(buffer, frames, options); });
  return result;
}

// What an earlier read left, then the stream's own. A read that ends early leaves what it has got.
IoResult fetch(Body& body, char* buffer, std::size_t frames, Seconds timeout) {
  // Taken out while the GIL is let go: another thread may read too.
  const std::size_t left = std::min(body.unread.size(), frames * body.input_frame);
  if (left > 0) {
    std::memcpy(buffer, body.unread.data(), left);
    body.unread.erase(0, left);
  }
  const bool overflowed = std::exchange(body.overflowed, false);
  const std::size_t had = left / body.input_frame;
  IoResult result;
  if (had < frames || had == 0) result = read(body, buffer + left, frames - had, timeout);
  result.frames += had;
  result.xrun |= overflowed;
  if (result.status != IoStatus::done) {
    body.unread.insert(0, buffer, result.frames * body.input_frame);
    body.overflowed |= result.xrun;
  }
  return result;
}

constexpr const char* left_for_next_read = "are there; the next read begins with them";

PyObject* write_frames(PyObject* const* args, PyObject* raise, PyObject* timeout_object) {
  int raise_underflow = 0;
  Py_ssize_t asked = PY_SSIZE_T_MAX;
  std::optional<Seconds> timeout;
  BytesView data;
  if (stream_of(args[0]) == nullptr || !data.acquire(args[1])) return nullptr;
  if (args[2] != Py_None && !parse_frames(args[2], asked)) return nullptr;
  if (raise && !parse_int(raise, raise_underflow)) return nullptr;
  if (timeout_object && !parse_timeout(timeout_object, timeout)) return nullptr;
  PyStream* self = ready_for_frames(args[0], &Body::output_frame);
  if (self == nullptr) return nullptr;

  // No more than the data holds: PyAudio reads on past its end (B5).
  const std::size_t frames =
      std::min(static_cast<std::size_t>(asked), data.size() / self->body->output_frame);
  IoResult result;
  try {
    result = write(*self->body, data.data(), frames, timeout.value_or(self->body->timeout));
  } catch (const std::exception&) {
    return fail(self);
  }
  if (result.status != IoStatus::done) {
    set_ended_early(result, frames, "were taken");
    attach_frames(result.frames);
    return nullptr;
  }
  if (result.xrun && raise_underflow) {
    set_error(Error(Errc::output_underflowed, "Pa_WriteStream"));
    return nullptr;
  }
  Py_RETURN_NONE;
}

PyObject* read_frames(PyObject* const* args, PyObject* raise, PyObject* timeout_object) {
  int raise_overflow = 0;
  Py_ssize_t frames = 0;
  std::optional<Seconds> timeout;
  if (stream_of(args[0]) == nullptr || !parse_frames(args[1], frames)) return nullptr;
  if (raise && !parse_int(raise, raise_overflow)) return nullptr;
  if (timeout_object && !parse_timeout(timeout_object, timeout)) return nullptr;
  PyStream* self = ready_for_frames(args[0], &Body::input_frame);
  if (self == nullptr) return nullptr;

  const auto frame_size = static_cast<Py_ssize_t>(self->body->input_frame);
  if (frames > PY_SSIZE_T_MAX / frame_size - 64)
    return PyErr_NoMemory();  // 64: a bytes object's own
  PyObject* bytes = self->body->blocks.make(frames * frame_size);
  if (bytes == nullptr) return nullptr;
  char* const buffer = PyBytes_AS_STRING(bytes);
  const auto wanted = static_cast<std::size_t>(frames);
  IoResult result;
  try {
    result = fetch(*self->body, buffer, wanted, timeout.value_or(self->body->timeout));
  } catch (const std::exception&) {
    Py_DECREF(bytes);
    return fail(self);
  }
  const bool done = result.status == IoStatus::done;
  if (done && !(result.xrun && raise_overflow)) return bytes;
  if (done) {
    self->body->unread.insert(0, buffer, wanted * self->body->input_frame);  // for the next read
    set_error(Error(Errc::input_overflowed, "Pa_ReadStream"));
  } else {
    set_ended_early(result, wanted, left_for_next_read);
  }
  Py_DECREF(bytes);
  return nullptr;
}

PyObject* write_stream(PyObject*, PyObject* const* args, Py_ssize_t count) {
  if (!check_count(count, 3, 4)) return nullptr;
  return write_frames(args, count == 4 ? args[3] : nullptr, nullptr);
}

PyObject* read_stream(PyObject*, PyObject* const* args, Py_ssize_t count) {
  if (!check_count(count, 2, 3)) return nullptr;
  return read_frames(args, count == 3 ? args[2] : nullptr, nullptr);
}

PyObject* write_within(PyObject*, PyObject* const* args, Py_ssize_t count) {
  return check_count(count, 5, 5) ? write_frames(args, args[3], args[4]) : nullptr;
}

PyObject* read_within(PyObject*, PyObject* const* args, Py_ssize_t count) {
  return check_count(count, 4, 4) ? read_frames(args, args[2], args[3]) : nullptr;
}

PyObject* read_into(PyObject*, PyObject* const* args, Py_ssize_t count) {
  std::optional<Seconds> timeout;
  BytesView buffer;
  if (!check_count(count, 3, 3) || stream_of(args[0]) == nullptr ||
      !buffer.acquire_writable(args[1]) || !parse_timeout(args[2], timeout)) {
    return nullptr;
  }
  PyStream* self = ready_for_frames(args[0], &Body::input_frame);
  if (self == nullptr) return nullptr;

  const std::size_t frames = buffer.size() / self->body->input_frame;
  IoResult result;
  try {
    result = fetch(*self->body, buffer.writable(), frames, timeout.value_or(self->body->timeout));
  } catch (const std::exception&) {
    return fail(self);
  }
  if (result.status != IoStatus::done) {
    set_ended_early(result, frames, left_for_next_read);
    return nullptr;
  }
  PyObject* const number = PyLong_FromSize_t(frames);
  PyObject* const answer = number == nullptr ? nullptr : PyTuple_New(2);
  if (answer == nullptr) {
    Py_XDECREF(number);
    return nullptr;
  }
  PyTuple_SET_ITEM(answer, 0, number);
  PyTuple_SET_ITEM(answer, 1, PyBool_FromLong(result.xrun));
  return answer;
}

PyObject* set_timeout(PyObject*, PyObject* const* args, Py_ssize_t count) {
  std::optional<Seconds> timeout;
  if (!check_count(count, 2, 2) || stream_of(args[0]) == nullptr ||
      !parse_timeout(args[1], timeout)) {
    return nullptr;
  }
  Body* body = stream_of(args[0])->body;
  if (timeout && body != nullptr) body->timeout = *timeout;
  Py_RETURN_NONE;
}

// PyAudio hands PortAudio's errors on as negative numbers, and programs compare with 0 (B10).
template <class Ask>
PyObject* frames_available(PyObject* const* args, Py_ssize_t count, const Ask& question) {
  if (!check_count(count, 1, 1)) return nullptr;
  PyStream* self = stream_of(args[0]);
  if (self == nullptr || !check_open(self, ClosedError::stream_closed)) return nullptr;
  std::size_t frames = 0;
  try {
    without_gil([&] { frames = question(self->body->stream); });
  } catch (const Error& error) {
    if (is_open(self)) return PyLong_FromLong(error.code().value());
    set_error(error, "Stream closed");
    return nullptr;
  } catch (const std::exception&) {
    set_current_error();
    return nullptr;
  }
  return PyLong_FromSize_t(frames);
}

PyObject* get_stream_read_available(PyObject*, PyObject* const* args, Py_ssize_t count) {
  return frames_available(args, count, [](auto& stream) { return stream.read_available(); });
}

PyObject* get_stream_write_available(PyObject*, PyObject* const* args, Py_ssize_t count) {
  return frames_available(args, count, [](auto& stream) { return stream.write_available(); });
}

// ---- the type
// ------------------------------------------------------------------------------------

template <class Get>
PyObject* field(PyObject* object, const Get& get) {
  auto* self = reinterpret_cast<PyStream*>(object);
  if (!check_open(self, ClosedError::stream_closed)) return nullptr;
  if (self->body->stream.struct_version() < 0) {  // Pa_GetStreamInfo() had nothing
    set_error(Errc::internal_error, "Could not get stream information");
    return nullptr;
  }
  return get(self->body->stream);
}

PyObject* get_struct_version(PyObject* self, void*) {
  return field(self, [](auto& stream) { return PyLong_FromLong(stream.struct_version()); });
}

PyObject* get_input_latency(PyObject* self, void*) {
  return field(self,
               [](auto& stream) { return PyFloat_FromDouble(stream.input_latency().count()); });
}

PyObject* get_output_latency(PyObject* self, void*) {
  return field(self,
               [](auto& stream) { return PyFloat_FromDouble(stream.output_latency().count()); });
}

PyObject* get_sample_rate(PyObject* self, void*) {
  return field(self, [](auto& stream) { return PyFloat_FromDouble(stream.sample_rate()); });
}

PyGetSetDef stream_fields[] = {
    {"structVersion", get_struct_version, refuse_to_set, "struct version", nullptr},
    {"inputLatency", get_input_latency, refuse_to_set, "input latency, in seconds", nullptr},
    {"outputLatency", get_output_latency, refuse_to_set, "output latency, in seconds", nullptr},
    {"sampleRate", get_sample_rate, refuse_to_set, "actual sample rate, in frames a second",
     nullptr},
    {}};

// Stops the sound. Not tp_dealloc's work: what the callback refers to must still be whole.
void finalize(PyObject* object) {
  auto* self = reinterpret_cast<PyStream*>(object);
  if (!is_open(self)) return;
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  try {
    close_quietly(self, StopMode::abort);
  } catch (const std::exception&) {
    // Inside a callback it cannot be closed: audiopp puts it aside.
  }
  PyErr_Restore(type, value, traceback);
}

void deallocate(PyObject* object) {
  if (PyObject_CallFinalizerFromDealloc(object) < 0) return;
  PyObject_GC_UnTrack(object);
  auto* self = reinterpret_cast<PyStream*>(object);
  open_streams().erase(self);
  if (self->body != nullptr) {
    Py_CLEAR(self->body->keeper);
    self->body->blocks.clear();
  }
  delete self->body;
  PyObject_GC_Del(object);
}

// A running stream keeps its callback and its keeper, and what those refer to, alive as a running
// thread does: the garbage collector is not shown the references. One that is being started counts
// as running: the collector asks twice, and must not be shown them first and then not.
int traverse(PyObject* object, visitproc visit, void* arg) {
  Body* body = reinterpret_cast<PyStream*>(object)->body;
  if (body == nullptr || !body->callback) return 0;
  try {
    if (body->starting > 0 || body->stream.is_active()) return 0;
  } catch (const Error&) {
    // PortAudio cannot say: then no callback is to be expected either.
  }
  Py_VISIT(body->keeper);
  if (body->finished) {
    if (const int stopped = body->finished->traverse(visit, arg)) return stopped;
  }
  return body->callback->traverse(visit, arg);
}

int clear(PyObject* object) {
  Body* body = reinterpret_cast<PyStream*>(object)->body;
  if (body == nullptr || !body->callback) return 0;
  Py_CLEAR(body->keeper);
  if (body->finished) body->finished->clear();
  body->callback->clear();
  return 0;
}

PyTypeObject stream_type = {PyVarObject_HEAD_INIT(nullptr, 0)};

PyCFunction fast(PyObject* (*function)(PyObject*, PyObject* const*, Py_ssize_t)) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

}  // namespace

PyMethodDef stream_functions[] = {
    {"get_stream_time", get_stream_time, METH_VARARGS,
     "Returns the time of the stream's clock, in seconds"},
    {"get_stream_cpu_load", get_stream_cpu_load, METH_VARARGS,
     "Returns the stream's CPU load (always 0 for blocking mode)"},
    {"open",
     reinterpret_cast<PyCFunction>(
         reinterpret_cast<void (*)()>(static_cast<PyCFunctionWithKeywords>(open))),
     METH_VARARGS | METH_KEYWORDS, "Opens a PortAudio stream, without starting it"},
    {"close", close, METH_VARARGS, "Closes a PortAudio stream"},
    {"start_stream", start_stream, METH_VARARGS, "Starts the stream"},
    {"stop_stream", stop_stream, METH_VARARGS,
     "Stops the stream when what is queued has been played"},
    {"abort_stream", abort_stream, METH_VARARGS, "Stops the stream at once"},
    {"is_stream_stopped", is_stream_stopped, METH_VARARGS, "Returns whether the stream is stopped"},
    {"is_stream_active", is_stream_active, METH_VARARGS, "Returns whether the stream is active"},
    {"write_stream", fast(write_stream), METH_FASTCALL, "Writes frames to the stream"},
    {"read_stream", fast(read_stream), METH_FASTCALL, "Reads frames from the stream"},
    {"get_stream_write_available", fast(get_stream_write_available), METH_FASTCALL,
     "Returns how many frames can be written without waiting"},
    {"get_stream_read_available", fast(get_stream_read_available), METH_FASTCALL,
     "Returns how many frames can be read without waiting"},
    {}};

PyMethodDef stream_additions[] = {
    {"write_within", fast(write_within), METH_FASTCALL,
     "write_within(stream, data, frames, exception_on_underflow, timeout, /)\n--\n\n"
     "Writes as _portaudio.write_stream does, with a timeout in seconds."},
    {"read_within", fast(read_within), METH_FASTCALL,
     "read_within(stream, frames, exception_on_overflow, timeout, /)\n--\n\n"
     "Reads as _portaudio.read_stream does, with a timeout in seconds."},
    {"read_into", fast(read_into), METH_FASTCALL,
     "read_into(stream, buffer, timeout, /)\n--\n\n"
     "Fills a writable buffer; returns how many frames it took, and whether input was lost."},
    {"set_timeout", fast(set_timeout), METH_FASTCALL,
     "set_timeout(stream, timeout, /)\n--\n\n"
     "Sets the timeout of a stream's reads and writes that bring none of their own."},
    {}};

bool ready_stream_type() {
  stream_type.tp_name = "_portaudio.Stream";
  stream_type.tp_basicsize = sizeof(PyStream);
  stream_type.tp_dealloc = deallocate;
  stream_type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC;
  stream_type.tp_doc = "PyAudio Stream";
  stream_type.tp_traverse = traverse;
  stream_type.tp_clear = clear;
  stream_type.tp_getset = stream_fields;
  stream_type.tp_new = PyType_GenericNew;
  stream_type.tp_finalize = finalize;
  return PyType_Ready(&stream_type) == 0;
}

bool is_started_stream(PyObject* object) {
  if (!PyObject_TypeCheck(object, &stream_type)) return false;
  auto* self = reinterpret_cast<PyStream*>(object);
  bool stopped = true;
  try {
    if (is_open(self)) without_gil([&] { stopped = self->body->stream.is_stopped(); });
  } catch (const Error&) {
    // PortAudio cannot say: then it does not run.
  }
  return !stopped;
}

void close_at_once(PyObject* object) {
  if (!PyObject_TypeCheck(object, &stream_type)) return;
  auto* self = reinterpret_cast<PyStream*>(object);
  if (is_open(self)) close_quietly(self, StopMode::abort);
}

void keep_while_active(PyObject* object, PyObject* keeper) {
  if (!PyObject_TypeCheck(object, &stream_type)) return;
  auto* self = reinterpret_cast<PyStream*>(object);
  if (!is_open(self) || !self->body->callback) return;
  Py_INCREF(keeper);
  Py_XSETREF(self->body->keeper, keeper);
}

audiopp::CallbackCounters stream_counters(PyObject* object) {
  if (!PyObject_TypeCheck(object, &stream_type)) return {};
  const Body* body = reinterpret_cast<PyStream*>(object)->body;
  return body ? body->stream.counters() : audiopp::CallbackCounters{};
}

void check_stream(PyObject* object) {
  if (!PyObject_TypeCheck(object, &stream_type)) return;
  if (!is_open(reinterpret_cast<PyStream*>(object))) return;
  PyStream* self = ready(reinterpret_cast<PyStream*>(object), ClosedError::stream_closed);
  bool checked = false;
  const auto question = [](auto& stream) {
    stream.check_device();
    return true;
  };
  if (self == nullptr || !ask(self, checked, question)) throw pybind11::error_already_set();
}

std::vector<std::string> close_all_streams(StopMode mode, const audiopp::IoOptions& options) {
  // A strong reference to each: others may drop theirs while the GIL is let go.
  std::vector<PyStream*> all;
  for (PyStream* self : open_streams()) {
    Py_INCREF(self);
    all.push_back(self);
  }
  std::vector<std::string> closed;
  std::optional<pybind11::error_already_set> raised;
  for (PyStream* self : all) {
    if (is_open(self)) closed.push_back(describe(self->body->stream));
    close_quietly(self, mode, options);
    Py_DECREF(self);
    if (PyErr_Occurred()) {
      raised.emplace();  // takes it
      mode = StopMode::abort;
    }
  }
  if (raised) raised->restore();
  return closed;
}
