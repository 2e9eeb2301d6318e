# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""A stop plays what is queued, except when somebody wants silence now."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pyaudiopp
from pyaudiopp import PyAudio, core, simulation

QUEUE = 1.0  # seconds
MONO: dict[str, Any] = {"format": pyaudiopp.paInt16, "channels": 1, "rate": 48000, "latency": QUEUE}
SOUND = bytes(2 * 40000)  # nearly fills the queue: 0.83 s
AT_ONCE = 0.3  # seconds; the queue would take longer
HOST_APIS = ["paALSA", "paJACK", "paMME"]  # we drain; by our ring; PortAudio drains


@pytest.fixture(params=HOST_APIS)
def card(request: pytest.FixtureRequest) -> Any:
    """A card in real time, on each of the host APIs that drain differently."""
    with simulation.use(
        [simulation.HostApi(type=getattr(pyaudiopp, request.param))], clock="real_time"
    ) as card:
        yield card


def seconds_of(call: Callable[[], object]) -> float:
    begin = time.monotonic()
    call()
    return time.monotonic() - begin


def play(p: PyAudio, **arguments: Any) -> PyAudio.Stream:
    stream = p.open(output=True, **{**MONO, **arguments})
    stream.write(SOUND)
    return stream


ENDS: dict[str, Callable[[PyAudio, PyAudio.Stream], object]] = {
    "stop_stream": lambda p, stream: stream.stop_stream(),
    "close": lambda p, stream: stream.close(),
    "p.close": lambda p, stream: p.close(stream),
    "terminate": lambda p, stream: p.terminate(),
    "core.stop": lambda p, stream: stream._handle.stop(),
    "core.close": lambda p, stream: stream._handle.close(),
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_on_its_way_cuts_the_sound(
    card: Any, p: PyAudio, end: str, kind: type[BaseException]
) -> None:
    stream = play(p)
    try:
        raise kind
    except (KeyboardInterrupt, SystemExit):
        assert seconds_of(lambda: ENDS[end](p, stream)) < AT_ONCE


def test_the_default_is_to_play_to_the_end(card: Any, p: PyAudio) -> None:
    stream = play(p)
    assert seconds_of(stream.stop_stream) > 0.6


def in_finally(stream: PyAudio.Stream) -> float:
    took = 0.0
    try:
        try:
            sys.exit()
        finally:
            took = seconds_of(stream.stop_stream)
    except SystemExit:
        pass
    return took


def in_a_with(stream: PyAudio.Stream) -> float:
    class Player:
        took = 0.0

        def __enter__(self) -> Player:
            return self

        def __exit__(self, *_: object) -> None:
            self.took = seconds_of(stream.stop_stream)

    player = Player()
    try:
        with player:
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        return player.took


def in_another_exceptions_handler(stream: PyAudio.Stream) -> float:
    try:
        try:
            raise KeyboardInterrupt
        finally:
            raise ValueError
    except ValueError:
        return seconds_of(stream.stop_stream)


def in_a_generator(stream: PyAudio.Stream) -> float:
    def stopping() -> Any:
        yield seconds_of(stream.stop_stream)

    try:
        raise KeyboardInterrupt
    except KeyboardInterrupt:
        return float(next(stopping()))


@pytest.mark.parametrize(
    "place", [in_finally, in_a_with, in_another_exceptions_handler, in_a_generator]
)
def test_wherever_the_interrupt_is_handled(
    p_on_alsa: PyAudio, place: Callable[[PyAudio.Stream], float]
) -> None:
    assert place(play(p_on_alsa)) < AT_ONCE


@pytest.fixture
def p_on_alsa() -> Any:
    with simulation.use([simulation.HostApi(type=pyaudiopp.paALSA)], clock="real_time"):
        p = PyAudio()
        yield p
        p.terminate()


def test_other_exceptions_let_the_sound_end(p_on_alsa: PyAudio) -> None:
    stream = play(p_on_alsa)
    try:
        raise ValueError
    except ValueError:
        assert seconds_of(stream.stop_stream) > 0.6


def test_an_interrupt_before_the_sound_does_not_cut_it(p_on_alsa: PyAudio) -> None:
    stream = play(p_on_alsa)
    try:
        signal.raise_signal(signal.SIGINT)
        time.sleep(1)
    except KeyboardInterrupt:
        pass
    stream.write(bytes(2 * 4000))
    assert seconds_of(stream.stop_stream) > 0.6


@pytest.mark.parametrize("callback", [False, True])
@pytest.mark.parametrize("end", ENDS)
def test_after_an_interrupt_that_was_caught_elsewhere(
    p_on_alsa: PyAudio, end: str, callback: bool
) -> None:
    """The usual program: it sleeps or waits for a queue, passes, and then closes."""
    if callback:
        stream = p_on_alsa.open(
            output=True,
            stream_callback=lambda _, frames, *__: (bytes(2 * frames), pyaudiopp.paContinue),
            callback_buffer=QUEUE,
            **MONO,
        )
        time.sleep(0.1)
    else:
        stream = play(p_on_alsa)
    try:
        signal.raise_signal(signal.SIGINT)
        time.sleep(1)
    except KeyboardInterrupt:
        pass
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert seconds_of(lambda: ENDS[end](p_on_alsa, stream)) < AT_ONCE


def test_a_handler_of_the_programs_own_is_no_interrupt(p_on_alsa: PyAudio) -> None:
    stream = play(p_on_alsa)
    came: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        signal.raise_signal(signal.SIGINT)
        assert seconds_of(stream.stop_stream) > 0.6
        assert came == [signal.SIGINT]
    finally:
        signal.signal(signal.SIGINT, before)


def test_what_is_asked_for_outright_is_done(p_on_alsa: PyAudio) -> None:
    stream = play(p_on_alsa)
    try:
        raise KeyboardInterrupt
    except KeyboardInterrupt:
        assert seconds_of(lambda: stream._handle.stop(drain=True)) > 0.6


@pytest.mark.parametrize("end", ["stop_stream", "close", "terminate"])
def test_a_stop_that_interrupts_a_write_cuts_the_sound(card: Any, p: PyAudio, end: str) -> None:
    stream = p.open(output=True, **MONO)
    errors: list[BaseException] = []

    def speak() -> None:
        try:
            stream.write(bytes(2 * 48000 * 5))
        except OSError as error:
            errors.append(error)

    thread = threading.Thread(target=speak)
    thread.start()
    time.sleep(0.2)
    assert thread.is_alive()
    assert seconds_of(lambda: ENDS[end](p, stream)) < AT_ONCE
    thread.join(5)
    assert len(errors) == 1


def test_a_core_streams_switch(card: Any) -> None:
    with core.Session() as session:
        side = core.StreamSide(session.default_output_device(), 1, pyaudiopp.paInt16, latency=QUEUE)
        stream = core.Stream(session, core.StreamConfig(output=side))
        assert stream.drain is True
        stream.drain = False
        stream.start()
        stream.write(SOUND)
        assert seconds_of(stream.stop) < AT_ONCE
        stream.start()
        stream.write(SOUND)
        assert seconds_of(lambda: stream.stop(drain=True)) > 0.6
        stream.close()


@pytest.mark.parametrize("end", ["stop_stream", "close", "p.close", "terminate"])
@pytest.mark.parametrize("by", ["argument", "variable"])
def test_the_switch_stops_at_once(
    card: Any, p: PyAudio, end: str, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if by == "variable":
        monkeypatch.setenv("PYAUDIOPP_STOP_AT_ONCE", "1")
        stream = play(p)
    else:
        stream = play(p, drain=False)
    assert seconds_of(lambda: ENDS[end](p, stream)) < AT_ONCE


@pytest.mark.parametrize("value", ["", "0"])
def test_the_variable_that_says_no(
    p_on_alsa: PyAudio, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYAUDIOPP_STOP_AT_ONCE", value)
    assert seconds_of(play(p_on_alsa).stop_stream) > 0.6
    monkeypatch.setenv("PYAUDIOPP_STOP_AT_ONCE", "1")
    assert seconds_of(play(p_on_alsa, drain=True).stop_stream) > 0.6


PROGRAM = """
import sys, time
import pyaudio
p = pyaudio.PyAudio()
stream = p.open(format=pyaudio.paInt16, channels=1, rate=48000, output=True, latency=1.0)
stream.write(bytes(2 * 40000))
begin = time.monotonic()
stream.stop_stream()
print(time.monotonic() - begin)
"""


def run(*arguments: str, **environment: str) -> str:
    ended = subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYAUDIOPP_BACKEND": "simulation", **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.stderr == ""
    return ended.stdout


def test_run_tells_an_unmodified_program_to_stop_at_once(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    command = ["-m", "pyaudiopp", "run"]
    assert float(run(*command, str(program))) > 0.6
    assert float(run(*command, "--stop-at-once", str(program))) < AT_ONCE
    child = tmp_path / "child.py"
    child.write_text(f"import subprocess, sys\nsubprocess.run([sys.executable, {str(program)!r}])")
    assert float(run(*command, "--stop-at-once", str(child))) < AT_ONCE


def test_install_as_pyaudio_tells_it_too() -> None:
    install = "import pyaudiopp; pyaudiopp.install_as_pyaudio({})\n" + PROGRAM
    assert float(run("-c", install.format(""))) > 0.6
    assert float(run("-c", install.format("drain=False"))) < AT_ONCE


AT_EXIT = """
import atexit, os, signal, time
import pyaudiopp
p = pyaudiopp.PyAudio()
stream = p.open(format=pyaudiopp.paInt16, channels=1, rate=48000, output=True, latency=1.0)
stream.write(bytes(2 * 40000))
begin = time.monotonic()
class Last:
    def __del__(self, now=time.monotonic):
        print(now() - begin, flush=True)
last = Last()
"""


def test_at_exit_an_interrupt_cuts_the_sound() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", AT_EXIT + "raise KeyboardInterrupt"],
        env={**os.environ, "PYAUDIOPP_BACKEND": "simulation"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "KeyboardInterrupt" in ended.stderr
    assert float(ended.stdout) < AT_ONCE
    assert float(run("-c", AT_EXIT)) > 0.6


def test_play_is_heard_to_its_end_whatever_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYAUDIOPP_STOP_AT_ONCE", "1")
    with simulation.use(clock="real_time") as card:
        pyaudiopp.play(b"\1\0" * 24000, 48000)
        assert card.output(0, pyaudiopp.paInt16).count(b"\1\0\0\0") == 24000
