# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Sends sounds through a Windows program to a virtual sound card, and compares what arrives.

The program is `transfer.py` on the Windows Python that the variable AUDIOPP_WINDOWS_PYTHON names
with the command that runs it, such as "wine /opt/python/python.exe"; WINEPREFIX is Wine's own.
"""

from __future__ import annotations

import json
import os
import queue
import shlex
import subprocess
import tempfile
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pyaudiopp.virtual_card import VirtualCard

HERE = Path(__file__).parent
PYTHON = "AUDIOPP_WINDOWS_PYTHON"
ANSWER_SECONDS = 60

RATE = 48000
FRAMES = 48000

MME, DIRECT_SOUND, WASAPI, WDM_KS = 2, 1, 13, 11
NAMES = {MME: "MME", DIRECT_SOUND: "DirectSound", WASAPI: "WASAPI", WDM_KS: "WDM-KS"}

# By PyAudio's name: the card's sample format that holds it, and its bits.
FORMATS = {
    "paUInt8": ("u8", 8),
    "paInt16": ("s16le", 16),
    "paInt24": ("float32le", 24),
    "paInt32": ("float32le", 24),  # a float has no more
    "paFloat32": ("float32le", 24),
}


# The speakers of PortAudio's default channel masks, in PulseAudio's words, which mixes for others.
MAPS = {
    4: "front-left,front-right,rear-left,rear-right",
    6: "front-left,front-right,front-center,lfe,rear-left,rear-right",
    8: "front-left,front-right,front-center,lfe,rear-left,rear-right,side-left,side-right",
}


class Card(VirtualCard):
    """A virtual card with the speakers that PortAudio expects."""

    def start(self) -> None:
        """Starts it."""
        super().start()
        if self.channels not in MAPS:
            return
        shape = f"rate={self.rate} channels={self.channels} format={self.sample_format}"
        options = f"channel_map={MAPS[self.channels]} {shape} norewinds=1"
        self.pactl("load-module", "module-null-sink", "sink_name=wide", *options.split())
        self.pactl("set-default-sink", "wide")
        self.pactl("set-default-source", "wide.monitor")
        self.sink = "wide"

    def _raw_format(self) -> list[str]:
        speakers = MAPS.get(self.channels)
        return super()._raw_format() + ([f"--channel-map={speakers}"] if speakers else [])


@dataclass(frozen=True)
class Transfer:
    """What to send, and how."""

    api: int
    way: str
    format: str = "paInt16"
    channels: int = 2
    block: int = 1024
    rate: int = RATE
    auto_convert: bool = False

    def __str__(self) -> str:
        return (
            f"{NAMES[self.api]}-{self.way}-{self.format}-{self.channels}ch-{self.block}-{self.rate}"
        )


class Failure(Exception):
    """What the Windows program says of a transfer that failed."""


class WindowsProgram:
    """`transfer.py` on Windows Python, for as long as the with block."""

    def __init__(self, card: VirtualCard, library: str = "pyaudiopp") -> None:
        self._card = card
        self._folder = tempfile.TemporaryDirectory(prefix="audiopp-windows-")
        self._file = Path(self._folder.name, "frames.raw")
        self._lines: queue.Queue[str] = queue.Queue()
        self._errors: list[str] = []
        command = [*shlex.split(os.environ[PYTHON]), "-u", windows_path(HERE / "transfer.py")]
        pipe = subprocess.PIPE  # on Wine, Python may not start if one of the three is a file
        self._process = subprocess.Popen(
            [*command, library],
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            env=windows_environment(card),
            text=True,
        )
        readers = (self._read_answers, self._read_errors)
        self._readers = [threading.Thread(target=reader, daemon=True) for reader in readers]
        for reader in self._readers:
            reader.start()
        self.host_apis = {int(key): value for key, value in self._answer()["host_apis"].items()}

    def __enter__(self) -> WindowsProgram:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for reader in self._readers:
            reader.join()
        for pipe in (self._process.stdout, self._process.stderr):
            assert pipe is not None
            pipe.close()
        self._folder.cleanup()

    def play(self, transfer: Transfer, sound: bytes) -> bytes:
        """Plays it, and returns what the card heard."""
        self._file.write_bytes(sound)
        with self._card.capture() as captured:
            self._ask(kind="play", transfer=transfer)
            self._answer()
        return captured.data

    def record(self, transfer: Transfer, sound: bytes, seconds: float) -> bytes:
        """Has it record for so long while the card plays the sound; returns what it recorded."""
        self._ask(kind="record", transfer=transfer, frames=int(seconds * transfer.rate))
        self._answer()
        self._card.wait_for_recorder()
        self._card.play(sound)
        self._answer()
        return self._file.read_bytes()

    def duplex(self, transfer: Transfer, sound: bytes) -> tuple[bytes, bytes]:
        """Plays it on a full-duplex stream; returns what the card heard, and what it recorded."""
        self._file.write_bytes(sound)
        with self._card.capture() as captured:
            self._ask(kind="duplex", transfer=transfer)
            self._answer()
        return captured.data, self._file.read_bytes()

    def _ask(self, kind: str, transfer: Transfer, **more: Any) -> None:
        size = {"paUInt8": 1, "paInt16": 2, "paInt24": 3}.get(transfer.format, 4)
        request = {"kind": kind, **asdict(transfer), **more, "sample_size": size}
        assert self._process.stdin is not None
        print(
            json.dumps({**request, "file": windows_path(self._file)}),
            file=self._process.stdin,
            flush=True,
        )

    def _answer(self) -> Any:
        try:
            line = self._lines.get(timeout=ANSWER_SECONDS)
        except queue.Empty:
            self._process.kill()
            raise Failure(f"no answer within {ANSWER_SECONDS} seconds") from None
        if not line:
            status, words = self._process.wait(), "".join(self._errors[-20:])
            raise Failure(f"the program ended with status {status}: {words}")
        answer = json.loads(line)
        if "error" in answer:
            raise Failure(answer["error"])
        return answer

    def _read_answers(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def _read_errors(self) -> None:
        assert self._process.stderr is not None
        self._errors += self._process.stderr


def windows_environment(card: VirtualCard) -> dict[str, str]:
    """The variables of a Windows program that uses the card."""
    environment = {**os.environ, **card.environment(), "WINEDEBUG": "-all"}
    environment.pop("PYTHONPATH", None)  # it is for this machine's Python
    return environment


def windows_path(path: Path) -> str:
    """A path of this machine as Wine's programs know it."""
    return "Z:" + str(path.resolve()).replace("/", "\\")


# ---- sounds ----


def tone(rate: int, channels: int) -> Any:
    """One second of 1,000 Hz at half of full scale."""
    wave = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(rate) / rate)
    return np.tile(wave[:, None], channels)


def distortion(heard: Any, rate: int) -> float:
    """What is not that tone, in its middle half, relative to it in amplitude; of the worst channel.

    A missing, doubled or silent block makes it more than 0.1.
    """
    loud = np.flatnonzero(np.abs(heard).max(axis=1) > 0.03)
    if len(loud) < rate // 2:
        return 1.0
    middle = heard[loud[0] + rate // 4 : loud[0] + rate * 3 // 4]
    angles = 2 * np.pi * 1000 * np.arange(len(middle)) / rate
    parts = np.stack([np.sin(angles), np.cos(angles)], axis=1)
    fitted, _, _, _ = np.linalg.lstsq(parts, middle, rcond=None)
    rest = np.sqrt(((middle - parts @ fitted) ** 2).mean(axis=0))
    return float((rest / np.maximum(np.hypot(*fitted) / np.sqrt(2), 0.1)).max())


def noise(channels: int) -> Any:
    """FRAMES frames of noise, half of it full scale; neither the first nor the last is silent."""
    generator = np.random.default_rng(channels)
    values = generator.choice([-1.0, 1.0], (FRAMES, channels))
    values[1::2] *= generator.uniform(0.05, 1, (FRAMES // 2, channels))
    return values


def encode(name: str, values: Any) -> bytes:
    """Samples between -1 and 1 in PyAudio's or PulseAudio's format of that name."""
    if name in ("paFloat32", "float32le"):
        return bytes(values.astype("<f4").tobytes())
    bits = BITS[name]
    full = 2 ** (bits - 1)
    samples = np.clip(np.rint(values * full), -full, full - 1).astype(np.int64)
    if name in ("paUInt8", "u8"):
        samples += 128
    return bytes(samples.astype("<i8").view(np.uint8).reshape(-1, 8)[:, : bits // 8].tobytes())


def decode(name: str, data: bytes, channels: int) -> Any:
    """The reverse: one row a frame."""
    if name in ("paFloat32", "float32le"):
        values = np.frombuffer(data[: len(data) // 4 * 4], "<f4").astype(float)
    else:
        width = BITS[name] // 8
        wide = np.zeros((len(data) // width, 4), np.uint8)
        wide[:, 4 - width :] = np.frombuffer(data[: len(wide) * width], np.uint8).reshape(-1, width)
        values = wide.view("<i4")[:, 0] / 2**31
        if name in ("paUInt8", "u8"):
            values = (values % 2) - 1
    return values[: len(values) // channels * channels].reshape(-1, channels)


BITS = {"paUInt8": 8, "u8": 8, "paInt16": 16, "s16le": 16, "paInt24": 24, "paInt32": 32}


def identical(sent: Any, heard: Any, tolerance: float) -> int:
    """How many frames arrived as they were sent and in their place, from the first sound on.

    A channel may arrive as another one, since sound systems order them differently, or as several.
    """
    loud = np.flatnonzero(np.abs(heard).max(axis=1) > 0.03)
    if not len(loud):
        return 0
    heard = heard[loud[0] : loud[0] + len(sent)]
    expected = sent[: len(heard)]
    right = np.ones(len(heard), bool)
    for channel in expected.T:
        same = np.abs(heard - channel[:, None]) <= tolerance
        right &= same[:, same.sum(axis=0).argmax()]
    return int(right.sum())
