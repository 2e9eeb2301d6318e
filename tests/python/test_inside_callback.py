# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""What a program calls inside a stream callback: as PyAudio, unless it would deadlock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

import pyaudiopp
from pyaudiopp import PyAudio, core, paComplete, paContinue, simulation
from pyaudiopp.simulation import Simulation
from pytest_pyaudiopp import MakeSimulatedCard

STEREO: dict[str, Any] = {"format": pyaudiopp.paInt16, "channels": 2, "rate": 48000,
                          "frames_per_buffer": 64}  # fmt: skip
SOUND = bytes(range(1, 129)) * 2
CLOCKS = ["free_running", "real_time", "by_hand"]


def step(card: Simulation) -> None:
    try:
        card.step()
    except RuntimeError:  # its clock runs
        time.sleep(0.005)


def in_callback(
    card: Simulation, p: PyAudio, work: Callable[[PyAudio.Stream], object], **more: Any
) -> object:
    """What a call inside the callback of an output stream returns or raises."""
    results: list[object] = []
    made: list[PyAudio.Stream] = []
    called = threading.Event()

    def callback(*_: object) -> tuple[bytes, int]:
        if not results and made[0]._is_running:
            try:
                results.append(work(made[0]))
            except Exception as error:
                results.append(error)
            called.set()
        return bytes(256), paContinue

    made.append(p.open(output=True, stream_callback=callback, start=False, **{**STEREO, **more}))
    made[0].start_stream()
    while not called.wait(0.005):
        step(card)
    assert made[0].is_active()
    return results[0]


@pytest.fixture(params=CLOCKS)
def card(request: pytest.FixtureRequest, make_simulated_card: MakeSimulatedCard) -> Simulation:
    devices = [simulation.Device(), simulation.Device(name="another")]
    return make_simulated_card([simulation.HostApi(devices=devices)], clock=request.param)


@pytest.mark.parametrize("more", [{}, {"callback_buffer": 256}, {"input": True}])
@pytest.mark.parametrize(
    ("call", "args"),
    [
        (lambda s: s.write(SOUND), (-9976, "Can't write to a callback stream")),
        (lambda s: s.write(SOUND, timeout=0), (-9976, "Can't write to a callback stream")),
        (lambda s: pyaudiopp.pa.write_stream(s._stream, SOUND, 64),
         (-9976, "Can't write to a callback stream")),
        (lambda s: pyaudiopp.pa.read_stream(s._stream, 64),
         (-9977, "Can't read from a callback stream")),
    ],
    ids=["write", "write with a timeout", "pa.write_stream", "pa.read_stream"],
)  # fmt: skip
def test_a_transfer_in_its_own_callback_is_pyaudios_error(
    card: Simulation, p: PyAudio, call: Any, args: tuple[int, str], more: dict[str, Any]
) -> None:
    if args[0] == -9977 and "input" not in more:
        more = {**more, "input": True}
    error = in_callback(card, p, call, **more)
    assert isinstance(error, OSError)
    assert error.args == args


def test_core_says_that_it_is_inside_a_callback(by_hand: Simulation, p: PyAudio) -> None:
    told: list[object] = []

    def callback(*_: object) -> tuple[None, int]:
        try:
            stream.write(SOUND)
        except Exception as error:
            told.append(error)
        return None, paComplete

    side = core.StreamSide(channels=2)
    with core.Session() as session:
        config = core.StreamConfig(output=side)
        with core.Stream(session, config, callback) as stream:
            stream.start()
            by_hand.step()
    assert isinstance(told[0], RuntimeError)


@pytest.mark.parametrize("start", [True, False])
@pytest.mark.parametrize("device", [0, 1])
@pytest.mark.parametrize("more", [{}, {"callback_buffer": 256}])
def test_a_stream_opened_in_anothers_callback_plays(
    card: Simulation, p: PyAudio, start: bool, device: int, more: dict[str, Any]
) -> None:
    def work(_: PyAudio.Stream) -> PyAudio.Stream:
        sides = {"output": True, "output_device_index": device}
        return p.open(**sides, **STEREO, start=start)

    opened = in_callback(card, p, work, **more)
    assert isinstance(opened, PyAudio.Stream), opened
    assert opened in p._streams
    assert opened.is_stopped() is not start
    if not start:
        opened.start_stream()
    card.clear_output(device)
    if device == 1:
        writer = threading.Thread(target=opened.write, args=(SOUND,))
        writer.start()
        while writer.is_alive():
            step(card)
        opened.close()
        assert card.output(device, pyaudiopp.paInt16).strip(b"\0") == SOUND


def test_a_callback_may_chain_streams_with_callbacks(card: Simulation, p: PyAudio) -> None:
    heard = threading.Event()

    def second(*_: object) -> tuple[bytes, int]:
        heard.set()
        return SOUND, paComplete

    def work(_: PyAudio.Stream) -> PyAudio.Stream:
        sides = {"output": True, "output_device_index": 1, "stream_callback": second}
        return p.open(**sides, **STEREO)

    opened = in_callback(card, p, work)
    assert isinstance(opened, PyAudio.Stream), opened
    while not heard.is_set():
        step(card)


def test_a_refused_open_in_a_callback_is_the_same_error(card: Simulation, p: PyAudio) -> None:
    error = in_callback(card, p, lambda _: p.open(output=True, **{**STEREO, "rate": 1}))
    assert isinstance(error, OSError)
    assert error.args == (-9997, "Invalid sample rate")


@pytest.mark.parametrize("kind", [pyaudiopp.paJACK, core.HostApiType.pulse_audio])
def test_where_one_thread_serves_all_streams_it_is_refused_with_a_code(
    make_simulated_card: MakeSimulatedCard, kind: int
) -> None:
    card = make_simulated_card([simulation.HostApi(type=kind)])
    p = PyAudio()
    error = in_callback(card, p, lambda _: p.open(output=True, **STEREO))
    assert isinstance(error, OSError)
    assert error.args == (pyaudiopp.paDeviceUnavailable, "Device unavailable")
    assert "inside a stream callback" in "".join(getattr(error, "__notes__", ()))
    p.terminate()


@pytest.mark.parametrize("call", ["close", "stop_stream", "abort"])
def test_what_waits_for_the_callback_stays_refused(card: Simulation, p: PyAudio, call: str) -> None:
    error = in_callback(card, p, lambda stream: getattr(stream, call)())
    assert isinstance(error, RuntimeError)
