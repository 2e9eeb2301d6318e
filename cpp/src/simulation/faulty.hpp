// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <type_traits>

#include "audiopp/simulation.hpp"
#include "backend/backend.hpp"
#include "simulation/faults.hpp"
#include "simulation/selection.hpp"

namespace audiopp::detail {

/// The fault that hits this call of PortAudio's function `call`, in the simulation that it acts on.
/// Keeps the host error for last_host_error_info().
std::optional<Fault> fault_at(const char* call);

/// PortAudio's name of a member of Backend in which faults can be injected.
template <auto member>
inline constexpr const char* call_name = nullptr;

#define CALL(member, function, result, parameters) \
  template <>                                      \
  inline constexpr const char* call_name<&Backend::member> = #function;
#define PLAIN(member, function, result, parameters)
AUDIOPP_BACKEND_CALLS(CALL, PLAIN)
#undef CALL
#undef PLAIN

template <auto member>
struct Call {};
template <auto member, auto... others>
inline constexpr bool is_one_of = (std::is_same_v<Call<member>, Call<others>> || ...);

/// The simulation's function `plain` for a member of Backend, made to fail where a fault says so.
template <auto member, auto plain>
struct Faulty;

template <auto member, class Result, class... Arguments, Result (*plain)(Arguments...)>
struct Faulty<member, plain> {
  static Result call(Arguments... arguments) {
    const std::optional<Fault> fault = fault_at(call_name<member>);
    if (!fault) return plain(arguments...);
    if (works_all_the_same(*fault)) {
      const Result result = plain(arguments...);
      if (result != Result{}) return result;
    }
    return failure(static_cast<PaError>(fault->error));
  }

 private:
  // A function that frees something frees it even if it fails, and an xrun moves the frames. Any
  // other call that fails does nothing.
  static bool works_all_the_same([[maybe_unused]] const Fault& fault) {
    if constexpr (is_one_of<member, &Backend::terminate, &Backend::close_stream>) return true;
    if constexpr (is_one_of<member, &Backend::read_stream, &Backend::write_stream>) {
      return is_xrun(fault.error);
    }
    return false;
  }

  // What the function returns on an error.
  static Result failure([[maybe_unused]] PaError error) {
    if constexpr (is_one_of<member, &Backend::default_input_device,
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
};

}  // namespace audiopp::detail
