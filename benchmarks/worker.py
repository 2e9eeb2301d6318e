# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Runs one task in its own process; floor.cpp has the same tasks.

worker.py METER LIBRARY TASK [NAME=VALUE...]     prints its figures as one line of JSON
"""

from __future__ import annotations

import ctypes
import itertools
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import NoReturn, cast

import libraries


class Slice(ctypes.Structure):
    """A slice of a run, as in meter.hpp."""

    _fields_ = (
        ("wall_ns", ctypes.c_int64),
        ("cpu_ns", ctypes.c_int64),
        ("frames", ctypes.c_int64),
    )


class Worker:
    """The tasks, on one library."""

    def __init__(self, meter: str, library: str) -> None:
        self.meter = ctypes.CDLL(meter)
        self.library = libraries.load(library, self.meter)

    def callbacks(self, shape: str, block: str, slices: str, streams: str) -> NoReturn:
        """Runs callbacks on the free-running device."""
        running = [self.library.start(shape, int(block)) for _ in range(int(streams))]
        if slices == "0":
            time.sleep(3600)  # the meter ends it
        time.sleep(0.1)
        measured = (Slice * int(slices))()
        self.meter.meter_run(measured, len(measured))
        finish([[each.wall_ns, each.cpu_ns, each.frames] for each in measured], running)

    def blocking(self, call: str, frames: str, slices: str) -> list[list[int]]:
        """Reads or writes on the free-running device."""
        method, argument = self.library.call(call, int(frames))

        def batch(calls: int) -> list[int]:
            again = itertools.repeat(None, calls)
            cpu = time.process_time_ns()
            wall = time.perf_counter_ns()
            for _ in again:
                method(argument)
            return [time.perf_counter_ns() - wall, time.process_time_ns() - cpu, calls]

        calls = 1
        while batch(calls)[1] < 10_000_000:
            calls *= 2
        return [batch(calls) for _ in range(int(slices))]

    def play(self, block: str, busy: str, switch_interval: str) -> NoReturn:
        """Plays through JACK beside busy threads, until told to stop."""
        sys.setswitchinterval(float(switch_interval))
        self.meter.meter_time_callbacks()
        running = self.library.start("out", int(block), jack=True)
        self.busy(busy, switch_interval, running)

    def busy(self, busy: str, switch_interval: str, running: object = None) -> NoReturn:
        """Keeps threads busy, until told to stop; tells their work, and the callbacks' times."""
        if running is None:
            sys.setswitchinterval(float(switch_interval))
        work = [0] * int(busy)
        for thread in range(len(work)):
            threading.Thread(target=keep_busy, args=(work, thread), daemon=True).start()
        start = time.perf_counter()
        be_ready()
        taken = time.perf_counter() - start
        figures = {"work": sum(work) / taken, "times": self.callback_times()}
        finish(figures, running)

    def callback_times(self) -> list[int]:
        """The nanoseconds of each callback so far."""
        times = (ctypes.c_int64 * (1 << 17))()
        return times[: self.meter.meter_callback_times(times, len(times))]

    def latency(self, block: str) -> NoReturn:
        """Sends impulses round the loop and counts the frames until each returns."""
        library = cast(libraries.PyAudioLike, self.library)
        loop = Loop(library.module.paContinue)
        stream = library.open("dup", int(block), loop.callback, jack=True)
        be_ready()
        loop.wired = True
        while len(loop.trips) < 5:
            time.sleep(0.01)
        reported = stream.get_input_latency() + stream.get_output_latency()
        finish({"trips": loop.trips, "reported": round(reported * libraries.RATE)}, stream)

    def lifecycle(self, repeats: str) -> dict[str, list[float]]:
        """Starts and ends PortAudio, and streams on the default device."""
        library = cast(libraries.PyAudioLike, self.library)
        session = microseconds(library.session, int(repeats))
        p = library.module.PyAudio()
        sample = library.module.paInt16

        def stream() -> None:
            stream = p.open(format=sample, channels=2, rate=libraries.RATE, output=True)
            stream.stop_stream()
            stream.close()

        return {"session": session, "stream": microseconds(stream, int(repeats))}


class Loop:
    """A full-duplex callback whose output comes back as its input."""

    def __init__(self, go_on: int) -> None:
        self.wired = False
        self.trips: list[int] = []
        self._go_on = go_on
        self._frame = 0
        self._sent: int | None = None

    def callback(self, in_data: bytes, frames: int, times: object, flags: int) -> tuple[bytes, int]:
        """Sends an impulse, or looks for the one it sent."""
        data = bytes(len(in_data))
        heard = in_data.lstrip(b"\0")
        if self._sent is None and self.wired:
            self._sent = self._frame
            data = b"\0\x40\0\x40" + data[libraries.FRAME_SIZE :]
        elif self._sent is not None and heard:
            offset = (len(in_data) - len(heard)) // libraries.FRAME_SIZE
            self.trips.append(self._frame + offset - self._sent)
            self._sent = None
        self._frame += frames
        return data, self._go_on


def microseconds(what: Callable[[], object], repeats: int) -> list[float]:
    """Returns the time of each call."""
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        what()
        taken.append((time.perf_counter() - start) * 1e6)
    return taken


def keep_busy(work: list[int], thread: int) -> None:
    """Computes for ever, in Python, and counts how much."""
    while True:
        number = 0
        while number < 10_000:
            number += 1
        work[thread] += number


def be_ready() -> None:
    """Tells the harness that the stream runs, and waits for the go-ahead."""
    print("ready", flush=True)
    sys.stdin.readline()


def finish(figures: object, alive: object) -> NoReturn:
    """Exits at once, because closing streams beside busy threads is slow."""
    print(json.dumps(figures), flush=True)
    os._exit(0)


def main(meter: str, library: str, task: str, *options: str) -> None:
    try:
        worker = Worker(meter, library)
        figures = getattr(worker, task)(**dict(option.split("=", 1) for option in options))
    except (libraries.Unavailable, ModuleNotFoundError) as error:
        figures = {"unavailable": str(error)}
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
