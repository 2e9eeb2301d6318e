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

/// The system that runs, or else the one that this thread's next initialize() would start; may be
/// nullptr.
std::shared_ptr<SimulatedSystem> concerned_simulation();

/// As if select_simulation() had not been called: this thread's initialize() has failed.
void forget_selected_simulation() noexcept;

/// Whether Simulation::use() has chosen the simulation for new sessions.
bool simulation_in_use() noexcept;

}  // namespace audiopp::detail
