# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""A common interface to the compared Python libraries: int16, stereo, 48 kHz."""

from __future__ import annotations

import ctypes
import importlib
from collections.abc import Callable
from typing import Any, Protocol

RATE = 48000
FRAME_SIZE = 4
JACK = "JACK Audio Connection Kit"


class Unavailable(Exception):
    """The library, or this build of it, lacks the feature to measure."""


class Library(Protocol):
    """What worker.py needs from a library."""

    def start(self, shape: str, block: int, jack: bool = False) -> object:
        """Opens and starts a stream whose callback only plays, discards or passes on frames."""

    def call(self, name: str, frames: int) -> tuple[Callable[[Any], object], object]:
        """Opens a blocking stream; returns its method and the argument to call it with."""


class PyAudioLike:
    """PyAudio, and packages with its API.

    Args:
        module: the name to import it by.
        buffer: seconds of `callback_buffer`, for pyaudiopp.
        native: a compiled callback in place of the Python one, for pyaudiopp: a function from a
            shape to it.
    """

    def __init__(
        self,
        module: str,
        buffer: float | None = None,
        native: Callable[[str], object] | None = None,
    ) -> None:
        self.module = importlib.import_module(module)
        self.extra = {} if buffer is None else {"callback_buffer": buffer}
        self.native = native
        if native is not None and not hasattr(self.module, "get_include"):
            raise Unavailable("native callbacks are not in this build")

    def start(self, shape: str, block: int, jack: bool = False) -> object:
        callback = self.native(shape) if self.native else self._callback(shape, block)
        return self.open(shape, block, callback, jack)

    def open(self, shape: str, block: int, callback: object, jack: bool = False) -> Any:
        """Opens and starts a stream with any callback."""
        p = self.module.PyAudio()
        devices = {}
        if jack:
            indices = range(p.get_host_api_count())
            apis = (p.get_host_api_info_by_index(index) for index in indices)
            api = next(api for api in apis if api["name"] == JACK)
            devices["input_device_index"] = api["defaultInputDevice"]
            devices["output_device_index"] = api["defaultOutputDevice"]
        try:
            return p.open(
                format=self.module.paInt16,
                channels=2,
                rate=RATE,
                input=shape != "out",
                output=shape != "in",
                frames_per_buffer=block,
                stream_callback=callback,
                **devices,
                **self.extra,
            )
        except TypeError as error:
            if self.extra and "callback_buffer" in str(error):
                raise Unavailable("buffered callbacks are not in this build") from error
            raise

    def call(self, name: str, frames: int) -> tuple[Callable[[Any], object], object]:
        stream = self.open("out" if name == "write" else "in", 1024, None)
        if not hasattr(stream, name):
            raise Unavailable(f"{name} is not in this build")
        arguments = {
            "read": frames,
            "write": bytes(frames * FRAME_SIZE),
            "read_into": bytearray(frames * FRAME_SIZE),
        }
        return getattr(stream, name), arguments[name]

    def session(self) -> None:
        """Starts and ends PortAudio."""
        self.module.PyAudio().terminate()

    def _callback(self, shape: str, block: int) -> Callable[..., tuple[bytes | None, int]]:
        data = b"\0\x10" * (block * 2)
        go_on = self.module.paContinue

        def play(in_data: object, frames: int, times: object, flags: int) -> tuple[bytes, int]:
            return data, go_on

        def take(in_data: object, frames: int, times: object, flags: int) -> tuple[None, int]:
            return None, go_on

        def pass_on(in_data: bytes, frames: int, times: object, flags: int) -> tuple[bytes, int]:
            return in_data, go_on

        return {"out": play, "in": take, "dup": pass_on}[shape]


class SoundDevice:
    """sounddevice, configured like PyAudio: low latency, no clipping.

    Args:
        numpy: use `Stream` with NumPy arrays instead of `RawStream`.
    """

    def __init__(self, numpy: bool = False) -> None:
        self.module = importlib.import_module("sounddevice")
        self.numpy = numpy

    def start(self, shape: str, block: int, jack: bool = False) -> object:
        device = None
        if jack:
            apis = self.module.query_hostapis()
            api = next(api for api in apis if api["name"] == JACK)
            device = (api["default_input_device"], api["default_output_device"])
        return self._open(shape, block, self._callback(shape, block), device)

    def call(self, name: str, frames: int) -> tuple[Callable[[Any], object], object]:
        if name not in ("read", "write"):
            raise Unavailable(f"it has no {name}")
        stream = self._open("out" if name == "write" else "in", 1024, None, None)
        argument = bytes(frames * FRAME_SIZE) if name == "write" else frames
        return getattr(stream, name), argument

    def _open(self, shape: str, block: int, callback: object, device: Any) -> Any:
        direction = {"out": "OutputStream", "in": "InputStream", "dup": "Stream"}[shape]
        stream = getattr(self.module, direction if self.numpy else "Raw" + direction)(
            samplerate=RATE,
            blocksize=block,
            channels=2,
            dtype="int16",
            latency="low",
            clip_off=True,
            callback=callback,
            device=device if device is None or shape == "dup" else device[shape == "out"],
        )
        stream.start()
        return stream

    def _callback(self, shape: str, block: int) -> Callable[..., None]:
        data: Any = b"\0\x10" * (block * 2)
        if self.numpy:
            data = importlib.import_module("numpy").frombuffer(data, "int16").reshape(-1, 2)

        def play(outdata: Any, frames: int, times: object, flags: object) -> None:
            outdata[:] = data

        def take(indata: Any, frames: int, times: object, flags: object) -> None:
            pass

        def pass_on(indata: Any, outdata: Any, frames: int, times: object, flags: object) -> None:
            outdata[:] = indata

        callbacks: dict[str, Callable[..., None]] = {"out": play, "in": take, "dup": pass_on}
        return callbacks[shape]


def load(name: str, meter: ctypes.CDLL) -> Library | None:
    """Returns a library by name, such as "pyaudio", "buffered:0.05" or "nothing"."""
    kind, _, argument = name.partition(":")
    if kind == "nothing":
        return None
    if kind == "sounddevice":
        return SoundDevice(numpy=argument == "numpy")
    if kind == "pyaudio":
        return PyAudioLike("pyaudio")
    if kind == "buffered":
        return PyAudioLike("pyaudiopp", buffer=float(argument))
    if kind == "native":
        return PyAudioLike("pyaudiopp", native=lambda shape: native(meter, shape))
    return PyAudioLike("pyaudiopp")


def native(meter: ctypes.CDLL, shape: str) -> object:
    """Returns the C floor's own callback, as a pointer of PortAudio's type."""
    signature = ctypes.CFUNCTYPE(
        ctypes.c_int,
        ctypes.c_void_p,
        ctypes.c_void_p,
        ctypes.c_ulong,
        ctypes.c_void_p,
        ctypes.c_ulong,
        ctypes.c_void_p,
    )
    return signature((f"bench_{shape}", meter))
