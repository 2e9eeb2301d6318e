// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "backend/backend.hpp"

namespace audiopp::detail {

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
      Pa_HostApiTypeIdToHostApiIndex,
      Pa_HostApiDeviceIndexToDeviceIndex,
      Pa_GetDeviceCount,
      Pa_GetDefaultInputDevice,
      Pa_GetDefaultOutputDevice,
      Pa_GetDeviceInfo,
      Pa_IsFormatSupported,
      Pa_OpenStream,
      Pa_CloseStream,
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
