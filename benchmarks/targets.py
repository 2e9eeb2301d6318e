# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The targets, each in its own process: the C floor, and Python libraries."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
BUILD = HERE.parent / "build" / "bench"
METER = BUILD / "libmeter.so"
FLOOR_PROGRAM = BUILD / "floor"

TASK_SECONDS = 120.0  # longer than any task, even under valgrind

# PortAudio 19.6 fails an assertion if ALSA has fewer than two devices.
NULL_DEVICES = """\
pcm.!default { type null hint { show on description "null" } }
pcm.other { type null hint { show on description "other" } }
"""


class NotMeasured(Exception):
    """A missing figure, and the reason."""


@dataclass(frozen=True)
class Target:
    """A target: its name in the tables, and worker.py's name for it."""

    name: str
    library: str = ""  # none: the C floor

    def command(self, task: str, options: Mapping[str, object]) -> list[str]:
        """Returns the command that does a task."""
        if self.library:
            program = [sys.executable, str(HERE / "worker.py"), str(METER), self.library]
        else:
            program = [str(FLOOR_PROGRAM)]
        return [*program, task, *(f"{name}={value}" for name, value in options.items())]


FLOOR = Target("C floor")
FLOOR_AGAIN = Target("C floor, again")
PYAUDIO = Target("PyAudio", "pyaudio")
RAW = Target("sounddevice RawStream", "sounddevice")
NUMPY = Target("sounddevice Stream (NumPy)", "sounddevice:numpy")
DIRECT = Target("pyaudiopp", "direct")
DIRECT_AGAIN = Target("pyaudiopp, again", "direct")
BUFFERED_50 = Target("pyaudiopp, buffered 50 ms", "buffered:0.05")
BUFFERED_200 = Target("pyaudiopp, buffered 200 ms", "buffered:0.2")
BUFFERED_300 = Target("pyaudiopp, buffered 300 ms", "buffered:0.3")
NATIVE = Target("pyaudiopp, native", "native")
BUSY_THREADS = Target("Python threads", "nothing")


def build() -> dict[str, str]:
    """Compiles the floor and the meter; returns the variables of the free-running device."""
    BUILD.mkdir(parents=True, exist_ok=True)
    source = HERE / "cpp" / "floor"
    compile_ = [os.environ.get("CXX", "c++"), "-std=c++17", "-O2", "-DNDEBUG", "-Wall", "-Wextra"]
    portaudio = subprocess.run(
        ["pkg-config", "--cflags", "--libs", "portaudio-2.0"],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout.split()
    for arguments in (
        ["-fPIC", "-shared", "-o", METER, source / "meter.cpp", "-ldl"],
        # The meter first, so that its function is found before ALSA's.
        ["-o", FLOOR_PROGRAM, source / "floor.cpp", METER, "-Wl,-rpath,$ORIGIN"],
    ):
        subprocess.run([*compile_, *map(str, arguments), *portaudio], check=True)
    configuration = BUILD / "asound.conf"
    configuration.write_text(NULL_DEVICES)
    return {"ALSA_CONFIG_PATH": str(configuration), "JACK_NO_START_SERVER": "1"}


class Running:
    """A target running a task."""

    def __init__(
        self,
        target: Target,
        task: str,
        prefix: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        **options: Any,
    ) -> None:
        self._process = subprocess.Popen(
            [*prefix, *target.command(task, options)],
            env={**os.environ, "LD_PRELOAD": str(METER), **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # ALSA and JACK are noisy; the end of the output shows what went wrong.
            stderr=subprocess.PIPE,
            text=True,
        )
        self._errors: list[str] = []
        self._reader = threading.Thread(target=self._read_errors)
        self._reader.start()
        self._alarm = threading.Timer(TASK_SECONDS, self._process.kill)
        self._alarm.start()

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *exception: object) -> None:
        self._alarm.cancel()
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._reader.join()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert pipe is not None
            pipe.close()

    def wait_until_ready(self) -> None:
        """Waits until its stream runs.

        Raises:
            NotMeasured: if it fails before that.
        """
        line = self._line()
        if line != "ready\n":
            self._figures(line)
            raise NotMeasured("failed: it did not report that it was ready")

    def go_on(self) -> None:
        """Sends the go-ahead that it waits for once it is ready."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def figures(self) -> Any:
        """Waits for its figures.

        Raises:
            NotMeasured: if it fails, or lacks the feature to measure.
        """
        return self._figures(self._line())

    def end(self) -> None:
        """Waits until it ends with success.

        Raises:
            NotMeasured: if it fails; with the target's own reason, if any.
        """
        line = self._line()
        if self._process.wait() != 0 or line:
            self._figures(line)

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def _figures(self, line: str) -> Any:
        if not line:
            status = self._process.wait()
            self._reader.join()
            last = " ".join(self._errors[-1:]).strip()
            raise NotMeasured(f"failed with status {status}: {last}")
        figures = json.loads(line)
        if isinstance(figures, dict) and "unavailable" in figures:
            raise NotMeasured(figures["unavailable"])
        return figures

    def _read_errors(self) -> None:
        assert self._process.stderr is not None
        self._errors.extend(self._process.stderr)


def run(target: Target, task: str, **options: Any) -> Any:
    """Runs a task on a target, and returns its figures.

    Raises:
        NotMeasured: when there are none.
    """
    with Running(target, task, **options) as running:
        return running.figures()


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Sets environment variables for a while."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def require(program: str) -> None:
    """Looks for a program.

    Raises:
        NotMeasured: if it is missing.
    """
    if shutil.which(program) is None:
        raise NotMeasured(f"{program} is not installed")
