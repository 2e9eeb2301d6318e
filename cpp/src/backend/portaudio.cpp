// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "backend/backend.hpp"
#include "detail/convert.hpp"

namespace audiopp::detail {

namespace {

// As Pa_HostApiTypeIdToHostApiIndex(), which cannot be asked for types that its header does not
// list.
PaHostApiIndex host_api_type_id_to_host_api_index(HostApiType type) {
  const PaHostApiIndex count = Pa_GetHostApiCount();
  for (PaHostApiIndex index = 0; index < count; ++index) {
    if (type_in(Pa_GetHostApiInfo(index)->type) == type) return index;
  }
  return count < 0 ? count : static_cast<PaHostApiIndex>(paHostApiNotFound);
}

}  // namespace

const Backend& portaudio_backend() noexcept {
  static constexpr Backend backend{
      Pa_Initialize,
      Pa_Terminate,
      Pa_GetVersion,
      Pa_GetVersionText,
      Pa_GetLastHostErrorInfo,
      Pa_GetHostApiCount,
      Pa_GetDefaultHostApi,
      Pa_GetHostApiInfo,
      host_api_type_id_to_host_api_index,
      Pa_HostApiDeviceIndexToDeviceIndex,
      Pa_GetDeviceCount,
      Pa_GetDefaultInputDevice,
      Pa_GetDefaultOutputDevice,
      Pa_GetDeviceInfo,
      Pa_IsFormatSupported,
      Pa_OpenStream,
      Pa_CloseStream,
      Pa_SetStreamFinishedCallback,
      Pa_StartStream,
      Pa_StopStream,
      Pa_AbortStream,
      Pa_IsStreamStopped,
      Pa_IsStreamActive,
      Pa_GetStreamInfo,
      Pa_GetStreamTime,
      Pa_GetStreamCpuLoad,
      Pa_ReadStream,
      Pa_WriteStream,
      Pa_GetStreamReadAvailable,
      Pa_GetStreamWriteAvailable,
  };
  return backend;
}

}  // namespace audiopp::detail
