# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Sends noise through devices that take only one sample format, from streams of every format.

Usage: format_table.py FOLDER PLUGIN, the compiled fixed_format.cpp. The devices are ALSA's, in
memory: nothing paces them, and they need no server. Prints a table: one row for each format of a
stream and each way of opening it, one column for each format of a device, read and written. "right"
is within four steps of the coarser of the two formats: PortAudio's converters cut off, may scale
by two steps less, and may add a step of dither.
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import pyaudiopp
from pyaudiopp import core

# By PyAudio's name: ALSA's name, bits.
FORMATS = {
    "paUInt8": ("U8", 8),
    "paInt8": ("S8", 8),
    "paInt16": ("S16_LE", 16),
    "paInt24": ("S24_3LE", 24),
    "paInt32": ("S32_LE", 32),
    "paFloat32": ("FLOAT_LE", 25),
}
DIRECTIONS = ("read", "write")
# How the sound gets there: by PyAudio's open(), with and without dither and with a callback; by
# what PyAudio does not have, core and play() and record(), which clip.
WAYS = ("open", "dither_off", "callback", "core", "easy")

CONFIG = """
pcm_type.fixed {{ lib "{plugin}" }}
pcm.!default {{ type null }}
ctl.!default {{ type null }}
"""
DEVICE = """
pcm.fixed_{name} {{
    type fixed format {alsa}
    slave.pcm {{
        type file slave.pcm {{ type null }} format "raw"
        file "{folder}/{name}.played" infile "{folder}/{name}.recorded"
    }}
    hint {{ show on description "fixed_{name}" }}
}}
"""

RATE = 48000
FRAMES = 2000
BLOCK = 256
# Half of them full scale, where dither wraps around; none silent, so that the start can be found.
NOISE = np.random.default_rng(1).choice([-1.0, 1.0], FRAMES)
NOISE[1::2] *= np.random.default_rng(2).uniform(0.05, 1, FRAMES // 2)


# Floats beyond full scale, for the ways that clip.
LOUD = 1.02


def loudness(name: str, way: str) -> float:
    """The factor for noise in a format."""
    return LOUD if name == "paFloat32" and way in ("core", "easy") else 1.0


def encode(name: str, values: Any) -> bytes:
    """Samples between -1 and 1 in a format."""
    if name == "paFloat32":
        return bytes(values.astype("<f4").tobytes())
    bits = FORMATS[name][1]
    full = 2 ** (bits - 1)
    samples = np.clip(np.rint(values * full), -full, full - 1).astype(np.int64)
    if name == "paUInt8":
        samples += 128
    return bytes(samples.astype("<i8").view(np.uint8).reshape(-1, 8)[:, : bits // 8].tobytes())


def decode(name: str, data: bytes) -> Any:
    """The reverse."""
    if name == "paFloat32":
        return np.frombuffer(data, "<f4").astype(float)
    width = FORMATS[name][1] // 8
    wide = np.zeros((len(data) // width, 4), np.uint8)
    wide[:, 4 - width :] = np.frombuffer(data[: len(wide) * width], np.uint8).reshape(-1, width)
    values = wide.view("<i4")[:, 0] / 2**31
    return (values % 2) - 1 if name == "paUInt8" else values


def is_right(heard: Any, noise: Any, tolerance: float) -> bool:
    """Whether the noise is in it, as a whole."""
    loud = np.flatnonzero(np.abs(heard) > 0.03)
    if not len(loud) or len(heard) - loud[0] < len(noise):
        return False
    return bool(np.abs(heard[loud[0] : loud[0] + len(noise)] - noise).max() <= tolerance)


class Listener:
    """A callback that keeps all that it hears."""

    def __init__(self, size: int) -> None:
        self.heard = bytearray()
        self._size = size

    def __call__(self, data: bytes, *_: object) -> tuple[None, int]:
        self.heard += data
        return None, pyaudiopp.paContinue if len(self.heard) < self._size else pyaudiopp.paComplete


class Player:
    """A callback that plays once."""

    def __init__(self, sound: bytes, width: int) -> None:
        self._rest = sound
        self._width = width

    def __call__(self, _: None, frames: int, *rest: object) -> tuple[bytes, int]:
        size = frames * self._width
        block, self._rest = self._rest[:size], self._rest[size:]
        return block, pyaudiopp.paContinue  # a short block ends the stream


class Table:
    """The transfers, on one PyAudio."""

    def __init__(self, folder: Path) -> None:
        self._audio = pyaudiopp.PyAudio()
        self._session = core.Session()
        self._folder = folder

    def transfer(self, direction: str, name: str, device: str, way: str) -> bool:
        """Sends the noise, and tells whether it arrives."""
        bits = min(FORMATS[name][1], FORMATS[device][1])
        source, target = (device, name) if direction == "read" else (name, device)
        noise = NOISE * loudness(source, way)
        if direction == "read":
            (self._folder / f"{device}.recorded").write_bytes(encode(device, noise) * 200)
            heard = self._read(name, f"fixed_{device}", way)
        else:
            self._write(name, f"fixed_{device}", way, encode(name, noise))
            heard = (self._folder / f"{device}.played").read_bytes()
        if target != "paFloat32":
            noise = np.clip(noise, -1, 1)
        if direction == "read" and way == "callback":
            noise = noise[:BLOCK]  # PortAudio may lose some blocks of a device that nothing paces
        return is_right(decode(target, heard), noise, 4.0 / 2 ** (bits - 1))

    def _open(self, name: str, device: str, way: str, callback: Any = None, **side: bool) -> Any:
        sample_format = getattr(pyaudiopp, name)
        (key,) = side
        if way == "core":
            part = core.StreamSide(self._session.find_device(device, **side), 1, sample_format)
            config = core.StreamConfig(sample_rate=RATE, frames_per_buffer=BLOCK, **{key: part})
            stream = core.Stream(self._session, config)
            stream.start()
            return stream
        return self._audio.open(
            RATE, 1, sample_format, stream_callback=callback, frames_per_buffer=BLOCK,
            dither_off=way == "dither_off", **side, **{f"{key}_device": device},
        )  # fmt: skip

    def _read(self, name: str, device: str, way: str) -> bytes:
        if way == "easy":
            sample_format = getattr(pyaudiopp, name)
            return pyaudiopp.record(2 * FRAMES / RATE, RATE, format=sample_format, device=device)
        width = pyaudiopp.get_sample_size(getattr(pyaudiopp, name))
        if way != "callback":
            stream = self._open(name, device, way, input=True)
            heard = bytes(stream.read(2 * FRAMES))
            stream.close()
            return heard
        listener = Listener(2 * FRAMES * width)
        stream = self._open(name, device, way, listener, input=True)
        wait(lambda: not stream.is_active())
        stream.close()
        return bytes(listener.heard)

    def _write(self, name: str, device: str, way: str, sound: bytes) -> None:
        if way == "easy":
            pyaudiopp.play(sound, RATE, format=getattr(pyaudiopp, name), device=device)
            return
        width = pyaudiopp.get_sample_size(getattr(pyaudiopp, name))
        if way == "callback":
            stream = self._open(name, device, way, Player(sound, width), output=True)
            wait(lambda: not stream.is_active())
        else:
            stream = self._open(name, device, way, output=True)
            stream.write(sound)
        stream.close()

    def close(self) -> None:
        """Ends PortAudio."""
        self._session.close()
        self._audio.terminate()


def wait(condition: Callable[[], bool]) -> None:
    """Waits until it is true, for five seconds at most."""
    deadline = time.monotonic() + 5
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.001)


def main(folder: Path, plugin: str) -> int:
    """Prints the table; returns the number of transfers that were not right."""
    devices = (
        DEVICE.format(name=name, alsa=alsa, folder=folder) for name, (alsa, _) in FORMATS.items()
    )
    config = folder / "asound.conf"
    config.write_text(CONFIG.format(plugin=plugin) + "".join(devices))
    for name in FORMATS:
        (folder / f"{name}.recorded").touch()  # a device without is no input
    os.environ.update(ALSA_CONFIG_PATH=str(config), JACK_NO_START_SERVER="1")
    table = Table(folder)
    failures = 0
    columns = list(itertools.product(DIRECTIONS, FORMATS))
    print(f"{'':22}" + "".join(f"{f'{way} {FORMATS[name][0]}':>15}" for way, name in columns))
    for name, way in itertools.product(FORMATS, WAYS):
        print(f"{f'{name} {way}':22}", end="")
        for direction, device in columns:
            right = table.transfer(direction, name, device, way)
            failures += not right
            print(f"{'right' if right else 'WRONG':>15}", end="", flush=True)
        print(flush=True)
    table.close()
    return failures


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
