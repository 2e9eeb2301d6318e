# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The live tests: the real PortAudio, on a virtual sound card of this test process's own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rig import Program, StallWatch, Transfer

from pyaudiopp.virtual_card import JackDummy, VirtualCard

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "python"

# At the default latency PortAudio keeps 11 ms of sound ahead on the card: whoever sleeps longer leaves a hole.
STALL_SECONDS = 0.010
TRIES = 3

_not_exact: list[str] = []


@pytest.fixture(scope="session")
def card() -> Iterator[VirtualCard]:
    """The virtual sound card, as the default device of this process and of its children."""
    if missing := VirtualCard.missing():
        pytest.skip(f"no virtual sound card here: it needs {', '.join(missing)}")
    with VirtualCard() as card, pytest.MonkeyPatch.context() as patch:
        for name, value in card.environment().items():
            patch.setenv(name, value)
        yield card


@pytest.fixture
def jack(card: VirtualCard, monkeypatch: pytest.MonkeyPatch) -> Iterator[JackDummy]:
    """A JACK server with two channels and a period of 128 frames, beside the virtual sound card."""
    if missing := JackDummy.missing():
        pytest.skip(f"no JACK here: it needs {', '.join(missing)}")
    with JackDummy() as jack:
        for name, value in jack.environment().items():
            monkeypatch.setenv(name, value)
        yield jack


@pytest.fixture
def example(card: VirtualCard) -> Iterator[Callable[..., Program]]:
    """Starts one of the Python examples on the card: `example("record.py", path, "--seconds", 2)`."""
    started: list[Program] = []

    def start(name: str, *arguments: object) -> Program:
        command = [sys.executable, str(EXAMPLES / name), *map(str, arguments)]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True)
        started.append(Program(process))
        return started[-1]

    yield start
    for program in started:
        program.kill()


@pytest.fixture
def exactly(card: VirtualCard, request: pytest.FixtureRequest) -> Callable[[Callable[[], Transfer]], None]:
    """Makes a transfer, which has to be exact; again only when something other than our code disturbed it.

    That is an underrun that somebody counted, or a machine that stalled. Three tries at most, each one told.
    """

    def run(transfer: Callable[[], Transfer]) -> None:
        for attempt in range(1, TRIES + 1):
            underruns = card.underruns
            with StallWatch() as stall:
                result = transfer()
            if result.received == result.sent:
                return
            xruns = card.underruns - underruns + result.xruns
            _not_exact.append(
                f"{request.node.name}, try {attempt}: {result.difference()};"
                f" {xruns} xruns, the machine slept {stall.worst * 1000:.0f} ms too long"
            )
            if not xruns and stall.worst < STALL_SECONDS:
                break
        pytest.fail(_not_exact[-1])

    return run


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Lists every try that was not exact, also where a later one was."""
    for line in _not_exact:
        terminalreporter.write_line(f"not exact: {line}")
