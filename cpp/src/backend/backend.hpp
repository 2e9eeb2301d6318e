// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include "audiopp/host_api.hpp"
#include "backend/calls.hpp"
#include "detail/portaudio.hpp"

namespace audiopp::detail {

/// The PortAudio calls that we make: the only seam between us and a sound system.
///
/// Each function keeps the contract of its namesake in portaudio.h. The code above cannot tell the
/// real library from the simulation.
struct Backend {
#define CALL(member, function, result, parameters) result(*member) parameters;
  AUDIOPP_BACKEND_CALLS(CALL, CALL)
#undef CALL
};

/// The real library.
const Backend& portaudio_backend() noexcept;

/// The backend of new sessions: the real library, unless choose_backend() named another one.
const Backend& chosen_backend() noexcept;

/// nullptr selects the real library again. Any thread; `backend` must never be destroyed.
void choose_backend(const Backend* backend) noexcept;

}  // namespace audiopp::detail
