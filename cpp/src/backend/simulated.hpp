// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

namespace audiopp::detail {

class SimulatedSystem;

/// The system that simulated_backend().initialize() starts next; std::logic_error while another
/// runs.
void select_simulation(std::shared_ptr<SimulatedSystem> system);

/// The system that initialize() starts when none is selected; nullptr ends simulation_in_use().
void use_simulation(std::shared_ptr<SimulatedSystem> system);

/// Whether Simulation::use() has chosen the simulation for new sessions.
bool simulation_in_use() noexcept;

}  // namespace audiopp::detail
