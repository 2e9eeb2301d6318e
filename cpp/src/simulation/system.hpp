// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "audiopp/simulation.hpp"
#include "detail/portaudio.hpp"
#include "simulation/catalogue.hpp"
#include "simulation/stream.hpp"
#include "simulation/surroundings.hpp"

namespace audiopp::detail {

/// What a Simulation describes and simulated_backend() runs.
class SimulatedSystem final : public Surroundings {
 public:
  SimulatedSystem(std::vector<SimulatedHostApi> host_apis, SimulatedClock clock);

  // The backend's calls.
  /// Finds the devices that were described last.
  void initialize();
  /// Closes the streams that are open.
  void terminate();
  /// What initialize() found.
  const Catalogue& catalogue() const { return *catalogue_; }
  PaError open(const StreamOrder& order, PaStream** handle);
  /// The open stream of this handle, or nullptr.
  std::shared_ptr<SimulatedStream> find(PaStream* handle) const;
  void close(PaStream* handle, const char* call);
  /// Whether a stream of any system once had this handle.
  static bool was_open(PaStream* handle);

  // Simulation's calls; see simulation.hpp.
  void set_host_apis(std::vector<SimulatedHostApi> host_apis);
  void set_clock(SimulatedClock clock);
  void set_loopback(int device, bool on);
  void feed_input(int device, const void* frames, std::size_t frame_count, int channels,
                  SampleFormat format);
  std::size_t input_left(int device);
  std::vector<std::uint8_t> output(int device, SampleFormat format);
  std::size_t output_frames(int device);
  int output_channels(int device) const;
  void clear_output(int device);
  void step(std::size_t blocks);
  void inject(Fault fault);
  void clear_faults();
  std::size_t faults_hit() const;
  void unplug(int device);
  void plug_in(int device);
  void stall(Seconds duration);
  void jump(Seconds forwards);
  std::size_t open_streams() const;

  // A fork copies a system with its mutex as it is, but none of its threads.
  void prepare_fork() { mutex.lock(); }
  void continue_parent() { mutex.unlock(); }
  /// Forgets the streams: they are the parent's.
  void continue_child();

  void advance() override;
  bool will_play_on(const SoundCard& card) const override;

 private:
  SoundCard& card(int device) const;
  void step_once(std::unique_lock<std::mutex>& lock);

  bool initialized_ = false;
  std::shared_ptr<const Catalogue> catalogue_;
  std::shared_ptr<const Catalogue> next_catalogue_;  // for the next initialize(), if not null
  std::map<PaStream*, std::shared_ptr<SimulatedStream>> streams_;
  std::mutex stepping_;
};

}  // namespace audiopp::detail
