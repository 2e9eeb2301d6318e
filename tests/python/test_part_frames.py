# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Bytes that come in pieces of any size are played as if they had come in one."""

from __future__ import annotations

import io
import os
import random
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pyaudiopp
from pyaudiopp import PyAudio, core
from pyaudiopp.simulation import Simulation

FORMATS = ["paUInt8", "paInt8", "paInt16", "paInt24", "paInt32", "paFloat32"]


def pieces(sound: bytes, seed: int) -> list[bytes]:
    """The sound in pieces of any size, some of them smaller than a frame."""
    dice = random.Random(seed)
    cut = []
    while sound:
        size = dice.choice([1, 2, 3, 5, 7, 64, 1001])
        cut.append(sound[:size])
        sound = sound[size:]
    return cut


def sound_of(format: int, channels: int, frames: int = 3000) -> bytes:
    samples = np.random.default_rng(1).integers(1, 100, frames * channels)
    if format == pyaudiopp.paFloat32:
        return (samples / 128).astype(np.float32).tobytes()
    size = pyaudiopp.get_sample_size(format)
    return b"".join(int(value).to_bytes(size, "little") for value in samples)


@pytest.mark.parametrize("way", ["PyAudio", "core", "timeout"])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("name", FORMATS)
def test_pieces_of_any_size_are_played_whole(
    free: Simulation, p: PyAudio, name: str, channels: int, way: str
) -> None:
    format = getattr(pyaudiopp, name)
    sound = sound_of(format, channels)
    if way == "core":
        with core.Session() as session:
            side = core.StreamSide(session.default_output_device(), channels, format)
            with core.Stream(session, core.StreamConfig(output=side)) as played:
                played.start()
                for piece in pieces(sound, channels):
                    played.write(piece)
                assert played.counters["partial_frames"] == 0
    else:
        stream = p.open(48000, channels, format, output=True)
        for piece in pieces(sound, channels):
            stream.write(piece, timeout=None if way == "PyAudio" else 10)
        stream.close()
        assert stream.counters["partial_frames"] == 0
    assert in_card(sound, format, channels) == free.output(0, format)


def in_card(sound: bytes, format: int, channels: int) -> bytes:
    """The sound as the stereo card has it: mono on the left."""
    if channels == 2:
        return sound
    size = pyaudiopp.get_sample_size(format)
    silence = b"\x80" if format == pyaudiopp.paUInt8 else bytes(size)
    return b"".join(sound[i : i + size] + silence for i in range(0, len(sound), size))


@pytest.mark.parametrize(
    "kind", [bytes, bytearray, memoryview, lambda data: data.decode("latin-1")]
)
def test_every_kind_of_bytes_is_put_together(
    free: Simulation, p: PyAudio, kind: Callable[[bytes], Any]
) -> None:
    stream = p.open(48000, 2, pyaudiopp.paInt16, output=True)
    sound = bytes(range(1, 101))
    stream.write(kind(sound[:33]))
    stream.write(kind(sound[33:34]))
    stream.write(kind(sound[34:]))
    stream.close()
    assert free.output(0, pyaudiopp.paInt16) == sound


ENDS: dict[str, Callable[[PyAudio, PyAudio.Stream], object]] = {
    "stop": lambda p, stream: stream.stop_stream(),
    "abort": lambda p, stream: stream.abort(),
    "close": lambda p, stream: stream.close(),
    "terminate": lambda p, stream: p.terminate(),
    "low-level abort": lambda p, stream: pyaudiopp.pa.abort_stream(stream._stream),
    "frames counted by the program": lambda p, stream: stream.write(b"\5\5\6\6", 1),
}


@pytest.mark.parametrize("end", ENDS)
def test_what_ends_the_sound_drops_the_part_of_a_frame_and_counts_it(
    free: Simulation, p: PyAudio, end: str
) -> None:
    stream = p.open(48000, 2, pyaudiopp.paInt16, output=True)
    stream.write(b"\1\1\2\2\3")
    assert stream.counters["partial_frames"] == 0
    ENDS[end](p, stream)
    assert stream.counters["partial_frames"] == 1
    if end == "frames counted by the program":
        stream.close()
        assert free.output(0, pyaudiopp.paInt16) == b"\1\1\2\2\5\5\6\6"
        return
    if end in ("close", "terminate"):
        return
    stream._is_running = False
    stream.start_stream()
    free.clear_output(0)
    stream.write(b"\7\7\7\7")
    stream.close()
    assert free.output(0, pyaudiopp.paInt16) == b"\7\7\7\7"
    assert stream.counters["partial_frames"] == 1


def test_counted_frames_are_as_in_pyaudio(free: Simulation, p: PyAudio) -> None:
    stream = p.open(48000, 2, pyaudiopp.paInt16, output=True)
    stream.write(b"\1\1\2\2\3\3", 1)
    stream.write(b"\1\1\2\2\3\3", 2)
    stream.write(b"\4\4\5\5")
    stream.close()
    assert free.output(0, pyaudiopp.paInt16) == b"\1\1\2\2" * 2 + b"\4\4\5\5"
    assert stream.counters["partial_frames"] == 0


@pytest.mark.parametrize("part", [0, 1, 3])
def test_a_write_that_ends_early_can_be_continued_at_its_frames(
    by_hand: Simulation, p: PyAudio, part: int
) -> None:
    stream = p.open(48000, 2, pyaudiopp.paInt16, output=True, frames_per_buffer=64)
    room = stream.get_write_available()
    sound = np.arange(1, 2 * (room + 100) + 1, dtype=np.int16).tobytes()
    rest = sound[part:]
    stream.write(sound[:part])
    for _ in range(100):
        try:
            stream.write(rest, timeout=0)
            break
        except TimeoutError as error:
            rest = rest[4 * error.frames :]  # type: ignore[attr-defined]
            by_hand.step()
    by_hand.step(room // 64 + 3)
    assert by_hand.output(0, pyaudiopp.paInt16).startswith(sound)


def test_less_than_a_frame_on_a_stopped_stream_is_no_error(free: Simulation, p: PyAudio) -> None:
    stream = p.open(48000, 2, pyaudiopp.paInt16, output=True, start=False)
    stream.write(b"\1")  # as in PyAudio: no frames, no error
    stream.start_stream()
    stream.write(b"\2\2\3\3")
    stream.close()
    assert free.output(0, pyaudiopp.paInt16) == b"\2\2\3\3"
    assert stream.counters["partial_frames"] == 1


# ---- play() ----

SOUND = bytes(range(1, 251)) * 80


def piped(sound: bytes) -> Any:
    read, write = os.pipe()

    def fill() -> None:
        with open(write, "wb") as pipe:
            pipe.write(sound)

    threading.Thread(target=fill).start()  # a pipe of Windows holds 4 kB
    return open(read, "rb")


SOURCES: dict[str, Callable[[bytes], Any]] = {
    "list": lambda sound: pieces(sound, 1),
    "generator": lambda sound: iter(pieces(sound, 2)),
    "arrays": lambda sound: [
        np.frombuffer(sound[i : i + 40], np.int16) for i in range(0, len(sound), 40)
    ],
    "file in memory": io.BytesIO,
    "pipe": piped,
}


@pytest.mark.parametrize("source", SOURCES)
def test_play_takes_a_sound_in_pieces(free: Simulation, source: str) -> None:
    told: list[tuple[int, int]] = []
    data = SOURCES[source](SOUND)
    pyaudiopp.play(data, 48000, channels=2, progress=lambda *done: told.append(done))
    assert free.output(0, pyaudiopp.paInt16) == SOUND
    assert told[-1] == (len(SOUND) // 4, 0)
    if source == "pipe":
        data.close()


@pytest.mark.parametrize("source", ["list", "generator", "file in memory", "pipe"])
def test_play_says_that_pieces_ended_within_a_frame(free: Simulation, source: str) -> None:
    data = SOURCES[source](SOUND + b"\1")
    with pytest.raises(ValueError, match="20001 bytes are not whole frames of 4 bytes"):
        pyaudiopp.play(data, 48000, channels=2)
    assert free.output(0, pyaudiopp.paInt16) == SOUND  # all that was whole has been heard
    if source == "pipe":
        data.close()


@pytest.mark.parametrize("nothing", [[], io.BytesIO()])
def test_play_of_no_pieces(free: Simulation, nothing: Any) -> None:
    pyaudiopp.play(nothing, 48000)
    assert free.output_frames(0) == 0 or not free.output(0, pyaudiopp.paInt16).strip(b"\0")


@pytest.mark.parametrize("wrong", [5, [1, 2], "text", ["text"]])
def test_what_are_no_pieces(free: Simulation, wrong: Any) -> None:
    with pytest.raises(TypeError, match="data must be bytes, an array or another buffer"):
        pyaudiopp.play(wrong, 48000)
