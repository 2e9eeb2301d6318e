// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "simulation/backend.hpp"

#include <mutex>
#include <stdexcept>
#include <utility>

#include "backend/backend.hpp"
#include "simulation/faulty.hpp"
#include "simulation/selection.hpp"
#include "simulation/stream.hpp"

namespace audiopp::detail {

namespace {

std::shared_ptr<SimulatedSystem> running_system() {
  const std::lock_guard lock(selection().mutex);
  return selection().running;
}

// portaudio.h: "it is not permissible to call PortAudio API functions from within the stream
// callback". Queries are allowed here: they do no harm.
void refuse_in_callback(const char* call) {
  if (inside_simulated_callback()) die(call, "called from inside a stream callback");
}

// Calls that change PortAudio's global state, which it does not protect.
struct GlobalCall {
  explicit GlobalCall(const char* call)
      : mark(selection().in_global_call, call,
             "another thread is inside Pa_Initialize, Pa_Terminate, Pa_OpenStream or "
             "Pa_CloseStream") {
    refuse_in_callback(call);
  }
  CallMark mark;
};

// ---- start and end ----

int version() {
  return Pa_GetVersion();
}

const char* version_text() {
  return Pa_GetVersionText();
}

PaError initialize() {
  const GlobalCall global("Pa_Initialize");
  const std::lock_guard lock(selection().mutex);
  auto system = selected_simulation();
  if (selection().initializations > 0) {
    if (system && system != selection().running) return paDeviceUnavailable;  // started meanwhile
  } else {
    if (!system) system = selection().used;
    if (!system) {
      system = std::make_shared<SimulatedSystem>(std::vector{SimulatedHostApi{}},
                                                 SimulatedClock::real_time);
    }
    system->initialize();
    selection().running = std::move(system);
  }
  ++selection().initializations;
  return paNoError;
}

PaError terminate() {
  const GlobalCall global("Pa_Terminate");
  std::shared_ptr<SimulatedSystem> system;
  {
    const std::lock_guard lock(selection().mutex);
    if (selection().initializations == 0) return paNotInitialized;
    if (selection().initializations == 1) system = selection().running;
  }
  if (system) system->terminate();  // unlocked: callbacks that it waits for may make queries
  const std::lock_guard lock(selection().mutex);
  if (--selection().initializations == 0) selection().running = nullptr;
  return paNoError;
}

// ---- host APIs and devices ----

PaHostApiIndex host_api_count() {
  const auto system = running_system();
  return system ? system->catalogue().host_api_count() : paNotInitialized;
}

PaHostApiIndex default_host_api() {
  const auto system = running_system();
  return system ? system->catalogue().default_host_api() : paNotInitialized;
}

const PaHostApiInfo* host_api_info(PaHostApiIndex index) {
  const auto system = running_system();
  return system ? system->catalogue().host_api(index) : nullptr;
}

PaHostApiIndex host_api_type_id_to_host_api_index(HostApiType type) {
  const auto system = running_system();
  return system ? system->catalogue().find_host_api(type) : paNotInitialized;
}

PaDeviceIndex host_api_device_index_to_device_index(PaHostApiIndex host_api, int device) {
  const auto system = running_system();
  return system ? system->catalogue().device_index(host_api, device) : paNotInitialized;
}

PaDeviceIndex device_count() {
  const auto system = running_system();
  return system ? system->catalogue().device_count() : paNotInitialized;
}

PaDeviceIndex default_input_device() {
  const auto system = running_system();
  return system ? system->catalogue().default_input() : paNoDevice;
}

PaDeviceIndex default_output_device() {
  const auto system = running_system();
  return system ? system->catalogue().default_output() : paNoDevice;
}

const PaDeviceInfo* device_info(PaDeviceIndex index) {
  const auto system = running_system();
  return system ? system->catalogue().device(index) : nullptr;
}

// ---- streams ----

PaError is_format_supported(const PaStreamParameters* input, const PaStreamParameters* output,
                            double sample_rate) {
  const auto system = running_system();
  if (!system) return paNotInitialized;
  StreamOrder order;
  const PaError error =
      system->catalogue().check(input, output, sample_rate, 0, paNoFlag, nullptr, order);
  if (error != paNoError || order.host_api != HostApiType::wdm_ks) return error;
  // As IsFormatSupported() of pa_win_wdmks.c, whatever its OpenStream() takes.
  const auto has_options = [](const PaStreamParameters* side) {
    return side != nullptr && side->hostApiSpecificStreamInfo != nullptr;
  };
  return has_options(input) || has_options(output) ? paIncompatibleHostApiSpecificStreamInfo
                                                   : paNoError;
}

PaError open_stream(PaStream** stream, const PaStreamParameters* input,
                    const PaStreamParameters* output, double sample_rate,
                    unsigned long frames_per_buffer, PaStreamFlags flags,
                    PaStreamCallback* callback, void* user_data) {
  const GlobalCall global("Pa_OpenStream");
  const auto system = running_system();
  if (!system) return paNotInitialized;
  if (stream == nullptr) return paBadStreamPtr;
  StreamOrder order;
  const PaError error = system->catalogue().check(input, output, sample_rate, frames_per_buffer,
                                                  flags, callback, order);
  if (error != paNoError) return error;
  order.user_data = user_data;
  return system->open(order, stream);
}

PaError close_stream(PaStream* handle) {
  const GlobalCall global("Pa_CloseStream");
  const auto system = running_system();
  if (!system) return paNotInitialized;
  if (!system->find(handle)) return paBadStreamPtr;
  system->close(handle, "Pa_CloseStream");
  return paNoError;
}

// Like PaUtil_ValidateStreamPointer(), but stricter with closed streams: PortAudio reads their
// freed memory, which can go unnoticed for a long time.
template <class Result, class Call>
Result with_stream(const char* name, PaStream* handle, Result not_initialized, Result bad_stream,
                   const Call& call) {
  const auto system = running_system();
  if (!system) return not_initialized;
  if (const auto stream = system->find(handle)) return call(*stream);
  if (SimulatedSystem::was_open(handle)) die(name, "the stream is closed");
  return bad_stream;
}

template <class Call>
PaError with_stream(const char* name, PaStream* handle, const Call& call) {
  return with_stream<PaError>(name, handle, paNotInitialized, paBadStreamPtr, call);
}

PaError set_finished_callback(PaStream* handle, PaStreamFinishedCallback* callback) {
  refuse_in_callback("Pa_SetStreamFinishedCallback");
  return with_stream("Pa_SetStreamFinishedCallback", handle,
                     [&](auto& stream) { return stream.set_finished_callback(callback); });
}

PaError start_stream(PaStream* handle) {
  refuse_in_callback("Pa_StartStream");
  return with_stream("Pa_StartStream", handle, [](auto& stream) { return stream.start(); });
}

PaError stop_stream(PaStream* handle) {
  refuse_in_callback("Pa_StopStream");
  return with_stream("Pa_StopStream", handle,
                     [](auto& stream) { return stream.stop("Pa_StopStream", true); });
}

PaError abort_stream(PaStream* handle) {
  refuse_in_callback("Pa_AbortStream");
  return with_stream("Pa_AbortStream", handle,
                     [](auto& stream) { return stream.stop("Pa_AbortStream", false); });
}

PaError is_stream_stopped(PaStream* handle) {
  return with_stream("Pa_IsStreamStopped", handle,
                     [](auto& stream) { return stream.is_stopped(); });
}

PaError is_stream_active(PaStream* handle) {
  return with_stream("Pa_IsStreamActive", handle, [](auto& stream) { return stream.is_active(); });
}

const PaStreamInfo* stream_info(PaStream* handle) {
  return with_stream<const PaStreamInfo*>("Pa_GetStreamInfo", handle, nullptr, nullptr,
                                          [](auto& stream) { return stream.info(); });
}

PaTime stream_time(PaStream* handle) {
  return with_stream<PaTime>("Pa_GetStreamTime", handle, 0, 0,
                             [](auto& stream) { return stream.time(); });
}

double stream_cpu_load(PaStream* handle) {
  return with_stream<double>("Pa_GetStreamCpuLoad", handle, 0, 0,
                             [](auto& stream) { return stream.cpu_load(); });
}

PaError read_stream(PaStream* handle, void* buffer, unsigned long frames) {
  return with_stream("Pa_ReadStream", handle, [&](auto& stream) {
    if (frames == 0) return static_cast<PaError>(paNoError);
    if (buffer == nullptr) return static_cast<PaError>(paBadBufferPtr);
    return stream.read(buffer, frames);
  });
}

PaError write_stream(PaStream* handle, const void* buffer, unsigned long frames) {
  return with_stream("Pa_WriteStream", handle, [&](auto& stream) {
    if (frames == 0) return static_cast<PaError>(paNoError);
    if (buffer == nullptr) return static_cast<PaError>(paBadBufferPtr);
    return stream.write(buffer, frames);
  });
}

signed long read_available(PaStream* handle) {
  return with_stream<signed long>("Pa_GetStreamReadAvailable", handle, 0, 0,
                                  [](auto& stream) { return stream.read_available(); });
}

signed long write_available(PaStream* handle) {
  return with_stream<signed long>("Pa_GetStreamWriteAvailable", handle, 0, 0,
                                  [](auto& stream) { return stream.write_available(); });
}

constexpr Backend make_table() {
  Backend table{};
#define CALL(member, function, result, parameters) \
  table.member = Faulty<&Backend::member, member>::call;
#define PLAIN(member, function, result, parameters) table.member = member;
  AUDIOPP_BACKEND_CALLS(CALL, PLAIN)
#undef CALL
#undef PLAIN
  return table;
}

}  // namespace

const Backend& simulated_backend() noexcept {
  static constexpr Backend table = make_table();
  return table;
}

namespace {

// With the lock of selection() held.
void refuse_while_another_runs(const std::shared_ptr<SimulatedSystem>& system) {
  if (!selection().running || selection().running == system) return;
  throw std::logic_error(
      "another simulation is running: end its sessions and close its streams first");
}

}  // namespace

SelectedSimulation::SelectedSimulation(std::shared_ptr<SimulatedSystem> system)
    : system_(std::move(system)) {
  const std::lock_guard lock(selection().mutex);
  refuse_while_another_runs(system_);
  set_selected_simulation(&system_);
}

SelectedSimulation::~SelectedSimulation() {
  set_selected_simulation(nullptr);
}

void use_simulation(std::shared_ptr<SimulatedSystem> system) {
  const std::lock_guard lock(selection().mutex);
  if (system) refuse_while_another_runs(system);
  choose_backend(system ? &simulated_backend() : nullptr);
  selection().used = std::move(system);
}

}  // namespace audiopp::detail
