// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audiopp/error.hpp"
#include "audiopp/export.hpp"
#include "audiopp/host_api.hpp"
#include "audiopp/sample_format.hpp"
#include "audiopp/time.hpp"

namespace audiopp {

namespace detail {
class SimulatedSystem;
}

/// A simulated device. By default: stereo, full duplex, any sample rate.
struct SimulatedDevice {
  std::string name = "Simulated device";  ///< Any bytes: drivers do not always use UTF-8.
  int max_input_channels = 2;
  int max_output_channels = 2;
  double default_sample_rate = 48000;
  std::vector<double> sample_rates;  ///< Supported rates; empty: any from 1,000 to 384,000.
  Seconds low_latency{0.01};
  Seconds high_latency{0.04};
  bool loopback = false;     ///< Whether its inputs hear its outputs.
  Seconds output_kept{120};  ///< How far back output() reaches.
};

/// A simulated host API.
///
/// The default devices are positions in `devices`, -1 for none. Empty: the first suitable one.
struct SimulatedHostApi {
  HostApiType type = HostApiType::in_development;
  std::string name = "Simulation";
  std::vector<SimulatedDevice> devices{SimulatedDevice{}};
  std::optional<int> default_input;
  std::optional<int> default_output;
};

/// What drives a simulation's time.
enum class SimulatedClock {
  real_time,     ///< The machine's steady clock.
  free_running,  ///< As fast as the program moves frames.
  by_hand,       ///< Simulation::step() only.
};

/// A PortAudio call that should fail on a simulation; see Simulation::inject().
///
/// A failing call does nothing else, with two exceptions: "Pa_CloseStream" and "Pa_Terminate" still
/// free what they free, and input_overflowed at "Pa_ReadStream" or output_underflowed at
/// "Pa_WriteStream" is an xrun: the frames are moved. At "PaStreamCallback" the same two errors
/// become flags of the next callback, and internal_error makes the audio thread spin instead of
/// calling back until clear_faults(), as PortAudio's ALSA code can when a device fails. Functions
/// that cannot return an error fail in their own way: a null pointer, a time or load of 0, no
/// default device.
///
/// For example, insufficient_memory at "Pa_OpenStream" is memory running out, and an error at the
/// second "Pa_ReadStream" breaks off a long read in the middle.
struct Fault {
  std::string call;  ///< PortAudio's name for it, such as "Pa_OpenStream".
  Errc error = Errc::unanticipated_host_error;
  std::string host_text{};  ///< With unanticipated_host_error: the host API's text ...
  long host_code = 0;       ///< ... and error number.
  std::size_t nth = 1;      ///< The first call that may fail, counted from now; 1 is the next.
  std::optional<std::size_t> times = 1;  ///< How many calls fail; empty: all.
  double probability = 1;                ///< That a call from the n-th on fails ...
  std::uint64_t seed = 1;                ///< ... drawn from a generator with this seed.
};

/// A sound system in memory, for programs and tests on machines without a sound card.
///
/// It follows portaudio.h: return codes, the order of calls, which thread calls back, what is legal
/// when. A program that works on it works on PortAudio. Calls that would be undefined behaviour in
/// PortAudio end the process with a message. Callbacks run on the simulation's own audio thread.
///
/// Samples are stored relative to full scale: an int16 of v is v / 32768. Integers are rounded and
/// clipped, never dithered, so a sample that fits comes back bit-exact. Devices are numbered across
/// all host APIs, as in PortAudio. A host API of type `alsa` drops queued frames when a stream
/// stops, as PortAudio's ALSA code does; the others play them, as portaudio.h promises.
///
/// In real time a blocking stream starts to play at its first write. When it runs dry it plays
/// silence (at most ten seconds) and the next write reports the underflow. An input that nobody
/// reads keeps as many frames as its latency holds. While another stream plays on a looped-back
/// device, an input-only stream hears exactly what was played, however late it reads.
///
/// A moved-from Simulation throws std::logic_error from everything.
///
/// *Threads*: any thread.
/// *Throws*: std::invalid_argument for bad arguments, such as a device that does not exist;
/// std::logic_error for a change that has to be made before PortAudio starts.
class AUDIOPP_API Simulation {
 public:
  /// One host API with one stereo duplex device that is not looped back.
  Simulation();
  explicit Simulation(std::vector<SimulatedHostApi> host_apis,
                      SimulatedClock clock = SimulatedClock::real_time);
  ~Simulation();
  Simulation(Simulation&&) noexcept;
  Simulation& operator=(Simulation&&) noexcept;

  /// Makes every new Session run on this simulation, until stop_using().
  void use();
  /// Makes new sessions run on the real PortAudio again.
  static void stop_using() noexcept;

  /// Sets what the next start of PortAudio will find; running sessions keep their lists.
  void set_host_apis(std::vector<SimulatedHostApi> host_apis);
  /// std::logic_error while a stream is open.
  void set_clock(SimulatedClock clock);

  /// From now on the inputs of `device` hear its outputs, or no longer do.
  ///
  /// In callback streams a frame comes back one block later, as on a card wired to itself.
  void set_loopback(int device, bool on);

  /// Appends interleaved frames to what the inputs of `device` will hear; then comes silence.
  void feed_input(int device, const void* frames, std::size_t frame_count, int channels,
                  SampleFormat format);
  /// Frames that were fed and have not been heard yet.
  std::size_t input_left(int device) const;

  /// What the outputs of `device` have played since the last clear_output(): interleaved frames
  /// with all the device's output channels, mixed where several streams played at once.
  std::vector<std::uint8_t> output(int device, SampleFormat format) const;
  /// How many frames output() would return now.
  std::size_t output_frames(int device) const;
  /// How many channels those frames have.
  int output_channels(int device) const;
  void clear_output(int device);

  /// With the clock by_hand: moves time on by `blocks` blocks of every running stream. A blocking
  /// stream's block is its frames per buffer or, if unspecified, a period of its latency.
  ///
  /// Returns when the audio threads have finished them. std::logic_error with another clock, or
  /// from inside a callback.
  void step(std::size_t blocks = 1);

  /// Makes calls fail from now on; a call that matches several faults meets the first.
  ///
  /// std::invalid_argument for a fault that cannot happen, such as one at an unknown call.
  void inject(Fault fault);
  /// Removes all pending faults.
  void clear_faults();
  /// How many injected faults have happened.
  std::size_t faults_hit() const;

  /// Unplugs a device, as if its cable had been pulled or its sound server had died.
  ///
  /// Its streams are lost for good: blocking calls fail with unanticipated_host_error ("No such
  /// device"), callbacks stop, and the stream turns inactive though nobody ended it. No new stream
  /// can be opened on the device (device_unavailable). It stays in the device list, because
  /// PortAudio makes its list once, when it starts.
  void unplug(int device);
  /// Plugs it in again: streams can be opened on it.
  void plug_in(int device);

  /// Freezes the sound system for `duration`, as on an overloaded machine: no callbacks, no frames
  /// to read or write; then xruns. A new stall replaces the last one; 0 ends it.
  ///
  /// std::logic_error unless the clock is real_time.
  void stall(Seconds duration);
  /// Makes the streams' clocks (Pa_GetStreamTime(), the times of callbacks) jump forwards; the
  /// sound is not affected.
  void jump(Seconds forwards);

  /// The number of open streams, for tests that look for leaks.
  std::size_t open_streams() const;

 private:
  friend class Session;
  const std::shared_ptr<detail::SimulatedSystem>& shared_system() const;
  detail::SimulatedSystem& system() const;

  std::shared_ptr<detail::SimulatedSystem> system_;
};

}  // namespace audiopp
