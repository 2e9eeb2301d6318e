# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The interpreter's switch interval: lowered while a stream waits too long, and given back."""

from __future__ import annotations

import _thread
import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator

import pytest

import pyaudiopp
from pyaudiopp import core, simulation
from pytest_pyaudiopp import MakeSimulatedCard

pytestmark = pytest.mark.skipif(
    not getattr(sys, "_is_gil_enabled", lambda: True)(), reason="nothing waits without the GIL"
)

SHORT = {"format": pyaudiopp.paInt16, "channels": 2, "rate": 48000, "frames_per_buffer": 64}
# Waits of 5 ms, and those of a busy machine, are far below a quarter of such a block.
LONG = {"format": pyaudiopp.paInt16, "channels": 1, "rate": 8000, "frames_per_buffer": 32768}
PROGRAMS = 0.005


def play(in_data: object, frames: int, times: object, flags: int) -> tuple[bytes, int]:
    return bytes(frames * 4), pyaudiopp.paContinue


def wait_until(what: Callable[[], bool], timeout: float = 60) -> None:
    end = time.monotonic() + timeout
    while not what():
        assert time.monotonic() < end
        time.sleep(0.001)


def wait_until_lowered() -> None:
    wait_until(lambda: sys.getswitchinterval() < PROGRAMS)


class Busy:
    """A thread that computes until it is stopped."""

    def __init__(self) -> None:
        self._stop = False
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop:
            pass

    def stop(self) -> None:
        self._stop = True
        self._thread.join()


@pytest.fixture(autouse=True)
def interval() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(PROGRAMS)
    yield
    sys.setswitchinterval(before)


@pytest.fixture
def busy() -> Iterator[Busy]:
    busy = Busy()
    yield busy
    busy.stop()


@pytest.fixture
def p(make_simulated_card: MakeSimulatedCard) -> Iterator[pyaudiopp.PyAudio]:
    make_simulated_card(clock="real_time")
    p = pyaudiopp.PyAudio()
    yield p
    p.terminate()


def start(p: pyaudiopp.PyAudio, callback: object = play, **options: object) -> pyaudiopp.Stream:
    return p.open(**{**SHORT, "output": True, "stream_callback": callback, **options})


ENDS = {
    "stop": lambda p, stream: stream.stop_stream(),
    "close": lambda p, stream: stream.close(),
    "terminate": lambda p, stream: p.terminate(),
}


@pytest.mark.parametrize("buffer", [None, 0.01])
@pytest.mark.parametrize("end", ENDS)
def test_is_lowered_while_threads_compete_and_given_back_at_the_end(
    p: pyaudiopp.PyAudio, busy: Busy, end: str, buffer: float | None
) -> None:
    stream = start(p, callback_buffer=buffer)
    wait_until_lowered()
    ENDS[end](p, stream)
    assert sys.getswitchinterval() == PROGRAMS


DIRECTIONS: dict[str, tuple[dict[str, bool], Callable[[pyaudiopp.Stream], object]]] = {
    "read": ({"input": True}, lambda stream: stream.read(64, False)),
    "write": ({"output": True}, lambda stream: stream.write(bytes(256))),
}


def use_card(make: MakeSimulatedCard, latency: float = 0.002) -> simulation.Simulation:
    """A card that holds sound for so many seconds."""
    device = simulation.Device(low_latency=latency)
    return make([simulation.HostApi(devices=[device])], clock="real_time")


def move_until_lowered(move: Callable[[], object]) -> None:
    until = time.monotonic() + 60
    while sys.getswitchinterval() == PROGRAMS:
        assert time.monotonic() < until
        move()


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_is_lowered_for_reads_and_writes_and_given_back_at_the_end(
    make_simulated_card: MakeSimulatedCard, busy: Busy, direction: str, end: str
) -> None:
    use_card(make_simulated_card)
    p = pyaudiopp.PyAudio()
    sides, move = DIRECTIONS[direction]
    stream = p.open(**SHORT, **sides)
    move_until_lowered(lambda: move(stream))
    ENDS[end](p, stream)
    assert sys.getswitchinterval() == PROGRAMS
    p.terminate()


def test_is_lowered_after_a_read_that_failed(
    make_simulated_card: MakeSimulatedCard, busy: Busy
) -> None:
    card = use_card(make_simulated_card)
    session = core.Session()
    side = core.StreamSide(session.default_input_device(), 2, core.SampleFormat.int16)
    config = core.StreamConfig(input=side, sample_rate=48000, frames_per_buffer=64)
    with core.Stream(session, config) as stream:
        stream.start()
        card.inject(simulation.Fault("Pa_ReadStream", pyaudiopp.paUnanticipatedHostError))
        with pytest.raises(pyaudiopp.PortAudioError):
            stream.read(48000)  # too long to be tried without waiting
        move_until_lowered(lambda: stream.read(64))
    assert sys.getswitchinterval() == PROGRAMS


def read_for_ever(stream: pyaudiopp.Stream) -> None:
    while True:
        stream.read(64)


def test_a_read_that_ctrl_c_ends_keeps_its_exception(
    make_simulated_card: MakeSimulatedCard, busy: Busy
) -> None:
    card = use_card(make_simulated_card)
    p = pyaudiopp.PyAudio()
    for _ in range(5):
        stream = p.open(**SHORT, input=True)
        card.stall(20)
        press = threading.Timer(0.02, _thread.interrupt_main)
        press.start()
        with pytest.raises(KeyboardInterrupt):
            read_for_ever(stream)  # the first read finds frames from before
        press.join()
        stream.close()
    p.terminate()


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_is_left_alone_while_the_device_has_enough(
    make_simulated_card: MakeSimulatedCard, busy: Busy, direction: str
) -> None:
    use_card(make_simulated_card, latency=1)
    p = pyaudiopp.PyAudio()
    sides, move = DIRECTIONS[direction]
    stream = p.open(**SHORT, **sides)
    until = time.monotonic() + 0.3
    while time.monotonic() < until:
        move(stream)
    assert sys.getswitchinterval() == PROGRAMS
    stream.close()
    p.terminate()


def complete(in_data: object, frames: int, times: object, flags: int) -> tuple[bytes, int]:
    return bytes(frames * 4), pyaudiopp.paComplete


def fail(in_data: object, frames: int, times: object, flags: int) -> tuple[bytes, int]:
    raise ValueError("on purpose")


@pytest.mark.parametrize("last", [complete, fail])
def test_is_given_back_by_a_callback_that_ends_its_stream(
    p: pyaudiopp.PyAudio,
    busy: Busy,
    last: Callable[..., tuple[bytes, int]],
    capfd: pytest.CaptureFixture[str],
) -> None:
    callback = play
    start_at = start(p, lambda *arguments: callback(*arguments))
    wait_until_lowered()
    callback = last
    wait_until(lambda: sys.getswitchinterval() == PROGRAMS)
    start_at.close()


def test_is_lowered_again_after_a_new_start(p: pyaudiopp.PyAudio, busy: Busy) -> None:
    stream = start(p)
    wait_until_lowered()
    stream.stop_stream()
    stream.start_stream()
    wait_until_lowered()
    stream.close()
    assert sys.getswitchinterval() == PROGRAMS


def test_is_raised_when_nothing_competes_any_more(p: pyaudiopp.PyAudio, busy: Busy) -> None:
    # Both so long that what else keeps the machine busy does not matter.
    sys.setswitchinterval(0.05)
    before = sys.getswitchinterval()  # 0.049999999999999996
    start(p, frames_per_buffer=4096)
    wait_until(lambda: sys.getswitchinterval() < before)
    busy.stop()
    wait_until(lambda: sys.getswitchinterval() == before)


@pytest.mark.parametrize("threads", [0, 1])
def test_is_left_alone_while_no_block_is_endangered(p: pyaudiopp.PyAudio, threads: int) -> None:
    called = threading.Event()
    rest = [Busy() for _ in range(threads)]

    def callback(in_data: object, frames: int, *others: object) -> tuple[bytes, int]:
        called.set()
        return bytes(frames * 2), pyaudiopp.paContinue

    start(p, callback, **LONG)
    assert called.wait(60)
    assert sys.getswitchinterval() == PROGRAMS
    for thread in rest:
        thread.stop()


def test_the_program_is_obeyed_until_the_stream_ends(p: pyaudiopp.PyAudio, busy: Busy) -> None:
    stream = start(p)
    wait_until_lowered()
    sys.setswitchinterval(0.003)
    time.sleep(0.1)
    assert sys.getswitchinterval() == 0.003
    stream.stop_stream()
    assert sys.getswitchinterval() == 0.003
    stream.start_stream()
    wait_until(lambda: sys.getswitchinterval() < 0.003)
    stream.close()
    assert sys.getswitchinterval() == 0.003


def test_two_streams_share_it_until_both_have_ended(p: pyaudiopp.PyAudio, busy: Busy) -> None:
    streams = [start(p), start(p)]
    wait_until_lowered()
    streams[0].close()
    wait_until_lowered()
    streams[1].close()
    assert sys.getswitchinterval() == PROGRAMS


def test_a_removed_callback_gives_it_back(
    make_simulated_card: MakeSimulatedCard, busy: Busy
) -> None:
    make_simulated_card(clock="real_time")
    session = core.Session()
    output = core.StreamSide(session.default_output_device(), 2, core.SampleFormat.int16)
    config = core.StreamConfig(output=output, sample_rate=48000, frames_per_buffer=64)
    with core.Stream(session, config, play) as stream:
        stream.start()
        wait_until_lowered()
        stream.set_callback(None)
        assert sys.getswitchinterval() == PROGRAMS


@pytest.mark.parametrize("value", ["", "keep"])
def test_the_environment_switches_it_off(
    p: pyaudiopp.PyAudio, busy: Busy, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYAUDIOPP_SWITCH_INTERVAL", value)
    stream = start(p)
    if value == "keep":
        time.sleep(0.1)
        assert sys.getswitchinterval() == PROGRAMS
    else:
        wait_until_lowered()
    stream.close()


PROGRAM = """
import atexit, os, sys, threading, time
atexit.register(lambda: print(sys.getswitchinterval(), flush=True))
import pyaudiopp
def play(in_data, frames, times, flags):
    return bytes(frames * 4), pyaudiopp.paContinue
def compute():
    while True:
        pass
threading.Thread(target=compute, daemon=True).start()
stream = pyaudiopp.PyAudio().open(
    format=pyaudiopp.paInt16, channels=2, rate=48000, output=True, frames_per_buffer=64,
    stream_callback=play)
while sys.getswitchinterval() == 0.005:
    time.sleep(0.001)
"""

FORK = """
child = os.fork()
if not child:
    os._exit(sys.getswitchinterval() != 0.005)
print(os.waitpid(child, 0)[1], sys.getswitchinterval() < 0.005)
"""


@pytest.mark.parametrize(
    ("rest", "printed"),
    [
        ("", "0.005\n"),
        pytest.param(
            FORK,
            "0 True\n0.005\n",
            marks=pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows does not fork"),
        ),
    ],
    ids=["exit", "fork"],
)
def test_programs_get_it_back(rest: str, printed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(PROGRAM) + rest],
        env={**os.environ, "PYAUDIOPP_BACKEND": "simulation"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout) == (0, printed), done.stderr
