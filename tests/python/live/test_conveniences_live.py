# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""What the classes offer beyond PyAudio, through the real PortAudio."""

from __future__ import annotations

import random
import threading
from array import array
from collections.abc import Callable
from typing import Any

import pytest

import pyaudiopp
from pyaudiopp import PyAudio, paAbort, paComplete, paContinue
from pyaudiopp.virtual_card import VirtualCard

pytestmark = pytest.mark.skipif(bool(VirtualCard.missing()), reason="no virtual sound card here")

RATE = 48000
STEREO: dict[str, Any] = {"format": pyaudiopp.paInt16, "channels": 2, "rate": RATE}
TIMEOUT = 20

Exactly = Callable[..., None]


@pytest.fixture(scope="module")
def noise() -> bytes:
    """Half a second of random stereo frames, neither the first nor the last one silent."""
    return b"\1\1\1\1" + random.Random(9).randbytes((RATE // 2 - 2) * 4) + b"\1\1\1\1"


def sound(captured: bytes) -> bytes:
    """The capture, without the silent frames before and after."""
    start = (len(captured) - len(captured.lstrip(b"\0"))) // 4 * 4
    end = -(-len(captured.rstrip(b"\0")) // 4) * 4
    return captured[start:end]


def test_with_plays_to_the_end_on_a_device_by_name(
    card: VirtualCard, exactly: Exactly, noise: bytes
) -> None:
    def play() -> tuple[bytes, bytes, int]:
        with card.capture() as captured, PyAudio() as p:
            device = ("alsa", "default")
            with p.open(output=True, output_device=device, latency="high", **STEREO) as stream:
                assert stream.sample_rate == RATE
                stream.write(noise)
        return noise, sound(captured.data), stream.counters["output_underflows"]

    exactly(play, 4)


def test_high_latency_is_higher(card: VirtualCard) -> None:
    with PyAudio() as p:

        def latency(wanted: object) -> float:
            with p.open(output=True, latency=wanted, **STEREO) as stream:
                return stream.get_output_latency()

        assert latency("low") < latency("high") < latency(0.5)


def test_sides_of_different_channels_and_formats(
    card: VirtualCard, exactly: Exactly, noise: bytes
) -> None:
    """16-bit mono goes out and comes back as 32-bit stereo, with nothing lost."""
    mono = array("h", noise)[::2]
    wanted = array("i", (sample << 16 for sample in mono for _ in range(2))).tobytes()

    def send() -> tuple[bytes, bytes, int]:
        rest = memoryview(mono.tobytes())
        heard = bytearray()
        sounded = 0
        done = threading.Event()

        def callback(in_data: bytes, frame_count: int, *_: Any) -> tuple[bytes, int]:
            nonlocal rest, sounded
            assert len(in_data) == 8 * frame_count
            heard.extend(in_data)
            sounded += len(in_data if sounded else in_data.lstrip(b"\0"))
            if sounded >= len(wanted):
                done.set()
            block, rest = rest[: 2 * frame_count], rest[2 * frame_count :]
            return bytes(block).ljust(2 * frame_count, b"\0"), paContinue

        with (
            PyAudio() as p,
            p.open(
                rate=RATE,
                channels=1,
                format=pyaudiopp.paInt16,
                input=True,
                output=True,
                input_channels=2,
                input_format=pyaudiopp.paInt32,
                latency=0.1,
                stream_callback=callback,
                callback_buffer=0.1,
            ) as stream,
        ):
            done.wait(5)
        counted = stream.counters
        start = (len(heard) - len(heard.lstrip(b"\0"))) // 8 * 8
        xruns = sum(number for name, number in counted.items() if "flows" in name)
        return wanted, bytes(heard[start : start + len(wanted)]), xruns + counted["short_blocks"]

    exactly(send, 8)


def test_finished_comes_when_all_has_been_played(
    card: VirtualCard, exactly: Exactly, noise: bytes
) -> None:
    def play() -> tuple[bytes, bytes, int]:
        rest = memoryview(noise)
        finished = threading.Event()

        def callback(_: None, frame_count: int, *__: Any) -> tuple[memoryview, int]:
            nonlocal rest
            block, rest = rest[: 4 * frame_count], rest[4 * frame_count :]
            return block, paContinue if rest else paComplete

        with card.capture() as captured, PyAudio() as p:
            stream = p.open(
                output=True,
                stream_callback=callback,
                callback_buffer=0.1,
                finished_callback=finished.set,
                latency="high",
                **STEREO,
            )
            assert finished.wait(TIMEOUT)
            stream.abort()  # nothing is left to drop
        counted = stream.counters
        return noise, sound(captured.data), counted["output_underflows"] + counted["short_blocks"]

    exactly(play, 4)


@pytest.mark.parametrize("end", ["stop_stream", "abort", "close", "paAbort", "an exception"])
def test_finished_comes_once_however_a_stream_ends(card: VirtualCard, end: str) -> None:
    called = threading.Event()
    finished = threading.Event()
    times = 0

    def callback(_: None, frame_count: int, *__: Any) -> tuple[bytes, int]:
        called.set()
        if end == "an exception":
            raise RuntimeError("as wanted")
        return bytes(4 * frame_count), paAbort if end == "paAbort" else paContinue

    def count() -> None:
        nonlocal times
        times += 1
        finished.set()

    with PyAudio() as p:
        stream = p.open(output=True, stream_callback=callback, finished_callback=count, **STEREO)
        assert called.wait(TIMEOUT)
        if hasattr(stream, end):
            getattr(stream, end)()
        assert finished.wait(TIMEOUT)
    assert times == 1


def test_an_array_is_played(card: VirtualCard, exactly: Exactly, noise: bytes) -> None:
    samples = array("h", noise)

    def send() -> tuple[bytes, bytes, int]:
        with card.capture() as captured:
            pyaudiopp.play(samples, RATE, channels=2, device="default")
        return noise, sound(captured.data), 0

    exactly(send, 4)


def test_what_is_played_meanwhile_is_recorded(
    card: VirtualCard, exactly: Exactly, noise: bytes
) -> None:
    def send() -> tuple[bytes, bytes, int]:
        heard = b""

        def listen() -> None:
            nonlocal heard
            heard = pyaudiopp.record(3, RATE, channels=2, device="default")

        listener = threading.Thread(target=listen)
        listener.start()
        card.wait_for_recorder()
        card.play(noise)
        listener.join()
        return noise, sound(heard), 0

    exactly(send, 4)
