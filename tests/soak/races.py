# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Races on purpose: several threads do to the same objects what a program should not, but may.

    python tests/soak/races.py [RACE...] [--seconds N]

Runs on the simulation; all races by default, each for a second, in a process of its own. A race is
right if it ends, if what it asserts holds, and if no thread fails with anything but the errors of a
stream that another thread has closed or stopped. On a Python without a GIL, or with
ThreadSanitizer, they show more.
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import random
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import redirect_stderr, suppress
from typing import Any

import pyaudiopp
from pyaudiopp import _core, simulation

STEREO: dict[str, Any] = {"format": pyaudiopp.paInt16, "channels": 2, "rate": 48000}
THREADS = 8
RACES: dict[str, Callable[[], None]] = {}

Action = Callable[[], object]
Stream = pyaudiopp.PyAudio.Stream

until = 0.0  # the time at which the actions end
failures: list[BaseException] = []


def race(function: Callable[[], None]) -> Callable[[], None]:
    """Adds a race to the table, if the system has what it needs."""
    if hasattr(os, "fork") or "fork" not in function.__name__:
        RACES[function.__name__] = function
    return function


def repeat(action: Action) -> None:
    """Does something again and again; another thread may have closed or stopped the stream."""
    try:
        while time.monotonic() < until and not failures:
            with suppress(OSError):
                action()
    except BaseException as error:
        failures.append(error)


def together(*actions: Action) -> None:
    """Repeats each action on a thread of its own until the time is over."""
    threads = [threading.Thread(target=repeat, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def at_once(count: int, action: Action) -> list[object]:
    """Does something once on each of many threads, at the same moment; returns the results."""
    gate = threading.Barrier(count)
    results: list[object] = []

    def work() -> None:
        gate.wait()
        try:
            results.append(action())
        except Exception as error:
            results.append(error)

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def silence(data: Any, frames: int, times: Any, flags: int) -> tuple[bytes, int]:
    return bytes(4 * frames), pyaudiopp.paContinue


def use_card(clock: str = "real_time") -> simulation.Simulation:
    """A card that keeps little of what is played on it."""
    device = simulation.Device(output_kept=1)
    return simulation.use([simulation.HostApi(devices=[device])], clock=clock)


def play(p: pyaudiopp.PyAudio, callback: Any = silence, **options: Any) -> Stream:
    """Opens a callback stream."""
    options = {"output": True, "frames_per_buffer": 64, **options}
    return p.open(**STEREO, stream_callback=callback, **options)


@race
def streams_are_opened_closed_dropped_and_released() -> None:
    use_card()

    def open_one() -> None:
        p = pyaudiopp.PyAudio()
        stream = random.choice([play, lambda p: p.open(**STEREO, output=True)])(p)
        random.choice([stream.close, p.terminate, lambda: None])()

    def release() -> None:
        time.sleep(0.01)
        _core.release_all()

    together(*[open_one] * THREADS, release, gc.collect)


@race
def two_threads_close_a_stream_that_others_ask() -> None:
    use_card()
    p = pyaudiopp.PyAudio()

    def once() -> None:
        stream = play(p)
        asked = [stream.is_active, stream.get_time, stream.start_stream, stream.close]
        actions = [*asked, stream.close, lambda: stream._handle._keep(stream)]
        turns = iter(actions)
        lock = threading.Lock()

        def turn() -> None:
            with lock:
                action = next(turns)
            action()

        for result in at_once(len(actions), turn):
            assert result is None or isinstance(result, (bool, float, OSError)), result

    together(once)
    p.terminate()


@race
def closed_streams_are_collected() -> None:
    """A keeper that arrives after the close must not keep the stream for ever."""
    use_card()
    p = pyaudiopp.PyAudio()
    alive: list[weakref.ref[Stream]] = []

    def once() -> None:
        stream = play(p)
        alive.append(weakref.ref(stream))
        keep = stream._handle._keep
        other = threading.Thread(target=stream.close)
        other.start()
        keep(stream)
        other.join()

    together(once, once)
    p.terminate()
    gc.collect()
    left = [reference for reference in alive if reference() is not None]
    assert not left, f"{len(left)} of {len(alive)} closed streams are left"


@race
def two_threads_read_a_stream() -> None:
    """Each frame reaches one of them, once."""
    card = use_card("free_running")
    count = 200_000
    card.feed_input(
        0, b"".join(n.to_bytes(4, "little") for n in range(count)), channels=2, format=8
    )
    p = pyaudiopp.PyAudio()
    stream = p.open(**STEREO, input=True, frames_per_buffer=64)
    read: list[bytes] = []

    def once() -> None:
        if len(read) * 50 > count - 10_000:
            return
        with suppress(TimeoutError):
            read.append(stream.read(50, False, timeout=random.choice([0, 0.001])))

    together(once, once)
    everything = b"".join(read)
    found = [int.from_bytes(everything[n : n + 4], "little") for n in range(0, len(everything), 4)]
    assert sorted(found) == list(range(len(found))), "frames were lost or doubled"
    p.terminate()


@race
def one_thread_gets_the_callbacks_exception() -> None:
    use_card()
    p = pyaudiopp.PyAudio()

    def fail(data: Any, frames: int, times: Any, flags: int) -> tuple[bytes, int]:
        raise ZeroDivisionError

    def once() -> None:
        stream = play(p, fail)

        def ask() -> None:
            end = time.monotonic() + 10
            while stream.is_active() and time.monotonic() < end:
                pass

        raised = at_once(THREADS, ask)
        errors = [error for error in raised if isinstance(error, ZeroDivisionError)]
        assert len(errors) == 1, raised
        stream.close()

    with redirect_stderr(io.StringIO()):  # each is printed as well
        together(once)
    p.terminate()


@race
def streams_start_and_stop_while_garbage_is_collected() -> None:
    use_card()
    p = pyaudiopp.PyAudio()
    streams = [play(p) for _ in range(3)]

    def start_or_stop() -> None:
        stream = random.choice(streams)
        random.choice([stream.start_stream, stream.stop_stream])()

    together(*[start_or_stop] * THREADS, gc.collect)
    for stream in streams:  # what is stopped starts again
        stream.stop_stream()
        stream.start_stream()
        assert stream.is_active()
        stream.close()
    p.terminate()


@race
def callbacks_are_replaced_while_they_run() -> None:
    use_card()
    p = pyaudiopp.PyAudio()
    stream = play(p)
    handle = stream._handle

    def replace() -> None:
        def call(data: Any, frames: int, times: Any, flags: int) -> tuple[bytes, int]:
            return bytes(4 * frames), pyaudiopp.paContinue

        handle.set_callback(random.choice([call, None, silence]))

    together(*[replace] * THREADS, gc.collect)
    p.terminate()


@race
def streams_are_opened_while_their_pyaudio_terminates() -> None:
    use_card()
    p = pyaudiopp.PyAudio()

    def end() -> None:
        nonlocal p
        before, p = p, pyaudiopp.PyAudio()
        before.terminate()

    together(*[lambda: play(p)] * THREADS, end, gc.collect)
    p.terminate()
    left = _core.release_all()
    assert all("48000" in text for text in left)


@race
def timeouts_are_set_while_streams_read_and_write() -> None:
    use_card()
    p = pyaudiopp.PyAudio()
    stream = p.open(**STEREO, input=True, output=True, frames_per_buffer=64)

    def set_timeout() -> None:
        stream._handle.timeout = random.choice([None, 0, 0.01])

    together(
        set_timeout,
        set_timeout,
        lambda: stream.read(100, False),
        lambda: stream.write(bytes(400)),
        lambda: stream._handle.read_into(bytearray(400)),
        lambda: stream.write(bytes(7)),
        lambda: stream.counters,
    )
    p.terminate()


@race
def one_share_is_started_twice_and_ended_once() -> None:
    use_card()

    def once() -> None:
        share = _core.SessionShare()
        at_once(2, lambda: share.call(pyaudiopp.pa.initialize))
        share.call(pyaudiopp.pa.terminate)
        assert not share.active
        try:
            pyaudiopp.pa.get_device_count()
        except OSError:
            return
        raise AssertionError("PortAudio still runs")

    together(once)


@race
def simulations_are_chosen() -> None:
    cards = [simulation.Simulation() for _ in range(3)]

    def choose() -> None:
        with suppress(RuntimeError):  # another one is running
            random.choice(cards).use()
            pyaudiopp.PyAudio().terminate()

    def restore() -> None:
        with suppress(RuntimeError), simulation.restored():
            random.choice(cards).use()

    together(choose, choose, restore, restore)


@race
def processes_are_forked() -> None:
    use_card()
    p = pyaudiopp.PyAudio()

    def open_one() -> None:
        assert p._share.active
        stream = play(p)
        stream.close()
        p.get_device_count()

    def fork() -> None:
        child = os.fork()
        if child == 0:
            assert p._share.active
            pyaudiopp.core.StreamConfig()
            os._exit(0)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            found, status = os.waitpid(child, os.WNOHANG)
            if found:
                assert status == 0, status
                return
            time.sleep(0.001)
        os.kill(child, 9)
        raise AssertionError("a forked child hangs")

    together(fork, open_one, open_one, open_one)
    p.terminate()


@race
def the_types_of_core_are_made_by_many_threads() -> None:
    results = at_once(16, lambda: _core.StreamConfig().sample_rate)
    assert results == [results[0]] * 16, results
    assert isinstance(results[0], float), results


@race
def the_first_pyaudio_is_made_by_many_threads() -> None:
    os.environ["PYAUDIOPP_BACKEND"] = "simulation"
    numbers = iter(range(1_000_000))

    def make() -> int:
        for _ in range(50):
            os.environ[f"OTHER_{next(numbers)}"] = "x" * 100
        p = pyaudiopp.PyAudio()
        count = p.get_device_count()
        p.terminate()
        return count

    assert at_once(16, make) == [1] * 16


@race
def first_callbacks_run_while_garbage_is_collected() -> None:
    use_card()

    def open_many() -> None:
        with pyaudiopp.PyAudio() as p:
            seen = [threading.Event() for _ in range(8)]

            def call_of(event: threading.Event) -> Any:
                def call(data: Any, frames: int, times: Any, flags: int) -> tuple[bytes, int]:
                    event.set()
                    return bytes(4 * frames), pyaudiopp.paContinue

                return call

            streams = [play(p, call_of(event), input=True) for event in seen]
            for event in seen:
                assert event.wait(20), "no callback"
            del streams

    together(open_many, open_many, gc.collect)


@race
def callbacks_end_after_a_second_interpreter() -> None:
    """Once there has been one, PyGILState_Check() is true on every thread."""
    try:
        import _interpreters as interpreters  # CPython 3.13
    except ImportError:
        interpreters = __import__("_xxsubinterpreters")
    interpreters.destroy(interpreters.create())
    callbacks_are_replaced_while_they_run()


@race
def daemon_threads_open_streams_during_the_exit() -> None:
    use_card()

    def open_for_ever() -> None:
        while True:
            with suppress(OSError):
                play(pyaudiopp.PyAudio())

    for _ in range(THREADS):
        threading.Thread(target=open_for_ever, daemon=True).start()
    time.sleep(0.1)


def main() -> int:
    """Runs the races; exit status 1 if one of them is not right."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("races", nargs="*", metavar="RACE")
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--without", action="append", default=[], metavar="RACE")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    names = arguments.races or [name for name in RACES if name not in arguments.without]
    if unknown := [name for name in names if name not in RACES]:
        parser.error(f"no such race: {unknown[0]}; there are {', '.join(RACES)}")
    if arguments.here:
        global until
        until = time.monotonic() + arguments.seconds
        RACES[names[0]]()
        return 0
    wrong = 0
    for name in names:
        command = [sys.executable, __file__, name, "--here", f"--seconds={arguments.seconds}"]
        try:
            status = subprocess.run(command, timeout=120 + 20 * arguments.seconds).returncode
        except subprocess.TimeoutExpired:
            status = -1
        print(f"{'right' if status == 0 else f'WRONG ({status})'}  {name}", flush=True)
        wrong += status != 0
    print(f"{len(names) - wrong} passed, {wrong} failed, 0 skipped")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
