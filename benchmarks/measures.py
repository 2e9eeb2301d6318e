# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The measures: each collects its figures round by round and returns tables."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

from tables import Table, interleave, lowest_decile
from targets import (
    BUFFERED_50,
    BUFFERED_200,
    BUFFERED_300,
    BUSY_THREADS,
    DIRECT,
    DIRECT_AGAIN,
    FLOOR,
    FLOOR_AGAIN,
    NATIVE,
    NUMPY,
    PYAUDIO,
    RAW,
    NotMeasured,
    Running,
    Target,
    environment,
    require,
    run,
)

from pyaudiopp.virtual_card import JackDummy, VirtualCard

Tables = dict[str, Table]

PERIOD = 128  # frames: JACK's, and of the blocks that are played through it
RATE = 48000
BLOCKS = (64, 128, 256, 512, 1024, 2048)
SWITCH_INTERVAL = 0.005  # CPython's own
LONGEST = "longest"
SHORT_INTERVAL = "4 busy, switch interval 0.5 ms"
BUSY = {"0 busy": 0, "1 busy": 1, "2 busy": 2, "4 busy": 4, SHORT_INTERVAL: 4}
WAITS = {"50 %": 0.5, "90 %": 0.9, "99 %": 0.99, "99.9 %": 0.999, LONGEST: 1.0}
SESSION = "PyAudio() and terminate()"
STREAM = "open, start, stop, close"


@dataclass(frozen=True)
class Effort:
    """The lengths of the measurements."""

    rounds: int
    slices: int  # of 10 ms
    seconds: float  # of sound
    quick: bool = False

    @property
    def few_rounds(self) -> int:
        """For measures that take long or vary little."""
        return 1 if self.quick else min(self.rounds, 3)


def callbacks(effort: Effort) -> Tables:
    """Measures callbacks on the free-running device."""
    cpu = Table("CPU per callback", "µs", (FLOOR, PYAUDIO, RAW))
    rate = Table("Callbacks per second, one stream", "thousands", (FLOOR, PYAUDIO, RAW), True)

    def measure(case: str, target: Target) -> None:
        shape, block = split(case)
        slices = run(target, "callbacks", shape=shape, block=block, slices=effort.slices, streams=1)
        # If others use the CPU for a whole slice, ours is empty.
        slices = [each for each in slices if each[2]]
        if len(slices) < 2:
            raise NotMeasured("failed: no frames pass the meter")
        frames = 2 * block if shape == "dup" else block
        cpu.add(case, target, lowest_decile(c * frames / n / 1000 for _, c, n in slices))
        rate.add(case, target, 1e6 / lowest_decile(w * frames / n for w, _, n in slices))

    blocks = (64, 256) if effort.quick else BLOCKS
    cases = [*(f"out{block}" for block in blocks), "in256", "dup256"]
    targets = (FLOOR, PYAUDIO, RAW, NUMPY, DIRECT, NATIVE)
    control = (FLOOR_AGAIN, DIRECT_AGAIN)
    pairs = [
        (case, target)
        for case in cases
        for target in (*targets, *(control if case == "out256" else ()))
    ]
    interleave(effort.rounds, pairs, measure, cpu, rate)
    return {"callbacks": cpu, "rate": rate}


def system_calls(effort: Effort) -> Tables:
    """Counts system calls with strace."""
    table = Table("System calls per callback, 256 frames", "")

    def count(target: Target, shape: str, frames: int) -> int:
        require("strace")
        log = counted(target, shape, frames, "strace", "-f", "-c", "-o", "LOG")
        totals = [line.split() for line in log.splitlines() if line.endswith(" total")]
        if not totals:
            raise NotMeasured("strace cannot count here")
        return int(totals[0][3])

    difference(effort, table, count, blocks=5000)
    return {"system_calls": table}


def instructions(effort: Effort) -> Tables:
    """Counts user-space instructions with valgrind."""
    table = Table("Instructions in user space per callback, 256 frames", "", (FLOOR, PYAUDIO, RAW))

    def count(target: Target, shape: str, frames: int) -> int:
        require("valgrind")
        cachegrind = ["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
        log = counted(target, shape, frames, "valgrind", *cachegrind, "--log-file=LOG")
        totals = re.findall(r"I\s+refs:\s+([\d,]+)", log)
        if not totals:
            raise NotMeasured("valgrind cannot count here")
        return int(totals[0].replace(",", ""))

    difference(effort, table, count, blocks=2000)
    return {"instructions": table}


def counted(target: Target, shape: str, frames: int, *prefix: str) -> str:
    """Runs callbacks for a number of frames under a counting program; returns its LOG."""
    with tempfile.NamedTemporaryFile("r") as log:
        command = [part.replace("LOG", log.name) for part in prefix]
        last = {"METER_LAST_FRAME": str(frames)}
        with Running(
            target, "callbacks", command, last, shape=shape, block=256, slices=0, streams=1
        ) as running:
            running.end()
        return log.read()


def difference(
    effort: Effort, table: Table, count: Callable[[Target, str, int], int], blocks: int
) -> None:
    """Counts for N and for 2N blocks and subtracts, which removes start and end."""

    def measure(case: str, target: Target) -> None:
        shape, block = split(case)
        once, twice = (count(target, shape, n * block) for n in (blocks, 2 * blocks))
        table.add(case, target, round((twice - once) / blocks, 2))

    cases = ("out256",) if effort.quick else ("out256", "in256")
    interleave(1, product(cases, (FLOOR, PYAUDIO, RAW, DIRECT, NATIVE)), measure, table)


def blocking(effort: Effort) -> Tables:
    """Measures reads and writes on the free-running device."""
    cpu = Table("CPU per blocking call", "µs", (FLOOR, PYAUDIO, RAW))
    wall = Table("Time per blocking call", "µs", (FLOOR, PYAUDIO, RAW))
    into = Table("CPU per `read_into`", "µs")

    def measure(case: str, target: Target) -> None:
        call, frames = split(case)
        slices = run(
            target, "blocking", call=call, frames=frames, slices=max(10, effort.slices // 2)
        )
        costs = lowest_decile(c / n / 1000 for _, c, n in slices)
        if call == "read_into":
            into.add(case, target, costs)
            return
        cpu.add(case, target, costs)
        wall.add(case, target, lowest_decile(w / n / 1000 for w, _, n in slices))

    cases = ["write64", "write256", "write65536", "read256", "read1024", "read65536"]
    targets = (FLOOR, PYAUDIO, RAW, DIRECT)
    interleave(effort.rounds, product(cases, targets), measure, cpu, wall)
    interleave(
        effort.rounds,
        product(["read_into256", "read_into1024", "read_into65536"], (DIRECT,)),
        measure,
        into,
    )
    return {"blocking": cpu, "blocking_wall": wall, "read_into": into}


def load(effort: Effort) -> Tables:
    """Counts which blocks arrive through JACK while Python threads compute."""
    delivered = Table("Blocks delivered, JACK at 128 frames", "%", by_median=True)
    short = Table("Blocks that arrived with a hole in them", "%")
    work = Table("Work of the busy threads", "million steps per second", by_median=True)

    def measure(case: str, target: Target) -> None:
        heard, figures = play_beside(jack, case, target, effort.seconds)
        arrived = heard["full"] + heard["holed"]
        delivered.add(case, target, 100 * heard["full"] / heard["periods"])
        short.add(case, target, 100 * heard["holed"] / max(1, arrived))
        if BUSY[case]:
            work.add(case, target, figures["work"] / 1e6)

    kinds = (FLOOR, PYAUDIO, RAW, DIRECT, BUFFERED_50, BUFFERED_200, BUFFERED_300, NATIVE)
    cases = [case for case in BUSY if case != SHORT_INTERVAL]
    if effort.quick:
        cases = ["0 busy", "4 busy"]
    pairs = [*product(cases, kinds), *product([SHORT_INTERVAL], (PYAUDIO, DIRECT, BUFFERED_50))]
    if effort.quick:
        pairs.append(("1 busy", BUFFERED_50))
    try:
        with JackDummy(period=PERIOD) as jack, environment(jack.environment()):
            interleave(effort.few_rounds, pairs, measure, delivered, short, work)
    except RuntimeError as error:
        give_up(error, delivered, short, work)
    return {"delivered": delivered, "short": short, "work": work}


def play_beside(
    jack: JackDummy, case: str, target: Target, seconds: float
) -> tuple[dict[str, float], Any]:
    """Plays beside busy threads; returns what a witness heard, and the player's figures."""
    interval = 0.0005 if case == SHORT_INTERVAL else SWITCH_INTERVAL
    options = {"busy": BUSY[case], "switch_interval": interval}
    with contextlib.ExitStack() as stack:
        if target is FLOOR:  # with the same threads, in a separate interpreter
            threads = stack.enter_context(Running(BUSY_THREADS, "busy", **options))
            threads.wait_until_ready()
        player = stack.enter_context(Running(target, "play", block=PERIOD, **options))
        player.wait_until_ready()
        with Running(FLOOR, "listen", block=PERIOD, seconds=seconds) as witness:
            witness.wait_until_ready()
            wire(jack, "PortAudio:out_0", "witness:in_0")
            witness.go_on()
            heard = witness.figures()
        worker = threads if target is FLOOR else player
        worker.go_on()
        return heard, worker.figures()


def waits(effort: Effort) -> Tables:
    """Measures how long callbacks take that wait for the interpreter, beside busy threads."""
    table = Table("Time of a callback with its wait for the interpreter, 4 busy", "ms")

    def measure(case: str, target: Target) -> None:
        _, figures = play_beside(jack, case, target, 5 if effort.quick else 60)
        times = sorted(figures["times"])
        if not times:
            raise NotMeasured("failed: it has not called back")
        for name, share in WAITS.items():
            table.add(name, target, times[min(int(len(times) * share), len(times) - 1)] / 1e6)

    try:
        with JackDummy(period=PERIOD) as jack, environment(jack.environment()):
            interleave(1, product(["4 busy"], (PYAUDIO, DIRECT, NATIVE)), measure, table)
    except RuntimeError as error:
        give_up(error, table)
    return {"waits": table}


def streams(effort: Effort) -> Tables:
    """Measures many streams at once on the free-running device."""
    title = "Callbacks per second, all streams together, 256 frames"
    table = Table(title, "thousands", (PYAUDIO, RAW), by_median=True)

    def measure(case: str, target: Target) -> None:
        many, _ = case.split()
        slices = run(
            target, "callbacks", shape="out", block=256, slices=effort.slices, streams=many
        )
        walls, _, frames = map(sum, zip(*slices))
        table.add(case, target, frames / 256 / walls * 1e6)

    cases = [f"{many} streams" for many in (4, 16, 64)]
    targets = (FLOOR, PYAUDIO, RAW, DIRECT, NATIVE)
    interleave(effort.few_rounds, product(cases, targets), measure, table)
    return {"streams": table}


IMPORT = """
import os, time
def memory():
    with open("/proc/self/statm") as file:
        _, resident, shared, *_ = map(int, file.read().split())
    return [pages * os.sysconf("SC_PAGE_SIZE") / 2**20 for pages in (resident, resident - shared)]
before, start = memory(), time.perf_counter()
import MODULE
taken, after = time.perf_counter() - start, memory()
import ctypes, ctypes.util, json
host_apis = ctypes.CDLL(ctypes.util.find_library("portaudio")).Pa_GetHostApiCount()
print(json.dumps([taken * 1000, *(b - a for a, b in zip(before, after)), host_apis >= 0]))
"""


def imports(effort: Effort) -> Tables:
    """Measures imports in fresh interpreters."""
    time = Table("Time of the import", "ms", (PYAUDIO,))
    memory = Table("Memory of the import", "MB", (PYAUDIO,))
    started = Table("PortAudio started by the import", "")
    modules = {PYAUDIO: "pyaudio", RAW: "sounddevice", DIRECT: "pyaudiopp"}

    def measure(case: str, target: Target) -> None:
        # Not in the worker, which has already imported much of what they need.
        program = IMPORT.replace("MODULE", modules[target])
        result = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            timeout=60,
        )
        if result.returncode:
            raise NotMeasured("failed: " + result.stderr.splitlines()[-1])
        milliseconds, resident, private, is_started = json.loads(result.stdout)
        time.add(case, target, milliseconds)
        memory.add("resident", target, resident)
        memory.add("of it private", target, private)
        started.add(case, target, float(is_started))

    rounds = 5 if effort.quick else 20
    interleave(rounds, product(["import"], modules), measure, time, memory, started)
    return {"import": time, "import_memory": memory, "import_started": started}


def latency(effort: Effort) -> Tables:
    """Counts the frames of a round trip through JACK."""
    trip = Table("Round trip through JACK at 128 frames", "frames")
    reported = Table("Latency that the stream reports, in and out", "frames")

    def measure(case: str, target: Target) -> None:
        with Running(target, "latency", block=PERIOD) as running:
            running.wait_until_ready()
            for channel in (0, 1):
                wire(jack, f"PortAudio:out_{channel}", f"PortAudio:in_{channel}")
            running.go_on()
            figures = running.figures()
        reported.add(case, target, figures["reported"])
        for frames in figures["trips"]:
            trip.add(case, target, frames)

    targets = (FLOOR, PYAUDIO, DIRECT, BUFFERED_50, BUFFERED_200)
    try:
        with JackDummy(period=PERIOD) as jack, environment(jack.environment()):
            interleave(1, product(["round trip"], targets), measure, trip, reported)
    except RuntimeError as error:
        give_up(error, trip, reported)
    return {"latency": trip, "latency_reported": reported}


def lifecycle(effort: Effort) -> Tables:
    """Measures opening and closing, on PulseAudio."""
    table = Table("Opening and closing, PulseAudio", "µs", (FLOOR, PYAUDIO))

    def measure(_: str, target: Target) -> None:
        figures = run(target, "lifecycle", repeats=5 if effort.quick else 15)
        table.add(SESSION, target, lowest_decile(figures["session"]))
        table.add(STREAM, target, lowest_decile(figures["stream"]))

    targets = (FLOOR, PYAUDIO, DIRECT)
    rounds = 5 if effort.quick else 20
    try:
        with VirtualCard() as card, environment(card.environment()):
            interleave(rounds, product([""], targets), measure, table)
    except RuntimeError as error:
        give_up(error, table)
    return {"lifecycle": table}


MEASURES: dict[str, Callable[[Effort], Tables]] = {
    measure.__name__: measure
    for measure in (
        callbacks,
        system_calls,
        instructions,
        blocking,
        load,
        waits,
        streams,
        imports,
        latency,
        lifecycle,
    )
}


def split(case: str) -> tuple[str, int]:
    """Breaks down the cost of "out256"."""
    name = case.rstrip("0123456789")
    return name, int(case[len(name) :])


def wire(jack: JackDummy, source: str, destination: str) -> None:
    """Connects two ports.

    Raises:
        NotMeasured: if JACK refuses.
    """
    try:
        jack.connect(source, destination)
    except subprocess.CalledProcessError as error:
        raise NotMeasured(f"failed: no connection from {source} to {destination}") from error


def give_up(reason: Exception, *tables: Table) -> None:
    """Records why the tables are empty or incomplete."""
    for table in tables:
        table.note = str(reason).splitlines()[0]
