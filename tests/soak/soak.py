# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Uses pyaudiopp at random from several threads, and reports whether anything grows.

    python tests/soak/soak.py [MINUTES] [--seed N] [--threads N] [--slack MEGABYTES]

Runs on the simulation, in real time. Measures memory, file descriptors and threads with every
stream closed: after a tenth of the time, with warm caches, and at the end.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyaudiopp
from pyaudiopp import simulation

STEREO = {"format": pyaudiopp.paInt16, "channels": 2, "rate": 48000}
FAULTS = [
    "Pa_Initialize",
    "Pa_GetDeviceInfo",
    "Pa_OpenStream",
    "Pa_CloseStream",
    "Pa_StartStream",
    "Pa_StopStream",
    "Pa_AbortStream",
    "Pa_ReadStream",
    "Pa_WriteStream",
    "Pa_GetStreamReadAvailable",
    "Pa_GetStreamWriteAvailable",
]
ERRORS = [
    pyaudiopp.paUnanticipatedHostError,
    pyaudiopp.paInsufficientMemory,
    pyaudiopp.paDeviceUnavailable,
]


@dataclass
class Measured:
    """The resources of the process."""

    memory: int
    descriptors: int
    threads: int

    @classmethod
    def now(cls) -> Measured:
        """Measures this process, after a garbage collection."""
        gc.collect()
        status = Path("/proc/self/status").read_text().splitlines()
        values = dict(line.split(":", 1) for line in status if ":" in line)
        return cls(
            memory=int(values["VmRSS"].split()[0]) * 1024,
            descriptors=len(os.listdir("/proc/self/fd")),
            threads=int(values["Threads"]),
        )


class Worker:
    """One thread's work, with its own PyAudio and streams shared with the others."""

    THINGS = ("open", "open", "callback", "write", "read", "stop", "start", "ask", "close")
    THINGS += (*THINGS, "again", "fault")

    def __init__(
        self,
        seed: str,
        shared: list[pyaudiopp.PyAudio.Stream],
        card: simulation.Simulation,
    ) -> None:
        self.random = random.Random(seed)
        self.shared = shared
        self.card = card
        self.done: Counter[str] = Counter()

    def work(self, until: float) -> None:
        """Does one random thing after another, whatever the outcome."""
        p = None
        while time.monotonic() < until:
            name = self.random.choice(self.THINGS)
            try:
                if name == "again" or p is None:
                    if p is not None:
                        p.terminate()
                    p = None
                    p = pyaudiopp.PyAudio()
                else:
                    getattr(self, name)(p)
                self.done[name] += 1
            except (OSError, IndexError, ArithmeticError) as error:
                self.done[f"{name}: {type(error).__name__}"] += 1
        if p is not None:
            p.terminate()

    def stream(self) -> pyaudiopp.PyAudio.Stream:
        """Returns any shared stream."""
        return self.shared[self.random.randrange(len(self.shared) or 1)]

    def keep(self, stream: pyaudiopp.PyAudio.Stream) -> None:
        """Shares a stream; beyond a few, drops the oldest without closing it."""
        self.shared.append(stream)
        if len(self.shared) > 12:
            self.shared.pop(0)

    def open(self, p: pyaudiopp.PyAudio) -> None:
        """Opens a blocking stream."""
        sides = self.random.choice(
            [{"input": True}, {"output": True}, {"input": True, "output": True}]
        )
        self.keep(p.open(**STEREO, **sides))

    def callback(self, p: pyaudiopp.PyAudio) -> None:
        """Opens a stream with a callback, buffered or not, that ends it sooner or later."""
        blocks = self.random.randrange(1, 20)
        end = self.random.choice([pyaudiopp.paComplete, pyaudiopp.paAbort])

        def call(data: Any, frames: int, times: Any, flags: int) -> tuple[bytes, int]:
            nonlocal blocks
            blocks -= 1
            return bytes(4 * frames), pyaudiopp.paContinue if blocks > 0 else end

        self.keep(
            p.open(
                **STEREO,
                input=self.random.random() < 0.5,
                output=True,
                frames_per_buffer=64,
                stream_callback=call,
                callback_buffer=self.random.choice([None, 128, 0.01]),
            )
        )

    def write(self, p: pyaudiopp.PyAudio) -> None:
        """Writes to any stream."""
        timeout = self.random.choice([None, 0, 0.001])
        self.stream().write(bytes(4 * self.random.randrange(300)), timeout=timeout)

    def read(self, p: pyaudiopp.PyAudio) -> None:
        """Reads from any stream."""
        timeout = self.random.choice([None, 0, 0.001])
        self.stream().read(self.random.randrange(300), False, timeout=timeout)

    def stop(self, p: pyaudiopp.PyAudio) -> None:
        """Stops any stream."""
        self.stream().stop_stream()

    def start(self, p: pyaudiopp.PyAudio) -> None:
        """Starts any stream."""
        self.stream().start_stream()

    def ask(self, p: pyaudiopp.PyAudio) -> None:
        """Calls every query on any stream."""
        stream = self.stream()
        stream.get_time()
        stream.is_active()
        stream.is_stopped()

    def close(self, p: pyaudiopp.PyAudio) -> None:
        """Closes any stream."""
        self.stream().close()

    def fault(self, p: pyaudiopp.PyAudio) -> None:
        """Makes a PortAudio call fail soon, whoever makes it."""
        call, error = self.random.choice(FAULTS), self.random.choice(ERRORS)
        self.card.inject(simulation.Fault(call, error, nth=self.random.randrange(1, 10)))


def run(card: simulation.Simulation, seconds: float, seed: str, threads: int) -> Counter[str]:
    """Runs the workers, waits for them, and drops the shared streams."""
    shared: list[pyaudiopp.PyAudio.Stream] = []
    workers = [Worker(f"{seed}/{number}", shared, card) for number in range(threads)]
    until = time.monotonic() + seconds
    running = [threading.Thread(target=worker.work, args=(until,)) for worker in workers]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(seconds + 60)
        if thread.is_alive():
            sys.exit(f"a thread hangs (seed {seed})")
    card.clear_faults()
    return sum((worker.done for worker in workers), Counter())


def main() -> int:
    """Runs the test; exit status 1 if anything has grown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("minutes", type=float, nargs="?", default=20)
    parser.add_argument("--seed", default=str(random.randrange(1 << 32)))
    parser.add_argument("--threads", type=int, default=4)
    # The allocator's own variation; a sanitizer's is larger.
    parser.add_argument("--slack", type=float, default=4, help="megabytes that are no growth")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}, {arguments.threads} threads, {arguments.minutes:g} minutes")

    # The simulation keeps what was played; keep little, or it would look like a leak.
    device = simulation.Device(output_kept=1)
    card = simulation.Simulation([simulation.HostApi(devices=[device])], clock="real_time")
    card.use()
    seconds = arguments.minutes * 60
    done = run(card, seconds / 10, f"{arguments.seed}/warm", arguments.threads)
    before = Measured.now()
    done += run(card, seconds * 9 / 10, arguments.seed, arguments.threads)
    after = Measured.now()

    for name, count in sorted(done.items()):
        print(f"{count:10,}  {name}")
    print(f"{sum(done.values()):10,}  operations, {card.faults_hit():,} faults hit")
    print(f"memory       {before.memory:13,} -> {after.memory:13,} bytes")
    print(f"descriptors  {before.descriptors:13,} -> {after.descriptors:13,}")
    print(f"threads      {before.threads:13,} -> {after.threads:13,}")
    grown = (
        after.memory > before.memory + arguments.slack * 2**20
        or after.descriptors > before.descriptors
        or after.threads > before.threads
    )
    print("something has grown" if grown else "nothing has grown")
    return int(grown)


if __name__ == "__main__":
    sys.exit(main())
