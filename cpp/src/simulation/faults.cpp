// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "simulation/faults.hpp"

#include <algorithm>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <utility>

#include "audiopp/error.hpp"
#include "detail/convert.hpp"
#include "simulation/backend.hpp"
#include "simulation/system.hpp"

namespace audiopp::detail {

namespace {

struct HostErrorOfThread {
  std::string text;
  PaHostErrorInfo info{paInDevelopment, 0, ""};
};
thread_local HostErrorOfThread host_error;

// The functions as they are without faults.
Backend original;

bool is_xrun(Errc error) {
  return error == Errc::input_overflowed || error == Errc::output_underflowed;
}

template <auto function>
struct Faulty;

template <auto function, auto... others>
constexpr bool is_one_of = (std::is_same_v<Faulty<function>, Faulty<others>> || ...);

// What frees something frees it, whatever it answers, and an xrun is news of frames that were
// moved. Any other call that fails has done nothing.
template <auto function>
bool works_all_the_same(const Fault& fault) {
  if constexpr (is_one_of<function, &Backend::terminate, &Backend::close_stream>) return true;
  if constexpr (is_one_of<function, &Backend::read_stream, &Backend::write_stream>) {
    return is_xrun(fault.error);
  }
  return false;
}

// What the function answers in an error.
template <auto function, class Result>
Result failure(PaError error) {
  if constexpr (is_one_of<function, &Backend::default_input_device,
                          &Backend::default_output_device>) {
    return paNoDevice;
  } else if constexpr (std::is_pointer_v<Result>) {
    return nullptr;
  } else if constexpr (std::is_floating_point_v<Result>) {
    return 0;
  } else {
    return error;
  }
}

std::optional<Fault> fault_at(const char* call) {
  const auto system = concerned_simulation();
  if (!system) return std::nullopt;
  const std::lock_guard lock(system->mutex);
  auto fault = system->faults.next(call);
  if (fault && fault->error == Errc::unanticipated_host_error) {
    const Catalogue& found = system->catalogue();
    const PaHostApiInfo* const host_api = found.host_api(found.default_host_api());
    fail_by_host(host_api == nullptr ? HostApiType::in_development : type_in(host_api->type),
                 fault->host_code, fault->host_text);
  }
  return fault;
}

template <class Result, class... Arguments, Result (*Backend::*function)(Arguments...)>
struct Faulty<function> {
  static inline const char* name = nullptr;

  static Result call(Arguments... arguments) {
    const auto fault = fault_at(name);
    if (!fault) return (original.*function)(arguments...);
    if constexpr (is_one_of<function, &Backend::initialize>) forget_selected_simulation();
    if (works_all_the_same<function>(*fault)) {
      const Result result = (original.*function)(arguments...);
      if (result != Result{}) return result;
    }
    return failure<function, Result>(static_cast<PaError>(fault->error));
  }
};

struct Table {
  template <auto function>
  Table& can_fail(const char* name) {
    Faulty<function>::name = name;
    names.emplace_back(name);
    backend.*function = &Faulty<function>::call;
    return *this;
  }
  Backend backend;
  std::vector<std::string> names;
};

Table make_table() {
  Table table{original, {}};
  table.can_fail<&Backend::initialize>("Pa_Initialize")
      .can_fail<&Backend::terminate>("Pa_Terminate")
      .can_fail<&Backend::host_api_count>("Pa_GetHostApiCount")
      .can_fail<&Backend::default_host_api>("Pa_GetDefaultHostApi")
      .can_fail<&Backend::host_api_info>("Pa_GetHostApiInfo")
      .can_fail<&Backend::host_api_type_id_to_host_api_index>("Pa_HostApiTypeIdToHostApiIndex")
      .can_fail<&Backend::host_api_device_index_to_device_index>(
          "Pa_HostApiDeviceIndexToDeviceIndex")
      .can_fail<&Backend::device_count>("Pa_GetDeviceCount")
      .can_fail<&Backend::default_input_device>("Pa_GetDefaultInputDevice")
      .can_fail<&Backend::default_output_device>("Pa_GetDefaultOutputDevice")
      .can_fail<&Backend::device_info>("Pa_GetDeviceInfo")
      .can_fail<&Backend::is_format_supported>("Pa_IsFormatSupported")
      .can_fail<&Backend::open_stream>("Pa_OpenStream")
      .can_fail<&Backend::close_stream>("Pa_CloseStream")
      .can_fail<&Backend::set_finished_callback>("Pa_SetStreamFinishedCallback")
      .can_fail<&Backend::start_stream>("Pa_StartStream")
      .can_fail<&Backend::stop_stream>("Pa_StopStream")
      .can_fail<&Backend::abort_stream>("Pa_AbortStream")
      .can_fail<&Backend::is_stream_stopped>("Pa_IsStreamStopped")
      .can_fail<&Backend::is_stream_active>("Pa_IsStreamActive")
      .can_fail<&Backend::stream_info>("Pa_GetStreamInfo")
      .can_fail<&Backend::stream_time>("Pa_GetStreamTime")
      .can_fail<&Backend::stream_cpu_load>("Pa_GetStreamCpuLoad")
      .can_fail<&Backend::read_stream>("Pa_ReadStream")
      .can_fail<&Backend::write_stream>("Pa_WriteStream")
      .can_fail<&Backend::read_available>("Pa_GetStreamReadAvailable")
      .can_fail<&Backend::write_available>("Pa_GetStreamWriteAvailable");
  return table;
}

// Never destroyed: a process may end while streams run.
const Table& table() {
  static const Table& made = *new Table(make_table());
  return made;
}

}  // namespace

void FaultPlan::add(Fault fault) {
  const bool at_callback = fault.call == stream_callback_call;
  const auto& calls = calls_that_can_fail();
  if (!at_callback && std::find(calls.begin(), calls.end(), fault.call) == calls.end()) {
    throw std::invalid_argument("there is no call \"" + fault.call +
                                "\" that can fail; they have PortAudio's names, such as "
                                "\"Pa_OpenStream\"");
  }
  if (static_cast<int>(fault.error) >= 0) {
    throw std::invalid_argument("a fault needs one of PortAudio's error codes, which are negative");
  }
  if (at_callback && !is_xrun(fault.error) && fault.error != Errc::internal_error) {
    throw std::invalid_argument(
        "a stream callback can only be told of input_overflowed and output_underflowed, or be kept "
        "from being called by internal_error");
  }
  if (fault.nth == 0) throw std::invalid_argument("calls are counted from 1, the next one");
  if (!(fault.probability >= 0 && fault.probability <= 1)) {
    throw std::invalid_argument("a probability is a number from 0 to 1");
  }
  if (fault.times == std::size_t{0}) return;
  std::mt19937_64 random(fault.seed);
  pending_.push_back({std::move(fault), random});
}

std::optional<Fault> FaultPlan::next(std::string_view call) {
  std::optional<Fault> met;
  for (Pending& pending : pending_) {
    if (pending.fault.call != call || ++pending.calls < pending.fault.nth) continue;
    // The standard's distributions differ from one library to the next.
    const double drawn = static_cast<double>(pending.random() >> 11) * 0x1p-53;
    if (drawn >= pending.fault.probability) continue;
    if (met) continue;  // this one waits for a call of its own
    ++pending.hits;
    ++hits_;
    met = pending.fault;
  }
  const auto is_spent = [](const Pending& pending) {
    return pending.fault.times && pending.hits >= *pending.fault.times;
  };
  if (met) {
    pending_.erase(std::remove_if(pending_.begin(), pending_.end(), is_spent), pending_.end());
  }
  return met;
}

const Backend& with_faults(const Backend& plain) {
  original = plain;
  return table().backend;
}

const std::vector<std::string>& calls_that_can_fail() {
  static_cast<void>(simulated_backend());  // makes the table
  return table().names;
}

PaError fail_by_host(HostApiType host_api, long code, const std::string& text) {
  host_error.text = text;
  put_type(host_api, host_error.info.hostApiType);
  host_error.info.errorCode = code;
  host_error.info.errorText = host_error.text.c_str();
  return paUnanticipatedHostError;
}

const PaHostErrorInfo* last_host_error_info() {
  return &host_error.info;
}

}  // namespace audiopp::detail
