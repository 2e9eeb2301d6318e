// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "library/library.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "audiopp/error.hpp"
#include "backend/check.hpp"
#include "backend/host_api_of.hpp"
#include "backend/host_libraries.hpp"
#include "backend/messages.hpp"
#include "backend/old_portaudio.hpp"
#include "detail/convert.hpp"
#include "detail/fork.hpp"
#include "detail/rt.hpp"
#include "detail/swallow.hpp"
#include "library/check_config.hpp"
#include "library/check_options.hpp"
#include "library/diagnosis.hpp"

namespace audiopp::detail {

namespace {

// Never destroyed: static streams and sessions may be destroyed after any other static object.
std::mutex*& own_mutex() {
  static auto* mutex = new std::mutex;
  return mutex;
}

// In a child no thread holds the lock, whoever held it in the parent.
const ChildHandler renew_lock([] { own_mutex() = new std::mutex; });

}  // namespace

Library& Library::portaudio() noexcept {
  static Library library(portaudio_backend(), nullptr);
  return library;
}

Library& Library::on(const Backend& backend) {
  const std::lock_guard lock(*own_mutex());
  static Library* newest = &portaudio();
  for (Library* library = newest; library != nullptr; library = library->next_) {
    if (&library->api == &backend) return *library;
  }
  newest = new Library(backend, newest);  // never deleted
  return *newest;
}

ProcessLock Library::lock() const {
  return {*own_mutex(), is_real()};
}

std::unique_lock<std::mutex> Library::lock_lists() {
  if (callback_stream() != nullptr) return {};
  return std::unique_lock(*own_mutex());
}

bool Library::is_inherited() const noexcept {
  return inherited_ || (starts_ > 0 && fork_ != fork_generation());
}

// A simulation prints nothing, and must not undo the redirection of a real session.
bool Library::is_real() const noexcept {
  return &api == &portaudio_backend();
}

void Library::notice_fork() noexcept {
  inherited_ = is_inherited();
  fork_ = fork_generation();
}

void Library::start() {
  notice_fork();
  if (inherited_) {
    ++starts_;
    return;
  }
  const bool is_first = is_real() && starts_ == 0;
  if (is_first) {
    load_host_libraries();
    take_messages();
    list_unusable_alsa_device();
  }
  const PaError result = api.initialize();
  if (result < 0 && is_first) give_messages_back();
  std::string why;
  if (result == paHostApiNotFound && is_real()) why = describe_missing_libraries();
  check_result(api, result, "Pa_Initialize", std::move(why));
  // Counted only now: after a failure Pa_Terminate() must not be called (portaudio.h).
  if (starts_++ == 0) ++generation_;
}

void Library::end() noexcept {
  notice_fork();
  --starts_;
  if (inherited_) return;
  const PaError result = api.terminate();
  if (is_real() && starts_ == 0) give_messages_back();
  try {
    check(api, result, "Pa_Terminate");
  } catch (const Error& error) {
    swallow(error);
  }
}

Device Library::device(PaDeviceIndex index) const {
  const PaDeviceInfo* info = api.device_info(index);
  if (info == nullptr) {
    throw Error(Errc::invalid_device, "Pa_GetDeviceInfo",
                "there is no device " + std::to_string(index) + " among " +
                    std::to_string(api.device_count()));
  }
  Device device;
  copy_device_info(index, *info, device);
  device.library_ = this;
  device.generation_ = generation_;
  return device;
}

std::optional<PaDeviceIndex> Library::device_of(const StreamSide& side, bool is_input) const {
  if (side.device) {
    return is_outdated(*side.device) ? std::nullopt : std::optional(side.device->index);
  }
  PaHostApiIndex host = -1;
  if (side.host_options) {
    const std::vector<Device> named = side.host_options->devices();
    if (std::any_of(named.begin(), named.end(), [this](auto& it) { return is_outdated(it); })) {
      return std::nullopt;
    }
    if (!named.empty()) return paUseHostApiSpecificDeviceSpecification;
    host = api.host_api_type_id_to_host_api_index(side.host_options->host_api());
  }
  if (const PaHostApiInfo* const info = host < 0 ? nullptr : api.host_api_info(host)) {
    return is_input ? info->defaultInputDevice : info->defaultOutputDevice;
  }
  return is_input ? api.default_input_device() : api.default_output_device();
}

std::optional<PaStreamParameters> Library::resolve(const StreamSide& side, bool is_input) const {
  const auto index = device_of(side, is_input);
  if (!index) return std::nullopt;
  PaDeviceIndex described = *index;
  if (described == paUseHostApiSpecificDeviceSpecification) {
    described = side.host_options->devices().front().index;
  }
  const PaDeviceInfo* info = described < 0 ? nullptr : api.device_info(described);
  if (info == nullptr) return std::nullopt;
  const double low = is_input ? info->defaultLowInputLatency : info->defaultLowOutputLatency;
  return to_parameters(side, *index, side.latency.value_or(Seconds(low)));
}

PaStreamParameters Library::parameters(const StreamSide& side, bool is_input) const {
  if (const auto found = resolve(side, is_input)) return *found;
  std::vector<Device> named;
  if (side.host_options) named = side.host_options->devices();
  if (side.device) named = {*side.device};
  for (const Device& device : named) {
    if (!is_outdated(device)) continue;
    throw Error(Errc::invalid_device, "Pa_OpenStream",
                "\"" + device.name + "\" is from an earlier device list");
  }
  throw Error(Errc::invalid_device, "Pa_OpenStream", describe_devices(api, is_input));
}

OpenParameters Library::parameters(const StreamConfig& config) const {
  check_config(config);
  OpenParameters parameters;
  if (config.input) parameters.input = this->parameters(*config.input, true);
  if (config.output) parameters.output = this->parameters(*config.output, false);
  if (const auto fault = fault_in_options(api, config, parameters); !fault.empty()) {
    throw Error(Errc::incompatible_host_api_specific_stream_info, "Pa_OpenStream", fault);
  }
  return parameters;
}

bool Library::is_outdated(const Device& device) const noexcept {
  return device.library_ != this || device.generation_ != generation_;
}

const Quirks& Library::quirks(const OpenParameters& parameters) const noexcept {
  return quirks_of(host_api_of(api, parameters.output ? *parameters.output : *parameters.input));
}

PaError Library::is_supported(const OpenParameters& parameters, const StreamConfig& config) const {
  OpenParameters asked = parameters;
  if (quirks(parameters).query_refuses_options) {
    for (auto* side : {&asked.input, &asked.output}) {
      if (*side) (*side)->hostApiSpecificStreamInfo = nullptr;
    }
  }
  const PaError result =
      api.is_format_supported(asked.input_or_null(), asked.output_or_null(), config.sample_rate);
  if (result < 0) return result;
  if (is_inherited() && quirks(parameters).fork_refusal != nullptr) return paDeviceUnavailable;
  const PaError flags = check_flags(config);
  return flags != paNoError ? flags : check_block(config, config.frames_per_buffer);
}

PaError Library::is_supported(const StreamConfig& config) const {
  OpenParameters parameters;
  if (config.input && !(parameters.input = resolve(*config.input, true))) return paInvalidDevice;
  if (config.output && !(parameters.output = resolve(*config.output, false))) {
    return paInvalidDevice;
  }
  if (!fault_in_options(api, config, parameters).empty()) {
    return paIncompatibleHostApiSpecificStreamInfo;
  }
  return is_supported(parameters, config);
}

SessionState::SessionState(const Backend& backend)
    // Before any lock is taken.
    : library((refuse_inside_callback("Pa_Initialize"), Library::on(backend))) {
  const auto lock = library.lock();
  library.start();
}

SessionState::~SessionState() {
  const auto lock = library.lock();
  library.end();
}

}  // namespace audiopp::detail
