# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Fault injection: every call below PyAudio's API fails in turn, then named cases."""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Optional

import pytest

import pyaudiopp
from pyaudiopp import PyAudio, simulation
from pyaudiopp.simulation import Fault
from pytest_pyaudiopp import MakeSimulatedCard

STEREO = {"format": pyaudiopp.paInt16, "channels": 2, "rate": 48000, "frames_per_buffer": 64}
FRAMES = 300
SOUND = bytes(range(200)) * 6  # FRAMES stereo frames
HOST_ERROR = pyaudiopp.paUnanticipatedHostError

# ---- every call fails in turn ----

CALLS = [
    "Pa_Initialize",
    "Pa_Terminate",
    "Pa_GetHostApiCount",
    "Pa_GetDefaultHostApi",
    "Pa_GetHostApiInfo",
    "Pa_HostApiTypeIdToHostApiIndex",
    "Pa_HostApiDeviceIndexToDeviceIndex",
    "Pa_GetDeviceCount",
    "Pa_GetDefaultInputDevice",
    "Pa_GetDefaultOutputDevice",
    "Pa_GetDeviceInfo",
    "Pa_IsFormatSupported",
    "Pa_OpenStream",
    "Pa_CloseStream",
    "Pa_StartStream",
    "Pa_StopStream",
    "Pa_AbortStream",
    "Pa_IsStreamStopped",
    "Pa_IsStreamActive",
    "Pa_GetStreamInfo",
    "Pa_GetStreamTime",
    "Pa_GetStreamCpuLoad",
    "Pa_ReadStream",
    "Pa_WriteStream",
    "Pa_GetStreamReadAvailable",
    "Pa_GetStreamWriteAvailable",
]
ERRORS = [HOST_ERROR, pyaudiopp.paInsufficientMemory, pyaudiopp.paDeviceUnavailable]
XRUNS = {
    "Pa_ReadStream": pyaudiopp.paInputOverflowed,
    "Pa_WriteStream": pyaudiopp.paOutputUnderflowed,
}
# Calls that cannot return an error: PyAudio raises its own exception, or none.
WORDLESS = {
    "Pa_GetHostApiInfo",
    "Pa_GetDeviceInfo",
    "Pa_GetDefaultInputDevice",
    "Pa_GetDefaultOutputDevice",
    "Pa_GetStreamInfo",
    "Pa_GetStreamTime",
    "Pa_GetStreamCpuLoad",
}
# PyAudio's close() and terminate() report no errors.
UNTOLD = {"Pa_CloseStream", "Pa_Terminate"}
# Also called internally, to see whether there is anything to stop or drain, or a lost device, and
# to name the host APIs in the error for one that is not there.
BY_THE_WAY = {
    "Pa_GetHostApiCount",
    "Pa_IsStreamStopped",
    "Pa_IsStreamActive",
    "Pa_WriteStream",
    "Pa_GetStreamWriteAvailable",
}


class Told(list[tuple[Optional[int], Optional[str], Optional[str]]]):
    """The content of a scenario's exceptions: code, call, host text."""

    def attempt(self, step: Callable[[], object]) -> object:
        try:
            return step()
        except OSError as error:
            self.append(
                (
                    getattr(error, "code", None),
                    getattr(error, "call", None),
                    getattr(error, "host_text", None),
                )
            )
        except ValueError as error:  # what is_format_supported() raises
            code, call = getattr(error, "code", None), getattr(error, "call", None)
            self.append((code, call, getattr(error, "host_text", None)))
        return None

    def of(self, fault: Fault) -> bool:
        text = fault.host_text or None
        return any(
            code == fault.error and call == fault.call and said == text for code, call, said in self
        )


def use_lists(told: Told, p: PyAudio) -> None:
    told.attempt(p.get_host_api_count)
    told.attempt(p.get_default_host_api_info)
    told.attempt(lambda: p.get_host_api_info_by_type(0))
    told.attempt(lambda: p.get_host_api_info_by_type(pyaudiopp.paALSA))
    told.attempt(lambda: p.get_device_info_by_host_api_device_index(0, 0))
    told.attempt(p.get_device_count)
    told.attempt(p.get_default_input_device_info)
    told.attempt(p.get_default_output_device_info)
    told.attempt(
        lambda: p.is_format_supported(
            48000, output_device=0, output_channels=2, output_format=pyaudiopp.paInt16
        )
    )


def available(told: Told, call: str, question: Callable[[], int]) -> None:
    answer = told.attempt(question)
    if isinstance(answer, int) and answer < 0:  # PyAudio's answer; the host's message is lost
        told.append((answer, call, "Broken pipe" if answer == HOST_ERROR else None))


def ask(told: Told, stream: PyAudio.Stream) -> None:
    told.attempt(stream.is_active)
    told.attempt(stream.is_stopped)
    told.attempt(stream.get_time)
    told.attempt(stream.get_cpu_load)


def blocking(told: Told, callback: object) -> None:
    p = told.attempt(PyAudio)
    if not isinstance(p, PyAudio):
        return
    use_lists(told, p)
    stream = told.attempt(lambda: p.open(input=True, output=True, **STEREO))
    if isinstance(stream, PyAudio.Stream):
        ask(told, stream)
        available(told, "Pa_GetStreamReadAvailable", stream.get_read_available)
        available(told, "Pa_GetStreamWriteAvailable", stream.get_write_available)
        heard = told.attempt(lambda: stream.read(FRAMES))
        if heard is None and told[-1][0] == pyaudiopp.paInputOverflowed:
            heard = stream.read(FRAMES)  # no frame of the failed read is lost
        assert heard in (None, SOUND)
        told.attempt(lambda: stream.write(SOUND, exception_on_underflow=True))
        told.attempt(stream.stop_stream)
        told.attempt(stream.start_stream)
        told.attempt(lambda: pyaudiopp.pa.abort_stream(stream._stream))
        told.attempt(stream.close)
    told.attempt(p.terminate)


def with_callback(told: Told, callback: object) -> None:
    p = told.attempt(PyAudio)
    if not isinstance(p, PyAudio):
        return
    stream = told.attempt(
        lambda: p.open(input=True, output=True, stream_callback=callback, **STEREO)
    )
    if isinstance(stream, PyAudio.Stream):
        deadline = time.monotonic() + 5
        while told.attempt(stream.is_active) and time.monotonic() < deadline:
            time.sleep(0.001)
        ask(told, stream)
        told.attempt(stream.stop_stream)
        told.attempt(stream.start_stream)
        told.attempt(stream.stop_stream)
        told.attempt(stream.close)
    told.attempt(p.terminate)


def in_use(directory: str) -> int:
    """How many threads or files Linux lists for this process; 0 elsewhere."""
    return len(os.listdir(directory)) if sys.platform == "linux" else 0


def settled(directory: str, wanted: int) -> int:
    """Recounts for a while: a joined thread stays listed for a moment."""
    deadline = time.monotonic() + 2
    while in_use(directory) > wanted and time.monotonic() < deadline:
        time.sleep(0.001)
    return in_use(directory)


@pytest.mark.parametrize("scenario", [blocking, with_callback])
@pytest.mark.parametrize("host_api", [0, pyaudiopp.paALSA], ids=["plain", "alsa"])
@pytest.mark.timeout(120)
def test_every_call_fails_in_turn_and_nothing_is_left(
    make_simulated_card: MakeSimulatedCard,
    scenario: Callable[[Told, object], None],
    host_api: int,
) -> None:
    described = simulation.HostApi(
        type=host_api, devices=[simulation.Device(low_latency=0.005, output_kept=1)]
    )
    card = make_simulated_card([described])
    calls = 0

    def callback(in_data: object, frame_count: int, *_: object) -> tuple[bytes, int]:
        nonlocal calls
        calls += 1
        ended = calls % 3 == 0
        return bytes(4 * frame_count), pyaudiopp.paComplete if ended else pyaudiopp.paContinue

    def run() -> Told:
        card.set_host_apis([described])  # discards unread input
        card.feed_input(0, SOUND, channels=2, format=pyaudiopp.paInt16)
        told = Told()
        scenario(told, callback)
        assert card.open_streams() == 0
        return told

    expected = run()  # errors in every run, such as a missing host API
    gc.collect()
    references = sys.getrefcount(callback)
    threads, files = in_use("/proc/self/task"), in_use("/proc/self/fd")
    pairs, told_of, silent, runs = set(), set(), set(), 0
    for call in CALLS:
        for error in [*ERRORS, XRUNS[call]] if call in XRUNS else ERRORS:
            for nth in range(1, 9):
                host_text = "Broken pipe" if error == HOST_ERROR else ""
                fault = Fault(call, error, host_text, nth=nth)
                where = f"{call}, error {error}, call {nth}"
                before = card.faults_hit()
                card.inject(fault)
                told = run()
                card.clear_faults()
                if card.faults_hit() == before:
                    break
                pairs.add((call, error))
                runs += 1
                if told.of(fault):
                    told_of.add((call, error))
                else:
                    silent.add(call)
                assert run() == expected, f"afterwards, without a fault: {where}"
                assert sys.getrefcount(callback) == references, where
                assert settled("/proc/self/task", threads) <= threads, where
                assert settled("/proc/self/fd", files) <= files, where
    gc.collect()
    assert gc.garbage == []
    print(f"{scenario.__name__}: {len(pairs)} (function, fault) pairs in {runs} runs")
    assert silent <= WORDLESS | UNTOLD | BY_THE_WAY
    assert {call for call, _ in pairs - told_of} <= WORDLESS | UNTOLD


# ---- unplugged devices ----


def lost(error: BaseException) -> None:
    assert isinstance(error, OSError)
    assert error.args == (HOST_ERROR, "Unanticipated host error")
    assert error.device_lost
    if sys.version_info >= (3, 11):
        assert any("the device is lost" in note for note in error.__notes__)


@pytest.mark.parametrize("direction", ["read", "write"])
def test_a_device_that_is_unplugged_under_a_blocking_call(
    by_hand: simulation.Simulation, p: PyAudio, direction: str
) -> None:
    stream = p.open(input=direction == "read", output=direction == "write", **STEREO)
    hand = threading.Timer(0.05, by_hand.unplug, [0])
    hand.start()
    call = {"read": lambda: stream.read(48000), "write": lambda: stream.write(bytes(4 * 48000))}
    with pytest.raises(pyaudiopp.PortAudioError) as raised:
        call[direction]()
    hand.join()
    lost(raised.value)
    assert raised.value.host_text == "No such device"
    assert raised.value.host_code == -19
    assert by_hand.open_streams() == 0
    with pytest.raises(pyaudiopp.PortAudioError) as raised:
        p.open(output=True, **STEREO)
    assert raised.value.args == (pyaudiopp.paDeviceUnavailable, "Device unavailable")
    by_hand.plug_in(0)
    p.open(output=True, **STEREO).close()


def test_a_device_that_is_unplugged_under_a_callback(
    by_hand: simulation.Simulation, p: PyAudio
) -> None:
    def callback(in_data: object, frame_count: int, *_: object) -> tuple[bytes, int]:
        return bytes(4 * frame_count), pyaudiopp.paContinue

    stream = p.open(output=True, stream_callback=callback, **STEREO)
    by_hand.step(2)
    assert stream.is_active()
    by_hand.unplug(0)
    with pytest.raises(pyaudiopp.PortAudioError) as raised:
        stream.is_active()
    lost(raised.value)
    stream.close()
    assert by_hand.open_streams() == 0


# ---- xruns ----


def test_an_overflow_loses_nothing(free: simulation.Simulation, p: PyAudio) -> None:
    free.feed_input(0, SOUND, channels=2, format=pyaudiopp.paInt16)
    stream = p.open(input=True, **STEREO)
    free.inject(Fault("Pa_ReadStream", pyaudiopp.paInputOverflowed))
    with pytest.raises(pyaudiopp.PortAudioError) as raised:
        stream.read(100)
    assert raised.value.args == (pyaudiopp.paInputOverflowed, "Input overflowed")
    assert stream.is_active()
    assert stream.read(FRAMES) == SOUND
    free.inject(Fault("Pa_ReadStream", pyaudiopp.paInputOverflowed))
    assert stream.read(10, exception_on_overflow=False) == bytes(40)


def test_an_underflow_loses_nothing(free: simulation.Simulation, p: PyAudio) -> None:
    stream = p.open(output=True, **STEREO)
    free.inject(Fault("Pa_WriteStream", pyaudiopp.paOutputUnderflowed))
    with pytest.raises(pyaudiopp.PortAudioError) as raised:
        stream.write(SOUND, exception_on_underflow=True)
    assert raised.value.args == (pyaudiopp.paOutputUnderflowed, "Output underflowed")
    assert stream.is_active()
    free.inject(Fault("Pa_WriteStream", pyaudiopp.paOutputUnderflowed))
    stream.write(SOUND)
    stream.stop_stream()
    assert free.output(0, pyaudiopp.paInt16) == 2 * SOUND


def test_a_callback_is_told_of_an_xrun(by_hand: simulation.Simulation, p: PyAudio) -> None:
    flags = []

    def callback(in_data: object, frame_count: int, times: object, status: int) -> tuple[None, int]:
        flags.append(status)
        return None, pyaudiopp.paContinue

    by_hand.inject(Fault("PaStreamCallback", pyaudiopp.paInputOverflowed, nth=2))
    stream = p.open(input=True, stream_callback=callback, **STEREO)
    by_hand.step(3)
    stream.close()
    assert flags == [0, pyaudiopp.paInputOverflow, 0]


# ---- the rest of the simulation's API ----


def test_a_read_that_breaks_off_in_the_middle(by_hand: simulation.Simulation, p: PyAudio) -> None:
    stream = p.open(input=True, **STEREO)
    by_hand.inject(Fault("Pa_ReadStream", HOST_ERROR, "Broken pipe", -32, nth=2))
    hand = threading.Thread(target=lambda: [time.sleep(0.05), by_hand.step(4)])
    hand.start()
    assert stream.read(64) == bytes(4 * 64)
    with pytest.raises(pyaudiopp.PortAudioError) as raised:
        stream.read(64)
    hand.join()
    lost(raised.value)
    assert (raised.value.call, raised.value.host_text) == ("Pa_ReadStream", "Broken pipe")


def test_a_stall_and_a_jump(
    make_simulated_card: MakeSimulatedCard,
) -> None:
    card = make_simulated_card(clock="real_time")
    p = PyAudio()
    stream = p.open(input=True, **STEREO)
    before = stream.get_time()
    card.jump(3600)
    assert 3600 <= stream.get_time() - before < 3660
    begin = time.monotonic()
    card.stall(0.3)
    with pytest.raises(OSError, match="Input overflowed"):
        stream.read(48000)
    assert time.monotonic() - begin >= 0.3
    p.terminate()


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        (Fault("Pa_OpenSteam"), 'no call named "Pa_OpenSteam"'),
        (Fault("Pa_OpenStream", 0), "negative"),
        (Fault("Pa_OpenStream", nth=0), "counted from 1"),
        (Fault("Pa_OpenStream", probability=2), "from 0 to 1"),
        (Fault("PaStreamCallback"), "a fault at a stream callback is "),
    ],
)
def test_a_fault_that_cannot_happen(
    free: simulation.Simulation, fault: Fault, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        free.inject(fault)


def test_a_description_has_faults(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    fault = {"call": "Pa_GetDeviceCount", "error": -9986, "times": None}
    path.write_text(json.dumps({"faults": [fault]}))
    with simulation.load(path) as card:
        p = PyAudio()
        with pytest.raises(OSError, match="Internal PortAudio error"):
            p.get_device_count()
        assert card.faults_hit() == 1
        p.terminate()
    for wrong in ({}, {"call": 3}, {"call": "Pa_OpenStream", "when": 1}, {"call": "Pa_Sing"}):
        path.write_text(json.dumps({"faults": [wrong]}))
        with pytest.raises(ValueError, match="call"):
            simulation.load(path)
