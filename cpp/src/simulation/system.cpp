// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "simulation/system.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>

namespace audiopp::detail {

namespace {

// Handles are numbers that are never used again, so that a use after Pa_CloseStream() is noticed.
constexpr std::uintptr_t first_handle = 0x10000;
constexpr std::uintptr_t handle_step = 0x10;
std::atomic<std::uintptr_t> next_handle{first_handle};

constexpr std::chrono::seconds longest_callback{30};
constexpr Seconds longest_stall{3600};

}  // namespace

SimulatedSystem::SimulatedSystem(std::vector<SimulatedHostApi> host_apis, SimulatedClock clock)
    : Surroundings(clock), catalogue_(std::make_shared<Catalogue>(std::move(host_apis))) {}

// ---- the backend's calls ----

void SimulatedSystem::initialize() {
  const std::lock_guard lock(mutex);
  if (next_catalogue_) catalogue_ = std::exchange(next_catalogue_, nullptr);
  initialized_ = true;
}

void SimulatedSystem::terminate() {
  std::unique_lock lock(mutex);
  while (!streams_.empty()) {
    PaStream* const handle = streams_.begin()->first;
    lock.unlock();  // a callback that we wait for may still make queries
    close(handle, "Pa_Terminate");
    lock.lock();
  }
  initialized_ = false;
  if (next_catalogue_) catalogue_ = std::exchange(next_catalogue_, nullptr);
}

PaError SimulatedSystem::open(const StreamOrder& order, PaStream** handle) {
  try {
    auto stream = std::make_shared<SimulatedStream>(*this, order);
    // A number, never dereferenced. NOLINTNEXTLINE(performance-no-int-to-ptr)
    *handle = reinterpret_cast<PaStream*>(next_handle.fetch_add(handle_step));
    const std::lock_guard lock(mutex);
    streams_.emplace(*handle, std::move(stream));
    return paNoError;
  } catch (const std::bad_alloc&) {
    return paInsufficientMemory;
  }
}

std::shared_ptr<SimulatedStream> SimulatedSystem::find(PaStream* handle) const {
  const std::lock_guard lock(mutex);
  const auto found = streams_.find(handle);
  return found == streams_.end() ? nullptr : found->second;
}

void SimulatedSystem::close(PaStream* handle, const char* call) {
  const auto stream = find(handle);
  stream->check_idle(call);
  stream->stop(call, false);  // paStreamIsStopped is as well
  const std::lock_guard lock(mutex);
  streams_.erase(handle);
}

bool SimulatedSystem::was_open(PaStream* handle) {
  const auto number = reinterpret_cast<std::uintptr_t>(handle);
  return number >= first_handle && number < next_handle && number % handle_step == 0;
}

void SimulatedSystem::continue_child() {
  // Nothing is destroyed: that would wait for threads that do not exist here.
  new std::map<PaStream*, std::shared_ptr<SimulatedStream>>(std::move(streams_));
  streams_.clear();
  new (&stepping_) std::mutex;
  new (&changed) std::condition_variable;
  mutex.unlock();
}

// ---- Simulation's calls ----

SoundCard& SimulatedSystem::card(int device) const {
  SoundCard* found = catalogue_->card(device);
  if (found == nullptr) {
    throw std::invalid_argument("the simulation has no device " + std::to_string(device) +
                                ", only " + std::to_string(catalogue_->device_count()));
  }
  return *found;
}

void SimulatedSystem::set_host_apis(std::vector<SimulatedHostApi> host_apis) {
  auto catalogue = std::make_shared<Catalogue>(std::move(host_apis));
  const std::lock_guard lock(mutex);
  (initialized_ ? next_catalogue_ : catalogue_) = std::move(catalogue);
}

void SimulatedSystem::set_clock(SimulatedClock clock) {
  const std::lock_guard lock(mutex);
  if (!streams_.empty()) {
    throw std::logic_error("the clock of a simulation can be changed only while no stream is open");
  }
  clock_ = clock;
}

void SimulatedSystem::set_loopback(int device, bool on) {
  const std::lock_guard lock(mutex);
  advance();
  card(device).set_loopback(on);
  changed.notify_all();
}

void SimulatedSystem::feed_input(int device, const void* frames, std::size_t frame_count,
                                 int channels, SampleFormat format) {
  const std::lock_guard lock(mutex);
  SoundCard& fed = card(device);
  if (channels < 1 || channels > fed.device.max_input_channels) {
    throw std::invalid_argument("device " + std::to_string(device) + " takes 1 to " +
                                std::to_string(fed.device.max_input_channels) +
                                " input channels, not " + std::to_string(channels));
  }
  if (sample_size(format) == 0) {
    throw std::invalid_argument("frames of this sample format cannot be fed");
  }
  advance();
  std::vector<double> samples(frame_count * static_cast<std::size_t>(channels));
  decode({format, Layout::interleaved, channels}, frames, 0, frame_count, samples.data());
  fed.fed.append(samples.data(), frame_count, channels);
}

std::size_t SimulatedSystem::input_left(int device) {
  const std::lock_guard lock(mutex);
  advance();
  const SoundCard& fed = card(device);
  return static_cast<std::size_t>(fed.fed.end() - fed.feed_heard);
}

std::vector<std::uint8_t> SimulatedSystem::output(int device, SampleFormat format) {
  const std::lock_guard lock(mutex);
  advance();
  const SoundCard& played = card(device);
  const int channels = played.device.max_output_channels;
  const std::size_t size = sample_size(format);
  if (size == 0) throw std::invalid_argument("output cannot be returned in this sample format");
  const auto frames = static_cast<std::size_t>(played.played.end() - played.output_from);
  std::vector<double> samples(frames * static_cast<std::size_t>(channels));
  played.played.add_to(samples.data(), frames, channels, played.output_from);
  std::vector<std::uint8_t> bytes(samples.size() * size);
  encode({format, Layout::interleaved, channels}, samples.data(), bytes.data(), 0, frames);
  return bytes;
}

std::size_t SimulatedSystem::output_frames(int device) {
  const std::lock_guard lock(mutex);
  advance();
  const SoundCard& played = card(device);
  return static_cast<std::size_t>(played.played.end() - played.output_from);
}

int SimulatedSystem::output_channels(int device) const {
  const std::lock_guard lock(mutex);
  return card(device).device.max_output_channels;
}

void SimulatedSystem::clear_output(int device) {
  const std::lock_guard lock(mutex);
  advance();
  card(device).clear_output();
}

// ---- faults ----

void SimulatedSystem::inject(Fault fault) {
  const std::lock_guard lock(mutex);
  faults.add(std::move(fault));
}

void SimulatedSystem::clear_faults() {
  const std::lock_guard lock(mutex);
  faults.clear();
  spins = false;
}

std::size_t SimulatedSystem::faults_hit() const {
  const std::lock_guard lock(mutex);
  return faults.hits();
}

void SimulatedSystem::unplug(int device) {
  const std::lock_guard lock(mutex);
  SoundCard& gone = card(device);
  advance();
  gone.unplugged = true;
  for (const auto& [handle, stream] : streams_) stream->lose(gone);
  changed.notify_all();
}

void SimulatedSystem::plug_in(int device) {
  const std::lock_guard lock(mutex);
  card(device).unplugged = false;
}

void SimulatedSystem::stall(Seconds duration) {
  if (!(duration.count() >= 0 && duration <= longest_stall)) {
    throw std::invalid_argument("a simulation can stall for 0 to 3600 seconds");
  }
  const std::lock_guard lock(mutex);
  if (clock_ != SimulatedClock::real_time) {
    throw std::logic_error("only a simulation in real time can stall");
  }
  advance();
  stalled_until_ = std::chrono::steady_clock::now() +
                   std::chrono::duration_cast<std::chrono::steady_clock::duration>(duration);
  changed.notify_all();
}

void SimulatedSystem::jump(Seconds forwards) {
  if (!(forwards.count() >= 0)) throw std::invalid_argument("a clock can only jump forwards");
  const std::lock_guard lock(mutex);
  jumped_ += forwards;
}

std::size_t SimulatedSystem::open_streams() const {
  const std::lock_guard lock(mutex);
  return streams_.size();
}

// ---- time ----

void SimulatedSystem::advance() {
  if (clock_ != SimulatedClock::real_time) return;
  if (std::chrono::steady_clock::now() < stalled_until_) return;
  for (const auto& [handle, stream] : streams_) stream->play_due();
  for (const auto& [handle, stream] : streams_) stream->hear_due();
}

bool SimulatedSystem::will_play_on(const SoundCard& card) const {
  return std::any_of(streams_.begin(), streams_.end(),
                     [&card](const auto& entry) { return entry.second->will_play_on(card); });
}

void SimulatedSystem::step(std::size_t blocks) {
  if (inside_simulated_callback()) {
    throw std::logic_error("step() inside a callback would wait for that callback");
  }
  const std::lock_guard one_at_a_time(stepping_);
  std::unique_lock lock(mutex);
  for (std::size_t i = 0; i < blocks; ++i) {
    if (clock_ != SimulatedClock::by_hand) {
      throw std::logic_error("step() needs a simulation whose clock is by_hand");
    }
    step_once(lock);
  }
}

void SimulatedSystem::step_once(std::unique_lock<std::mutex>& lock) {
  std::vector<std::shared_ptr<SimulatedStream>> streams;  // they may be closed while we wait
  streams.reserve(streams_.size());
  for (const auto& [handle, stream] : streams_) streams.push_back(stream);
  for (const auto& stream : streams) stream->step_clock();
  for (const auto& stream : streams) stream->step_input();
  for (const auto& stream : streams) stream->step_output();
  changed.notify_all();
  const auto all_done = [&streams] {
    return std::none_of(streams.begin(), streams.end(),
                        [](const auto& stream) { return stream->has_turn(); });
  };
  if (!changed.wait_for(lock, longest_callback, all_done)) {
    throw std::runtime_error("step(): a callback has not returned within 30 seconds");
  }
}

}  // namespace audiopp::detail
