// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <list>
#include <stdexcept>
#include <string>
#include <utility>

#include "audiopp/simulation.hpp"
#include "backend/backend.hpp"
#include "backend/simulated.hpp"
#include "backend/simulated_stream.hpp"

namespace audiopp {
namespace detail {

/// A sound system in memory: what Simulation and the functions of simulated_backend() work on.
class SimulatedSystem {
 public:
  using Lock = SimulatedStream::Lock;

  SimulatedSystem(std::vector<SimulatedHostApi> host_apis, SimulatedClock clock)
      : catalogue(std::make_shared<const Catalogue>(std::move(host_apis))) {
    time.clock = clock;
  }

  Lock lock() { return Lock(time.mutex); }

  SoundCard& card(int device) const {
    SoundCard* found = catalogue->card(device);
    if (found == nullptr) {
      throw std::invalid_argument("the simulation has no device " + std::to_string(device));
    }
    return *found;
  }

  // An open stream, or nullptr: then PortAudio says paBadStreamPtr.
  SimulatedStream* find(PaStream* handle) {
    const auto found = std::find_if(streams.begin(), streams.end(),
                                    [=](const auto& stream) { return stream.get() == handle; });
    return found == streams.end() ? nullptr : found->get();
  }

  bool is_played(const SoundCard* card) const {
    return std::any_of(streams.begin(), streams.end(), [=](const auto& stream) {
      return stream->is_active() && stream->plays_on(*card);
    });
  }

  void close(Lock& lock, SimulatedStream* stream) {
    if (!stream->is_stopped()) stream->stop(lock, true);
    streams.remove_if([=](const auto& open) { return open.get() == stream; });
  }

  SimulatedTime time;
  std::shared_ptr<const Catalogue> catalogue;  // replaced by set_host_apis(), between two starts
  std::list<std::unique_ptr<SimulatedStream>> streams;
};

namespace {

// PortAudio's functions have no context, so there is one selected system and one that runs.
struct Selection {
  std::mutex mutex;  // before SimulatedTime's, where both are taken
  std::shared_ptr<SimulatedSystem> selected;
  std::shared_ptr<SimulatedSystem> running;  // read without the lock: PortAudio's rules guard it
  int starts = 0;
  bool in_use = false;
};

Selection& selection() {
  static Selection& one = *new Selection;
  return one;
}

SimulatedSystem* running() { return selection().running.get(); }

PaError initialize() {
  Selection& global = selection();
  const std::lock_guard lock(global.mutex);
  if (global.starts == 0) {
    if (!global.selected) {
      global.selected = std::make_shared<SimulatedSystem>(std::vector{SimulatedHostApi{}},
                                                          SimulatedClock::real_time);
    }
    global.running = global.selected;
  }
  ++global.starts;
  return paNoError;
}

PaError terminate() {
  Selection& global = selection();
  if (inside_simulated_callback()) undefined("Pa_Terminate() inside a callback");
  const std::lock_guard guard(global.mutex);
  if (global.starts == 0) return paNotInitialized;
  if (--global.starts > 0) return paNoError;
  {
    auto lock = global.running->lock();
    while (!global.running->streams.empty()) {
      global.running->close(lock, global.running->streams.front().get());
    }
  }
  global.running.reset();
  return paNoError;
}

const PaHostErrorInfo* last_host_error_info() {
  static const PaHostErrorInfo none{paInDevelopment, 0, ""};
  return &none;
}

// Asks the catalogue, if PortAudio runs.
template <class Result, class Ask>
Result ask(Result if_not_initialized, const Ask& question) {
  const SimulatedSystem* system = running();
  return system == nullptr ? if_not_initialized : question(*system->catalogue);
}

PaHostApiIndex host_api_count() {
  return ask(static_cast<int>(paNotInitialized), [](auto& all) { return all.host_api_count(); });
}

PaHostApiIndex default_host_api() {
  return ask(static_cast<int>(paNotInitialized), [](auto& all) { return all.default_host_api(); });
}

const PaHostApiInfo* host_api_info(PaHostApiIndex index) {
  return ask<const PaHostApiInfo*>(nullptr, [=](auto& all) { return all.host_api(index); });
}

PaHostApiIndex host_api_type_id_to_host_api_index(PaHostApiTypeId type) {
  return ask(static_cast<int>(paNotInitialized), [=](auto& all) { return all.find_host_api(type); });
}

PaDeviceIndex host_api_device_index_to_device_index(PaHostApiIndex host_api, int device) {
  return ask(static_cast<int>(paNotInitialized),
             [=](auto& all) { return all.device_index(host_api, device); });
}

PaDeviceIndex device_count() {
  return ask(static_cast<int>(paNotInitialized), [](auto& all) { return all.device_count(); });
}

PaDeviceIndex default_input_device() {
  return ask(paNoDevice, [](auto& all) { return all.default_input(); });
}

PaDeviceIndex default_output_device() {
  return ask(paNoDevice, [](auto& all) { return all.default_output(); });
}

const PaDeviceInfo* device_info(PaDeviceIndex index) {
  return ask<const PaDeviceInfo*>(nullptr, [=](auto& all) { return all.device(index); });
}

PaError is_format_supported(const PaStreamParameters* input, const PaStreamParameters* output,
                            double sample_rate) {
  StreamOrder order;
  return ask(static_cast<PaError>(paNotInitialized), [&](auto& all) {
    return all.check(input, output, sample_rate, 0, paNoFlag, nullptr, order);
  });
}

PaError open_stream(PaStream** handle, const PaStreamParameters* input,
                    const PaStreamParameters* output, double sample_rate,
                    unsigned long frames_per_buffer, PaStreamFlags flags, PaStreamCallback* callback,
                    void* user_data) {
  SimulatedSystem* system = running();
  if (system == nullptr) return paNotInitialized;
  if (handle == nullptr) return paBadStreamPtr;
  StreamOrder order;
  const PaError error = system->catalogue->check(input, output, sample_rate, frames_per_buffer,
                                                 flags, callback, order);
  if (error != paNoError) return error;
  order.user_data = user_data;
  const PaDeviceInfo* device = system->catalogue->device((output ? output : input)->device);
  const bool is_alsa = system->catalogue->host_api(device->hostApi)->type == paALSA;
  const auto lock = system->lock();
  system->streams.push_back(std::make_unique<SimulatedStream>(system->time, order, is_alsa));
  *handle = system->streams.back().get();
  return paNoError;
}

// Calls `work(system, stream, lock)`, if the stream is open.
template <class Result, class Work>
Result with_stream(PaStream* handle, Result if_bad, const Work& work) {
  SimulatedSystem* system = running();
  if (system == nullptr) return if_bad;
  auto lock = system->lock();
  SimulatedStream* stream = system->find(handle);
  return stream == nullptr ? if_bad : work(*system, *stream, lock);
}

PaError close_stream(PaStream* handle) {
  if (inside_simulated_callback()) undefined("Pa_CloseStream() inside a callback");
  return with_stream(handle, static_cast<PaError>(paBadStreamPtr),
                     [](auto& system, auto& stream, auto& lock) {
                       system.close(lock, &stream);
                       return static_cast<PaError>(paNoError);
                     });
}

PaError start_stream(PaStream* handle) {
  return with_stream(handle, static_cast<PaError>(paBadStreamPtr),
                     [](auto& system, auto& stream, auto&) -> PaError {
                       if (!stream.is_stopped()) return paStreamIsNotStopped;
                       // Freely running, nobody is late: an input hears all that was played.
                       stream.start(system.time.clock == SimulatedClock::free_running);
                       return paNoError;
                     });
}

PaError stop(PaStream* handle, bool abort) {
  if (inside_simulated_callback()) undefined("stopping a stream inside a callback");
  return with_stream(handle, static_cast<PaError>(paBadStreamPtr),
                     [=](auto&, auto& stream, auto& lock) -> PaError {
                       if (stream.is_stopped()) return paStreamIsStopped;
                       stream.stop(lock, abort);
                       return paNoError;
                     });
}

PaError stop_stream(PaStream* handle) { return stop(handle, false); }

PaError abort_stream(PaStream* handle) { return stop(handle, true); }

PaError is_stream_stopped(PaStream* handle) {
  return with_stream(handle, static_cast<PaError>(paBadStreamPtr),
                     [](auto&, auto& stream, auto&) -> PaError { return stream.is_stopped(); });
}

PaError is_stream_active(PaStream* handle) {
  return with_stream(handle, static_cast<PaError>(paBadStreamPtr),
                     [](auto&, auto& stream, auto&) -> PaError { return stream.is_active(); });
}

const PaStreamInfo* stream_info(PaStream* handle) {
  return with_stream(handle, static_cast<const PaStreamInfo*>(nullptr),
                     [](auto&, auto& stream, auto&) { return &stream.info(); });
}

PaTime stream_time(PaStream* handle) {
  return with_stream(handle, 0.0, [](auto&, auto& stream, auto&) { return stream.now(); });
}

double stream_cpu_load(PaStream* handle) {
  return with_stream(handle, 0.0, [](auto&, auto& stream, auto&) { return stream.cpu_load(); });
}

PaError read_stream(PaStream* handle, void* buffer, unsigned long frames) {
  return with_stream(handle, static_cast<PaError>(paBadStreamPtr),
                     [=](auto& system, auto& stream, auto& lock) -> PaError {
                       if (frames == 0) return paNoError;
                       if (buffer == nullptr) return paBadBufferPtr;
                       if (stream.is_stopped()) return paStreamIsStopped;
                       if (stream.has_callback()) return paCanNotReadFromACallbackStream;
                       if (!stream.has_input()) return paCanNotReadFromAnOutputOnlyStream;
                       return stream.read(lock, buffer, frames,
                                          system.is_played(stream.input_card()));
                     });
}

PaError write_stream(PaStream* handle, const void* buffer, unsigned long frames) {
  return with_stream(handle, static_cast<PaError>(paBadStreamPtr),
                     [=](auto&, auto& stream, auto& lock) -> PaError {
                       if (frames == 0) return paNoError;
                       if (buffer == nullptr) return paBadBufferPtr;
                       if (stream.is_stopped()) return paStreamIsStopped;
                       if (stream.has_callback()) return paCanNotWriteToACallbackStream;
                       if (!stream.has_output()) return paCanNotWriteToAnInputOnlyStream;
                       return stream.write(lock, buffer, frames);
                     });
}

signed long read_available(PaStream* handle) {
  return with_stream(handle, static_cast<signed long>(paBadStreamPtr),
                     [](auto& system, auto& stream, auto&) -> signed long {
                       if (stream.has_callback()) return paCanNotReadFromACallbackStream;
                       if (!stream.has_input()) return paCanNotReadFromAnOutputOnlyStream;
                       return stream.read_available(system.is_played(stream.input_card()));
                     });
}

signed long write_available(PaStream* handle) {
  return with_stream(handle, static_cast<signed long>(paBadStreamPtr),
                     [](auto&, auto& stream, auto&) -> signed long {
                       if (stream.has_callback()) return paCanNotWriteToACallbackStream;
                       if (!stream.has_output()) return paCanNotWriteToAnInputOnlyStream;
                       return stream.write_available();
                     });
}

}  // namespace

const Backend& simulated_backend() noexcept {
  static constexpr Backend backend{
      initialize,
      terminate,
      Pa_GetVersion,
      Pa_GetVersionText,
      last_host_error_info,
      host_api_count,
      default_host_api,
      host_api_info,
      host_api_type_id_to_host_api_index,
      host_api_device_index_to_device_index,
      device_count,
      default_input_device,
      default_output_device,
      device_info,
      is_format_supported,
      open_stream,
      close_stream,
      start_stream,
      stop_stream,
      abort_stream,
      is_stream_stopped,
      is_stream_active,
      stream_info,
      stream_time,
      stream_cpu_load,
      read_stream,
      write_stream,
      read_available,
      write_available,
  };
  return backend;
}

void select_simulation(std::shared_ptr<SimulatedSystem> system) {
  Selection& global = selection();
  const std::lock_guard lock(global.mutex);
  if (global.starts > 0 && global.running != system) {
    throw std::logic_error("another simulation runs: end its sessions and close its streams first");
  }
  global.selected = std::move(system);
}

bool simulation_in_use() noexcept {
  Selection& global = selection();
  const std::lock_guard lock(global.mutex);
  return global.in_use;
}

}  // namespace detail

Simulation::Simulation() : Simulation({SimulatedHostApi{}}) {}

Simulation::Simulation(std::vector<SimulatedHostApi> host_apis, SimulatedClock clock)
    : system_(std::make_shared<detail::SimulatedSystem>(std::move(host_apis), clock)) {}

Simulation::~Simulation() = default;
Simulation::Simulation(Simulation&&) noexcept = default;
Simulation& Simulation::operator=(Simulation&&) noexcept = default;

void Simulation::use() {
  detail::select_simulation(system_);
  const std::lock_guard lock(detail::selection().mutex);
  detail::selection().in_use = true;
}

void Simulation::stop_using() noexcept {
  const std::lock_guard lock(detail::selection().mutex);
  detail::selection().in_use = false;
}

void Simulation::set_host_apis(std::vector<SimulatedHostApi> host_apis) {
  auto fresh = std::make_shared<const detail::Catalogue>(std::move(host_apis));
  const std::lock_guard lock(detail::selection().mutex);
  if (detail::selection().running == system_) {
    throw std::logic_error("PortAudio lists its devices when it starts: end the sessions first");
  }
  system_->catalogue = std::move(fresh);
}

void Simulation::set_clock(SimulatedClock clock) {
  const auto lock = system_->lock();
  if (!system_->streams.empty()) {
    throw std::logic_error("the clock cannot be changed while a stream is open");
  }
  system_->time.clock = clock;
}

void Simulation::set_loopback(int device, bool on) {
  const auto lock = system_->lock();
  system_->card(device).set_loopback(on);
}

void Simulation::feed_input(int device, const void* frames, std::size_t frame_count, int channels,
                            SampleFormat format) {
  if (channels < 1) throw std::invalid_argument("frames have at least one channel");
  if (sample_size(format) == 0) {
    throw std::invalid_argument("frames to feed need a format of a known size");
  }
  std::vector<double> samples(frame_count * static_cast<std::size_t>(channels));
  detail::decode({format, Layout::interleaved, channels}, frames, 0, frame_count, samples.data());
  const auto lock = system_->lock();
  system_->card(device).fed.append(samples.data(), frame_count, channels);
}

std::size_t Simulation::input_left(int device) const {
  const auto lock = system_->lock();
  const detail::SoundCard& card = system_->card(device);
  return static_cast<std::size_t>(card.fed.end() - card.feed_heard);
}

std::vector<std::uint8_t> Simulation::output(int device, SampleFormat format) const {
  if (sample_size(format) == 0) throw std::invalid_argument("the format has no known size");
  const auto lock = system_->lock();
  const detail::SoundCard& card = system_->card(device);
  const int channels = card.device.max_output_channels;
  const auto frames = static_cast<std::size_t>(card.played.end() - card.output_from);
  std::vector<double> samples(frames * static_cast<std::size_t>(channels));
  card.played.add_to(samples.data(), frames, channels, card.output_from);
  std::vector<std::uint8_t> bytes(samples.size() * sample_size(format));
  detail::encode({format, Layout::interleaved, channels}, samples.data(), bytes.data(), 0, frames);
  return bytes;
}

std::size_t Simulation::output_frames(int device) const {
  const auto lock = system_->lock();
  const detail::SoundCard& card = system_->card(device);
  return static_cast<std::size_t>(card.played.end() - card.output_from);
}

void Simulation::clear_output(int device) {
  const auto lock = system_->lock();
  system_->card(device).clear_output();
}

void Simulation::step(std::size_t blocks) {
  if (detail::inside_simulated_callback()) {
    throw std::logic_error("step() inside a callback would wait for itself");
  }
  auto lock = system_->lock();
  if (system_->time.clock != SimulatedClock::by_hand) {
    throw std::logic_error("time is moved by hand only with SimulatedClock::by_hand");
  }
  for (std::size_t i = 0; i < blocks; ++i) {
    // By handle: a stream may be closed by another thread while its callback runs.
    std::vector<detail::SimulatedStream*> streams;
    for (const auto& stream : system_->streams) streams.push_back(stream.get());
    for (auto* stream : streams) {
      if (system_->find(stream) == nullptr) continue;
      if (!stream->step(lock)) {
        throw std::runtime_error("a callback has not returned for 30 seconds");
      }
    }
  }
}

}  // namespace audiopp
