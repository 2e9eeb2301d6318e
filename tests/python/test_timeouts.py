# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Timeouts of reads and writes: frames already moved are not lost."""

from __future__ import annotations

import contextlib
import math
import os
import random
import subprocess
import sys
import threading
from typing import Any

import numpy as np
import pytest

import pyaudiopp
from pyaudiopp import PyAudio, simulation
from pyaudiopp.simulation import Simulation

FRAMES = 64
STEREO: dict[str, Any] = {
    "format": pyaudiopp.paInt16,
    "channels": 2,
    "rate": 48000,
    "frames_per_buffer": FRAMES,
}
WAYS = ["read", "read_into"]


def ramp(frames: int, first: int = 0) -> bytes:
    return np.arange(2 * first + 1, 2 * (first + frames) + 1, dtype=np.int16).tobytes()


def feed(card: Simulation, frames: int) -> None:
    card.feed_input(0, ramp(frames), channels=2, format=pyaudiopp.paInt16)


def get(stream: PyAudio.Stream, way: str, frames: int, timeout: float | None) -> bytes:
    if way == "read":
        return stream.read(frames, timeout=timeout)
    buffer = bytearray(4 * frames)
    assert stream.read_into(buffer, timeout=timeout) == (frames, False)
    return bytes(buffer)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("timeout", [0, 0.0, 0.02])
def test_what_a_read_has_got_in_time_comes_first_in_the_next(
    by_hand: Simulation, p: PyAudio, way: str, timeout: float
) -> None:
    feed(by_hand, 3 * FRAMES)
    stream = p.open(input=True, **STEREO)
    for _ in range(2):
        by_hand.step()
        with pytest.raises(TimeoutError) as raised:
            get(stream, way, 3 * FRAMES, timeout)
    assert str(raised.value) == (
        f"timed out: {2 * FRAMES} of {3 * FRAMES} frames arrived; the next read returns them first"
    )
    assert isinstance(raised.value, OSError)
    assert stream.is_active()
    by_hand.step()
    assert get(stream, way, 3 * FRAMES, timeout) == ramp(3 * FRAMES)


@pytest.mark.parametrize("way", WAYS)
def test_what_is_there_is_read_in_no_time(by_hand: Simulation, p: PyAudio, way: str) -> None:
    feed(by_hand, FRAMES)
    stream = p.open(input=True, **STEREO)
    by_hand.step()
    assert get(stream, way, FRAMES, 0) == ramp(FRAMES)
    assert get(stream, way, 0, 0) == b""


@pytest.mark.parametrize("timeout", [0, 0.02])
def test_a_write_tells_how_much_it_has_taken(
    by_hand: Simulation, p: PyAudio, timeout: float
) -> None:
    stream = p.open(output=True, **STEREO)
    room = stream.get_write_available()
    sound = ramp(room + 100)
    with pytest.raises(TimeoutError) as raised:
        stream.write(sound, timeout=timeout)
    assert raised.value.frames == room  # type: ignore[attr-defined]
    assert str(raised.value) == f"timed out: {room} of {room + 100} frames were accepted"
    assert stream.is_active()
    by_hand.step(2)
    stream.write(sound[4 * room :], timeout=timeout)
    by_hand.step(room // FRAMES + 2)
    played = by_hand.output(0, pyaudiopp.paInt16)
    assert played.startswith(sound)


def test_a_write_of_no_frames_has_all_the_time(by_hand: Simulation, p: PyAudio) -> None:
    stream = p.open(output=True, **STEREO)
    stream.write(bytes(4 * stream.get_write_available()), timeout=0)
    stream.write(b"", timeout=0)
    with pytest.raises(TimeoutError) as raised:
        stream.write(bytes(4), timeout=0)
    assert raised.value.frames == 0  # type: ignore[attr-defined]


@pytest.mark.parametrize("wrong", [-1, -1e-9, math.nan, -math.inf])
def test_a_wrong_timeout_is_refused(by_hand: Simulation, p: PyAudio, wrong: float) -> None:
    stream = p.open(input=True, output=True, **STEREO)
    calls: list[Any] = [
        lambda: stream.read(1, timeout=wrong),
        lambda: stream.read_into(bytearray(4), timeout=wrong),
        lambda: stream.write(bytes(4), timeout=wrong),
        lambda: p.open(input=True, timeout=wrong, **STEREO),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="timeout must be a number of seconds from 0 up, not"):
            call()
    assert len(p._streams) == 1


def test_a_timeout_is_a_number(by_hand: Simulation, p: PyAudio) -> None:
    stream = p.open(input=True, **STEREO)
    with pytest.raises(TypeError):
        stream.read(1, timeout="1")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        stream.read_into(bytearray(4), timeout="1")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        p.open(input=True, timeout="1", **STEREO)
    for number in (np.float32(0), np.int64(0), False):
        with pytest.raises(TimeoutError):
            stream.read(1, timeout=number)  # type: ignore[arg-type]


def test_a_stream_has_a_timeout_for_all_its_calls(by_hand: Simulation, p: PyAudio) -> None:
    stream = p.open(input=True, output=True, timeout=0, **STEREO)
    with pytest.raises(TimeoutError):
        stream.read(1)
    with pytest.raises(TimeoutError):
        stream.read_into(bytearray(4))
    with pytest.raises(TimeoutError):
        stream.write(bytes(4 * (stream.get_write_available() + 1)))
    with pytest.raises(TimeoutError):
        pyaudiopp.pa.read_stream(stream._stream, 1)
    assert stream.is_active()


@pytest.mark.parametrize("timeout", [math.inf, 1e300, 1e12])
def test_a_call_may_wait_longer_than_its_stream(
    by_hand: Simulation, p: PyAudio, timeout: float
) -> None:
    feed(by_hand, FRAMES)
    stream = p.open(input=True, timeout=0, **STEREO)
    result: list[bytes] = []
    reader = threading.Thread(target=lambda: result.append(stream.read(FRAMES, timeout=timeout)))
    reader.start()
    reader.join(0.1)
    assert reader.is_alive()
    by_hand.step()
    reader.join()
    assert result == [ramp(FRAMES)]


def test_an_overflow_of_a_read_that_timed_out_is_told_by_the_next(
    by_hand: Simulation, p: PyAudio
) -> None:
    feed(by_hand, 4 * FRAMES)
    stream = p.open(input=True, **STEREO)
    for told in ("raised", "returned"):
        by_hand.inject(simulation.Fault("Pa_ReadStream", pyaudiopp.paInputOverflowed, nth=1))
        by_hand.step()
        with pytest.raises(TimeoutError):
            stream.read(2 * FRAMES, timeout=0)
        by_hand.clear_faults()
        by_hand.step()
        if told == "raised":
            with pytest.raises(OSError, match="Input overflowed"):
                stream.read(2 * FRAMES, timeout=0)
            assert stream.read(2 * FRAMES, timeout=0) == ramp(2 * FRAMES)
        else:
            assert stream.read_into(bytearray(8 * FRAMES), timeout=0) == (2 * FRAMES, True)


@pytest.mark.parametrize("way", ["read", "read_into", "write"])
@pytest.mark.parametrize(
    ("end", "text"), [("close", "Stream closed"), ("stop_stream", "Stream is stopped")]
)
def test_another_thread_ends_a_call_that_has_time_left(
    by_hand: Simulation, p: PyAudio, way: str, end: str, text: str
) -> None:
    stream = p.open(input=True, output=way == "write", **STEREO)
    ender = threading.Timer(0.05, getattr(stream, end))
    if way == "write" and end == "stop_stream":  # a drain would wait for ever
        ender = threading.Timer(0.05, lambda: pyaudiopp.pa.abort_stream(stream._stream))
    calls = {
        "read": lambda: stream.read(FRAMES, timeout=100),
        "read_into": lambda: stream.read_into(bytearray(4 * FRAMES), timeout=100),
        "write": lambda: stream.write(bytes(4 * 100_000), timeout=100),
    }
    ender.start()
    with pytest.raises(OSError, match=text) as raised:
        calls[way]()
    assert not isinstance(raised.value, TimeoutError)
    ender.join()


def test_a_thread_that_waits_for_another_read_times_out_too(
    by_hand: Simulation, p: PyAudio
) -> None:
    feed(by_hand, FRAMES)
    stream = p.open(input=True, **STEREO)
    result: list[bytes] = []
    first = threading.Thread(target=lambda: result.append(stream.read(FRAMES)))
    first.start()
    for _ in range(3):
        with pytest.raises(TimeoutError):
            stream.read(FRAMES, timeout=0.01)
    by_hand.step()
    first.join(0.05)
    if first.is_alive():  # ours came first, and left the frames for the next
        result.append(stream.read(FRAMES, timeout=0))
        by_hand.step()
        first.join()
    assert result[0] == ramp(FRAMES)


def test_two_threads_lose_nothing_whatever_times_out(by_hand: Simulation, p: PyAudio) -> None:
    """Each frame arrives exactly once, whichever thread reads it."""
    blocks = 200
    feed(by_hand, blocks * FRAMES)
    stream = p.open(input=True, **STEREO)
    got: list[bytes] = []
    stop = threading.Event()

    def read(seed: int) -> None:
        chance = random.Random(seed)
        while not stop.is_set():
            frames = chance.randint(1, 3 * FRAMES)
            with contextlib.suppress(TimeoutError):
                got.append(stream.read(frames, timeout=chance.choice([0, 0.0005, 0.002])))

    readers = [threading.Thread(target=read, args=(seed,)) for seed in (1, 2)]
    for reader in readers:
        reader.start()
    for _ in range(blocks):
        by_hand.step()
        stop.wait(0.001)
    stop.set()
    for reader in readers:
        reader.join()
    with contextlib.suppress(TimeoutError):
        while True:
            got.append(stream.read(1, timeout=0))
    frames = sorted(np.frombuffer(b"".join(got), np.uint32))
    assert frames == sorted(np.frombuffer(ramp(blocks * FRAMES), np.uint32))


@pytest.mark.parametrize("way", ["read", "read_into", "write"])
def test_ctrl_c_ends_a_call_that_has_time_left(way: str) -> None:
    program = f"""
import os, signal, threading
import pyaudiopp
from pyaudiopp.simulation import Simulation
card = Simulation(clock="by_hand")
card.use()
p = pyaudiopp.PyAudio()
stream = p.open(format=8, channels=2, rate=48000, input=True, output=True, frames_per_buffer=64)
threading.Timer(0.1, lambda: signal.raise_signal(signal.SIGINT)).start()
try:
    if {way!r} == "read":
        stream.read(64, timeout=90)
    elif {way!r} == "read_into":
        stream.read_into(bytearray(256), timeout=90)
    else:
        stream.write(bytes(400_000), timeout=90)
except KeyboardInterrupt as interrupt:
    print("interrupted", getattr(interrupt, "frames", 0) > 0, stream.is_active())
os._exit(0)  # by hand nobody plays what an exit would wait for
"""
    ended = subprocess.run(
        [sys.executable, "-uc", program],
        capture_output=True,
        text=True,
        timeout=80,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert ended.stdout == f"interrupted {way == 'write'} True\n", ended.stderr
