# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Sends noise through a JACK server in every format and number of channels.

For a process of its own, since a fault here may be a damaged heap, on the server that
JACK_DEFAULT_SERVER names. Prints a table: one row for each format and number of channels, one
column for each way of reading and writing; "exact" is what PortAudio's converters make of the
noise, bit by bit, without dither. Arguments choose: `int16 4 read blocking`, any of them.
"""

from __future__ import annotations

import itertools
import math
import random
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pyaudiopp

FORMATS = {
    "uint8": pyaudiopp.paUInt8,
    "int8": pyaudiopp.paInt8,
    "int16": pyaudiopp.paInt16,
    "int24": pyaudiopp.paInt24,
    "int32": pyaudiopp.paInt32,
    "float32": pyaudiopp.paFloat32,
}
CHANNELS = (1, 2, 4, 8)
MODES = ("read", "write", "duplex")
WAYS = ("blocking", "callback")

RATE = 48000
FRAMES = 1000
BLOCK = 100  # of no relation to JACK's period
TRIES = 3  # an xrun of the server's is not ours


def rounded(value: float) -> float:
    """The nearest float32."""
    return float(struct.unpack("<f", struct.pack("<f", value))[0])


def to_float(name: str, samples: list[int]) -> list[float]:
    """What PortAudio's converters hand to JACK."""
    if name == "float32":
        return [rounded(sample / 2**23) for sample in samples]
    zero, scale = {"uint8": (128, 2**7), "int8": (0, 2**7), "int16": (0, 2**15),
                   "int24": (0, 2**23), "int32": (0, 2**31)}[name]  # fmt: skip
    return [rounded((sample - zero) / scale) for sample in samples]


def from_float(name: str, values: list[float], scale_32: float) -> list[int]:
    """What they make of it on its way back: they cut off, and scale by one step less.

    Not so for int32 before PortAudio 19.7, which multiplied as floats: `scale_32` is 2.0**31 there.
    """
    if name == "float32":
        return [int(value * 2**23) for value in values]
    if name == "int32":
        return [math.trunc(value * scale_32) for value in values]
    if name == "int24":
        return [math.trunc(value * 2147483647.0) >> 8 for value in values]
    scale = 32767.0 if name == "int16" else 127.0
    zero = 128 if name == "uint8" else 0
    return [zero + math.trunc(rounded(value * scale)) for value in values]


def pack(name: str, samples: list[int]) -> bytes:
    """Samples as a stream takes them."""
    if name == "float32":
        return struct.pack(f"<{len(samples)}f", *(sample / 2**23 for sample in samples))
    width = {"uint8": 1, "int8": 1, "int16": 2, "int24": 3, "int32": 4}[name]
    signed = name != "uint8"
    return b"".join(sample.to_bytes(width, "little", signed=signed) for sample in samples)


def noise(name: str, count: int) -> list[int]:
    """Random samples of a format, none silent."""
    generator = random.Random(name)
    if name == "uint8":
        return [128 + generator.choice((-1, 1)) * generator.randrange(2, 128) for _ in range(count)]
    bits = {"int8": 7, "int16": 15, "int24": 23, "int32": 31, "float32": 23}[name]
    return [generator.choice((-1, 1)) * generator.randrange(2, 2**bits) for _ in range(count)]


# In a process of its own: libjack can crash when a second client is opened in one.
CONNECT = """
import ctypes, sys
jack = ctypes.CDLL("libjack.so.0")
jack.jack_client_open.restype = ctypes.c_void_p
jack.jack_connect.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p]
client = jack.jack_client_open(b"wires", 0, None)
for line in sys.stdin.buffer:
    print(jack.jack_connect(client, *line.split()), flush=True)
"""


class Wires:
    """Connects PortAudio's ports, which are numbered as they are opened."""

    def __init__(self) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            [sys.executable, "-c", CONNECT], stdin=pipe, stdout=pipe, text=True
        )
        self.inputs = 0
        self.outputs = 0

    def connect(self, channels: int) -> None:
        """Connects the newest outputs to the newest inputs."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        for channel in range(channels):
            source = f"PortAudio:out_{self.outputs - channels + channel}"
            target = f"PortAudio:in_{self.inputs - channels + channel}"
            print(source, target, file=self._process.stdin, flush=True)
            assert self._process.stdout.readline() == "0\n", (source, target)

    def close(self) -> None:
        """Ends the process."""
        self._process.communicate()


class Player:
    """A callback that is silent until it is told to play once."""

    def __init__(self, frames: bytes, silence: bytes) -> None:
        self._silence = silence  # one frame
        self._frames = frames
        self._done = 0
        self.go = threading.Event()

    def __call__(self, _: bytes | None, count: int, *rest: object) -> tuple[bytes, int]:
        size = count * len(self._silence)
        if not self.go.is_set():
            return self._silence * count, pyaudiopp.paContinue
        block = self._frames[self._done : self._done + size]
        self._done += len(block)
        missing = (size - len(block)) // len(self._silence)
        return block + self._silence * missing, pyaudiopp.paContinue


class Listener:
    """A callback that keeps all that it hears."""

    def __init__(self) -> None:
        self.heard = bytearray()

    def __call__(self, data: bytes | None, *rest: object) -> tuple[None, int]:
        self.heard += data or b""
        return None, pyaudiopp.paContinue


class Table:
    """The transfers, on one PyAudio."""

    def __init__(self) -> None:
        self._audio = pyaudiopp.PyAudio()
        host = self._audio.get_host_api_info_by_type(pyaudiopp.paJACK)
        self._devices = {
            "input_device_index": host["defaultInputDevice"],
            "output_device_index": host["defaultOutputDevice"],
        }
        self._wires = Wires()

    def close(self) -> None:
        """Ends PortAudio and the wires."""
        self._wires.close()
        self._audio.terminate()

    def _open(
        self,
        name: str,
        channels: int,
        *,
        input: bool = False,
        output: bool = False,
        callback: Callable[..., object] | None = None,
    ) -> pyaudiopp.Stream:
        self._wires.inputs += channels * input
        self._wires.outputs += channels * output
        return self._audio.open(
            RATE, channels, FORMATS[name], input=input, output=output, stream_callback=callback,
            start=False, dither_off=True, **self._devices,
        )  # fmt: skip

    def is_exact(self, name: str, channels: int, mode: str, way: str) -> bool:
        """Sends noise and compares what arrives."""
        samples = noise(name, FRAMES * channels)
        values = to_float(name, samples)
        back = [pack(name, from_float(name, values, scale)) for scale in (2.0**31 - 1, 2.0**31)]
        floats = struct.pack(f"<{len(values)}f", *values)
        sound = pack(name, samples)
        silence = pack(name, [128 if name == "uint8" else 0] * channels)
        transfer = getattr(self, f"_{mode}")
        if mode == "read":
            heard, expected = transfer(name, channels, way, floats, silence), back
        elif mode == "write":
            heard, expected = transfer(name, channels, way, sound, silence), [floats]
            silence = bytes(4 * channels)
        else:
            heard, expected = transfer(name, channels, way, sound, silence), back
        frame = len(silence)
        start = next(
            (i for i in range(0, len(heard), frame) if heard[i : i + frame] != silence), len(heard)
        )
        return heard[start : start + len(expected[0])] in expected

    def _read(self, name: str, channels: int, way: str, floats: bytes, silence: bytes) -> bytes:
        player = Player(floats, bytes(4 * channels))
        listener = Listener()
        source = self._open("float32", channels, output=True, callback=player)
        stream = self._open(
            name, channels, input=True, callback=listener if way == "callback" else None
        )
        self._wires.connect(channels)
        source.start_stream()
        stream.start_stream()
        time.sleep(0.01)
        player.go.set()
        seconds = FRAMES / RATE + 0.04
        if way == "callback":
            time.sleep(seconds)
        else:
            for _ in range(0, int(seconds * RATE), BLOCK):
                listener.heard += stream.read(BLOCK, exception_on_overflow=False)
        stream.close()
        source.close()
        return bytes(listener.heard)

    def _write(self, name: str, channels: int, way: str, sound: bytes, silence: bytes) -> bytes:
        player = Player(sound, silence)
        listener = Listener()
        stream = self._open(
            name, channels, output=True, callback=player if way == "callback" else None
        )
        target = self._open("float32", channels, input=True, callback=listener)
        self._wires.connect(channels)
        target.start_stream()
        stream.start_stream()
        time.sleep(0.01)
        player.go.set()
        if way == "callback":
            time.sleep(FRAMES / RATE + 0.03)
        else:
            size = BLOCK * len(silence)
            for i in range(0, len(sound), size):
                stream.write(sound[i : i + size])
        stream.stop_stream()
        time.sleep(0.01)
        target.close()
        stream.close()
        return bytes(listener.heard)

    def _duplex(self, name: str, channels: int, way: str, sound: bytes, silence: bytes) -> bytes:
        player = Player(sound, silence)
        heard = bytearray()

        def wire(data: bytes, count: int, *rest: object) -> tuple[bytes, int]:
            heard.extend(data)
            return player(None, count)

        stream = self._open(
            name, channels, input=True, output=True, callback=wire if way == "callback" else None
        )
        self._wires.connect(channels)
        stream.start_stream()
        if way == "callback":
            time.sleep(0.01)
            player.go.set()
            time.sleep(FRAMES / RATE + 0.05)
        else:
            for i in range(0, FRAMES + int(0.06 * RATE), BLOCK):
                heard += stream.read(BLOCK, exception_on_overflow=False)
                if i >= 5 * BLOCK:
                    player.go.set()
                stream.write(player(None, BLOCK)[0])
        stream.close()
        return bytes(heard)


def main(chosen: list[str]) -> int:
    """Prints the table; returns the number of transfers that were not exact."""
    table = Table()
    failures = 0
    ways = [f"{mode} {way}" for mode, way in itertools.product(MODES, WAYS)]
    print(f"{'':12}" + "".join(f"{way:>18}" for way in ways), flush=True)
    for name, channels in itertools.product(FORMATS, CHANNELS):
        print(f"{f'{name} x {channels}':12}", end="", flush=True)
        for mode, way in itertools.product(MODES, WAYS):
            cell = {name, str(channels), mode, way}
            result = "-"
            if cell.issuperset(chosen):
                attempts = range(1, TRIES + 1)
                tries = next(
                    (i for i in attempts if table.is_exact(name, channels, mode, way)), None
                )
                failures += tries is None
                result = {None: "NOT EXACT", 1: "exact"}.get(tries, f"exact, try {tries}")
            print(f"{result:>18}", end="", flush=True)
        print(flush=True)
    table.close()
    return failures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
