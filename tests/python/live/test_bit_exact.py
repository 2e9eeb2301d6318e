# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Every frame arrives, unchanged: played, recorded, and wired from input to output."""

from __future__ import annotations

import random
import struct
import threading
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pyaudiopp
from pyaudiopp.virtual_card import JackDummy, VirtualCard

RATE = 48000
FRAMES = 48000
INT16_FRAME = 4
FLOAT_FRAME = 8

Start = Callable[..., Any]
Exactly = Callable[..., None]


@pytest.fixture(scope="module")
def noise() -> bytes:
    """48,000 random stereo frames of 16 bits, neither the first nor the last one silent."""
    return b"\1\1\1\1" + random.Random(3).randbytes((FRAMES - 2) * INT16_FRAME) + b"\1\1\1\1"


def sound(captured: bytes) -> bytes:
    """The capture, without the silent frames before and after."""
    start = (len(captured) - len(captured.lstrip(b"\0"))) // INT16_FRAME * INT16_FRAME
    end = -(-len(captured.rstrip(b"\0")) // INT16_FRAME) * INT16_FRAME
    return captured[start:end]


def test_played_frames_arrive_at_the_sink(
    card: VirtualCard, example: Start, exactly: Exactly, noise: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "noise.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, RATE, FRAMES, "NONE", ""))
        file.writeframes(noise)

    def play() -> tuple[bytes, bytes, int]:
        with card.capture() as captured:
            example("play_wave.py", path).wait()
        return noise, sound(captured.data), 0

    exactly(play, INT16_FRAME)


def test_frames_sent_to_the_input_are_recorded(
    card: VirtualCard, example: Start, exactly: Exactly, noise: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "recorded.wav"

    def record() -> tuple[bytes, bytes, int]:
        recorder = example("record.py", path, "--seconds", 3, "--rate", RATE, "--channels", 2)
        card.wait_for_recorder()
        card.play(noise)
        recorder.wait()
        with wave.open(str(path), "rb") as file:
            return noise, sound(file.readframes(file.getnframes())), 0

    exactly(record, INT16_FRAME)


class Wire:
    """A full-duplex callback that sends frames when told to, and keeps all its input."""

    def __init__(self, frames: bytes) -> None:
        self.frames = frames
        self.received = bytearray()
        self.sent = 0
        self.started_at = 0
        self.xruns = 0
        self.go = threading.Event()
        self.done = threading.Event()

    def __call__(
        self, in_data: bytes | None, frame_count: int, time_info: object, status: int
    ) -> tuple[bytes, int]:
        assert in_data is not None
        self.xruns += status != 0
        size = len(in_data)
        out_data = bytes(size)
        if self.go.is_set():
            if self.sent == 0:
                self.started_at = len(self.received)
            out_data = self.frames[self.sent : self.sent + size].ljust(size, b"\0")
            self.sent += size
        self.received += in_data
        # A few periods more than the frames need, so that the last of them come back.
        if self.sent > len(self.frames) + 10 * size:
            self.done.set()
        return out_data, pyaudiopp.paContinue


def test_a_wire_through_jack_takes_exactly_one_period(jack: JackDummy, exactly: Exactly) -> None:
    generator = random.Random(3)
    # Floats, which JACK carries without conversion.
    samples = [generator.uniform(-1, 1) for _ in range(2 * FRAMES)]
    frames = struct.pack(f"<{len(samples)}f", *samples)

    def wire() -> tuple[bytes, bytes, int]:
        handler = Wire(frames)
        audio = pyaudiopp.PyAudio()
        try:
            api = audio.get_host_api_info_by_type(pyaudiopp.paJACK)
            # Let PortAudio choose frames_per_buffer: with any number, even JACK's own, it inserts a
            # buffer of its own, which adds a period.
            audio.open(
                jack.rate,
                2,
                pyaudiopp.paFloat32,
                input=True,
                output=True,
                input_device_index=api["defaultInputDevice"],
                output_device_index=api["defaultOutputDevice"],
                stream_callback=handler,
            )
            for channel in range(2):
                jack.disconnect(f"system:capture_{channel + 1}", f"PortAudio:in_{channel}")
                jack.connect(f"PortAudio:out_{channel}", f"PortAudio:in_{channel}")
            handler.xruns = 0
            handler.go.set()
            assert handler.done.wait(20), "the callback stopped"
        finally:
            audio.terminate()
        start = handler.started_at + jack.period * FLOAT_FRAME
        return frames, bytes(handler.received[start : start + len(frames)]), handler.xruns

    exactly(wire, FLOAT_FRAME)
