# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Buffered callbacks: `callback_buffer`."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

import pyaudiopp
from pyaudiopp import PyAudio, paComplete, paContinue
from pyaudiopp.simulation import Simulation
from pytest_pyaudiopp import MakeSimulatedCard

FRAMES = 64
BLOCK = FRAMES * 4
STEREO: dict[str, Any] = {
    "format": pyaudiopp.paInt16,
    "channels": 2,
    "rate": 48000,
    "frames_per_buffer": FRAMES,
}


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_a_wire_is_later_by_the_depth_that_the_latency_tells(
    by_hand: Simulation, p: PyAudio
) -> None:
    sound = random.Random(5).randbytes(40 * BLOCK)
    by_hand.feed_input(0, sound, channels=2, format=pyaudiopp.paInt16)
    calls = 0

    def callback(in_data: bytes, *_: Any) -> tuple[bytes, int]:
        nonlocal calls
        calls += 1
        return in_data, paContinue

    open_wire: dict[str, Any] = {**STEREO, "input": True, "output": True, "start": False}
    direct = p.open(stream_callback=callback, **open_wire)
    stream = p.open(stream_callback=callback, callback_buffer=0.01, **open_wire)
    depth = round((stream.get_output_latency() - direct.get_output_latency()) * 48000)
    assert depth == 480
    stream.start_stream()
    for block in range(1, 41):
        by_hand.step()
        wait_until(lambda number=block: calls == number)
    played = by_hand.output(0, pyaudiopp.paInt16)
    assert played == bytes(depth * 4) + sound[: len(played) - depth * 4]
    assert stream.counters["short_blocks"] == 0
    assert stream.counters["callbacks"] == 40


def test_a_callback_may_be_late_by_the_buffer_and_hears_of_more(
    by_hand: Simulation, p: PyAudio
) -> None:
    lock = threading.Lock()
    flags: list[int] = []

    def callback(_: None, frame_count: int, __: Any, status_flags: int) -> tuple[bytes, int]:
        with lock:
            flags.append(status_flags)
            return bytes([len(flags)]) * 4 * frame_count, paContinue

    stream = p.open(output=True, stream_callback=callback, callback_buffer=4 * FRAMES, **STEREO)
    wait_until(lambda: len(flags) == 4)
    with lock:
        by_hand.step(4)
        assert stream.counters["short_blocks"] == 0
        by_hand.step(2)
        assert stream.counters["short_blocks"] == 2
        assert stream.counters["missing_frames"] == 2 * FRAMES
    wait_until(lambda: len(flags) == 8)
    assert pyaudiopp.paOutputUnderflow in flags
    by_hand.step(4)
    played = by_hand.output(0, pyaudiopp.paInt16)
    blocks = [played[i] for i in range(0, len(played), BLOCK)]
    assert blocks == [1, 2, 3, 4, 0, 0, 5, 6, 7, 8]  # late, but nothing is lost


def test_a_sound_is_played_to_its_end(make_simulated_card: MakeSimulatedCard) -> None:
    card = make_simulated_card(clock="real_time")
    p = PyAudio()
    sound = random.Random(7).randbytes(100 * BLOCK)
    rest = memoryview(sound)

    def callback(_: None, frame_count: int, *__: Any) -> tuple[memoryview, int]:
        nonlocal rest
        block, rest = rest[: 4 * frame_count], rest[4 * frame_count :]
        return block, paContinue if rest else paComplete

    stream = p.open(output=True, stream_callback=callback, callback_buffer=0.05, **STEREO)
    wait_until(lambda: not stream.is_active())
    stream.close()
    p.terminate()
    assert card.output(0, pyaudiopp.paInt16).strip(b"\0") in sound
    assert sound.strip(b"\0") in card.output(0, pyaudiopp.paInt16)


def test_what_the_callback_raises_is_printed_and_raised_once(
    by_hand: Simulation, p: PyAudio, capfd: pytest.CaptureFixture[str]
) -> None:
    def callback(*_: Any) -> tuple[bytes, int]:
        raise RuntimeError("as it does directly")

    stream = p.open(output=True, stream_callback=callback, callback_buffer=0.01, **STEREO)
    with pytest.raises(RuntimeError, match="as it does directly"):  # noqa: PT012
        while True:
            by_hand.step()
            stream.is_active()
    by_hand.step()  # until PortAudio's thread notices
    assert not stream.is_active()
    assert capfd.readouterr().err.count("RuntimeError: as it does directly") == 1


def test_control_is_refused_inside_the_callback(by_hand: Simulation, p: PyAudio) -> None:
    refused: list[str] = []

    def callback(*_: Any) -> tuple[bytes, int]:
        stream = holder[0]
        for call in (stream.close, stream.stop_stream, p.terminate, PyAudio):
            try:
                call()
            except RuntimeError as error:
                refused.append(str(error))
        return bytes(BLOCK), paComplete

    stream = p.open(
        output=True, stream_callback=callback, callback_buffer=0.01, start=False, **STEREO
    )
    stream._is_running = True  # so that stop_stream() does not return early
    holder = [stream]
    pyaudiopp.pa.start_stream(stream._stream)
    wait_until(lambda: len(refused) == 4)
    assert all("inside a stream callback" in text for text in refused)


def test_an_integer_of_numpys_is_frames(by_hand: Simulation, p: PyAudio) -> None:
    np = pytest.importorskip("numpy")
    latencies = [
        p.open(
            output=True, stream_callback=lambda *_: None, callback_buffer=buffer, **STEREO
        ).get_output_latency()
        for buffer in (4800, np.int64(4800), 0.1, np.float32(0.1))
    ]
    assert latencies == pytest.approx(latencies[:1] * 4, abs=1 / 48000)


@pytest.mark.parametrize(
    "buffer", [-1, -0.1, float("nan"), float("inf"), True, 1e300, 2**30 + 1, 2**31 / 48000]
)
def test_a_buffer_that_is_no_length_is_refused(
    by_hand: Simulation, p: PyAudio, buffer: Any
) -> None:
    with pytest.raises(ValueError, match="callback_buffer must be"):
        p.open(output=True, stream_callback=lambda *_: None, callback_buffer=buffer, **STEREO)


def test_a_buffer_without_a_callback_is_refused(by_hand: Simulation, p: PyAudio) -> None:
    with pytest.raises(ValueError, match="needs a stream_callback"):
        p.open(output=True, callback_buffer=0.1, **STEREO)


def test_no_buffer_is_a_direct_callback(by_hand: Simulation, p: PyAudio) -> None:
    threads: list[int] = []

    def callback(*_: Any) -> tuple[bytes, int]:
        threads.append(threading.get_native_id())
        return bytes(BLOCK), paContinue

    stream = p.open(output=True, stream_callback=callback, callback_buffer=0, **STEREO)
    by_hand.step(2)
    assert len(threads) == 2
    assert stream.counters["callbacks"] == 2


@pytest.mark.parametrize("sleep", ["0", "0.2"])
def test_exit_while_the_callback_runs(sleep: str) -> None:
    program = f"""
import threading, time
from pyaudiopp import PyAudio, paContinue, simulation
simulation.Simulation().use()
entered = threading.Event()
def callback(in_data, frame_count, *_):
    entered.set()
    time.sleep({sleep})
    return bytes(4 * frame_count), paContinue
stream = PyAudio().open(format=8, channels=2, rate=48000, output=True, stream_callback=callback,
                        callback_buffer=0.1)
assert entered.wait(50)
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=100)
    assert (ended.returncode, ended.stderr) == (0, b"")
