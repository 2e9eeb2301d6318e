# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""How a block reaches a Python callback: reused arguments, and the threads that deliver it."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import random
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

import pytest

import pyaudiopp
from pyaudiopp import PyAudio, paComplete, paContinue
from pyaudiopp.simulation import Simulation

FRAMES = 64
DUPLEX: dict[str, Any] = {
    "format": pyaudiopp.paInt16,
    "channels": 2,
    "rate": 48000,
    "input": True,
    "output": True,
    "frames_per_buffer": FRAMES,
}
TIMES = ["input_buffer_adc_time", "current_time", "output_buffer_dac_time"]


def feed(card: Simulation, blocks: int) -> list[bytes]:
    sound = random.Random(1).randbytes(blocks * FRAMES * 4)
    card.feed_input(0, sound, channels=2, format=pyaudiopp.paInt16)
    return [sound[i : i + FRAMES * 4] for i in range(0, len(sound), FRAMES * 4)]


def test_a_callback_may_keep_everything_it_ever_got(by_hand: Simulation, p: PyAudio) -> None:
    blocks = feed(by_hand, 50)
    kept: list[tuple[bytes, int, dict[str, float], int]] = []
    copies: list[tuple[bytes, dict[str, float]]] = []

    def callback(*block: Any) -> tuple[None, int]:
        kept.append(block)
        copies.append((bytearray(block[0]), dict(block[2])))  # type: ignore[arg-type]
        return None, paContinue if len(kept) < 50 else paComplete

    stream = p.open(stream_callback=callback, **{**DUPLEX, "output": False})
    by_hand.step(60)
    assert not stream.is_active()
    assert [block[0] for block in kept] == blocks
    assert [(block[0], block[2]) for block in kept] == copies
    assert {block[1] for block in kept} == {FRAMES}
    assert len({id(block[2]) for block in kept}) == 50


@pytest.mark.parametrize("keep", [1, 2, 3])
def test_what_is_kept_for_a_while_does_not_change(
    by_hand: Simulation, p: PyAudio, keep: int
) -> None:
    """Arguments still held must not be reused; others may be."""
    blocks = feed(by_hand, 100)
    held: list[tuple[int, bytes, dict[str, float], dict[str, float]]] = []
    wrong: list[int] = []
    count = 0

    def callback(in_data: bytes, _: int, time_info: dict[str, float], *__: Any) -> tuple[None, int]:
        nonlocal count
        if count % 2:
            held.append((count, in_data, time_info, dict(time_info)))
        count += 1
        for number, data, times, copy in held:
            if data != blocks[number] or times != copy:
                wrong.append(number)
        del held[:-keep]
        return None, paContinue

    p.open(stream_callback=callback, **{**DUPLEX, "output": False})
    by_hand.step(100)
    assert count == 100
    assert wrong == []


def test_a_block_that_is_used_again_has_a_hash_of_its_own(by_hand: Simulation, p: PyAudio) -> None:
    blocks = feed(by_hand, 20)
    hashes: list[int] = []

    def callback(in_data: bytes, *_: Any) -> tuple[None, int]:
        hashes.append(hash(in_data))
        return None, paContinue

    p.open(stream_callback=callback, **{**DUPLEX, "output": False})
    by_hand.step(20)
    assert hashes == [hash(block) for block in blocks]


def test_time_info_that_was_changed_is_whole_again(by_hand: Simulation, p: PyAudio) -> None:
    changes: list[Callable[[dict[str, Any]], Any]] = [
        lambda times: times.clear(),
        lambda times: times.pop("current_time"),
        lambda times: times.update(more=1),
        lambda times: times.update(current_time="late"),
        lambda times: times.update({1: times.pop("current_time")}),
        lambda times: times.update(itself=times),
    ]
    seen: list[dict[str, Any]] = []

    def callback(_: Any, __: int, time_info: dict[str, Any], ___: int) -> tuple[None, int]:
        seen.append(dict(time_info))
        changes[len(seen) % len(changes)](time_info)
        return None, paContinue

    p.open(stream_callback=callback, **{**DUPLEX, "output": False})
    by_hand.step(4 * len(changes))
    assert len(seen) == 4 * len(changes)
    for times in seen:
        assert sorted(times) == sorted(TIMES)
        assert all(type(value) is float for value in times.values())


@pytest.mark.parametrize("how", ["get", "pop", "move"])
def test_times_that_are_kept_do_not_change(by_hand: Simulation, p: PyAudio, how: str) -> None:
    kept: list[tuple[float, str]] = []  # each time, and what it was

    def callback(_: Any, __: int, time_info: dict[str, float], ___: int) -> tuple[None, int]:
        key = TIMES[len(kept) % 3]
        time = time_info[key] if how == "get" else time_info.pop(key)
        if how == "move":
            time_info[key] = time
        kept.append((time, repr(time)))
        return None, paContinue

    p.open(stream_callback=callback, **{**DUPLEX, "output": False})
    by_hand.step(30)
    assert len(kept) == 30
    assert [repr(time) for time, _ in kept] == [was for _, was in kept]
    assert len({was for _, was in kept[::3]}) == 10


def test_the_thread_of_a_stream_keeps_its_thread_locals_from_block_to_block(
    by_hand: Simulation, p: PyAudio
) -> None:
    class Value:
        pass

    local = threading.local()
    threads: list[tuple[int, threading.Thread]] = []
    values: list[weakref.ref[Value]] = []

    def callback(*_: Any) -> tuple[bytes, int]:
        threads.append((threading.get_ident(), threading.current_thread()))
        if not hasattr(local, "value"):
            local.value = Value()
            values.append(weakref.ref(local.value))
        return bytes(FRAMES * 4), paContinue

    stream = p.open(stream_callback=callback, **DUPLEX)
    for restart in range(1, 4):
        by_hand.step(10)
        assert len(values) == restart
        assert values[-1]() is not None
        assert len(set(threads[-10:])) == 1
        pyaudiopp.pa.abort_stream(stream._stream)
        deadline = time.monotonic() + 20  # on Windows another thread frees them
        while values[-1]() is not None and time.monotonic() < deadline:
            time.sleep(0.001)
        assert values[-1]() is None  # the thread has ended, and its locals are gone
        stream._is_running = False
        stream.start_stream()


def test_other_extensions_find_the_callbacks_thread_state(by_hand: Simulation, p: PyAudio) -> None:
    """Like many extensions, ctypes takes the GIL with PyGILState_Ensure()."""
    compare_type = ctypes.CFUNCTYPE(
        ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int)
    )
    compare = compare_type(lambda a, b: a[0] - b[0])
    results: list[list[int]] = []
    c_library = ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None)

    def callback(*_: Any) -> tuple[bytes, int]:
        numbers = (ctypes.c_int * 4)(3, 1, 4, 2)
        c_library.qsort(numbers, 4, ctypes.sizeof(ctypes.c_int), compare)
        results.append(list(numbers))
        return bytes(FRAMES * 4), paContinue

    p.open(stream_callback=callback, **DUPLEX)
    by_hand.step(3)
    assert results == [[1, 2, 3, 4]] * 3


def test_many_streams_start_and_stop_while_threads_compute(free: Simulation, p: PyAudio) -> None:
    done = threading.Event()
    blocks = [0] * 8

    def compute() -> None:
        while not done.is_set():
            gc.collect(0)

    def play(number: int) -> None:
        def callback(*_: Any) -> tuple[bytes, int]:
            blocks[number] += 1
            return bytes(FRAMES * 4), paContinue

        for _ in range(10):
            before = blocks[number]
            stream = p.open(stream_callback=callback, **DUPLEX)
            while blocks[number] == before:
                done.wait(0.001)
            stream.close()

    computing = threading.Thread(target=compute)
    computing.start()
    players = [threading.Thread(target=play, args=(number,)) for number in range(8)]
    for player in players:
        player.start()
    for player in players:
        player.join()
    done.set()
    computing.join()
    assert all(blocks)


def run(program: str) -> None:
    start = """
import os, sys, threading, time
import pyaudiopp
from pyaudiopp import PyAudio, paContinue
from pyaudiopp.simulation import Simulation
card = Simulation(clock="free_running")
card.use()
p = PyAudio()
"""
    ended = subprocess.run(
        [sys.executable, "-c", start + program], capture_output=True, text=True, timeout=100
    )
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("sleep", ["0", "0.01", "0.3"])
def test_exit_in_the_middle_of_a_callback(sleep: str) -> None:
    run(
        f"""
entered = threading.Event()
local = threading.local()
def callback(in_data, frame_count, *_):
    local.value = in_data
    entered.set()
    time.sleep({sleep})
    return bytes(4 * frame_count), paContinue
stream = p.open(format=8, channels=2, rate=48000, output=True, stream_callback=callback)
assert entered.wait(50)
"""
    )


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
@pytest.mark.filterwarnings("ignore:.*fork")
def test_a_forked_child_ends_while_the_parents_callbacks_run() -> None:
    run(
        """
import warnings
warnings.simplefilter("ignore")  # of forking with threads
calls = 0
def callback(in_data, frame_count, *_):
    global calls
    calls += 1
    return bytes(4 * frame_count), paContinue
stream = p.open(format=8, channels=2, rate=48000, output=True, stream_callback=callback)
for _ in range(10):
    before = calls
    while calls == before:
        time.sleep(0.001)
    child = os.fork()
    if child == 0:
        sys.exit(0)  # the whole of the interpreter's end
    assert os.waitpid(child, 0)[1] == 0
before = calls
while calls == before:
    time.sleep(0.001)
"""
    )


def test_a_callback_that_is_let_go_inside_another_one(free: Simulation, p: PyAudio) -> None:
    """The last reference is dropped on a thread that already holds the GIL."""
    done = threading.Event()
    others: list[Any] = []

    def callback(*_: Any) -> tuple[bytes, int]:
        others.clear()
        gc.collect()
        done.set()
        return bytes(FRAMES * 4), paComplete

    silent = p.open(stream_callback=lambda *_: (None, paComplete), start=False, **DUPLEX)
    others.append(silent._stream)
    silent.close()
    del silent
    with contextlib.closing(p.open(stream_callback=callback, **DUPLEX)):
        assert done.wait(50)
