// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include "simulation/system.hpp"

namespace audiopp::detail {

/// Which simulation PortAudio's functions act on. They have no context, so it is global.
struct Selection {
  std::mutex mutex;
  std::shared_ptr<SimulatedSystem> used;  ///< By Simulation::use().
  std::shared_ptr<SimulatedSystem> running;
  int initializations = 0;
  std::atomic<bool> in_global_call{false};
};

Selection& selection();

/// The system for this thread's initialize(): others may start and end sessions at the same time.
std::shared_ptr<SimulatedSystem> selected_simulation() noexcept;

/// Sets it; nullptr for none. The caller keeps it.
void set_selected_simulation(const std::shared_ptr<SimulatedSystem>* system) noexcept;

/// The system that runs, or else the one that this thread's initialize() would start; may be
/// nullptr.
std::shared_ptr<SimulatedSystem> concerned_simulation();

}  // namespace audiopp::detail
