// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "audiopp/simulation.hpp"
#include "backend/backend.hpp"

namespace audiopp::detail {

/// The pseudo-call at which xruns become flags of the next stream callback.
inline constexpr const char* stream_callback_call = "PaStreamCallback";

/// The faults of a simulation, and which call each one hits. Guarded by the system's mutex.
class FaultPlan {
 public:
  /// std::invalid_argument for a fault that cannot happen.
  void add(Fault fault);
  void clear() { pending_.clear(); }
  std::size_t hits() const { return hits_; }
  /// The fault that hits this call of `call`, if any. Counts the call.
  std::optional<Fault> next(std::string_view call);

 private:
  struct Pending {
    Fault fault;
    std::mt19937_64 random;
    std::size_t calls = 0;
    std::size_t hits = 0;
  };
  std::vector<Pending> pending_;
  std::size_t hits_ = 0;
};

/// Whether it is an xrun: the frames are moved all the same.
bool is_xrun(Errc error);

/// PortAudio's names of the functions in which faults can be injected.
const std::vector<std::string>& calls_that_can_fail();

/// Sets what this thread's next last_host_error_info() returns; returns paUnanticipatedHostError.
PaError fail_by_host(HostApiType host_api, long code, const std::string& text);
const PaHostErrorInfo* last_host_error_info();

}  // namespace audiopp::detail
