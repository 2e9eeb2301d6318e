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

/// Calls of PortAudio that fail on a simulation, for Simulation::inject().
///
/// A call that fails does nothing else, with two exceptions: "Pa_CloseStream" and "Pa_Terminate" do
/// their work and complain then, and input_overflowed at "Pa_ReadStream" or output_underflowed at
/// "Pa_WriteStream" is an xrun, in which the frames are moved. The same two errors at
/// "PaStreamCallback" are flags of a callback; internal_error there lets the audio thread run in
/// circles in its place, which nothing ends but clear_faults(), as PortAudio's ALSA code may when a
/// device fails. What has no error to return answers as it does when
/// it fails: a null pointer, a time or load of 0, no default device.
///
/// Memory that runs out is insufficient_memory at "Pa_OpenStream"; a read that breaks off in the
/// middle is an error at the second "Pa_ReadStream" of the many that make up a long read.
struct Fault {
  std::string call;  ///< PortAudio's name of it, such as "Pa_OpenStream".
  Errc error = Errc::unanticipated_host_error;
  std::string host_text{};  ///< With unanticipated_host_error: the sound system's own words ...
  long host_code = 0;       ///< ... and number.
  std::size_t nth = 1;      ///< The first call that can fail, from now on: 1 is the next.
  std::optional<std::size_t> times = 1;  ///< How many fail; nothing: all.
  double probability = 1;                ///< Of each call from the n-th on, to fail ...
  std::uint64_t seed = 1;                ///< ... by a die that this starts.
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
  /// The channels of its frames.
  int output_channels(int device) const;
  void clear_output(int device);

  /// By hand: moves time on by `blocks` blocks of every running stream (a blocking stream's block
  /// is its frames per buffer, or a period of its latency if that is unspecified).
  ///
  /// Returns when the audio threads are done with them. std::logic_error with another clock, or
  /// from inside a callback.
  void step(std::size_t blocks = 1);

  /// Lets calls fail from now on; of several faults that fit a call it meets the first.
  ///
  /// std::invalid_argument for a call that does not exist and the like.
  void inject(Fault fault);
  /// Forgets all faults that are still to come.
  void clear_faults();
  /// How many calls have failed, or callbacks were given a flag, by inject().
  std::size_t faults_hit() const;

  /// Lets a device vanish, as when its cable is pulled or its sound server ends.
  ///
  /// Its streams are lost for good: blocking calls fail with unanticipated_host_error ("No such
  /// device"), a callback is not called any more, and the stream is inactive without anybody having
  /// ended it. No other stream can be opened on the device (device_unavailable). It stays in the
  /// lists, as PortAudio's are those of its start.
  void unplug(int device);
  /// Lets streams be opened on it again.
  void plug_in(int device);

  /// In real time: the sound system stands still for so long, as on a machine that is too busy.
  ///
  /// No callback is called, no frame can be read or written; then come the xruns. A new
  /// stall takes the place of the last: 0 ends it.
  /// std::logic_error with another clock.
  void stall(Seconds duration);
  /// Lets the streams' clocks (Pa_GetStreamTime(), the times of callbacks) jump forwards; the sound
  /// goes on as before.
  void jump(Seconds forwards);

  /// How many streams are open, for tests that look for leaks.
  std::size_t open_streams() const;

 private:
  friend class Session;
  std::shared_ptr<detail::SimulatedSystem> system_;
};

}  // namespace audiopp
