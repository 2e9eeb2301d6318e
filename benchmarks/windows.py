# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""What a callback costs on Windows, against PyAudio's Windows wheel: CPU time on Wine.

Usage: windows.py [ROUNDS [SECONDS]]. AUDIOPP_WINDOWS_PYTHON is the command that runs a Windows
Python with pyaudio and pyaudiopp, and WINEPREFIX is Wine's. The streams play to a virtual sound
card in real time, at a rate so high that the callbacks are many; PortAudio's host buffers are much
longer than the blocks, so that Wine's own work is shared by many callbacks. The floor, a compiled
callback that does nothing, has that work alone.
"""

from __future__ import annotations

import os
import shlex
import statistics
import subprocess
import sys
import time
from pathlib import Path

from pyaudiopp.virtual_card import VirtualCard

HERE = Path(__file__).resolve().parent
TARGETS = ("floor", "pyaudio", "pyaudiopp")
CASES = (("output", 64), ("output", 256), ("input", 256))


def cpu_seconds(pid: int) -> float:
    """The CPU time of all threads of a process, to the nanosecond."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text().split()[0])
        except FileNotFoundError:  # it has ended
            continue
    return total / 1e9


def measure(target: str, direction: str, frames: int, seconds: float) -> tuple[float, float]:
    """Microseconds of CPU time for each callback, and callbacks a second."""
    rate = 192000
    worker = "Z:" + str(HERE / "windows_worker.py").replace("/", "\\")
    with VirtualCard() as card:
        command = [*shlex.split(os.environ["AUDIOPP_WINDOWS_PYTHON"]), "-u", worker, target]
        with subprocess.Popen(
            [*command, "paMME", direction, str(frames), str(rate)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,  # on Wine, Python may not start if one of the three is a file
            text=True,
            env={**os.environ, **card.environment(), "WINEDEBUG": "-all", "PYTHONPATH": ""},
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None

            def count() -> int:
                print(file=process.stdin, flush=True)
                return int(process.stdout.readline())  # type: ignore[union-attr]

            count()
            time.sleep(1)
            blocks, cpu, begin = count(), cpu_seconds(process.pid), time.monotonic()
            time.sleep(seconds)
            blocks, cpu, begin = (
                count() - blocks,
                cpu_seconds(process.pid) - cpu,
                time.monotonic() - begin,
            )
            if target == "floor":  # it cannot count
                blocks = round(begin * rate / frames)
            process.stdin.close()
            return cpu / blocks * 1e6, blocks / begin


def main(rounds: int, seconds: float) -> None:
    """Prints the table."""
    print("| microseconds per callback | floor | PyAudio | pyaudiopp | ratio | ratio above floor |")
    print("|---|---|---|---|---|---|")
    for direction, frames in CASES:
        costs: dict[str, list[float]] = {target: [] for target in TARGETS}
        for _ in range(rounds):
            for target in TARGETS:
                costs[target].append(measure(target, direction, frames, seconds)[0])
        middle = {target: statistics.median(costs[target]) for target in TARGETS}
        least = {target: min(costs[target]) for target in TARGETS}
        above = (least["pyaudiopp"] - least["floor"]) / (least["pyaudio"] - least["floor"])
        print(
            f"| {direction} {frames} | "
            + " | ".join(f"{middle[target]:.2f}" for target in TARGETS)
            + f" | {least['pyaudiopp'] / least['pyaudio']:.3f} | {above:.3f} |",
            flush=True,
        )


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 3, float(sys.argv[2]) if len(sys.argv) > 2 else 5
    )
