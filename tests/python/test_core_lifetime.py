# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""pyaudiopp.core: who ends what, in any order."""

from __future__ import annotations

import gc
import itertools
import os
import subprocess
import sys
import threading
import weakref
from typing import Any

import pytest

import pyaudiopp
from pyaudiopp import PyAudio, core
from pyaudiopp.core import Session, Stream, StreamConfig, StreamSide
from pyaudiopp.simulation import Simulation


class Silence:
    """A callback that weak references can watch."""

    flag = pyaudiopp.paContinue

    def __call__(self, _: object, frames: int, *__: Any) -> tuple[bytes, int]:
        return bytes(4 * frames), self.flag


def output() -> StreamConfig:
    return StreamConfig(output=StreamSide(), frames_per_buffer=64)


def run(program: str) -> tuple[str, str, int]:
    result = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYAUDIOPP_BACKEND": "simulation"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return result.stdout, result.stderr, result.returncode


@pytest.mark.parametrize("order", list(itertools.permutations(["session", "config", "stream"])))
@pytest.mark.parametrize("with_callback", [False, True])
def test_objects_go_in_any_order(
    free: Simulation, order: tuple[str, ...], with_callback: bool
) -> None:
    held: dict[str, Any] = {"session": Session(), "config": output()}
    callback = Silence() if with_callback else None
    held["stream"] = Stream(held["session"], held["config"], callback)
    held["stream"].start()
    if with_callback:
        held["stream"].abort()  # a running one lives on
    for name in order:
        del held[name]
        gc.collect()
    assert free.open_streams() == 0
    assert Session().device_count() == 1


@pytest.mark.parametrize("order", list(itertools.permutations(["session", "stream", "p"])))
def test_ends_come_in_any_order(free: Simulation, order: tuple[str, ...]) -> None:
    session, p = Session(), PyAudio()
    stream = Stream(session, output())
    stream.start()
    ends = {"session": session.close, "stream": stream.close, "p": p.terminate}
    for name in order:
        ends[name]()
        if stream.is_open:
            stream.write(bytes(400))
    assert free.open_streams() == 0


def test_an_open_stream_keeps_portaudio_running(free: Simulation) -> None:
    session = Session()
    stream = Stream(session, output())
    session.close()
    stream.start()
    stream.write(bytes(400))
    assert free.open_streams() == 1
    stream.close()
    assert free.open_streams() == 0


def test_a_running_stream_that_nobody_holds_runs_on(by_hand: Simulation) -> None:
    callback = Silence()
    gone = weakref.ref(callback)
    with Session() as session:
        Stream(session, output(), callback).start()
        del callback
        for _ in range(3):
            gc.collect()
            by_hand.step()
        kept = gone()
        assert kept is not None
        assert by_hand.open_streams() == 1
        kept.flag = pyaudiopp.paComplete
        del kept
        by_hand.step(4)
        gc.collect()
        assert gone() is None
        assert by_hand.open_streams() == 0


def test_a_stopped_callback_stream_is_closed_with_its_last_reference(by_hand: Simulation) -> None:
    with Session() as session:
        stream = Stream(session, output(), Silence())
        stream.start()
        stream.stop()
        gc.disable()
        try:
            del stream
            assert by_hand.open_streams() == 0
        finally:
            gc.enable()


def test_a_running_stream_in_a_cycle_with_its_callback_is_kept(by_hand: Simulation) -> None:
    class Player(Silence):
        blocks = 0

        def __init__(self, session: Session) -> None:
            self.stream = Stream(session, output(), self)
            self.stream.start()

        def __call__(self, _: object, frames: int, *__: Any) -> tuple[bytes, int]:
            self.blocks += 1
            return bytes(4 * frames), self.flag

    with Session() as session:
        player = Player(session)
        gone = weakref.ref(player)
        del player
        for played in range(1, 4):
            gc.collect()
            by_hand.step()
            kept = gone()
            assert kept is not None
            assert kept.blocks == played
            del kept
        found = gone()
        assert found is not None
        found.stream.abort()
        del found
        gc.collect()
        assert gone() is None


def test_a_stopped_stream_in_a_cycle_is_collected(free: Simulation) -> None:
    with Session() as session:
        callback, finished = Silence(), Silence()
        stream = Stream(session, output(), callback, finished_callback=finished)
        callback.stream = finished.stream = stream  # type: ignore[attr-defined]
        gone = [weakref.ref(callback), weakref.ref(finished)]
        del callback, finished, stream
        gc.collect()
        assert [reference() for reference in gone] == [None, None]
    assert free.open_streams() == 0


def test_a_closed_stream_lets_its_callbacks_go(free: Simulation) -> None:
    with Session() as session:
        callbacks = [Silence(), Silence(), Silence()]
        gone = [weakref.ref(callback) for callback in callbacks]
        stream = Stream(session, output(), callbacks[0], finished_callback=callbacks[1])
        stream.set_callback(callbacks[2])
        callbacks[0] = callbacks[2]
        gc.collect()
        assert gone[0]() is None  # replaced
        stream.close()
        callbacks.clear()
        gc.collect()
        assert [reference() for reference in gone] == [None] * 3


def test_failing_to_open_leaks_nothing(free: Simulation) -> None:
    callback = Silence()
    gone = weakref.ref(callback)
    with Session() as session:
        for _ in range(10):
            with pytest.raises(core.PortAudioError, match="Invalid number of channels"):
                Stream(session, StreamConfig(output=StreamSide(channels=99)), callback)
    del callback
    gc.collect()
    assert gone() is None
    assert free.open_streams() == 0


def test_threads_close_one_stream_at_once(free: Simulation) -> None:
    with Session() as session:
        for _ in range(50):
            stream = Stream(session, output(), Silence())
            stream.start()
            threads = [threading.Thread(target=stream.close) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert not stream.is_open


def test_threads_open_close_and_drop_while_all_are_released(free: Simulation) -> None:
    failures: list[BaseException] = []
    ended = threading.Event()

    def work() -> None:
        try:
            for turn in range(30):
                session = Session()
                try:
                    stream = Stream(session, output(), Silence() if turn % 2 else None)
                    if turn % 3:
                        stream.close()
                except core.PortAudioError:  # the session was ended meanwhile
                    pass
        except BaseException as error:
            failures.append(error)

    def release() -> None:
        while not ended.is_set():
            pyaudiopp._core.release_all()  # type: ignore[attr-defined]

    threads = [threading.Thread(target=work) for _ in range(8)]
    releaser = threading.Thread(target=release)
    for thread in [*threads, releaser]:
        thread.start()
    for thread in threads:
        thread.join()
    ended.set()
    releaser.join()
    assert failures == []
    gc.collect()
    assert free.open_streams() == 0


@pytest.mark.parametrize("callback", ["None", "callback"])
def test_leaving_with_a_running_stream(callback: str) -> None:
    program = f"""
from pyaudiopp import core
def callback(_, frames, *__):
    return bytes(4 * frames), 0
session = core.Session()
stream = core.Stream(session, core.StreamConfig(output=core.StreamSide()), {callback})
stream.start()
print("end")
"""
    assert run(program) == ("end\n", "", 0)


def test_leaving_while_a_daemon_thread_waits() -> None:
    program = """
import threading, time
from pyaudiopp import core, simulation
simulation.Simulation(clock="by_hand").use()
session = core.Session()
stream = core.Stream(session, core.StreamConfig(input=core.StreamSide()))
stream.start()
threading.Thread(target=stream.read, args=[64], daemon=True).start()
time.sleep(0.05)
print("end")
"""
    assert run(program) == ("end\n", "", 0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_child_has_closed_streams_and_may_open_others() -> None:
    program = """
import os
from pyaudiopp import core
session = core.Session()
def open():
    stream = core.Stream(session, core.StreamConfig(output=core.StreamSide()))
    stream.start()
    return stream
stream = open()
child = os.fork()
if child == 0:
    try:
        stream.write(b"1234")
    except core.PortAudioError as error:
        print(error.code, stream.is_open, flush=True)
    stream.close()
    open().write(b"1234")
    os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), stream.is_open)
stream.write(b"1234")
"""
    assert run(program) == ("-9988 False\n7 True\n", "", 0)


def test_types_are_made_once_by_threads() -> None:
    program = """
import threading
import pyaudiopp
kinds = []
def find():
    kinds.append(pyaudiopp._core.Session)
threads = [threading.Thread(target=find) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(len(set(kinds)), len(kinds))
"""
    assert run(program) == ("1 8\n", "", 0)
