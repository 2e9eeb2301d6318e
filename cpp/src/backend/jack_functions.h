/* SPDX-FileCopyrightText: 2026 The pyaudiopp authors
   SPDX-License-Identifier: MIT

   The functions of JACK that PortAudio 19.7 calls, as pointers of ours: audiopp_jack_activate and so on. The compiler
   is made to read this before PortAudio's pa_jack.c, which then calls through them (cmake/BundledPortAudio.cmake);
   host_libraries.cpp fills them from the system's libjack. */
#pragma once

#include <jack/jack.h>

#define AUDIOPP_JACK_FUNCTIONS(X) \
  X(jack_activate) \
  X(jack_client_close) \
  X(jack_client_name_size) \
  X(jack_client_open) \
  X(jack_connect) \
  X(jack_deactivate) \
  X(jack_frame_time) \
  X(jack_get_buffer_size) \
  X(jack_get_client_name) \
  X(jack_get_ports) \
  X(jack_get_sample_rate) \
  X(jack_on_shutdown) \
  X(jack_port_by_name) \
  X(jack_port_connected) \
  X(jack_port_disconnect) \
  X(jack_port_get_buffer) \
  X(jack_port_get_latency) \
  X(jack_port_name) \
  X(jack_port_name_size) \
  X(jack_port_register) \
  X(jack_port_unregister) \
  X(jack_set_error_function) \
  X(jack_set_process_callback) \
  X(jack_set_sample_rate_callback) \
  X(jack_set_xrun_callback)

#ifdef __cplusplus
extern "C" {
#endif
#define AUDIOPP_DECLARE(name) extern __typeof__(name)* audiopp_##name;
AUDIOPP_JACK_FUNCTIONS(AUDIOPP_DECLARE)
#undef AUDIOPP_DECLARE
#ifdef __cplusplus
}
#else
#define jack_activate audiopp_jack_activate
#define jack_client_close audiopp_jack_client_close
#define jack_client_name_size audiopp_jack_client_name_size
#define jack_client_open audiopp_jack_client_open
#define jack_connect audiopp_jack_connect
#define jack_deactivate audiopp_jack_deactivate
#define jack_frame_time audiopp_jack_frame_time
#define jack_get_buffer_size audiopp_jack_get_buffer_size
#define jack_get_client_name audiopp_jack_get_client_name
#define jack_get_ports audiopp_jack_get_ports
#define jack_get_sample_rate audiopp_jack_get_sample_rate
#define jack_on_shutdown audiopp_jack_on_shutdown
#define jack_port_by_name audiopp_jack_port_by_name
#define jack_port_connected audiopp_jack_port_connected
#define jack_port_disconnect audiopp_jack_port_disconnect
#define jack_port_get_buffer audiopp_jack_port_get_buffer
#define jack_port_get_latency audiopp_jack_port_get_latency
#define jack_port_name audiopp_jack_port_name
#define jack_port_name_size audiopp_jack_port_name_size
#define jack_port_register audiopp_jack_port_register
#define jack_port_unregister audiopp_jack_port_unregister
#define jack_set_error_function audiopp_jack_set_error_function
#define jack_set_process_callback audiopp_jack_set_process_callback
#define jack_set_sample_rate_callback audiopp_jack_set_sample_rate_callback
#define jack_set_xrun_callback audiopp_jack_set_xrun_callback
#endif
