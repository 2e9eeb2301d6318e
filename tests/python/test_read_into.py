# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""read_into(): reading into the caller's buffer."""

from __future__ import annotations

import array
import ctypes
import gc
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pyaudiopp
from pyaudiopp import PyAudio, simulation
from pyaudiopp.simulation import Simulation

FRAMES = 64
INPUT: dict[str, Any] = {
    "format": pyaudiopp.paInt16,
    "channels": 2,
    "rate": 48000,
    "input": True,
    "frames_per_buffer": FRAMES,
}


def ramp(frames: int, first: int = 0) -> bytes:
    return np.arange(2 * first + 1, 2 * (first + frames) + 1, dtype=np.int16).tobytes()


def feed(card: Simulation, frames: int) -> None:
    card.feed_input(0, ramp(frames), channels=2, format=pyaudiopp.paInt16)


@pytest.mark.parametrize(
    "make",
    [
        lambda: bytearray(4 * FRAMES),
        lambda: memoryview(bytearray(4 * FRAMES)),
        lambda: memoryview(bytearray(12 * FRAMES))[4 * FRAMES : -4 * FRAMES],
        lambda: array.array("h", bytes(4 * FRAMES)),
        lambda: np.zeros(2 * FRAMES, np.int16),
        lambda: np.zeros((FRAMES, 2), np.int16),
        lambda: np.zeros((3, FRAMES, 2), np.int16)[1],
        lambda: np.zeros((1, 2, FRAMES // 2, 2), np.int16),
        lambda: np.zeros(FRAMES, np.dtype([("left", np.int16), ("right", np.int16)])),
        lambda: (ctypes.c_int16 * 2 * FRAMES)(),
    ],
    ids=[
        "bytearray",
        "memoryview",
        "part of a memoryview",
        "array",
        "ndarray",
        "ndarray of frames",
        "part of an ndarray",
        "ndarray of blocks",
        "ndarray of records",
        "ctypes array",
    ],
)
def test_every_writable_buffer_is_filled(
    by_hand: Simulation, p: PyAudio, make: Callable[[], Any]
) -> None:
    feed(by_hand, FRAMES)
    stream = p.open(**INPUT)
    by_hand.step()
    buffer = make()
    assert stream.read_into(buffer) == (FRAMES, False)
    assert bytes(buffer) == ramp(FRAMES)


def test_what_lies_around_the_part_stays_as_it_was(by_hand: Simulation, p: PyAudio) -> None:
    feed(by_hand, FRAMES)
    stream = p.open(**INPUT)
    by_hand.step()
    whole = np.full((3, FRAMES, 2), -7, np.int16)
    stream.read_into(whole[1])
    assert (whole[0] == -7).all()
    assert (whole[2] == -7).all()


def test_a_part_of_a_frame_is_left_alone(by_hand: Simulation, p: PyAudio) -> None:
    feed(by_hand, FRAMES)
    stream = p.open(**INPUT)
    by_hand.step()
    buffer = bytearray(b"\xaa" * 11)
    assert stream.read_into(buffer) == (2, False)
    assert buffer == ramp(2) + b"\xaa" * 3
    assert stream.read(FRAMES - 2) == ramp(FRAMES - 2, first=2)


@pytest.mark.parametrize("size", [0, 1, 3])
def test_a_buffer_without_room_for_a_frame_takes_none(
    by_hand: Simulation, p: PyAudio, size: int
) -> None:
    stream = p.open(**INPUT)
    assert stream.read_into(bytearray(size)) == (0, False)
    stream.close()
    with pytest.raises(OSError, match="Stream closed"):
        stream.read_into(bytearray(size))


@pytest.mark.parametrize(
    ("buffer", "error", "text"),
    [
        (bytes(64), BufferError, "not writable"),
        (memoryview(bytes(64)), BufferError, "not writable"),
        (np.frombuffer(bytes(64), np.int16), ValueError, "read-only"),
        (np.zeros(64, np.int16)[::2], ValueError, "not C-contiguous"),
        (np.zeros((8, 2), np.int16, order="F"), ValueError, "not C-contiguous"),
        (memoryview(bytearray(64))[::2], BufferError, "not C-contiguous"),
        ("text", TypeError, "bytes-like object is required"),
        (64, TypeError, "bytes-like object is required"),
        (None, TypeError, "bytes-like object is required"),
    ],
)
def test_a_buffer_that_cannot_be_filled_is_refused(
    by_hand: Simulation, p: PyAudio, buffer: Any, error: type[Exception], text: str
) -> None:
    feed(by_hand, FRAMES)
    stream = p.open(**INPUT)
    by_hand.step()
    with pytest.raises(error, match=text):
        stream.read_into(buffer)
    assert stream.read(FRAMES) == ramp(FRAMES), "nothing was taken from the stream"


def test_a_stream_without_input_is_refused(by_hand: Simulation, p: PyAudio) -> None:
    stream = p.open(**{**INPUT, "input": False, "output": True})
    with pytest.raises(OSError, match="Not input stream") as raised:
        stream.read_into(bytearray(64))
    assert raised.value.args == ("Not input stream", pyaudiopp.paCanNotReadFromAnOutputOnlyStream)


def test_an_overflow_is_told_and_not_raised(by_hand: Simulation, p: PyAudio) -> None:
    feed(by_hand, 4 * FRAMES)
    stream = p.open(**INPUT)
    by_hand.inject(simulation.Fault("Pa_ReadStream", pyaudiopp.paInputOverflowed, nth=2))
    told = []
    for _ in range(3):
        by_hand.step()
        told.append(stream.read_into(bytearray(4 * FRAMES)))
    assert told == [(FRAMES, False), (FRAMES, True), (FRAMES, False)]
    assert stream.is_active()


def test_what_a_refused_read_left_comes_first(by_hand: Simulation, p: PyAudio) -> None:
    feed(by_hand, 2 * FRAMES)
    stream = p.open(**INPUT)
    by_hand.inject(simulation.Fault("Pa_ReadStream", pyaudiopp.paInputOverflowed, nth=1))
    by_hand.step()
    with pytest.raises(OSError, match="Input overflowed"):
        stream.read(FRAMES)
    by_hand.step()
    buffer = bytearray(8 * FRAMES)
    assert stream.read_into(buffer) == (2 * FRAMES, False)
    assert buffer == ramp(2 * FRAMES)


def test_the_gil_is_let_go_and_the_buffer_cannot_be_resized_meanwhile(
    by_hand: Simulation, p: PyAudio
) -> None:
    feed(by_hand, FRAMES)
    stream = p.open(**INPUT)
    buffer = bytearray(4 * FRAMES)
    results: list[tuple[int, bool]] = []
    reader = threading.Thread(target=lambda: results.append(stream.read_into(buffer)))
    reader.start()
    while True:  # until the reader has it
        try:
            buffer.append(0)
            del buffer[-1]
        except BufferError:
            break
    by_hand.step()
    reader.join()
    assert results == [(FRAMES, False)]
    assert buffer == ramp(FRAMES)
    buffer.append(0)


def test_buffers_are_let_go_again(free: Simulation, p: PyAudio) -> None:
    stream = p.open(**INPUT)
    buffer = bytearray(4 * FRAMES)
    for _ in range(100):
        stream.read_into(buffer)
    gc.collect()
    buffer.clear()  # a BufferError while anything still exports it
    assert buffer == b""
