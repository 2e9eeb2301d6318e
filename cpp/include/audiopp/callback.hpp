// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstring>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "audiopp/buffer.hpp"
#include "audiopp/flags.hpp"
#include "audiopp/sample_format.hpp"
#include "audiopp/time.hpp"

namespace audiopp {

/// What a callback wants next, under PortAudio's numbers.
enum class CallbackResult : int {
  continue_ = 0,  ///< Call again.
  complete = 1,   ///< This was the last block: play what is queued, then finish.
  abort = 2,      ///< Finish as soon as possible; what is queued may be lost.
};

/// The shape of a callback stream's buffers, fixed when it opens.
struct CallbackFormat {
  int input_channels = 0;   ///< 0: no input.
  int output_channels = 0;  ///< 0: no output.
  SampleFormat input_format = SampleFormat::int16;
  SampleFormat output_format = SampleFormat::int16;
  Layout input_layout = Layout::interleaved;
  Layout output_layout = Layout::interleaved;
};

/// One block, as a handler sees it. It offers only what is allowed on the audio thread.
///
/// The output already holds silence, unless the handler fills it (see Callback). The pointers end
/// with the call.
class CallbackContext {
 public:
  const void* input;   ///< Frames, or channel pointers if planar; nullptr without input.
  void* output;        ///< Likewise; nullptr without output.
  std::size_t frames;  ///< Frames in each of them.
  CallbackTimes times;
  CallbackFlags flags;
  const CallbackFormat* format;

  /// The input as samples of type T, which must be those of the stream's format, interleaved.
  template <class T>
  Interleaved<const T> input_as() const noexcept {
    return {static_cast<const T*>(input), frames, format->input_channels};
  }
  /// The output as samples of type T, which must be those of the stream's format, interleaved.
  template <class T>
  Interleaved<T> output_as() const noexcept {
    return {static_cast<T*>(output), frames, format->output_channels};
  }
};

/// A handler for blocks of audio: any callable that takes a CallbackContext and returns a
/// CallbackResult. Move-only, so the callable may be, too.
///
/// Empty if default-constructed or made from a null pointer or an empty std::function. Construction
/// may allocate; moving and calling do not.
///
/// A callable whose type has `static constexpr bool fills_output = true` writes the whole output
/// whenever it returns. So the output is not silenced before it is called, which takes as long as
/// copying the block.
///
/// *Threads*: called on the audio thread, or on the stream's worker with a callback buffer; never
/// twice at once for one stream.
/// *Real time*: must not allocate, lock, wait or do I/O, or the sound may break up.
/// *Throws*: whatever it throws becomes CallbackResult::abort and is kept for the control side.
class Callback {
 public:
  Callback() noexcept = default;
  Callback(std::nullptr_t) noexcept {}  // NOLINT(google-explicit-constructor): as std::function
  template <class F,
            class = std::enable_if_t<
                !std::is_same_v<std::decay_t<F>, Callback> &&
                std::is_invocable_r_v<CallbackResult, std::decay_t<F>&, const CallbackContext&>>>
  Callback(F&& callable) {  // NOLINT(google-explicit-constructor): as std::function
    using Callable = std::decay_t<F>;
    const Callable& decayed = callable;
    if (is_null(decayed)) return;
    callable_ = {new Callable(std::forward<F>(callable)),
                 [](void* held) { delete static_cast<Callable*>(held); }};
    call_ = [](void* held, const CallbackContext& context) -> CallbackResult {
      return std::invoke(*static_cast<Callable*>(held), context);
    };
    fills_output_ = Fills<Callable>::value;
  }
  Callback(Callback&&) noexcept = default;
  Callback& operator=(Callback&&) noexcept = default;

  explicit operator bool() const noexcept { return callable_ != nullptr; }

  /// Whether the callable says that it writes the whole output.
  bool fills_output() const noexcept { return fills_output_; }

  /// *Throws*: std::bad_function_call if it is empty; what the callable throws.
  CallbackResult operator()(const CallbackContext& context) const {
    if (callable_ == nullptr) throw std::bad_function_call();
    return call_(callable_.get(), context);
  }

 private:
  template <class Callable, class = void>
  struct Fills : std::false_type {};
  template <class Callable>
  struct Fills<Callable, std::void_t<decltype(Callable::fills_output)>>
      : std::bool_constant<Callable::fills_output> {};

  template <class Callable>
  static bool is_null([[maybe_unused]] const Callable& callable) noexcept {
    if constexpr (std::is_pointer_v<Callable> || std::is_member_pointer_v<Callable>) {
      return callable == nullptr;
    }
    return false;
  }
  template <class Signature>
  static bool is_null(const std::function<Signature>& function) noexcept {
    return !function;
  }

  std::unique_ptr<void, void (*)(void*)> callable_{nullptr, nullptr};
  CallbackResult (*call_)(void*, const CallbackContext&) = nullptr;
  bool fills_output_ = false;
};

/// Runs the work it is given: the handler's calls for all blocks that are due together, so that a
/// lock which all of them need is taken only once.
using CallbackScope = std::function<void(const std::function<void()>& work)>;

/// A C function with the signature of PortAudio's PaStreamCallback, as a Callback.
///
/// `Times` is PaStreamCallbackTimeInfo or any structure with its three doubles. A result that is
/// not a PaStreamCallbackResult becomes std::invalid_argument and ends the stream.
template <class Times>
auto native_callback(int (*function)(const void* input, void* output, unsigned long frames,
                                     const Times* times, unsigned long flags, void* user_data),
                     void* user_data = nullptr) {
  static_assert(std::is_trivially_copyable_v<Times> && sizeof(Times) == sizeof(CallbackTimes));
  return [function, user_data](const CallbackContext& context) {
    Times times;
    std::memcpy(&times, &context.times, sizeof times);
    const int result =
        function(context.input, context.output, static_cast<unsigned long>(context.frames), &times,
                 static_cast<unsigned long>(context.flags), user_data);
    if (result < 0 || result > 2) {
      throw std::invalid_argument("Invalid PaStreamCallbackResult from callback: " +
                                  std::to_string(result));
    }
    return static_cast<CallbackResult>(result);
  };
}

}  // namespace audiopp
