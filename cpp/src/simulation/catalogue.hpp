// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "audiopp/simulation.hpp"
#include "detail/portaudio.hpp"
#include "simulation/card.hpp"
#include "simulation/samples.hpp"

namespace audiopp::detail {

/// One side of a requested stream, after the checks.
struct OrderedSide {
  std::vector<CardChannels> cards;  ///< Empty: the stream has no such side.
  SampleShape shape;
  double latency = 0;
};

/// A request to Pa_OpenStream(), after the checks.
struct StreamOrder {
  OrderedSide input, output;
  double sample_rate = 0;
  unsigned long frames_per_buffer = 0;
  PaStreamFlags flags = paNoFlag;
  HostApiType host_api = HostApiType::in_development;
  bool drops_on_stop = false;  ///< As PortAudio's ALSA code does, whatever portaudio.h says.
  PaStreamCallback* callback = nullptr;
  void* user_data = nullptr;
};

/// The host APIs and devices that one start of PortAudio finds, and the rules for opening streams.
///
/// The checks are those of PortAudio's pa_front.c and of its host APIs, in their order.
class Catalogue {
 public:
  /// std::invalid_argument if the description is invalid.
  explicit Catalogue(std::vector<SimulatedHostApi> host_apis);

  int host_api_count() const { return static_cast<int>(infos_.size()); }
  PaHostApiIndex default_host_api() const;
  const PaHostApiInfo* host_api(PaHostApiIndex index) const;
  PaHostApiIndex find_host_api(HostApiType type) const;
  PaDeviceIndex device_index(PaHostApiIndex host_api, int device) const;

  int device_count() const { return static_cast<int>(devices_.size()); }
  PaDeviceIndex default_input() const;
  PaDeviceIndex default_output() const;
  const PaDeviceInfo* device(PaDeviceIndex index) const;
  /// nullptr if there is no such device.
  SoundCard* card(int index) const;

  /// Checks a request and fills in `order`.
  PaError check(const PaStreamParameters* input, const PaStreamParameters* output,
                double sample_rate, unsigned long frames_per_buffer, PaStreamFlags flags,
                PaStreamCallback* callback, StreamOrder& order) const;

 private:
  PaError check_side(const PaStreamParameters* side, OrderedSide& order) const;
  PaError check_options(const PaStreamParameters& side, OrderedSide& order) const;
  PaError check_capabilities(const PaStreamParameters* side, const OrderedSide& order,
                             int SimulatedDevice::* max_channels) const;
  bool takes_rate(const PaStreamParameters* side, const OrderedSide& order, double rate) const;
  /// Of a side that names a device, or the options of a host API that do.
  const PaHostApiInfo& host_api_of(const PaStreamParameters& side) const;

  std::vector<SimulatedHostApi> host_apis_;  // owns the names; never changed
  std::vector<PaHostApiInfo> infos_;
  std::vector<PaDeviceIndex> first_devices_;
  std::vector<PaDeviceInfo> devices_;
  std::vector<std::unique_ptr<SoundCard>> cards_;
};

}  // namespace audiopp::detail
