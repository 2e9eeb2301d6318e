// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "library/diagnosis.hpp"

#include "backend/host_api_of.hpp"
#include "backend/quirks.hpp"
#include "detail/windows_options.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

#ifdef __linux__
#include <unistd.h>
#endif

namespace audiopp::detail {
namespace {

int max_channels(const PaDeviceInfo& info, bool input) {
  return input ? info.maxInputChannels : info.maxOutputChannels;
}

// The number with a point, whatever the program's locale. A stream with the classic locale would
// pull locales into small programs, and to_chars needs macOS 13.3.
std::string number(double value) {
  std::array<char, 32> digits{};
  std::snprintf(digits.data(), digits.size(), "%g", value);
  std::string text = digits.data();
  const std::size_t mark = text.find_first_not_of("+-0123456789");
  const std::size_t rest = text.find_first_of("0123456789e", mark);
  if (mark < rest && rest != std::string::npos) text.replace(mark, rest - mark, ".");
  return text;
}

// The usual sample rates that the device supports, with the rest of the request unchanged.
std::string probe_rates(const Backend& api, const OpenParameters& parameters) {
  std::string rates;
  for (const int rate :
       {8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000, 88200, 96000, 192000}) {
    if (api.is_format_supported(parameters.input_or_null(), parameters.output_or_null(), rate) ==
        paFormatIsSupported) {
      rates += (rates.empty() ? "" : ", ") + std::to_string(rate);
    }
  }
  return rates.empty() ? "none of the usual sample rates is supported"
                       : "supported sample rates: " + rates;
}

std::string describe_side(const Backend& api, const StreamSide& side, PaDeviceIndex device,
                          bool input, PaError error) {
  const std::string direction = input ? "input" : "output";
  std::string text = direction;
  if (device != paUseHostApiSpecificDeviceSpecification) text += " on " + name_device(api, device);
  if (side.host_options) text += " with " + side.host_options->description();
  text += ": " + std::to_string(side.channels) +
          (side.channels == 1 ? " channel of " : " channels of ") + name_of(side.format) + "; ";
  const PaDeviceInfo* info = api.device_info(device);
  if (error == paInvalidChannelCount && info != nullptr) {
    text += "it has at most " + std::to_string(max_channels(*info, input)) + " " + direction +
            " channels; ";
  }
  return text;
}

#ifdef __linux__
std::string first_line(const char* path) {
  std::array<char, 256> line{};
  if (std::FILE* const file = std::fopen(path, "re")) {
    if (std::fgets(line.data(), static_cast<int>(line.size()), file) == nullptr) line[0] = '\0';
    std::fclose(file);
  }
  return line.data();
}

std::string why_none() {
  std::string why;
  const std::string cards = first_line("/proc/asound/cards");
  if (cards.empty() || cards.find("no soundcards") != std::string::npos) {
    why += "the kernel has no sound card; ";
  } else if (access("/dev/snd", F_OK) != 0) {
    why += "there is a sound card, but no /dev/snd: a container needs --device /dev/snd; ";
  }
  const char* server = std::getenv("PULSE_SERVER");
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  if (server != nullptr) {
    why += std::string("PULSE_SERVER is ") + server + "; ";
  } else if (runtime == nullptr) {
    why += "no PulseAudio or PipeWire server can be found (XDG_RUNTIME_DIR is not set); ";
  }
  return why +
         "ALSA reaches PulseAudio and PipeWire through its pulse plugin (package "
         "libasound2-plugins, "
         "alsa-plugins-pulseaudio or alsa-plugins)";
}
#else
std::string why_none() {
  return "no sound device is connected, or this program may not use it";
}
#endif

}  // namespace

std::string name_device(const Backend& api, PaDeviceIndex index) {
  std::string text = "device " + std::to_string(index);
  const PaDeviceInfo* info = api.device_info(index);
  if (info == nullptr) return text;
  text.append(" \"").append(info->name).append("\"");
  if (const PaHostApiInfo* host = api.host_api_info(info->hostApi)) {
    text.append(" (").append(host->name).append(")");
  }
  return text;
}

std::string describe_missing(const Backend& api, HostApiType type) {
  std::string found;
  const int count = api.host_api_count();
  for (PaHostApiIndex index = 0; index < count; ++index) {
    const PaHostApiInfo* host = api.host_api_info(index);
    if (host != nullptr) found.append(found.empty() ? "" : ", ").append(host->name);
  }
  std::string name = name_of(type);
  if (name == "unknown") name = "host API of type " + std::to_string(static_cast<int>(type));
  std::string text = "PortAudio has no " + name + " here" +
                     (found.empty() ? ", nor any other host API" : ", only " + found);
  if (type == HostApiType::asio) {
    text += "; ASIO needs a PortAudio that was built with Steinberg's SDK";
  }
  return text;
}

std::string describe_conversion(const Backend& api, const OpenParameters& parameters,
                                double sample_rate, PaError error) {
  if (error != paInvalidSampleRate && error != paInvalidChannelCount) return {};
  WasapiInfo converting;
  converting.flags = WasapiInfo::auto_convert;
  OpenParameters changed = parameters;
  for (auto* side : {&changed.input, &changed.output}) {
    if (!*side) continue;
    if (!quirks_of(host_api_of(api, **side)).converts_on_request) return {};
    (*side)->hostApiSpecificStreamInfo = &converting;
  }
  if (api.is_format_supported(changed.input_or_null(), changed.output_or_null(), sample_rate) !=
      paFormatIsSupported) {
    return {};
  }
  return "WASAPI converts neither the sample rate nor the channels unless it is asked to: with "
         "WasapiOptions(auto_convert) the stream opens";
}

std::string describe_refusal(const Backend& api, const OpenParameters& parameters,
                             const StreamConfig& config, PaError error, bool is_forked) {
  std::string text;
  if (config.input) {
    text += describe_side(api, *config.input, parameters.input->device, true, error);
  }
  if (config.output) {
    text += describe_side(api, *config.output, parameters.output->device, false, error);
  }
  text +=
      number(config.sample_rate) + " Hz, " +
      (config.frames_per_buffer == 0 ? "any number of" : std::to_string(config.frames_per_buffer)) +
      " frames per buffer";
  if (is_forked) {
    // libpulse refuses to work in a child of a process that has used it (pa_detect_fork()).
    text +=
        "; this process was forked from one in which PortAudio ran, which PulseAudio does not "
        "survive: start PortAudio after the fork, or use multiprocessing's spawn method";
  }
  if (error == paInvalidSampleRate) text += "; " + probe_rates(api, parameters);
  const std::string way = describe_conversion(api, parameters, config.sample_rate, error);
  return way.empty() ? text : text + "; " + way;
}

std::string describe_devices(const Backend& api, bool input) {
  std::string found;
  const PaDeviceIndex count = api.device_count();
  for (PaDeviceIndex index = 0; index < count; ++index) {
    const PaDeviceInfo* info = api.device_info(index);
    if (info == nullptr || max_channels(*info, input) < 1) continue;
    found += (found.empty() ? "" : ", ") + name_device(api, index);
  }
  const std::string direction = input ? "input" : "output";
  if (!found.empty()) return direction + " devices: " + found;
  return "PortAudio has found no " + direction + " device: " + why_none();
}

}  // namespace audiopp::detail
