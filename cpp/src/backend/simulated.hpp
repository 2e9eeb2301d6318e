// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

namespace audiopp::detail {

class SimulatedSystem;

/// The system that this thread's next simulated_backend().initialize() starts or shares;
/// std::logic_error while another runs.
void select_simulation(std::shared_ptr<SimulatedSystem> system);

/// The system that initialize() starts where none is selected; nullptr ends simulation_in_use().
void use_simulation(std::shared_ptr<SimulatedSystem> system);

/// Whether Simulation::use() has chosen the simulation for new sessions.
bool simulation_in_use() noexcept;

}  // namespace audiopp::detail
