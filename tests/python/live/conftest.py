# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The live tests: the real PortAudio, on this test process's own virtual sound card."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pyaudiopp.virtual_card import JackDummy, VirtualCard, prefer_real_time

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "python"

# At the default latency PortAudio keeps 11 ms of sound queued on the card: a longer stall causes a
# gap.
STALL_SECONDS = 0.010
TRIES = 3

_not_exact: list[str] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks all tests in this directory."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.live)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Lists every attempt that was not exact, even if a later one was."""
    for line in _not_exact:
        terminalreporter.write_line(f"not exact: {line}")


@pytest.fixture(scope="session", autouse=True)
def in_real_time() -> None:
    """Gives the virtual sound card and its programs real-time priority, if allowed."""
    prefer_real_time()


@pytest.fixture
def card(virtual_card: VirtualCard) -> VirtualCard:
    """The virtual sound card, as the default device of this process and of its children."""
    return virtual_card


@pytest.fixture
def jack(card: VirtualCard, monkeypatch: pytest.MonkeyPatch) -> Iterator[JackDummy]:
    """A JACK server with two channels and a period of 128 frames, beside the virtual sound card."""
    if missing := JackDummy.missing():
        pytest.skip(f"no JACK here: it needs {', '.join(missing)}")
    with JackDummy() as jack:
        for name, value in jack.environment().items():
            monkeypatch.setenv(name, value)
        yield jack


class Program:
    """A program running beside the test."""

    def __init__(self, *command: str) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True
        )

    def wait(self) -> str:
        """Waits until it ends with success, and returns its output."""
        output, errors = self._process.communicate()
        assert self._process.returncode == 0, f"{self._process.args!r} failed:\n{output}\n{errors}"
        return output

    def kill(self) -> None:
        """Ends it if it is still running."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


@pytest.fixture
def example(card: VirtualCard) -> Iterator[Callable[..., Program]]:
    """Starts a Python example on the card: `example("record.py", path, "--seconds", 2)`."""
    started: list[Program] = []

    def start(name: str, *arguments: object) -> Program:
        started.append(Program(sys.executable, str(EXAMPLES / name), *map(str, arguments)))
        return started[-1]

    yield start
    for program in started:
        program.kill()


class StallWatch:
    """Measures how late the machine wakes a thread that sleeps two milliseconds at a time."""

    _NAP = 0.002

    def __init__(self) -> None:
        self.worst = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> StallWatch:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.is_set():
            before = time.monotonic()
            self._done.wait(self._NAP)
            self.worst = max(self.worst, time.monotonic() - before - self._NAP)


def difference(sent: bytes, received: bytes, frame_size: int) -> str:
    """Describes, in frames, how far the two agree."""
    shorter = min(len(sent), len(received))
    same = next((i for i in range(shorter) if sent[i] != received[i]), shorter)
    return (
        f"{len(sent) // frame_size} frames sent, {len(received) // frame_size} received,"
        f" the first {same // frame_size} the same"
    )


@pytest.fixture
def exactly(card: VirtualCard, request: pytest.FixtureRequest) -> Callable[..., None]:
    """Runs a transfer that must be exact: `exactly(transfer, frame_size=4)`.

    The transfer returns what was sent, what was received, and the xruns it saw itself. It is
    repeated only if something other than our code disturbed it, that is after a counted underrun or
    a stall of the machine; at most three times, and each attempt is reported.
    """

    def run(transfer: Callable[[], tuple[bytes, bytes, int]], frame_size: int) -> None:
        for attempt in range(1, TRIES + 1):
            underruns = card.underruns
            with StallWatch() as stall:
                sent, received, xruns = transfer()
            if received == sent:
                return
            xruns += card.underruns - underruns
            _not_exact.append(
                f"{request.node.name}, try {attempt}: {difference(sent, received, frame_size)};"
                f" {xruns} xruns, the machine slept {stall.worst * 1000:.0f} ms too long"
            )
            if not xruns and stall.worst < STALL_SECONDS:
                break
        pytest.fail(_not_exact[-1])

    return run
