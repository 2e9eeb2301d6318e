// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "audiopp/session.hpp"

#include <algorithm>

#include "audiopp/error.hpp"
#include "backend/check.hpp"
#include "detail/convert.hpp"
#include "detail/rt.hpp"
#include "library/check_config.hpp"
#include "library/diagnosis.hpp"
#include "library/find_device.hpp"
#include "library/library.hpp"

namespace audiopp {

using detail::check;
using detail::Library;

Session::Session() : Session(detail::chosen_backend()) {}

Session::Session(const detail::Backend& backend)
    : state_(std::make_shared<detail::SessionState>(backend)) {}

const std::shared_ptr<detail::SessionState>& Session::state(const char* call) const {
  if (!state_) throw Error(Errc::not_initialized, call, "the session was moved from");
  return state_;
}

int Session::host_api_count() const {
  const Library& library = state("Pa_GetHostApiCount")->library;
  const auto lock = Library::lock_lists();
  const auto& api = library.api;
  return check(api, api.host_api_count(), "Pa_GetHostApiCount");
}

HostApi Session::host_api(int index) const {
  const Library& library = state("Pa_GetHostApiInfo")->library;
  const auto lock = Library::lock_lists();
  const PaHostApiInfo* info = library.api.host_api_info(index);
  if (info == nullptr) {
    throw Error(Errc::invalid_host_api, "Pa_GetHostApiInfo",
                "there is no host API " + std::to_string(index));
  }
  return detail::to_host_api(index, *info);
}

HostApi Session::host_api(HostApiType type) const {
  int index;
  {
    const Library& library = state("Pa_HostApiTypeIdToHostApiIndex")->library;
    const auto lock = Library::lock_lists();
    const auto& api = library.api;
    index = api.host_api_type_id_to_host_api_index(type);
    detail::check_result(
        api, std::min<PaError>(index, paNoError), "Pa_HostApiTypeIdToHostApiIndex",
        index == paHostApiNotFound ? detail::describe_missing(api, type) : std::string());
  }
  return host_api(index);
}

HostApi Session::default_host_api() const {
  int index;
  {
    const Library& library = state("Pa_GetDefaultHostApi")->library;
    const auto lock = Library::lock_lists();
    const auto& api = library.api;
    index = check(api, api.default_host_api(), "Pa_GetDefaultHostApi");
  }
  return host_api(index);
}

std::vector<HostApi> Session::host_apis() const {
  std::vector<HostApi> all;
  const int count = host_api_count();
  all.reserve(static_cast<std::size_t>(count));
  for (int index = 0; index < count; ++index) all.push_back(host_api(index));
  return all;
}

int Session::device_count() const {
  const Library& library = state("Pa_GetDeviceCount")->library;
  const auto lock = Library::lock_lists();
  const auto& api = library.api;
  return check(api, api.device_count(), "Pa_GetDeviceCount");
}

Device Session::device(int index) const {
  const Library& library = state("Pa_GetDeviceInfo")->library;
  const auto lock = Library::lock_lists();
  return library.device(index);
}

Device Session::device(const HostApi& host_api, int index) const {
  const Library& library = state("Pa_HostApiDeviceIndexToDeviceIndex")->library;
  const auto lock = Library::lock_lists();
  const auto& api = library.api;
  return library.device(check(api, api.host_api_device_index_to_device_index(host_api.index, index),
                              "Pa_HostApiDeviceIndexToDeviceIndex"));
}

std::vector<Device> Session::devices() const {
  std::vector<Device> all;
  const int count = device_count();
  all.reserve(static_cast<std::size_t>(count));
  for (int index = 0; index < count; ++index) all.push_back(device(index));
  return all;
}

std::optional<Device> Session::default_input_device() const {
  const Library& library = state("Pa_GetDefaultInputDevice")->library;
  const auto lock = Library::lock_lists();
  const PaDeviceIndex index = library.api.default_input_device();
  if (index == paNoDevice) return std::nullopt;
  return library.device(check(library.api, index, "Pa_GetDefaultInputDevice"));
}

std::optional<Device> Session::default_output_device() const {
  const Library& library = state("Pa_GetDefaultOutputDevice")->library;
  const auto lock = Library::lock_lists();
  const PaDeviceIndex index = library.api.default_output_device();
  if (index == paNoDevice) return std::nullopt;
  return library.device(check(library.api, index, "Pa_GetDefaultOutputDevice"));
}

Device Session::find_device(int index, Direction direction) const {
  return detail::DeviceSearch(devices(), host_apis(), direction).by_index(index);
}

Device Session::find_device(std::string_view name, Direction direction) const {
  return detail::DeviceSearch(devices(), host_apis(), direction).by_name(name);
}

Device Session::find_device(std::string_view host_api, std::string_view name,
                            Direction direction) const {
  return detail::DeviceSearch(devices(), host_apis(), direction).by_name(host_api, name);
}

Device Session::find_device(const Device& known, Direction direction) const {
  return detail::DeviceSearch(devices(), host_apis(), direction).again(known);
}

std::string Session::describe_input_devices() const {
  const Library& library = state("Pa_GetDeviceInfo")->library;
  const auto lock = Library::lock_lists();
  return detail::describe_devices(library.api, true);
}

std::string Session::describe_output_devices() const {
  const Library& library = state("Pa_GetDeviceInfo")->library;
  const auto lock = Library::lock_lists();
  return detail::describe_devices(library.api, false);
}

void Session::check_opens_beside_callbacks(const StreamConfig& config) const {
  const Library& library = state("Pa_OpenStream")->library;
  const auto lock = Library::lock_lists();
  const detail::Quirks& quirks = library.quirks(library.parameters(config));
  if (!quirks.one_audio_thread) return;
  throw Error(Errc::device_unavailable, "Pa_OpenStream",
              std::string("on ") + name_of(quirks.host_api) +
                  ", opening a stream inside a stream callback would wait for that callback: "
                  "open it in another thread");
}

void Session::check_supported(const StreamConfig& config) const {
  detail::refuse_inside_callback("Pa_IsFormatSupported");
  const Library& library = state("Pa_IsFormatSupported")->library;
  const auto lock = library.lock();
  const auto parameters = library.parameters(config);
  const PaError result = library.is_supported(parameters, config);
  if (result >= 0) return;
  detail::check_result(
      library.api, result, "Pa_IsFormatSupported",
      detail::describe_conversion(library.api, parameters, config.sample_rate, result));
}

bool Session::is_supported(const StreamConfig& config, std::error_code& error) const {
  detail::refuse_inside_callback("Pa_IsFormatSupported");
  const Library& library = state("Pa_IsFormatSupported")->library;
  const auto lock = library.lock();
  if (detail::fault_in(config) != nullptr) {
    error = std::make_error_code(std::errc::invalid_argument);
    return false;
  }
  const PaError result = library.is_supported(config);
  error = result < 0 ? make_error_code(static_cast<Errc>(result)) : std::error_code();
  return result >= 0;
}

bool Session::is_supported(const StreamConfig& config) const {
  std::error_code ignored;
  return is_supported(config, ignored);
}

int Session::portaudio_version() noexcept {
  return Library::portaudio().api.version();
}

std::string Session::portaudio_version_text() {
  return Library::portaudio().api.version_text();
}

}  // namespace audiopp
