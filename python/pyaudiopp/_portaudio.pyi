# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""PyAudio's C module, typed."""

import sys
from typing import Any, Final, final

from pyaudiopp._types import Samples, StreamCallback

paFloat32: Final[int]
paInt32: Final[int]
paInt24: Final[int]
paInt16: Final[int]
paInt8: Final[int]
paUInt8: Final[int]
paCustomFormat: Final[int]
paInDevelopment: Final[int]
paDirectSound: Final[int]
paMME: Final[int]
paASIO: Final[int]
paSoundManager: Final[int]
paCoreAudio: Final[int]
paOSS: Final[int]
paALSA: Final[int]
paAL: Final[int]
paBeOS: Final[int]
paWDMKS: Final[int]
paJACK: Final[int]
paWASAPI: Final[int]
paNoDevice: Final[int]
paNoError: Final[int]
paNotInitialized: Final[int]
paUnanticipatedHostError: Final[int]
paInvalidChannelCount: Final[int]
paInvalidSampleRate: Final[int]
paInvalidDevice: Final[int]
paInvalidFlag: Final[int]
paSampleFormatNotSupported: Final[int]
paBadIODeviceCombination: Final[int]
paInsufficientMemory: Final[int]
paBufferTooBig: Final[int]
paBufferTooSmall: Final[int]
paNullCallback: Final[int]
paBadStreamPtr: Final[int]
paTimedOut: Final[int]
paInternalError: Final[int]
paDeviceUnavailable: Final[int]
paIncompatibleHostApiSpecificStreamInfo: Final[int]
paStreamIsStopped: Final[int]
paStreamIsNotStopped: Final[int]
paInputOverflowed: Final[int]
paOutputUnderflowed: Final[int]
paHostApiNotFound: Final[int]
paInvalidHostApi: Final[int]
paCanNotReadFromACallbackStream: Final[int]
paCanNotWriteToACallbackStream: Final[int]
paCanNotReadFromAnOutputOnlyStream: Final[int]
paCanNotWriteToAnInputOnlyStream: Final[int]
paIncompatibleStreamHostApi: Final[int]
paContinue: Final[int]
paComplete: Final[int]
paAbort: Final[int]
paInputUnderflow: Final[int]
paInputOverflow: Final[int]
paOutputUnderflow: Final[int]
paOutputOverflow: Final[int]
paPrimingOutput: Final[int]
paFramesPerBufferUnspecified: Final[int]

@final
class Stream:
    @property
    def structVersion(self) -> int: ...
    @property
    def inputLatency(self) -> float: ...
    @property
    def outputLatency(self) -> float: ...
    @property
    def sampleRate(self) -> float: ...

@final
class paDeviceInfo:
    @property
    def name(self) -> bytes: ...
    @property
    def structVersion(self) -> int: ...
    @property
    def hostApi(self) -> int: ...
    @property
    def maxInputChannels(self) -> int: ...
    @property
    def maxOutputChannels(self) -> int: ...
    @property
    def defaultLowInputLatency(self) -> float: ...
    @property
    def defaultLowOutputLatency(self) -> float: ...
    @property
    def defaultHighInputLatency(self) -> float: ...
    @property
    def defaultHighOutputLatency(self) -> float: ...
    @property
    def defaultSampleRate(self) -> float: ...

@final
class paHostApiInfo:
    @property
    def name(self) -> str: ...
    @property
    def structVersion(self) -> int: ...
    @property
    def type(self) -> int: ...
    @property
    def deviceCount(self) -> int: ...
    @property
    def defaultInputDevice(self) -> int: ...
    @property
    def defaultOutputDevice(self) -> int: ...

def initialize(*ignored: object) -> None: ...
def terminate(*ignored: object) -> None: ...
def get_version() -> int: ...
def get_version_text() -> str: ...
def get_sample_size(format: int, /) -> int: ...
def is_format_supported(
    sample_rate: float,
    input_device: int = ...,
    input_channels: int = ...,
    input_format: int = ...,
    output_device: int = ...,
    output_channels: int = ...,
    output_format: int = ...,
    *,
    input_host_api_specific_stream_info: Any = ...,
    output_host_api_specific_stream_info: Any = ...,
) -> bool: ...
def get_host_api_count() -> int: ...
def get_default_host_api() -> int: ...
def host_api_type_id_to_host_api_index(type: int, /) -> int: ...
def host_api_device_index_to_device_index(host_api: int, index: int, /) -> int: ...
def get_host_api_info(index: int, /) -> paHostApiInfo: ...
def get_device_count() -> int: ...
def get_default_input_device() -> int: ...
def get_default_output_device() -> int: ...
def get_device_info(index: int, /) -> paDeviceInfo: ...
def open(
    rate: int,
    channels: int,
    format: int,
    input: bool | None = ...,
    output: bool | None = ...,
    input_device_index: int | None = ...,
    output_device_index: int | None = ...,
    frames_per_buffer: int | None = ...,
    input_host_api_specific_stream_info: Any = ...,
    output_host_api_specific_stream_info: Any = ...,
    stream_callback: StreamCallback = ...,
) -> Stream: ...
def close(stream: Stream, /) -> None: ...
def start_stream(stream: Stream, /) -> None: ...
def stop_stream(stream: Stream, /) -> None: ...
def abort_stream(stream: Stream, /) -> None: ...
def is_stream_stopped(stream: Stream, /) -> bool: ...
def is_stream_active(stream: Stream, /) -> bool: ...
def get_stream_time(stream: Stream, /) -> float: ...
def get_stream_cpu_load(stream: Stream, /) -> float: ...
def write_stream(
    stream: Stream,
    data: Samples | str,
    frames: int | None,
    exception_on_underflow: bool = False,
    /,
) -> None: ...
def read_stream(stream: Stream, frames: int, exception_on_overflow: bool = False, /) -> bytes: ...
def get_stream_write_available(stream: Stream, /) -> int: ...
def get_stream_read_available(stream: Stream, /) -> int: ...

if sys.platform == "darwin":
    paMacCoreChangeDeviceParameters: Final[int]
    paMacCoreFailIfConversionRequired: Final[int]
    paMacCoreConversionQualityMin: Final[int]
    paMacCoreConversionQualityMedium: Final[int]
    paMacCoreConversionQualityLow: Final[int]
    paMacCoreConversionQualityHigh: Final[int]
    paMacCoreConversionQualityMax: Final[int]
    paMacCorePlayNice: Final[int]
    paMacCorePro: Final[int]
    paMacCoreMinimizeCPUButPlayNice: Final[int]
    paMacCoreMinimizeCPU: Final[int]

    class paMacCoreStreamInfo:
        def __init__(self, flags: int = ..., channel_map: tuple[int, ...] = ...) -> None: ...
        @property
        def flags(self) -> int: ...
        @property
        def channel_map(self) -> tuple[int, ...] | None: ...
