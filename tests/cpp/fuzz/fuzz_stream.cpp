// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT

// Any description of a sound system, any stream on it, any sequence of calls: each call succeeds,
// throws Error, or throws a standard exception for invalid arguments; and nothing leaks.
#include <fuzzer/FuzzedDataProvider.h>

#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "audiopp/audiopp.hpp"
#include "expect.hpp"
#include "simulation/faults.hpp"

namespace {

using namespace audiopp;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::size_t most_frames = 300;
constexpr int most_channels = 8;

template <class Call>
void attempt(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT(error.code().value() < 0);
    EXPECT(!std::string(error.what()).empty());
  } catch (const std::invalid_argument&) {
  } catch (const std::logic_error&) {
  }
}

double any_number(FuzzedDataProvider& input) {
  if (input.ConsumeBool()) return input.ConsumeFloatingPoint<double>();
  return input.PickValueInArray({0.0, -1.0, 1.0, 999.0, 1000.0, 8001.0, 11025.5, 48000.0, 192000.0,
                                 384000.0, 768001.0, 1e-300, 1e300, infinity, -infinity,
                                 std::numeric_limits<double>::quiet_NaN()});
}

// A duration that fits into memory.
Seconds any_time(FuzzedDataProvider& input) {
  const double seconds = any_number(input);
  return Seconds(seconds > 0.1 && seconds < 1e6 ? 0.1 : seconds);
}

SimulatedDevice any_device(FuzzedDataProvider& input) {
  SimulatedDevice device;
  device.name = input.ConsumeRandomLengthString(8);
  device.max_input_channels = input.ConsumeIntegralInRange(-1, most_channels);
  device.max_output_channels = input.ConsumeIntegralInRange(-1, most_channels);
  if (input.ConsumeBool()) device.default_sample_rate = any_number(input);
  while (input.ConsumeIntegralInRange(0, 3) == 3) device.sample_rates.push_back(any_number(input));
  if (input.ConsumeBool()) device.low_latency = any_time(input);
  if (input.ConsumeBool()) device.high_latency = any_time(input);
  device.loopback = input.ConsumeBool();
  if (input.ConsumeBool()) device.output_kept = any_time(input);
  return device;
}

std::vector<SimulatedHostApi> any_host_apis(FuzzedDataProvider& input, SimulatedClock clock) {
  std::vector<SimulatedHostApi> all;
  if (input.ConsumeBool()) all.emplace_back();
  while (all.size() < 3 && input.ConsumeBool()) {
    SimulatedHostApi host_api;
    // By hand nothing would advance time while a stop drains on ALSA.
    host_api.type = static_cast<HostApiType>(input.ConsumeIntegralInRange(-1, 20));
    if (host_api.type == HostApiType::alsa && clock == SimulatedClock::by_hand) host_api.type = {};
    host_api.name = input.ConsumeRandomLengthString(8);
    host_api.devices.clear();
    while (host_api.devices.size() < 3 && input.ConsumeBool()) {
      host_api.devices.push_back(any_device(input));
    }
    if (input.ConsumeBool()) host_api.default_input = input.ConsumeIntegralInRange(-2, 3);
    if (input.ConsumeBool()) host_api.default_output = input.ConsumeIntegralInRange(-2, 3);
    all.push_back(host_api);
  }
  return all;
}

SampleFormat any_format(FuzzedDataProvider& input) {
  return static_cast<SampleFormat>(input.PickValueInArray<unsigned long>(
      {0x1, 0x2, 0x4, 0x8, 0x10, 0x20, 0x10000, 0, 0x3, 0x80000008, 0x80000000, ~0UL}));
}

StreamSide any_side(FuzzedDataProvider& input, const std::vector<Device>& devices) {
  StreamSide side;
  if (!devices.empty() && input.ConsumeBool()) {
    side.device = devices[input.ConsumeIntegralInRange<std::size_t>(0, devices.size() - 1)];
  }
  side.channels = input.ConsumeIntegralInRange(-1, most_channels + 1);
  side.format = any_format(input);
  side.layout = input.PickValueInArray({Layout::interleaved, Layout::planar});
  if (input.ConsumeBool()) side.latency = any_time(input);
  return side;
}

StreamConfig any_config(FuzzedDataProvider& input, const std::vector<Device>& devices) {
  StreamConfig config;
  if (input.ConsumeBool()) config.input = any_side(input, devices);
  if (input.ConsumeBool()) config.output = any_side(input, devices);
  if (input.ConsumeBool()) config.sample_rate = any_number(input);
  config.frames_per_buffer =
      input.PickValueInArray<unsigned long>({0, 1, 2, 63, 64, most_frames, (1UL << 24) + 1, ~0UL});
  config.flags =
      static_cast<StreamFlags>(input.ConsumeBool() ? input.ConsumeIntegral<unsigned char>() : 0);
  return config;
}

Fault any_fault(FuzzedDataProvider& input) {
  const auto& calls = detail::calls_that_can_fail();
  Fault fault;
  fault.call = calls[input.ConsumeIntegralInRange<std::size_t>(0, calls.size() - 1)];
  fault.error = static_cast<Errc>(input.ConsumeIntegralInRange(-10000, -9971));
  fault.host_text = input.ConsumeRandomLengthString(4);
  fault.nth = input.ConsumeIntegralInRange<std::size_t>(0, 3);
  fault.times = input.ConsumeIntegralInRange<std::size_t>(0, 2);
  fault.probability = input.ConsumeBool() ? 1 : any_number(input);
  return fault;
}

// Memory for frames of one side, in its layout and no byte more, so that the sanitizer notices
// overruns.
class Frames {
 public:
  Frames(const std::optional<StreamSide>& side, std::size_t frames) {
    if (!side || side->channels < 1) return;
    const auto channels = static_cast<std::size_t>(side->channels);
    const bool planar = side->layout == Layout::planar;
    const std::size_t bytes = frames * sample_size(side->format) * (planar ? 1 : channels);
    blocks_.resize(planar ? channels : 1);
    for (auto& block : blocks_) {
      block.assign(bytes, 1);
      block.shrink_to_fit();
      pointers_.push_back(block.data());
    }
    data_ = planar ? static_cast<void*>(pointers_.data()) : pointers_[0];
  }
  void* data() { return data_; }

 private:
  std::vector<std::vector<unsigned char>> blocks_;
  std::vector<void*> pointers_;
  void* data_ = nullptr;
};

Callback any_callback(FuzzedDataProvider& input) {
  const auto end = input.ConsumeIntegralInRange(0, 4);
  const auto blocks = input.ConsumeIntegralInRange(0, 5);
  return [end, left = blocks](const CallbackContext& context) mutable {
    EXPECT((context.input != nullptr) == (context.format->input_channels > 0));
    EXPECT((context.output != nullptr) == (context.format->output_channels > 0));
    if (context.output != nullptr && context.format->output_layout == Layout::interleaved) {
      auto* bytes = static_cast<unsigned char*>(context.output);
      const std::size_t size = context.frames * sample_size(context.format->output_format) *
                               static_cast<std::size_t>(context.format->output_channels);
      for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<unsigned char>(bytes[i] + 1);
    }
    if (left-- > 0) return CallbackResult::continue_;
    if (end == 3) throw std::runtime_error("the callback's own");
    return end == 4 ? CallbackResult::continue_ : static_cast<CallbackResult>(end);
  };
}

void do_something(FuzzedDataProvider& input, Simulation& simulation, Stream& stream,
                  SimulatedClock clock) {
  const StreamConfig& config = stream.config();
  IoOptions at_once;
  at_once.timeout = Seconds(0);
  const auto frames = input.ConsumeIntegralInRange<std::size_t>(0, most_frames);
  const auto mode = input.PickValueInArray({StopMode::abort, StopMode::drain});
  const int device = input.ConsumeIntegralInRange(-1, 4);
  switch (input.ConsumeIntegralInRange(0, 22)) {
    case 0:
    case 1:
    case 2:
      return stream.start();
    case 3:
      return stream.stop(mode);
    case 4:
      return stream.abort();
    case 5:
      return stream.close(mode);
    case 6:
      EXPECT(!(stream.is_active() && stream.is_stopped()));
      return;
    case 7:
      stream.time();
      stream.cpu_load();
      return;
    case 8:
    case 9: {
      Frames room(config.input, frames);
      const auto result = stream.read(room.data(), frames, at_once);
      EXPECT(result.frames <= frames);
      return;
    }
    case 10:
    case 11: {
      Frames sound(config.output, frames);
      const auto result = stream.write(sound.data(), frames, at_once);
      EXPECT(result.frames <= frames);
      return;
    }
    case 12: {
      Frames room(config.input, frames);
      const auto result = stream.try_read(room.data(), frames);
      EXPECT(!result || result->frames == frames);
      return;
    }
    case 13: {
      Frames sound(config.output, frames);
      const auto result = stream.try_write(sound.data(), frames);
      EXPECT(!result || result->frames == frames);
      return;
    }
    case 14:
      return stream.set_callback(any_callback(input));
    case 15:
      stream.counters();
      stream.take_exception();
      return;
    case 16:
      stream.read_available();
      stream.write_available();
      return;
    case 17:
    case 18:
      if (clock == SimulatedClock::by_hand) {
        simulation.step(input.ConsumeIntegralInRange<std::size_t>(0, 5));
      }
      return;
    case 19: {
      const std::array<std::int16_t, 2 * most_frames> fed{};
      return simulation.feed_input(device, fed.data(), frames, 2, SampleFormat::int16);
    }
    case 20:
      return input.ConsumeBool() ? simulation.unplug(device) : simulation.plug_in(device);
    case 21:
      simulation.output(device, any_format(input));
      return simulation.set_loopback(device, input.ConsumeBool());
    default:
      return simulation.inject(any_fault(input));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  FuzzedDataProvider input(data, size);
  const auto clock =
      input.PickValueInArray({SimulatedClock::by_hand, SimulatedClock::free_running});
  attempt([&] {
    Simulation simulation(any_host_apis(input, clock), clock);
    attempt([&] {
      const Session session(simulation);
      const auto devices = session.devices();
      session.describe_input_devices();
      std::vector<Stream> streams;
      while (input.remaining_bytes() > 0) {
        attempt([&] {
          if (streams.empty() || (streams.size() < 3 && input.ConsumeIntegralInRange(0, 9) == 9)) {
            const auto config = any_config(input, devices);
            attempt([&] { session.check_supported(config); });
            streams.push_back(input.ConsumeBool() ? Stream(session, config)
                                                  : Stream(session, config, any_callback(input)));
          } else {
            const auto which = input.ConsumeIntegralInRange<std::size_t>(0, streams.size() - 1);
            do_something(input, simulation, streams[which], clock);
          }
        });
      }
    });
    EXPECT(simulation.open_streams() == 0);
  });
  return 0;
}
