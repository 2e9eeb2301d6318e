// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "audiopp/simulation.hpp"

#include <stdexcept>
#include <utility>

#include "audiopp/session.hpp"
#include "simulation/backend.hpp"
#include "simulation/system.hpp"

namespace audiopp {

Simulation::Simulation() : Simulation({SimulatedHostApi{}}) {}

Simulation::Simulation(std::vector<SimulatedHostApi> host_apis, SimulatedClock clock)
    : system_(std::make_shared<detail::SimulatedSystem>(std::move(host_apis), clock)) {}

Simulation::~Simulation() = default;
Simulation::Simulation(Simulation&&) noexcept = default;
Simulation& Simulation::operator=(Simulation&&) noexcept = default;

const std::shared_ptr<detail::SimulatedSystem>& Simulation::shared_system() const {
  if (!system_) throw std::logic_error("the simulation was moved from");
  return system_;
}

detail::SimulatedSystem& Simulation::system() const {
  return *shared_system();
}

void Simulation::use() {
  detail::use_simulation(shared_system());
}

void Simulation::stop_using() noexcept {
  detail::use_simulation(nullptr);
}

void Simulation::set_host_apis(std::vector<SimulatedHostApi> host_apis) {
  system().set_host_apis(std::move(host_apis));
}

void Simulation::set_clock(SimulatedClock clock) {
  system().set_clock(clock);
}

void Simulation::set_loopback(int device, bool on) {
  system().set_loopback(device, on);
}

void Simulation::feed_input(int device, const void* frames, std::size_t frame_count, int channels,
                            SampleFormat format) {
  system().feed_input(device, frames, frame_count, channels, format);
}

std::size_t Simulation::input_left(int device) const {
  return system().input_left(device);
}

std::vector<std::uint8_t> Simulation::output(int device, SampleFormat format) const {
  return system().output(device, format);
}

std::size_t Simulation::output_frames(int device) const {
  return system().output_frames(device);
}

int Simulation::output_channels(int device) const {
  return system().output_channels(device);
}

void Simulation::clear_output(int device) {
  system().clear_output(device);
}

void Simulation::inject(Fault fault) {
  system().inject(std::move(fault));
}

void Simulation::clear_faults() {
  system().clear_faults();
}

std::size_t Simulation::faults_hit() const {
  return system().faults_hit();
}

void Simulation::unplug(int device) {
  system().unplug(device);
}

void Simulation::plug_in(int device) {
  system().plug_in(device);
}

void Simulation::stall(Seconds duration) {
  system().stall(duration);
}

void Simulation::jump(Seconds forwards) {
  system().jump(forwards);
}

std::size_t Simulation::open_streams() const {
  return system().open_streams();
}

void Simulation::step(std::size_t blocks) {
  system().step(blocks);
}

// Here and not in session.cpp: a program that does not simulate links none of this.
Session::Session(Simulation& simulation)
    : Session(detail::SelectedSimulation(simulation.shared_system()).backend()) {}

}  // namespace audiopp
