// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audiopp/export.hpp"
#include "audiopp/host_api.hpp"
#include "audiopp/sample_format.hpp"
#include "audiopp/time.hpp"

namespace audiopp {

namespace detail {
class SimulatedSystem;
}

/// A device of a simulation. The defaults make a stereo duplex device that takes any sample rate.
struct SimulatedDevice {
  std::string name = "Simulated device";  ///< Any bytes: drivers do not always speak UTF-8.
  int max_input_channels = 2;
  int max_output_channels = 2;
  double default_sample_rate = 48000;
  std::vector<double> sample_rates;  ///< The rates it takes; empty: any from 1,000 to 384,000.
  Seconds low_latency{0.01};
  Seconds high_latency{0.04};
  bool loopback = false;     ///< Whether its inputs hear what its outputs play.
  Seconds output_kept{120};  ///< How much of what was played last output() can give back.
};

/// A host API of a simulation.
///
/// Its default devices are positions in `devices`, or -1 for none; nothing means the first that
/// fits.
struct SimulatedHostApi {
  HostApiType type = HostApiType::in_development;
  std::string name = "Simulation";
  std::vector<SimulatedDevice> devices{SimulatedDevice{}};
  std::optional<int> default_input;
  std::optional<int> default_output;
};

/// What moves a simulation's time.
enum class SimulatedClock {
  real_time,     ///< The machine's steady clock.
  free_running,  ///< As fast as the program takes and gives frames.
  by_hand,       ///< Simulation::step() alone.
};

/// A sound system in memory, for programs and tests on machines without a sound card.
///
/// It keeps portaudio.h's contract: return codes, order of calls, which thread calls back, what is
/// legal when. A program that is right on it is right on PortAudio; calls that would be undefined
/// there end the process with a text. Callbacks always come from an audio thread of its own.
///
/// Samples are kept in full scale: an int16 of v is v / 32768 of it. Into integers they are rounded
/// and clipped, never dithered, so whatever fits comes back bit-exact. Devices are numbered through
/// all host APIs, as PortAudio numbers them. A host API of type `alsa` drops what is queued when a
/// stream is stopped, as PortAudio's ALSA code does; the others play it, as portaudio.h promises.
///
/// In real time a blocking stream plays from its first write on; when it has run dry, silence is
/// played (at most ten seconds) and the next write reports it. An input that is not read keeps what
/// its latency holds. While another stream plays on a looped back device, an input-only stream
/// hears what was played and nothing else, however late it comes.
///
/// A moved-from Simulation can only be assigned to and destroyed.
///
/// *Threads*: any thread.
/// *Throws*: std::invalid_argument for a device that does not exist and the like; std::logic_error
/// for a change that PortAudio's start has to come after.
class AUDIOPP_API Simulation {
 public:
  /// One host API with one stereo duplex device that is not looped back.
  Simulation();
  explicit Simulation(std::vector<SimulatedHostApi> host_apis,
                      SimulatedClock clock = SimulatedClock::real_time);
  ~Simulation();
  Simulation(Simulation&&) noexcept;
  Simulation& operator=(Simulation&&) noexcept;

  /// Lets every Session made from now on run on this simulation, until stop_using().
  void use();
  /// Lets new sessions run on the real PortAudio again.
  static void stop_using() noexcept;

  /// What PortAudio will find when it starts again; sessions that run keep what they found.
  void set_host_apis(std::vector<SimulatedHostApi> host_apis);
  /// Only while no stream is open.
  void set_clock(SimulatedClock clock);

  /// Input streams of `device` hear what its output streams play from now on (or stop hearing it).
  ///
  /// By callback a frame comes back one block later, as on a sound card wired to itself.
  void set_loopback(int device, bool on);

  /// Appends frames to what input streams of `device` will hear; silence follows the end.
  void feed_input(int device, const void* frames, std::size_t frame_count, int channels,
                  SampleFormat format);
  /// Frames that were fed and not yet heard.
  std::size_t input_left(int device) const;

  /// What output streams of `device` have played since the last clear_output(): interleaved frames
  /// of all the device's output channels, mixed where several streams played at once.
  std::vector<std::uint8_t> output(int device, SampleFormat format) const;
  /// The frames that output() returns now.
  std::size_t output_frames(int device) const;
  void clear_output(int device);

  /// By hand: moves time on by `blocks` blocks of every running stream (a blocking stream's block
  /// is its frames per buffer, or a period of its latency if that is unspecified).
  ///
  /// Returns when the audio threads are done with them. std::logic_error with another clock, or
  /// from inside a callback.
  void step(std::size_t blocks = 1);

 private:
  friend class Session;
  std::shared_ptr<detail::SimulatedSystem> system_;
};

}  // namespace audiopp
