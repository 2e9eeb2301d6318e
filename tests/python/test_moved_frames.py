# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The error of a read or write says how many frames were moved, and has what was read."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pyaudiopp
from pyaudiopp import PyAudio, core
from pyaudiopp.simulation import Fault, HostApi, Simulation
from pytest_pyaudiopp import MakeSimulatedCard

FRAMES = 64
STEREO: dict[str, Any] = {
    "format": pyaudiopp.paInt16,
    "channels": 2,
    "rate": 48000,
    "frames_per_buffer": FRAMES,
}
MANY = 48000


def ramp(frames: int) -> bytes:
    return np.arange(1, 2 * frames + 1, dtype=np.uint16).tobytes()


def unplugged(card: Simulation, stream: PyAudio.Stream) -> None:
    card.unplug(0)


def closed(card: Simulation, stream: PyAudio.Stream) -> None:
    stream.close()


def stopped(card: Simulation, stream: PyAudio.Stream) -> None:
    stream.stop_stream()


ENDS = [unplugged, closed, stopped]


def ends_in_the_middle(
    card: Simulation, stream: PyAudio.Stream, call: Callable[[], object], steps: int, end: Any
) -> OSError:
    """The error of a call for which the clock moves a few blocks, until this end."""
    errors: list[OSError] = []

    def run() -> None:
        try:
            call()
        except OSError as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(0.1)
    card.step(steps)
    thread.join(0.1)  # it moves what it can
    assert thread.is_alive()
    end(card, stream)
    card.step()
    thread.join(20)
    return errors[0]


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("before", [0, 10])
def test_a_read_tells_what_it_got(by_hand: Simulation, p: PyAudio, end: Any, before: int) -> None:
    by_hand.feed_input(0, ramp(1000), channels=2, format=pyaudiopp.paInt16)
    stream = p.open(input=True, **STEREO)
    if before:  # frames that an earlier read left
        by_hand.step()
        with pytest.raises(TimeoutError) as raised:
            stream.read(MANY, timeout=0)
        assert raised.value.frames == FRAMES  # type: ignore[attr-defined]
    error: Any = ends_in_the_middle(by_hand, stream, lambda: stream.read(MANY), 3, end)
    expected = 3 * FRAMES + (FRAMES if before else 0)
    assert error.frames == expected
    if end is not stopped:  # after a stop the next read returns it
        assert error.partial == ramp(expected)


@pytest.mark.parametrize("end", ENDS)
def test_a_read_into_memory_tells_how_much_of_it_is_filled(
    by_hand: Simulation, p: PyAudio, end: Any
) -> None:
    by_hand.feed_input(0, ramp(1000), channels=2, format=pyaudiopp.paInt16)
    stream = p.open(input=True, **STEREO)
    memory = bytearray(4 * MANY)
    error: Any = ends_in_the_middle(by_hand, stream, lambda: stream.read_into(memory), 3, end)
    assert error.frames == 3 * FRAMES
    assert memory[: 4 * error.frames] == ramp(3 * FRAMES)


@pytest.mark.parametrize("end", ENDS)
def test_a_write_tells_what_was_taken(by_hand: Simulation, p: PyAudio, end: Any) -> None:
    stream = p.open(output=True, **STEREO)
    room = stream.get_write_available()
    error: Any = ends_in_the_middle(by_hand, stream, lambda: stream.write(bytes(4 * MANY)), 3, end)
    assert error.frames == room + 3 * FRAMES


def test_other_errors_have_neither() -> None:
    error = pyaudiopp.PortAudioError(-9999, "Unanticipated host error")
    assert error.frames is None
    assert error.partial is None


def test_a_read_by_our_ring_tells_what_it_got(make_simulated_card: MakeSimulatedCard) -> None:
    card = make_simulated_card([HostApi(type=pyaudiopp.paJACK)], clock="by_hand")
    card.feed_input(0, ramp(1000), channels=2, format=pyaudiopp.paInt16)
    with PyAudio() as p:
        stream = p.open(input=True, **STEREO)
        error: Any = ends_in_the_middle(card, stream, lambda: stream.read(MANY), 3, unplugged)
    assert error.frames > 0
    assert error.partial == ramp(error.frames)


def test_record_keeps_what_it_had(free: Simulation) -> None:
    free.feed_input(0, ramp(MANY), channels=2, format=pyaudiopp.paInt16)
    free.inject(Fault("Pa_ReadStream", nth=4))
    with pytest.raises(pyaudiopp.PortAudioError) as raised:
        pyaudiopp.record(1, 48000, channels=2)
    assert (raised.value.frames or 0) > 2400  # more than a twentieth of a second
    assert raised.value.partial == ramp(MANY)[: 4 * (raised.value.frames or 0)]


def test_the_second_of_many_calls_fails(free: Simulation, p: PyAudio) -> None:
    free.feed_input(0, ramp(MANY), channels=2, format=pyaudiopp.paInt16)
    stream = p.open(input=True, **STEREO)
    free.inject(Fault("Pa_ReadStream", nth=2))
    with pytest.raises(pyaudiopp.PortAudioError) as raised:
        stream.read(MANY)
    assert raised.value.frames
    assert raised.value.partial == ramp(MANY)[: 4 * raised.value.frames]


def test_an_overflow_and_an_underflow_move_all(free: Simulation, p: PyAudio) -> None:
    free.feed_input(0, ramp(100), channels=2, format=pyaudiopp.paInt16)
    stream = p.open(input=True, output=True, **STEREO)
    free.inject(Fault("Pa_ReadStream", pyaudiopp.paInputOverflowed))
    free.inject(Fault("Pa_WriteStream", pyaudiopp.paOutputUnderflowed))
    with pytest.raises(pyaudiopp.PortAudioError) as raised:
        stream.read(10)
    assert raised.value.frames == 10  # the next read returns them
    with pytest.raises(pyaudiopp.PortAudioError) as raised:
        stream.write(ramp(10), exception_on_underflow=True)
    assert raised.value.frames == 10


def test_a_core_stream_tells_it_too(free: Simulation) -> None:
    free.feed_input(0, ramp(MANY), channels=2, format=pyaudiopp.paInt16)
    with core.Session() as session:
        side = core.StreamSide(session.default_input_device(), 2, pyaudiopp.paInt16)
        with core.Stream(session, core.StreamConfig(input=side)) as stream:
            stream.start()
            free.inject(Fault("Pa_ReadStream", nth=2))
            with pytest.raises(pyaudiopp.PortAudioError) as raised:
                stream.read(MANY)
            assert raised.value.partial == ramp(MANY)[: 4 * (raised.value.frames or 0)] != b""
