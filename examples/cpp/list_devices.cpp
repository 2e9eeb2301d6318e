// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
//
// Lists the host APIs and devices of this machine; > and < mark the default output and input.

#include <audiopp/audiopp.hpp>
#include <cstdio>
#include <exception>

int main() try {
  const audiopp::Session session;
  std::printf("%s\n", audiopp::Session::portaudio_version_text().c_str());

  const auto input = session.default_input_device();
  const auto output = session.default_output_device();
  const auto devices = session.devices();
  for (const auto& host_api : session.host_apis()) {
    std::printf("\n%s\n", host_api.name.c_str());
    for (const auto& device : devices) {
      if (device.host_api != host_api.index) continue;
      std::printf("%c%c %3d  %-40s %3d in, %3d out, %.0f Hz\n",
                  input && input->index == device.index ? '<' : ' ',
                  output && output->index == device.index ? '>' : ' ', device.index,
                  device.name.c_str(), device.max_input_channels, device.max_output_channels,
                  device.default_sample_rate);
    }
  }
  if (devices.empty()) std::printf("\nThere is no sound device.\n");
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "Cannot list the devices: %s\n", error.what());
  return 1;
}
