# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""pyaudiopp's extension module, typed."""

from collections.abc import Callable, Sequence
from typing import final

from typing_extensions import Buffer

from pyaudiopp import _portaudio as _portaudio

__version__: str

class PortAudioError(OSError):
    code: int | None
    call: str | None
    host_api: int | None
    host_code: int | None
    host_text: str | None
    device_lost: bool

@final
class SessionShare:
    def __init__(self) -> None: ...
    def call(self, function: Callable[[], None]) -> None: ...

def is_started(stream: _portaudio.Stream) -> bool: ...
def keep_while_active(stream: _portaudio.Stream, keeper: object) -> None: ...
def check(stream: _portaudio.Stream) -> None: ...
def write_within(
    stream: _portaudio.Stream,
    data: Buffer | str,
    frames: int | None,
    exception_on_underflow: bool,
    timeout: float | None,
    /,
) -> None: ...
def read_within(
    stream: _portaudio.Stream,
    frames: int,
    exception_on_overflow: bool,
    timeout: float | None,
    /,
) -> bytes: ...
def read_into(
    stream: _portaudio.Stream, buffer: Buffer, timeout: float | None, /
) -> tuple[int, bool]: ...
def open_capsule(object: object, /) -> tuple[str | None, int, int] | None: ...
def address_of(buffer: Buffer, /) -> int: ...
def set_timeout(stream: _portaudio.Stream, timeout: float | None, /) -> None: ...

@final
class SimulatedDevice:
    def __init__(
        self,
        name: object,
        max_input_channels: int,
        max_output_channels: int,
        default_sample_rate: float,
        sample_rates: Sequence[float],
        low_latency: float,
        high_latency: float,
        loopback: bool,
        output_kept: float,
    ) -> None: ...

@final
class SimulatedHostApi:
    def __init__(
        self,
        type: int,
        name: str,
        devices: Sequence[SimulatedDevice],
        default_input: int | None,
        default_output: int | None,
    ) -> None: ...

@final
class Fault:
    def __init__(
        self,
        call: str,
        error: int,
        host_text: object,
        host_code: int,
        nth: int,
        times: int | None,
        probability: float,
        seed: int,
    ) -> None: ...

@final
class Simulation:
    def __init__(self, host_apis: Sequence[SimulatedHostApi], clock: str) -> None: ...
    def use(self) -> None: ...
    @staticmethod
    def stop_using() -> None: ...
    def set_host_apis(self, host_apis: Sequence[SimulatedHostApi]) -> None: ...
    def set_clock(self, clock: str) -> None: ...
    def set_loopback(self, device: int, on: bool) -> None: ...
    def feed_input(self, device: int, data: object, channels: int, format: int) -> None: ...
    def input_left(self, device: int) -> int: ...
    def output(self, device: int, format: int) -> bytes: ...
    def output_frames(self, device: int) -> int: ...
    def clear_output(self, device: int) -> None: ...
    def inject(self, fault: Fault) -> None: ...
    def clear_faults(self) -> None: ...
    def faults_hit(self) -> int: ...
    def unplug(self, device: int) -> None: ...
    def plug_in(self, device: int) -> None: ...
    def stall(self, seconds: float) -> None: ...
    def jump(self, seconds: float) -> None: ...
    def open_streams(self) -> int: ...
    def step(self, blocks: int) -> None: ...
