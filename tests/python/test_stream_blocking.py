# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Blocking reads and writes."""

from __future__ import annotations

import array
import random
import threading
import time

import numpy as np
import pytest

import pyaudiopp
from pyaudiopp import PyAudio
from pyaudiopp.simulation import Simulation
from pytest_pyaudiopp import MakeSimulatedCard


def ramp(frames: int) -> bytes:
    return np.arange(1, 2 * frames + 1, dtype=np.int16).tobytes()


def test_what_is_written_is_played(free: Simulation, p: PyAudio, stereo: dict[str, int]) -> None:
    stream = p.open(output=True, **stereo)
    stream.write(ramp(1000))
    stream.close()
    assert free.output(0, pyaudiopp.paInt16) == ramp(1000)


def test_what_was_fed_is_read(free: Simulation, p: PyAudio, stereo: dict[str, int]) -> None:
    free.feed_input(0, ramp(500), channels=2, format=pyaudiopp.paInt16)
    stream = p.open(input=True, **stereo)
    assert stream.read(200) + stream.read(300) == ramp(500)
    assert stream.read(0) == b""


@pytest.mark.parametrize(
    "convert",
    [
        bytes,
        bytearray,
        memoryview,
        lambda data: array.array("h", data),
        lambda data: np.frombuffer(data, dtype=np.int16),
        lambda data: np.frombuffer(data, dtype=np.int16).reshape(-1, 2),
    ],
    ids=["bytes", "bytearray", "memoryview", "array", "ndarray", "ndarray of frames"],
)
def test_every_buffer_is_written_whole(
    free: Simulation, p: PyAudio, stereo: dict[str, int], convert: object
) -> None:
    stream = p.open(output=True, **stereo)
    stream.write(convert(ramp(64)))  # type: ignore[operator]
    assert free.output(0, pyaudiopp.paInt16) == ramp(64)


# Old programs make a tone of paUInt8 by chr(): each character is a sample.
@pytest.mark.parametrize("way", ["write", "core write", "callback"])
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("abcdefgh", "ascii"),
        ("é" * 8, "latin-1"),
        ("".join(map(chr, range(1, 256))) + "\xff", "latin-1"),
        ("€" * 8, "utf-8"),
        ("é€" * 8, "utf-8"),
        ("\U0001f508" * 8, "utf-8"),
        ("a" * 4 + "é" * 4, "latin-1"),
        (type("Text", (str,), {})("é" * 8), "latin-1"),
    ],
)
def test_a_text_of_bytes_is_written_as_bytes(
    free: Simulation, p: PyAudio, text: str, encoding: str, way: str
) -> None:
    if way == "callback":
        done = threading.Event()
        stream = p.open(
            output=True,
            format=pyaudiopp.paInt8,
            channels=2,
            rate=48000,
            stream_callback=lambda *_: (text, pyaudiopp.paContinue),
            finished_callback=done.set,
            frames_per_buffer=1024,
        )
        assert done.wait(20)
    else:
        stream = p.open(output=True, format=pyaudiopp.paInt8, channels=2, rate=48000)
        stream.write(text) if way == "write" else stream._handle.write(text)
    stream.close()
    assert free.output(0, pyaudiopp.paInt8).rstrip(b"\0") == text.encode(encoding)


def test_num_frames_beyond_the_data_plays_what_there_is(
    free: Simulation, p: PyAudio, stereo: dict[str, int]
) -> None:
    stream = p.open(output=True, **stereo)
    stream.write(ramp(10), 1_000_000)
    stream.write(ramp(10), 3)
    stream.write(ramp(10) + b"\1\2\3")  # a partial frame is dropped
    assert free.output(0, pyaudiopp.paInt16) == ramp(10) + ramp(10)[:12] + ramp(10)


def test_wrong_numbers_of_frames_are_refused(
    free: Simulation, p: PyAudio, stereo: dict[str, int]
) -> None:
    stream = p.open(input=True, output=True, **stereo)
    with pytest.raises(ValueError, match="Invalid number of frames"):
        stream.read(-1)
    with pytest.raises(ValueError, match="Invalid number of frames"):
        stream.write(b"", -1)
    with pytest.raises(OverflowError):
        stream.read(2**70)
    with pytest.raises(MemoryError):
        stream.read(2**61)
    with pytest.raises(TypeError):
        stream.read(1.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        stream.write([1, 2])  # type: ignore[arg-type]
    assert stream.is_active()


def test_a_custom_format_can_be_opened_on_nothing_but_not_read(
    free: Simulation, p: PyAudio
) -> None:
    with pytest.raises(OSError, match="Sample format not supported") as raised:
        p.open(format=pyaudiopp.paCustomFormat, channels=1, rate=48000, input=True)
    assert raised.value.args == (-9994, "Sample format not supported")


def test_wrong_directions(free: Simulation, p: PyAudio, stereo: dict[str, int]) -> None:
    source = p.open(input=True, **stereo)
    sink = p.open(output=True, **stereo)
    with pytest.raises(OSError) as raised:  # noqa: PT011
        source.write(b"")
    assert raised.value.args == ("Not output stream", pyaudiopp.paCanNotWriteToAnInputOnlyStream)
    with pytest.raises(OSError) as raised:  # noqa: PT011
        sink.read(1)
    assert raised.value.args == ("Not input stream", pyaudiopp.paCanNotReadFromAnOutputOnlyStream)
    assert sink.get_read_available() == pyaudiopp.paCanNotReadFromAnOutputOnlyStream
    assert source.get_write_available() == pyaudiopp.paCanNotWriteToAnInputOnlyStream
    assert source.is_active()
    assert sink.is_active()


def test_an_error_closes_the_stream_as_in_pyaudio(
    free: Simulation, p: PyAudio, stereo: dict[str, int]
) -> None:
    stream = p.open(output=True, **stereo)
    stream.stop_stream()
    with pytest.raises(OSError, match="Stream is stopped"):
        stream.write(ramp(1))
    assert not stream._is_running
    stream.stop_stream()  # no error: there is nothing to stop
    with pytest.raises(OSError, match="Stream closed") as raised:
        stream.write(ramp(1))
    assert raised.value.errno == pyaudiopp.paBadStreamPtr
    stream.close()
    assert stream not in p._streams


def test_stop_ends_a_read_in_flight_and_leaves_the_stream_open(
    by_hand: Simulation, p: PyAudio, stereo: dict[str, int]
) -> None:
    by_hand.feed_input(0, ramp(64), channels=2, format=pyaudiopp.paInt16)
    stream = p.open(input=True, frames_per_buffer=64, **stereo)
    by_hand.step()
    stopper = threading.Timer(0.05, stream.stop_stream)
    stopper.start()
    with pytest.raises(OSError, match="Stream is stopped"):
        stream.read(100)
    stopper.join()
    stream.start_stream()
    assert stream.is_active()
    assert stream.read(64) == ramp(64), "what the ended read had got comes first"


def test_close_ends_a_read_in_flight(
    by_hand: Simulation, p: PyAudio, stereo: dict[str, int]
) -> None:
    stream = p.open(input=True, **stereo)
    closer = threading.Timer(0.05, stream.close)
    closer.start()
    with pytest.raises(OSError, match="Stream closed") as raised:
        stream.read(100)
    assert raised.value.errno == pyaudiopp.paBadStreamPtr
    closer.join()


def test_the_gil_is_let_go_while_a_read_waits(
    by_hand: Simulation, p: PyAudio, stereo: dict[str, int]
) -> None:
    stream = p.open(input=True, frames_per_buffer=64, **stereo)
    reader = threading.Thread(target=stream.read, args=(64,))
    reader.start()
    time.sleep(0.01)
    by_hand.step()
    reader.join(10)
    assert not reader.is_alive()


@pytest.mark.parametrize("channels", [1, 2, 8, 64])
@pytest.mark.parametrize(
    "format",
    [
        pyaudiopp.paFloat32,
        pyaudiopp.paInt32,
        pyaudiopp.paInt24,
        pyaudiopp.paInt16,
        pyaudiopp.paInt8,
        pyaudiopp.paUInt8,
    ],
)
def test_every_format_and_channel_count_comes_back(
    make_simulated_card: MakeSimulatedCard, format: int, channels: int
) -> None:
    from pyaudiopp import simulation

    device = simulation.Device(max_input_channels=64, max_output_channels=64)
    card = make_simulated_card([simulation.HostApi(devices=[device])])
    p = PyAudio()
    generator = np.random.default_rng(1)
    size = channels * pyaudiopp.get_sample_size(format) * 100
    if format == pyaudiopp.paFloat32:
        data = generator.uniform(-1, 1, channels * 100).astype(np.float32).tobytes()
    else:
        data = generator.bytes(size)
    stream = p.open(format=format, channels=channels, rate=44100, input=True, output=True)
    stream.write(data)
    played = np.frombuffer(card.output(0, format), np.uint8).reshape(100, -1)
    mine = channels * pyaudiopp.get_sample_size(format)
    assert played[:, :mine].tobytes() == data
    card.feed_input(0, data, channels=channels, format=format)
    assert stream.read(100) == data
    p.terminate()


@pytest.mark.parametrize("held", [0, 1, 2, 5])
def test_what_was_read_does_not_change_while_it_is_held(
    by_hand: Simulation, p: PyAudio, held: int
) -> None:
    """Blocks still held must not be reused; others may be."""
    sound = random.Random(3).randbytes(40 * 64 * 4)
    by_hand.feed_input(0, sound, channels=2, format=pyaudiopp.paInt16)
    stream = p.open(format=8, channels=2, rate=48000, input=True, frames_per_buffer=64)
    blocks: list[tuple[int, bytes, int]] = []
    for number in range(40):
        by_hand.step()
        block = stream.read(64)
        assert block == sound[number * 256 : (number + 1) * 256]
        blocks.append((number, block, hash(block)))
        del block, blocks[: max(0, len(blocks) - held)]
        for earlier, kept, hashed in blocks:
            expected = sound[earlier * 256 : (earlier + 1) * 256]
            assert (kept, hashed) == (expected, hash(expected))
    assert stream.get_read_available() == 0
