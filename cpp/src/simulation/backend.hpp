// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

namespace audiopp::detail {

class SimulatedSystem;
struct Backend;

/// The simulation's table; the functions below choose the system that it runs.
const Backend& simulated_backend() noexcept;

/// While it exists, this thread's initialize() starts or shares this system; std::logic_error while
/// another runs.
class SelectedSimulation {
 public:
  explicit SelectedSimulation(std::shared_ptr<SimulatedSystem> system);
  ~SelectedSimulation();
  SelectedSimulation(const SelectedSimulation&) = delete;
  SelectedSimulation& operator=(const SelectedSimulation&) = delete;

  const Backend& backend() const noexcept { return simulated_backend(); }

 private:
  const std::shared_ptr<SimulatedSystem> system_;
};

/// Makes the simulation the backend of new sessions, and `system` the one that initialize() starts
/// where none is selected; nullptr goes back to the real library.
void use_simulation(std::shared_ptr<SimulatedSystem> system);

}  // namespace audiopp::detail
