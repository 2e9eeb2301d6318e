// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

namespace audiopp::detail {

class SimulatedSystem;
struct Backend;

/// The simulation's table; the functions below choose the system that it runs.
const Backend& simulated_backend() noexcept;

/// Sets the system that this thread's next initialize() starts or shares; std::logic_error while
/// another runs. Returns simulated_backend().
const Backend& select_simulation(std::shared_ptr<SimulatedSystem> system);

/// Makes the simulation the backend of new sessions, and `system` the one that initialize() starts
/// where none is selected; nullptr goes back to the real library.
void use_simulation(std::shared_ptr<SimulatedSystem> system);

}  // namespace audiopp::detail
