# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Lifetimes: PyAudio objects, streams and the garbage collector, in any order."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import warnings
import weakref
from typing import Any

import pytest

import pyaudiopp
from pyaudiopp import PyAudio
from pyaudiopp.simulation import Simulation


def is_initialized() -> bool:
    try:
        pyaudiopp.pa.get_device_count()
    except OSError as error:
        assert error.args == (-10000, "PortAudio not initialized")  # noqa: PT017
        return False
    return True


def test_importing_does_not_start_portaudio() -> None:
    program = "import pyaudiopp\npyaudiopp.pa.get_device_count()"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "PortAudio not initialized" in result.stderr


def test_terminate_twice_leaves_others_alone(free: Simulation, stereo: dict[str, int]) -> None:
    first = PyAudio()
    second = PyAudio()
    stream = second.open(output=True, **stereo)
    first.terminate()
    first.terminate()
    pyaudiopp.pa.terminate()  # not even its own
    assert second.get_device_count() == 1
    stream.write(bytes(400))
    second.terminate()
    assert not is_initialized()


def test_terminate_closes_its_streams(free: Simulation, stereo: dict[str, int]) -> None:
    p = PyAudio()
    one = p.open(output=True, **stereo)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        other = pyaudiopp.Stream(p, output=True, **stereo)
    assert other not in p._streams
    p.terminate()
    for stream in (one, other):
        with pytest.raises(OSError, match="Stream closed"):
            stream.is_stopped()
    assert p._streams == set()


def test_a_dropped_pyaudio_leaves_portaudio_running() -> None:
    program = """
import gc, pyaudiopp
from pyaudiopp import simulation
simulation.Simulation().use()
pyaudiopp.PyAudio()
gc.collect()
print(pyaudiopp.pa.get_device_count())
"""
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    assert (result.stdout, result.stderr) == ("1\n", "")


def test_pa_initialize_has_a_count_of_its_own(free: Simulation) -> None:
    before = is_initialized()
    pyaudiopp.pa.initialize()
    pyaudiopp.pa.initialize("ignored")
    pyaudiopp.pa.terminate()
    assert is_initialized()
    pyaudiopp.pa.terminate()
    pyaudiopp.pa.terminate()
    assert is_initialized() == before


def test_a_stream_outlives_its_pyaudio(free: Simulation, stereo: dict[str, int]) -> None:
    p = PyAudio()
    stream = pyaudiopp.pa.open(output=True, **stereo)
    pyaudiopp.pa.start_stream(stream)
    p.terminate()
    pyaudiopp.pa.write_stream(stream, b"\1\0\2\0" * 100, 100)
    pyaudiopp.pa.close(stream)
    assert free.output(0, pyaudiopp.paInt16)[:400] == b"\1\0\2\0" * 100


def test_a_callback_that_refers_to_its_stream_is_collected(
    free: Simulation, stereo: dict[str, int]
) -> None:
    class Player:
        def __init__(self, p: PyAudio) -> None:
            self.stream = p.open(output=True, start=False, stream_callback=self.callback, **stereo)

        def callback(self, *_: Any) -> tuple[None, int]:
            return None, pyaudiopp.paComplete

    p = PyAudio()
    player = Player(p)
    gone = weakref.ref(player)
    p._streams.clear()
    del player
    gc.collect()
    assert gone() is None
    p.terminate()


def test_an_active_callback_stream_is_kept_as_a_running_thread_is(
    by_hand: Simulation, p: PyAudio, stereo: dict[str, int]
) -> None:
    blocks: list[int] = []
    flag = pyaudiopp.paContinue

    def callback(in_data: None, frame_count: int, *_: Any) -> tuple[bytes, int]:
        blocks.append(frame_count)
        return bytes(4 * frame_count), flag

    def play() -> weakref.ref[PyAudio.Stream]:
        stream = p.open(output=True, stream_callback=callback, **stereo)
        p._streams.clear()  # now nothing refers to it
        return weakref.ref(stream)

    stream = play()
    for played in range(1, 6):
        gc.collect()
        by_hand.step()
        assert len(blocks) == played
    flag = pyaudiopp.paComplete
    by_hand.step(2)
    gc.collect()
    assert stream() is None
    assert len(blocks) == 6


def test_a_stopped_callback_stream_in_a_cycle_is_collected(
    by_hand: Simulation, p: PyAudio, stereo: dict[str, int]
) -> None:
    stream = p.open(output=True, stream_callback=lambda *_: (None, pyaudiopp.paContinue), **stereo)
    by_hand.step()
    pyaudiopp.pa.abort_stream(stream._stream)
    gone = weakref.ref(stream)
    p._streams.clear()
    del stream
    gc.collect()
    assert gone() is None


def test_a_stream_dropped_by_its_own_callback(free: Simulation, stereo: dict[str, int]) -> None:
    done = threading.Event()
    holder: list[Any] = []

    def callback(*_: Any) -> tuple[None, int]:
        holder.clear()
        done.set()
        return None, pyaudiopp.paComplete

    p = PyAudio()
    holder.append(pyaudiopp.pa.open(output=True, stream_callback=callback, **stereo))
    pyaudiopp.pa.start_stream(holder[0])
    assert done.wait(10)
    p.open(output=True, **stereo).close()
    p.terminate()


def test_failing_to_open_leaks_nothing(free: Simulation, p: PyAudio) -> None:
    class Callback:
        def __call__(self, *_: Any) -> tuple[None, int]:
            return None, pyaudiopp.paComplete

    callback = Callback()
    gone = weakref.ref(callback)
    for _ in range(10):
        with pytest.raises(OSError, match="Invalid number of channels"):
            p.open(format=8, channels=99, rate=48000, output=True, stream_callback=callback)
    assert p._streams == set()
    del callback
    gc.collect()
    assert gone() is None


def test_closed_streams_release_their_callback(
    free: Simulation, p: PyAudio, stereo: dict[str, int]
) -> None:
    class Callback:
        def __call__(self, *_: Any) -> tuple[None, int]:
            return None, pyaudiopp.paComplete

    callback = Callback()
    gone = weakref.ref(callback)
    stream = p.open(output=True, stream_callback=callback, **stereo)
    stream.close()
    del callback, stream
    gc.collect()
    assert gone() is None


def test_many_threads_make_and_end_instances(free: Simulation, stereo: dict[str, int]) -> None:
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(20):
                p = PyAudio()
                p.open(output=True, **stereo).write(bytes(40))
                p.terminate()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_threads_close_one_stream_at_once(
    free: Simulation, p: PyAudio, stereo: dict[str, int]
) -> None:
    for _ in range(50):
        stream = p.open(output=True, **stereo)
        threads = [threading.Thread(target=stream.close) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert free.open_streams() == 0
        with pytest.raises(OSError, match="Stream closed"):
            stream.write(b"")


def test_a_closed_stream_lets_its_callback_go_though_it_is_kept(
    free: Simulation, p: PyAudio, stereo: dict[str, int]
) -> None:
    class Callback:
        def __call__(self, *_: Any) -> tuple[None, int]:
            return None, pyaudiopp.paComplete

    callback = Callback()
    gone = weakref.ref(callback)
    stream = p.open(output=True, stream_callback=callback, **stereo)
    del callback
    stream.close()
    assert gone() is None
