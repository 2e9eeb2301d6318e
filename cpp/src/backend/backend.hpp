// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include "audiopp/host_api.hpp"
#include "detail/portaudio.hpp"

namespace audiopp::detail {

/// The calls we make of PortAudio: the one seam between us and a sound system.
///
/// Each function keeps the contract of its namesake in portaudio.h. The code above cannot tell the
/// real library from the simulation.
struct Backend {
  PaError (*initialize)();
  PaError (*terminate)();
  int (*version)();
  const char* (*version_text)();
  const PaHostErrorInfo* (*last_host_error_info)();

  PaHostApiIndex (*host_api_count)();
  PaHostApiIndex (*default_host_api)();
  const PaHostApiInfo* (*host_api_info)(PaHostApiIndex);
  PaHostApiIndex (*host_api_type_id_to_host_api_index)(HostApiType);
  PaDeviceIndex (*host_api_device_index_to_device_index)(PaHostApiIndex, int);
  PaDeviceIndex (*device_count)();
  PaDeviceIndex (*default_input_device)();
  PaDeviceIndex (*default_output_device)();
  const PaDeviceInfo* (*device_info)(PaDeviceIndex);

  PaError (*is_format_supported)(const PaStreamParameters* input, const PaStreamParameters* output,
                                 double sample_rate);
  PaError (*open_stream)(PaStream** stream, const PaStreamParameters* input,
                         const PaStreamParameters* output, double sample_rate,
                         unsigned long frames_per_buffer, PaStreamFlags flags,
                         PaStreamCallback* callback, void* user_data);
  PaError (*close_stream)(PaStream*);
  PaError (*set_finished_callback)(PaStream*, PaStreamFinishedCallback*);
  PaError (*start_stream)(PaStream*);
  PaError (*stop_stream)(PaStream*);
  PaError (*abort_stream)(PaStream*);
  PaError (*is_stream_stopped)(PaStream*);
  PaError (*is_stream_active)(PaStream*);
  const PaStreamInfo* (*stream_info)(PaStream*);
  PaTime (*stream_time)(PaStream*);
  double (*stream_cpu_load)(PaStream*);
  PaError (*read_stream)(PaStream*, void* buffer, unsigned long frames);
  PaError (*write_stream)(PaStream*, const void* buffer, unsigned long frames);
  signed long (*read_available)(PaStream*);
  signed long (*write_available)(PaStream*);
};

/// The real library.
const Backend& portaudio_backend() noexcept;

/// The simulation that `select_simulation` chose last.
const Backend& simulated_backend() noexcept;

}  // namespace audiopp::detail
