// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

// All PortAudio calls that we make, listed once: the list generates the struct Backend, PortAudio's
// table, the simulation's table and the names for Fault::call.
//
// A line is `CALL(member of Backend, PortAudio's function, result, (parameters))`, or PLAIN(...)
// for a call in which the simulation injects no faults. To use the list, define both, expand it,
// and undefine them:
//
//   #define CALL(member, function, result, parameters) names.push_back(#function);
//   #define PLAIN(member, function, result, parameters)
//   AUDIOPP_BACKEND_CALLS(CALL, PLAIN)
//   #undef CALL
//   #undef PLAIN
//
// To add a call, add a line here and a function named like the member in simulation/backend.cpp.

// clang-format off
#define AUDIOPP_BACKEND_CALLS(CALL, PLAIN)                                                          \
  CALL(initialize, Pa_Initialize, PaError, ())                                                      \
  CALL(terminate, Pa_Terminate, PaError, ())                                                        \
  PLAIN(version, Pa_GetVersion, int, ())                                                            \
  PLAIN(version_text, Pa_GetVersionText, const char*, ())                                           \
  PLAIN(last_host_error_info, Pa_GetLastHostErrorInfo, const PaHostErrorInfo*, ())                  \
                                                                                                    \
  CALL(host_api_count, Pa_GetHostApiCount, PaHostApiIndex, ())                                      \
  CALL(default_host_api, Pa_GetDefaultHostApi, PaHostApiIndex, ())                                  \
  CALL(host_api_info, Pa_GetHostApiInfo, const PaHostApiInfo*, (PaHostApiIndex))                    \
  CALL(host_api_type_id_to_host_api_index, Pa_HostApiTypeIdToHostApiIndex, PaHostApiIndex,          \
       (HostApiType))                                                                               \
  CALL(host_api_device_index_to_device_index, Pa_HostApiDeviceIndexToDeviceIndex, PaDeviceIndex,    \
       (PaHostApiIndex, int))                                                                       \
  CALL(device_count, Pa_GetDeviceCount, PaDeviceIndex, ())                                          \
  CALL(default_input_device, Pa_GetDefaultInputDevice, PaDeviceIndex, ())                           \
  CALL(default_output_device, Pa_GetDefaultOutputDevice, PaDeviceIndex, ())                         \
  CALL(device_info, Pa_GetDeviceInfo, const PaDeviceInfo*, (PaDeviceIndex))                         \
                                                                                                    \
  CALL(is_format_supported, Pa_IsFormatSupported, PaError,                                          \
       (const PaStreamParameters* input, const PaStreamParameters* output, double sample_rate))     \
  CALL(open_stream, Pa_OpenStream, PaError,                                                         \
       (PaStream** stream, const PaStreamParameters* input, const PaStreamParameters* output,       \
        double sample_rate, unsigned long frames_per_buffer, PaStreamFlags flags,                   \
        PaStreamCallback* callback, void* user_data))                                               \
  CALL(close_stream, Pa_CloseStream, PaError, (PaStream*))                                          \
  CALL(set_finished_callback, Pa_SetStreamFinishedCallback, PaError,                                \
       (PaStream*, PaStreamFinishedCallback*))                                                      \
  CALL(start_stream, Pa_StartStream, PaError, (PaStream*))                                          \
  CALL(stop_stream, Pa_StopStream, PaError, (PaStream*))                                            \
  CALL(abort_stream, Pa_AbortStream, PaError, (PaStream*))                                          \
  CALL(is_stream_stopped, Pa_IsStreamStopped, PaError, (PaStream*))                                 \
  CALL(is_stream_active, Pa_IsStreamActive, PaError, (PaStream*))                                   \
  CALL(stream_info, Pa_GetStreamInfo, const PaStreamInfo*, (PaStream*))                             \
  CALL(stream_time, Pa_GetStreamTime, PaTime, (PaStream*))                                          \
  CALL(stream_cpu_load, Pa_GetStreamCpuLoad, double, (PaStream*))                                   \
  CALL(read_stream, Pa_ReadStream, PaError, (PaStream*, void* buffer, unsigned long frames))        \
  CALL(write_stream, Pa_WriteStream, PaError,                                                       \
       (PaStream*, const void* buffer, unsigned long frames))                                       \
  CALL(read_available, Pa_GetStreamReadAvailable, signed long, (PaStream*))                         \
  CALL(write_available, Pa_GetStreamWriteAvailable, signed long, (PaStream*))
// clang-format on
