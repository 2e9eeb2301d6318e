// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "simulation/faults.hpp"

#include <algorithm>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "audiopp/error.hpp"
#include "detail/convert.hpp"

namespace audiopp::detail {

namespace {

thread_local PaHostErrorInfo host_error{paInDevelopment, 0, ""};

/// The text for as long as the process lives: a thread may end while its error is shown.
const char* kept(const std::string& text) {
  static std::mutex mutex;
  static std::set<std::string>& texts = *new std::set<std::string>;
  const std::lock_guard lock(mutex);
  return texts.insert(text).first->c_str();
}

}  // namespace

bool is_xrun(Errc error) {
  return error == Errc::input_overflowed || error == Errc::output_underflowed;
}

const std::vector<std::string>& calls_that_can_fail() {
#define CALL(member, function, result, parameters) #function,
#define PLAIN(member, function, result, parameters)
  // Never destroyed: a process may end while streams run.
  static const auto& names = *new std::vector<std::string>{AUDIOPP_BACKEND_CALLS(CALL, PLAIN)};
#undef CALL
#undef PLAIN
  return names;
}

void FaultPlan::add(Fault fault) {
  const bool at_callback = fault.call == stream_callback_call;
  const auto& calls = calls_that_can_fail();
  if (!at_callback && std::find(calls.begin(), calls.end(), fault.call) == calls.end()) {
    throw std::invalid_argument("no call named \"" + fault.call +
                                "\" can fail; use PortAudio's names, such as \"Pa_OpenStream\"");
  }
  if (static_cast<int>(fault.error) >= 0) {
    throw std::invalid_argument("a fault needs one of PortAudio's error codes, which are negative");
  }
  if (at_callback && !is_xrun(fault.error) && fault.error != Errc::internal_error) {
    throw std::invalid_argument(
        "a fault at a stream callback is input_overflowed or output_underflowed, which it sees as "
        "flags, or internal_error, which stops the calls");
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
    // The distributions in <random> differ between standard libraries.
    const double drawn = static_cast<double>(pending.random() >> 11) * 0x1p-53;
    if (drawn >= pending.fault.probability) continue;
    if (met) continue;  // this one waits for the next call
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

PaError fail_by_host(HostApiType host_api, long code, const std::string& text) {
  put_type(host_api, host_error.hostApiType);
  host_error.errorCode = code;
  host_error.errorText = kept(text);
  return paUnanticipatedHostError;
}

const PaHostErrorInfo* last_host_error_info() {
  return &host_error;
}

}  // namespace audiopp::detail
