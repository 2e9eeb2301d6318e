// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include <atomic>

#include "backend/backend.hpp"
#include "backend/com.hpp"
#include "backend/dead_jack.hpp"
#include "detail/convert.hpp"

namespace audiopp::detail {

namespace {

// Hides PortAudio's own function, whose parameter cannot hold types that its header does not list.
PaHostApiIndex Pa_HostApiTypeIdToHostApiIndex(HostApiType type) {
  const PaHostApiIndex count = Pa_GetHostApiCount();
  for (PaHostApiIndex index = 0; index < count; ++index) {
    if (type_in(Pa_GetHostApiInfo(index)->type) == type) return index;
  }
  return count < 0 ? count : static_cast<PaHostApiIndex>(paHostApiNotFound);
}

// Hide PortAudio's own functions, which clean up what they opened.
PaError Pa_Initialize() {
  const JackCleanUp clean_up;
  hold_com();
  const ComScope com;
  const PaError result = ::Pa_Initialize();
  if (result < 0) release_com();
  return result;
}

PaError Pa_Terminate() {
  const JackCleanUp clean_up;
  const PaError result = ::Pa_Terminate();
  if (result >= 0) release_com();
  return result;
}

PaError Pa_OpenStream(PaStream** stream, const PaStreamParameters* input,
                      const PaStreamParameters* output, double sample_rate,
                      unsigned long frames_per_buffer, PaStreamFlags flags,
                      PaStreamCallback* callback, void* user_data) {
  const JackCleanUp clean_up;
  return ::Pa_OpenStream(stream, input, output, sample_rate, frames_per_buffer, flags, callback,
                         user_data);
}

PaError Pa_CloseStream(PaStream* stream) {
  const JackCleanUp clean_up;
  return ::Pa_CloseStream(stream);
}

// Whether the letters of `member` occur in `function`, in their order: "stop_stream" is found in
// "Pa_StopStream" and not in "Pa_StartStream".
constexpr bool is_named_after(const char* member, const char* function) {
  for (; *function != '\0'; ++function) {
    while (*member == '_') ++member;
    const bool upper = *function >= 'A' && *function <= 'Z';
    if (*member == (upper ? *function - 'A' + 'a' : *function)) ++member;
  }
  return *member == '\0';
}

// start, stop and abort have the same type: only their names keep them apart.
#define CALL(member, function, result, parameters)  \
  static_assert(is_named_after(#member, #function), \
                #member " in calls.hpp is not named after " #function);
AUDIOPP_BACKEND_CALLS(CALL, CALL)
#undef CALL
static_assert(!is_named_after("stop_stream", "Pa_StartStream") &&
              !is_named_after("start_stream", "Pa_StopStream") &&
              !is_named_after("abort_stream", "Pa_StopStream"));

constexpr Backend make_table() {
  Backend table{};
#define CALL(member, function, result, parameters) table.member = function;
  AUDIOPP_BACKEND_CALLS(CALL, CALL)
#undef CALL
  return table;
}

std::atomic<const Backend*> chosen{nullptr};

}  // namespace

const Backend& portaudio_backend() noexcept {
  static constexpr Backend table = make_table();
  return table;
}

const Backend& chosen_backend() noexcept {
  const Backend* const backend = chosen.load(std::memory_order_acquire);
  return backend == nullptr ? portaudio_backend() : *backend;
}

void choose_backend(const Backend* backend) noexcept {
  chosen.store(backend, std::memory_order_release);
}

}  // namespace audiopp::detail
