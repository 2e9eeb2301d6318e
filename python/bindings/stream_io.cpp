// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "stream_io.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>

#include "py_arguments.hpp"
#include "py_gil.hpp"
#include "py_signals.hpp"

using audiopp::Errc;
using audiopp::Error;
using audiopp::IoResult;
using audiopp::IoStatus;
using audiopp::Seconds;

namespace {

// Releasing the GIL and taking it again takes as long as moving a small block.
constexpr std::size_t small_block = 8192;  // bytes: a few microseconds

constexpr const char* left_for_next_read = "arrived; the next read returns them first";

// The stream, if it is open and its frames have a known size; nullptr with an exception set.
PyStream* ready_for_frames(PyStream* self, std::size_t StreamBody::* frame_size) {
  if (ready(self) == nullptr) return nullptr;
  if (self->body.get()->*frame_size != 0) return self;
  PyErr_SetString(PyExc_ValueError,
                  "frames of a custom sample format have no known size: they can be neither read "
                  "nor written");
  return nullptr;
}

// What the arguments are called, which depends on the API that opened the stream.
struct IoNames {
  Argument frames;
  Argument raise_overflow;
  Argument raise_underflow;
};

const IoNames& names_of(const StreamBody& body) {
  static constexpr IoNames pyaudio{pyaudios("num_frames"),
                                   pyaudios("exception_on_overflow", true_or_false),
                                   pyaudios("exception_on_underflow", true_or_false)};
  static constexpr IoNames core{
      {"frames"}, {"raise_xrun", true_or_false}, {"raise_xrun", true_or_false}};
  return body.closes_on_error ? pyaudio : core;
}

// True or False, or what PyAudio takes for them.
bool parse_flag(PyObject* object, const Argument& argument, int& value) {
  if (object != Py_False && object != Py_True) return parse_int(object, argument, value);
  value = object == Py_True;
  return true;
}

// Sets the exception for a call that moved fewer frames than requested.
void set_ended_early(const IoResult& result, std::size_t wanted, const char* what_of_them) {
  if (result.status == IoStatus::stopped) {
    set_error(Error(Errc::stream_is_stopped, "Pa_StopStream", "another thread stopped the stream"));
  } else if (result.status == IoStatus::timed_out) {
    PyErr_Format(PyExc_TimeoutError, "timed out: %zu of %zu frames %s", result.frames, wanted,
                 what_of_them);
  }  // IoStatus::interrupted: a signal handler has raised
}

// Gives the exception that is set an attribute, of which it takes the reference.
void attach(const char* name, PyObject* attribute) {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  if (attribute == nullptr || PyObject_SetAttrString(value, name, attribute) < 0) PyErr_Clear();
  Py_XDECREF(attribute);
  PyErr_Restore(type, value, traceback);
}

// How many frames a failed call has moved.
void attach_frames(std::size_t frames) {
  attach("frames", PyLong_FromSize_t(frames));
}

// What a read has received that failed and that no other read will return.
void attach_partial(const char* buffer, std::size_t size) {
  attach("partial", PyBytes_FromStringAndSize(buffer, static_cast<Py_ssize_t>(size)));
}

// Raises the exception of a failed transfer, with the number of frames that it has moved; call it
// in a catch block.
std::size_t fail_transfer(PyStream* self) {
  std::size_t frames = 0;
  try {
    throw;
  } catch (const Error& error) {
    frames = error.frames();
    fail(self);
    attach_frames(frames);
  } catch (const std::exception&) {
    fail(self);
  }
  return frames;
}

// Moves a small block that needs no waiting at once, and any other without the GIL. `latency` is
// how long the device goes on with what is queued.
template <class Try, class Move>
IoResult move_frames(StreamBody& body, std::size_t frames, std::size_t frame_size,
                     Seconds (audiopp::Stream::*latency)() const noexcept, Seconds timeout,
                     const Try& try_move, const Move& move) {
  if (frames * frame_size <= small_block) {
    if (const auto result = try_move()) return *result;
  }
  SignalCheck signals;
  audiopp::IoOptions options = signals.options();
  options.timeout = timeout;
  IoResult result;
  const bool is_due = body.switch_interval->is_due();
  SwitchInterval::Clock::time_point moved;
  without_gil([&] {
    result = move(options);
    if (is_due) moved = SwitchInterval::Clock::now();
  });
  if (is_due && result.status == IoStatus::done) {  // else an exception may be set
    const double queued = (body.stream.*latency)().count() * body.stream.sample_rate();
    body.switch_interval->judge(moved, std::max(static_cast<double>(frames), queued));
  }
  return result;
}

IoResult write(StreamBody& body, const void* data, std::size_t frames, Seconds timeout) {
  return move_frames(
      body, frames, body.output_frame, &audiopp::Stream::output_latency, timeout,
      [&] { return body.stream.try_write(data, frames); },
      [&](const auto& options) { return body.stream.write(data, frames, options); });
}

IoResult read(StreamBody& body, void* buffer, std::size_t frames, Seconds timeout) {
  return move_frames(
      body, frames, body.input_frame, &audiopp::Stream::input_latency, timeout,
      [&] { return body.stream.try_read(buffer, frames); },
      [&](const auto& options) { return body.stream.read(buffer, frames, options); });
}

// Takes the frames that an earlier read left; returns how many bytes, and whether input was lost
// before them.
std::size_t take_unread(StreamBody& body, char* buffer, std::size_t most, bool& overflowed) {
  if (!body.has_unread) return 0;
  const std::lock_guard lock(body.mutex);
  const std::size_t size = std::min(body.unread.size(), most);
  // Frames, not text. NOLINTNEXTLINE(bugprone-not-null-terminated-result)
  if (size > 0) std::memcpy(buffer, body.unread.data(), size);
  body.unread.erase(0, size);
  overflowed = std::exchange(body.overflowed, false);
  body.has_unread = !body.unread.empty();
  return size;
}

void leave_unread(StreamBody& body, const char* buffer, std::size_t size, bool overflowed) {
  const std::lock_guard lock(body.mutex);
  body.unread.insert(0, buffer, size);
  body.overflowed |= overflowed;
  body.has_unread = !body.unread.empty() || body.overflowed;
}

// Reads what an earlier read left, then from the stream. A read that ends early leaves its frames
// for the next one.
IoResult fetch(StreamBody& body, char* buffer, std::size_t frames, Seconds timeout) {
  bool overflowed = false;
  const std::size_t left = take_unread(body, buffer, frames * body.input_frame, overflowed);
  const std::size_t had = left / body.input_frame;
  IoResult result;
  if (had < frames || had == 0) {
    try {
      result = read(body, buffer + left, frames - had, timeout);
    } catch (Error& error) {
      error.set_frames(had + error.frames());
      throw;
    }
  }
  result.frames += had;
  result.xrun |= overflowed;
  if (result.status != IoStatus::done) {
    leave_unread(body, buffer, result.frames * body.input_frame, result.xrun);
  }
  return result;
}

// Half as long as a division of 64 bits, where 32 are enough.
std::size_t divide(std::size_t a, std::size_t b) {
  if ((std::uint64_t{a | b} >> 32) != 0) return a / b;
  return static_cast<std::uint32_t>(a) / static_cast<std::uint32_t>(b);
}

// The bytes of one write: behind the part of a frame that an earlier write left, if there is one.
class WholeFrames {
 public:
  WholeFrames(StreamBody& body, const BytesView& data)
      : body_(body), data_(data.data()), size_(data.size()) {
    if (body.has_part.load(std::memory_order_relaxed)) join_part();
    count_ = divide(size_, body_.output_frame);
  }

  const char* data() const { return data_; }
  std::size_t count() const { return count_; }

  // After all frames were accepted: leaves what is less than a frame for the next write.
  void leave_rest() {
    const std::size_t end = count_ * body_.output_frame;
    if (end < size_) leave(end, size_ - end);
  }
  // After only the first `frames` were: the program goes on at that frame of its own data, so the
  // same number of bytes must wait before it as did before this write.
  void leave_after(std::size_t frames) {
    if (part_ > 0) leave(frames * body_.output_frame, part_);
  }

 private:
  void join_part() {
    {
      const std::lock_guard lock(body_.mutex);
      joined_.swap(body_.part);
      body_.has_part = false;
    }
    part_ = joined_.size();
    joined_.append(data_, size_);
    data_ = joined_.data();
    size_ = joined_.size();
  }

  void leave(std::size_t begin, std::size_t size) {
    const std::lock_guard lock(body_.mutex);
    body_.part.assign(data_ + begin, size);
    body_.has_part = true;
  }

  StreamBody& body_;
  const char* data_;
  std::size_t size_;
  std::size_t count_;  // divided once: that takes several nanoseconds
  std::size_t part_ = 0;
  std::string joined_;
};

Seconds wait_of(const StreamBody& body, const std::optional<Seconds>& timeout) {
  return timeout.value_or(Seconds(body.timeout.load(std::memory_order_relaxed)));
}

}  // namespace

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

bool write_frames(PyStream* self, PyObject* data_object, PyObject* frames_object, PyObject* raise,
                  PyObject* timeout_object, bool& xrun) {
  int raise_underflow = 0;
  Py_ssize_t asked = PY_SSIZE_T_MAX;
  std::optional<Seconds> timeout;
  BytesView data;
  if (!data.acquire(data_object)) return false;
  const IoNames& names = names_of(*self->body);
  const bool is_counted = frames_object && frames_object != Py_None;
  if (is_counted && !parse_frames(frames_object, names.frames, asked)) return false;
  if (raise && !parse_flag(raise, names.raise_underflow, raise_underflow)) return false;
  if (timeout_object && !parse_timeout(timeout_object, timeout)) return false;
  if (ready_for_frames(self, &StreamBody::output_frame) == nullptr) return false;

  StreamBody& body = *self->body;
  if (!check_samples(data, body.output, BufferUse::write)) return false;
  if (is_counted) drop_part(body);  // then the program counts in frames, and so did not begin one
  WholeFrames whole(body, data);
  begin_sound(body);
  // No more than the data holds: PyAudio reads past its end (docs/defects.md, B5).
  const std::size_t frames = std::min(static_cast<std::size_t>(asked), whole.count());
  IoResult result;
  try {
    result = write(body, whole.data(), frames, wait_of(body, timeout));
  } catch (const std::exception&) {
    whole.leave_after(fail_transfer(self));
    if (!is_open(self)) drop_part(body);
    return false;
  }
  if (result.status != IoStatus::done) {
    whole.leave_after(result.frames);
    if (result.status == IoStatus::stopped) drop_part(body);
    set_ended_early(result, frames, "were accepted");
    attach_frames(result.frames);
    return false;
  }
  if (!is_counted) whole.leave_rest();
  if (result.xrun && raise_underflow) {
    set_error(Error(Errc::output_underflowed, "Pa_WriteStream"));
    attach_frames(result.frames);
    return false;
  }
  xrun = result.xrun;
  return true;
}

PyObject* read_frames(PyStream* self, PyObject* frames_object, PyObject* raise,
                      PyObject* timeout_object) {
  int raise_overflow = 0;
  Py_ssize_t frames = 0;
  std::optional<Seconds> timeout;
  const IoNames& names = names_of(*self->body);
  if (!parse_frames(frames_object, names.frames, frames)) return nullptr;
  if (raise && !parse_flag(raise, names.raise_overflow, raise_overflow)) return nullptr;
  if (timeout_object && !parse_timeout(timeout_object, timeout)) return nullptr;
  if (ready_for_frames(self, &StreamBody::input_frame) == nullptr) return nullptr;

  StreamBody& body = *self->body;
  const auto frame_size = static_cast<Py_ssize_t>(body.input_frame);
  if (frames > PY_SSIZE_T_MAX / frame_size - 64) {
    return PyErr_NoMemory();  // 64: a bytes object's own
  }
  PyObject* bytes = body.blocks.make(frames * frame_size);
  if (bytes == nullptr) return nullptr;
  char* const buffer = PyBytes_AS_STRING(bytes);
  const auto wanted = static_cast<std::size_t>(frames);
  IoResult result;
  try {
    result = fetch(body, buffer, wanted, wait_of(body, timeout));
  } catch (const std::exception&) {
    attach_partial(buffer, fail_transfer(self) * body.input_frame);
    Py_DECREF(bytes);
    return nullptr;
  }
  const bool done = result.status == IoStatus::done;
  if (done && !(result.xrun && raise_overflow)) return bytes;
  if (done) {
    leave_unread(body, buffer, wanted * body.input_frame, false);
    set_error(Error(Errc::input_overflowed, "Pa_ReadStream"));
  } else {
    set_ended_early(result, wanted, left_for_next_read);
  }
  attach_frames(result.frames);
  Py_DECREF(bytes);
  return nullptr;
}

PyObject* read_into(PyStream* self, PyObject* buffer_object, PyObject* timeout_object) {
  std::optional<Seconds> timeout;
  BytesView buffer;
  if (!buffer.acquire_writable(buffer_object)) return nullptr;
  if (timeout_object && !parse_timeout(timeout_object, timeout)) return nullptr;
  if (ready_for_frames(self, &StreamBody::input_frame) == nullptr) return nullptr;

  StreamBody& body = *self->body;
  if (!check_samples(buffer, body.input, BufferUse::read_into)) return nullptr;
  const std::size_t frames = buffer.size() / body.input_frame;
  IoResult result;
  try {
    result = fetch(body, buffer.writable(), frames, wait_of(body, timeout));
  } catch (const std::exception&) {
    fail_transfer(self);
    return nullptr;
  }
  if (result.status != IoStatus::done) {
    set_ended_early(result, frames, left_for_next_read);
    attach_frames(result.frames);
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
