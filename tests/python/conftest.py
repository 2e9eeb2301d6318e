# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Shared fixtures: a simulated sound system, and a PyAudio on it."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings

import pyaudiopp
from pyaudiopp import simulation
from pytest_pyaudiopp import MakeSimulatedCard

# The same few examples each time; --hypothesis-profile=fuzz tries many new ones.
settings.register_profile(
    "few", max_examples=50, stateful_step_count=30, derandomize=True, deadline=None, database=None
)
settings.register_profile(
    "fuzz", max_examples=5000, stateful_step_count=50, deadline=None, database=None, print_blob=True
)
settings.load_profile("few")

STEREO = {"format": pyaudiopp.paInt16, "channels": 2, "rate": 48000}


@pytest.fixture
def free(simulated_card: simulation.Simulation) -> simulation.Simulation:
    """A free-running simulation with one stereo device."""
    return simulated_card


@pytest.fixture
def by_hand(make_simulated_card: MakeSimulatedCard) -> simulation.Simulation:
    """A simulation with one stereo device, whose clock the test advances."""
    return make_simulated_card(clock="by_hand")


@pytest.fixture
def p() -> Iterator[pyaudiopp.PyAudio]:
    """A PyAudio on the simulation that the test uses."""
    p = pyaudiopp.PyAudio()
    yield p
    p.terminate()


@pytest.fixture
def stereo() -> dict[str, int]:
    """Arguments for a stereo int16 stream."""
    return dict(STEREO)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs a command of the command line in this process; returns status, stdout and stderr."""
    from pyaudiopp._cli import main

    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main([str(argument) for argument in arguments])
        return (status, *capsys.readouterr())

    return run


# ---- programs that are interrupted ----

# Presses keys in another process's console, which is how Windows has signals. Wine knows Ctrl-C
# alone: there Ctrl-Break does in the other process what Windows does there.
_PRESS = """
import ctypes, os, sys
process, event = map(int, sys.argv[1:])
windows = ctypes.WinDLL("kernel32", use_last_error=True)
for name in ("OpenProcess", "GetModuleHandleW", "GetProcAddress", "CreateRemoteThread"):
    getattr(windows, name).restype = ctypes.c_void_p
def check(done):
    if not done:
        raise ctypes.WinError(ctypes.get_last_error())
    return ctypes.c_void_p(done)
if event and hasattr(ctypes.WinDLL("ntdll"), "wine_get_version"):
    opened = check(windows.OpenProcess(0x1FFFFF, 0, process))
    module = check(windows.GetModuleHandleW("kernelbase"))
    routine = check(windows.GetProcAddress(module, b"CtrlRoutine"))
    check(windows.CreateRemoteThread(opened, None, 0, routine, ctypes.c_void_p(event), 0, None))
else:
    handler = ctypes.WINFUNCTYPE(ctypes.c_int, ctypes.c_ulong)(lambda event: 1)  # not for us
    windows.FreeConsole()
    check(windows.AttachConsole(process))
    check(windows.SetConsoleCtrlHandler(handler, 1))
    check(windows.GenerateConsoleCtrlEvent(event, 0))
    os._exit(0)  # without freeing the handler, which may be called this moment
"""


def _on_wine() -> bool:
    import ctypes

    return sys.platform == "win32" and hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")


class Interruptible:
    """A program that a test interrupts as a user does, by Ctrl-C.

    On Windows it has a console of its own. Elsewhere SIGTERM stands for Ctrl-Break: it too ends a
    process at once unless the program handles it.
    """

    BREAK = signal.SIGBREAK if sys.platform == "win32" else signal.SIGTERM
    # The status of a process that Ctrl-C or Ctrl-Break ends.
    ENDED_BY_CTRL_C = 0xC000013A if sys.platform == "win32" else -signal.SIGINT
    ENDED_BY_BREAK = 0 if _on_wine() else 0xC000013A if sys.platform == "win32" else -signal.SIGTERM

    def __init__(self, *arguments: object, **environment: str) -> None:
        own_console = 0x08000000 if sys.platform == "win32" else 0  # without a window
        self._process = subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            creationflags=own_console,
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._errors: queue.Queue[str] = queue.Queue()
        self._readers = [
            threading.Thread(target=self._read, args=pair, daemon=True)
            for pair in (
                (self._process.stdout, self._lines),
                (self._process.stderr, self._errors),
            )
        ]
        for reader in self._readers:
            reader.start()

    @staticmethod
    def _read(stream: object, lines: queue.Queue[str]) -> None:
        for line in stream:  # type: ignore[attr-defined]
            lines.put(line)

    def wait_for(self, line: str, timeout: float = 60) -> None:
        """Waits until it prints this line, and drops what it prints before."""
        deadline = time.monotonic() + timeout
        said = [""]
        while said[-1] != f"{line}\n":
            try:
                said.append(self._lines.get(timeout=max(0, deadline - time.monotonic())))
            except queue.Empty:
                end = self.end(kill=True)
                pytest.fail(f"it did not print {line} but {''.join(said)!r}, and ended with {end}")

    def press(self, key: str) -> None:
        """Presses Ctrl with "C" or "Break"."""
        if sys.platform == "win32":
            event = {"C": signal.CTRL_C_EVENT, "Break": signal.CTRL_BREAK_EVENT}[key]
            press = [sys.executable, "-c", _PRESS, str(self._process.pid), str(int(event))]
            subprocess.run(press, check=True, timeout=60)
        else:
            self._process.send_signal({"C": signal.SIGINT, "Break": self.BREAK}[key])

    def end(self, timeout: float = 60, kill: bool = False) -> tuple[int, str, str]:
        """Waits for its end; returns the status, what else it printed, and its errors."""
        if kill:
            self._process.kill()
        try:
            status = self._process.wait(timeout)
        finally:
            self._process.kill()
            for reader, stream in zip(self._readers, (self._process.stdout, self._process.stderr)):
                reader.join(20)
                if not reader.is_alive():  # else closing it would wait, too
                    stream.close()  # type: ignore[union-attr]
        return status, "".join(self._lines.queue), "".join(self._errors.queue)


@pytest.fixture
def interruptible() -> Iterator[Callable[..., Interruptible]]:
    """Starts a Python with these arguments, and ends it after the test."""
    started: list[Interruptible] = []

    def start(*arguments: object, **environment: str) -> Interruptible:
        started.append(Interruptible(*arguments, **environment))
        return started[-1]

    yield start
    for program in started:
        program.end(kill=True)
