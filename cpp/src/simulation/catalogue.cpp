// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "simulation/catalogue.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <utility>

#include "detail/convert.hpp"
#include "detail/windows_options.hpp"

namespace audiopp::detail {

namespace {

// More than any program needs; keeps a typo from using up all memory.
constexpr unsigned long most_frames_per_buffer = 1UL << 24;

std::string quoted(const std::string& name) {
  return "\"" + name + "\"";
}

void check_description(const SimulatedDevice& device) {
  const auto fail = [&device](const std::string& what) {
    throw std::invalid_argument("simulated device " + quoted(device.name) + ": " + what);
  };
  if (device.max_input_channels < 0 || device.max_output_channels < 0) {
    fail("the number of channels must not be negative");
  }
  if (!(device.default_sample_rate > 0) || !std::isfinite(device.default_sample_rate)) {
    fail("default_sample_rate must be greater than 0");
  }
  for (const double rate : device.sample_rates) {
    if (!(rate > 0) || !std::isfinite(rate)) fail("each sample rate must be greater than 0");
  }
  for (const Seconds seconds : {device.low_latency, device.high_latency, device.output_kept}) {
    if (!(seconds.count() >= 0) || !std::isfinite(seconds.count())) {
      fail("latencies and output_kept must not be negative");
    }
  }
}

int SimulatedDevice::* channels_of(bool input) {
  return input ? &SimulatedDevice::max_input_channels : &SimulatedDevice::max_output_channels;
}

// The position in host_api.devices, or -1.
int default_device(const SimulatedHostApi& host_api, bool input) {
  const auto channels = channels_of(input);
  const std::optional<int> wanted = input ? host_api.default_input : host_api.default_output;
  const std::string option = input ? "default_input" : "default_output";
  if (!wanted) {
    const auto found = std::find_if(host_api.devices.begin(), host_api.devices.end(),
                                    [=](const auto& device) { return device.*channels > 0; });
    return found == host_api.devices.end() ? -1
                                           : static_cast<int>(found - host_api.devices.begin());
  }
  if (*wanted == -1) return -1;
  const auto fail = [&](const std::string& what) {
    throw std::invalid_argument("simulated host API " + quoted(host_api.name) + ": " + option +
                                " is " + std::to_string(*wanted) + ", " + what);
  };
  if (*wanted < -1 || *wanted >= static_cast<int>(host_api.devices.size())) {
    fail("but it has " + std::to_string(host_api.devices.size()) + " devices");
  }
  if (host_api.devices[static_cast<std::size_t>(*wanted)].*channels == 0) {
    fail(input ? "a device without inputs" : "a device without outputs");
  }
  return *wanted;
}

PaDeviceInfo device_info(const SimulatedDevice& device, PaHostApiIndex host_api) {
  PaDeviceInfo info{};
  info.structVersion = 2;
  info.name = device.name.c_str();
  info.hostApi = host_api;
  info.maxInputChannels = device.max_input_channels;
  info.maxOutputChannels = device.max_output_channels;
  // PortAudio's host APIs report -1 for the latencies of a direction that a device lacks.
  const auto latency = [](int channels, Seconds seconds) {
    return channels > 0 ? seconds.count() : -1.0;
  };
  info.defaultLowInputLatency = latency(device.max_input_channels, device.low_latency);
  info.defaultLowOutputLatency = latency(device.max_output_channels, device.low_latency);
  info.defaultHighInputLatency = latency(device.max_input_channels, device.high_latency);
  info.defaultHighOutputLatency = latency(device.max_output_channels, device.high_latency);
  info.defaultSampleRate = device.default_sample_rate;
  return info;
}

bool is_format_of_portaudio(PaSampleFormat format) {
  switch (format & ~paNonInterleaved) {
    case paFloat32:
    case paInt32:
    case paInt24:
    case paInt16:
    case paInt8:
    case paUInt8:
    case paCustomFormat:
      return true;
    default:
      return false;
  }
}

}  // namespace

Catalogue::Catalogue(std::vector<SimulatedHostApi> host_apis) : host_apis_(std::move(host_apis)) {
  for (const SimulatedHostApi& host_api : host_apis_) {
    const auto index = static_cast<PaHostApiIndex>(infos_.size());
    const auto first = static_cast<PaDeviceIndex>(devices_.size());
    for (const SimulatedDevice& device : host_api.devices) {
      check_description(device);
      devices_.push_back(device_info(device, index));
      cards_.push_back(std::make_unique<SoundCard>(device));
    }
    const int input = default_device(host_api, true);
    const int output = default_device(host_api, false);
    PaHostApiInfo info{};
    info.structVersion = 1;
    put_type(host_api.type, info.type);
    info.name = host_api.name.c_str();
    info.deviceCount = static_cast<int>(host_api.devices.size());
    info.defaultInputDevice = input < 0 ? paNoDevice : first + input;
    info.defaultOutputDevice = output < 0 ? paNoDevice : first + output;
    infos_.push_back(info);
    first_devices_.push_back(first);
  }
}

PaHostApiIndex Catalogue::default_host_api() const {
  if (infos_.empty()) return paInternalError;
  const auto found = std::find_if(infos_.begin(), infos_.end(), [](const PaHostApiInfo& info) {
    return info.defaultInputDevice != paNoDevice || info.defaultOutputDevice != paNoDevice;
  });
  return found == infos_.end() ? 0 : static_cast<PaHostApiIndex>(found - infos_.begin());
}

const PaHostApiInfo* Catalogue::host_api(PaHostApiIndex index) const {
  if (index < 0 || index >= host_api_count()) return nullptr;
  return &infos_[static_cast<std::size_t>(index)];
}

PaHostApiIndex Catalogue::find_host_api(HostApiType type) const {
  const auto found = std::find_if(infos_.begin(), infos_.end(),
                                  [type](const auto& info) { return type_in(info.type) == type; });
  return found == infos_.end() ? static_cast<PaHostApiIndex>(paHostApiNotFound)
                               : static_cast<PaHostApiIndex>(found - infos_.begin());
}

PaDeviceIndex Catalogue::device_index(PaHostApiIndex host_api, int device) const {
  const PaHostApiInfo* info = this->host_api(host_api);
  if (info == nullptr) return paInvalidHostApi;
  if (device < 0 || device >= info->deviceCount) return paInvalidDevice;
  return first_devices_[static_cast<std::size_t>(host_api)] + device;
}

PaDeviceIndex Catalogue::default_input() const {
  const PaHostApiInfo* info = host_api(default_host_api());
  return info == nullptr ? paNoDevice : info->defaultInputDevice;
}

PaDeviceIndex Catalogue::default_output() const {
  const PaHostApiInfo* info = host_api(default_host_api());
  return info == nullptr ? paNoDevice : info->defaultOutputDevice;
}

const PaDeviceInfo* Catalogue::device(PaDeviceIndex index) const {
  if (index < 0 || index >= device_count()) return nullptr;
  return &devices_[static_cast<std::size_t>(index)];
}

SoundCard* Catalogue::card(int index) const {
  if (index < 0 || index >= device_count()) return nullptr;
  return cards_[static_cast<std::size_t>(index)].get();
}

// ValidateOpenStreamParameters() of pa_front.c, then what host APIs check.
PaError Catalogue::check(const PaStreamParameters* input, const PaStreamParameters* output,
                         double sample_rate, unsigned long frames_per_buffer, PaStreamFlags flags,
                         PaStreamCallback* callback, StreamOrder& order) const {
  if (input == nullptr && output == nullptr) return paInvalidDevice;
  if (const PaError error = check_side(input, order.input); error != paNoError) return error;
  if (const PaError error = check_side(output, order.output); error != paNoError) return error;
  const PaHostApiInfo& used = host_api_of(input != nullptr ? *input : *output);
  if (output != nullptr && &host_api_of(*output) != &used) return paBadIODeviceCombination;
  order.host_api = type_in(used.type);
  if (sample_rate < 1000.0 || sample_rate > 768000.0) return paInvalidSampleRate;
  constexpr PaStreamFlags known =
      paClipOff | paDitherOff | paNeverDropInput | paPrimeOutputBuffersUsingStreamCallback;
  if ((flags & ~paPlatformSpecificFlags & ~known) != 0) return paInvalidFlag;
  if ((flags & paNeverDropInput) != 0 &&
      (callback == nullptr || input == nullptr || output == nullptr ||
       frames_per_buffer != paFramesPerBufferUnspecified)) {
    return paInvalidFlag;
  }

  if (const PaError error =
          check_capabilities(input, order.input, &SimulatedDevice::max_input_channels);
      error != paNoError) {
    return error;
  }
  if (const PaError error =
          check_capabilities(output, order.output, &SimulatedDevice::max_output_channels);
      error != paNoError) {
    return error;
  }
  if (!takes_rate(input, order.input, sample_rate) ||
      !takes_rate(output, order.output, sample_rate)) {
    return paInvalidSampleRate;
  }
  if ((flags & paPlatformSpecificFlags) != 0) return paInvalidFlag;
  if (frames_per_buffer > most_frames_per_buffer) return paBufferTooBig;
  for (const OrderedSide* side : {&order.input, &order.output}) {
    for (const CardChannels& it : side->cards) {
      if (it.card->unplugged) return paDeviceUnavailable;
    }
  }

  order.sample_rate = sample_rate;
  order.frames_per_buffer = frames_per_buffer;
  order.flags = flags;
  order.callback = callback;
  order.drops_on_stop = order.host_api == HostApiType::alsa;
  return paNoError;
}

PaError Catalogue::check_side(const PaStreamParameters* side, OrderedSide& order) const {
  if (side == nullptr) return paNoError;
  const bool is_device = device(side->device) != nullptr;
  // MME's options may name the devices; nothing else does.
  if (!is_device && (side->device != paUseHostApiSpecificDeviceSpecification ||
                     side->hostApiSpecificStreamInfo == nullptr)) {
    return paInvalidDevice;
  }
  if (side->channelCount <= 0) return paInvalidChannelCount;
  if (!is_format_of_portaudio(side->sampleFormat)) return paSampleFormatNotSupported;
  if (is_device) order.cards = {{card(side->device), side->channelCount}};
  if (side->hostApiSpecificStreamInfo != nullptr) {
    if (const PaError error = check_options(*side, order); error != paNoError) return error;
  }
  order.shape = SampleShape::of(*side);
  order.latency = side->suggestedLatency;
  return paNoError;
}

// As PortAudio's code for Windows' host APIs does; others have no options here.
PaError Catalogue::check_options(const PaStreamParameters& side, OrderedSide& order) const {
  constexpr PaError wrong = paIncompatibleHostApiSpecificStreamInfo;
  const auto& header = *static_cast<const OptionsHeader*>(side.hostApiSpecificStreamInfo);
  if (!order.cards.empty() && type_in(host_api_of(side).type) != header.host_api) return wrong;
  const auto is = [&header](HostApiType type, std::size_t size, unsigned long version) {
    return header.host_api == type && header.size == size && header.version == version;
  };
  if (is(HostApiType::wasapi, sizeof(WasapiInfo), 1) ||
      is(HostApiType::direct_sound, sizeof(DirectSoundInfo), 2) ||
      is(HostApiType::wdm_ks, sizeof(WdmKsInfo), 1)) {
    return order.cards.empty() ? paInvalidDevice : paNoError;
  }
  if (!is(HostApiType::mme, sizeof(MmeInfo), 1)) return wrong;
  const auto& mme = *static_cast<const MmeInfo*>(side.hostApiSpecificStreamInfo);
  const bool names_devices = (mme.flags & MmeInfo::use_devices) != 0;
  if (names_devices != order.cards.empty()) return paInvalidDevice;
  int channels = order.cards.empty() ? 0 : side.channelCount;
  for (unsigned long i = 0; names_devices && i < mme.device_count; ++i) {
    const MmeDeviceInfo& it = mme.devices[i];
    if (device(it.device) == nullptr ||
        type_in(host_api(device(it.device)->hostApi)->type) != HostApiType::mme) {
      return paInvalidDevice;
    }
    order.cards.push_back({card(it.device), it.channels});
    channels += it.channels;
  }
  return channels == side.channelCount ? paNoError : paInvalidChannelCount;
}

const PaHostApiInfo& Catalogue::host_api_of(const PaStreamParameters& side) const {
  const PaDeviceInfo* const info = device(side.device);
  return infos_.at(
      static_cast<std::size_t>(info == nullptr ? find_host_api(HostApiType::mme) : info->hostApi));
}

PaError Catalogue::check_capabilities(const PaStreamParameters* side, const OrderedSide& order,
                                      int SimulatedDevice::* max_channels) const {
  if (side == nullptr) return paNoError;
  if ((side->sampleFormat & paCustomFormat) != 0) return paSampleFormatNotSupported;
  const bool has_all =
      std::all_of(order.cards.begin(), order.cards.end(), [=](const CardChannels& it) {
        return it.channels > 0 && it.channels <= it.card->device.*max_channels;
      });
  return has_all ? paNoError : paInvalidChannelCount;
}

bool Catalogue::takes_rate(const PaStreamParameters* side, const OrderedSide& order,
                           double rate) const {
  if (side == nullptr) return true;
  const bool is_any = rate >= 1000 && rate <= 384000;
  if (side->hostApiSpecificStreamInfo != nullptr &&
      type_in(host_api_of(*side).type) == HostApiType::wasapi) {
    const auto& options = *static_cast<const WasapiInfo*>(side->hostApiSpecificStreamInfo);
    if ((options.flags & WasapiInfo::auto_convert) != 0) return is_any;
  }
  return std::all_of(order.cards.begin(), order.cards.end(), [=](const CardChannels& it) {
    const std::vector<double>& rates = it.card->device.sample_rates;
    if (rates.empty()) return is_any;
    return std::find(rates.begin(), rates.end(), rate) != rates.end();
  });
}

}  // namespace audiopp::detail
