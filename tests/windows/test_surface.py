# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Compares PyAudio 0.2.14 and pyaudiopp on Windows, by the questions of tests/python/surface.

They are asked on Wine, whose PulseAudio driver plays to a virtual sound card and records silence.
What needs the interposer, the ALSA that plays to a file, or fork is not asked. The difference of an
answer must be explained by tests/python/surface/explained.md, or by surface_explained.md.

The variable AUDIOPP_WINDOWS_PYTHON holds the command that runs the Windows Python, such as
"wine /opt/python/python.exe"; WINEPREFIX is Wine's own.
"""

from __future__ import annotations

import json
import os
import select
import shlex
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from rig import PYTHON, windows_environment, windows_path

from pyaudiopp.virtual_card import VirtualCard

HERE = Path(__file__).parent
SURFACE = HERE.parent / "python" / "surface"
sys.path.insert(0, str(SURFACE))

from explanations import complaints, explained, questions  # noqa: E402

QUESTIONS = [
    question for path in sorted((SURFACE / "probes").glob("*.txt")) for question in questions(path)
]
START_SECONDS = 60
SECONDS = 10  # longer than any answer takes on a busy machine
# An access violation, of which Linux tells the last byte only; and one that Wine does not survive.
VIOLATIONS = {0xC0000005 & 0xFF, -signal.SIGSEGV}

pytestmark = pytest.mark.timeout(900)

Answers = dict[str, str]


class Worker:
    """surface_worker.py on Windows Python."""

    def __init__(self, target: str, card: VirtualCard) -> None:
        self._process = subprocess.Popen(
            [*shlex.split(os.environ[PYTHON]), windows_path(HERE / "surface_worker.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**windows_environment(card), "SURFACE_TARGET": target, "SURFACE_FOLDER": ""},
            bufsize=0,
        )
        assert self._line(START_SECONDS) == "ready", "the worker does not start"

    def ask(self, question: str) -> Any:
        """The answer, or a description of how the worker died."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(question).encode() + b"\n")
        line = self._line(SECONDS)
        if line:
            return json.loads(line)
        try:
            status = self._process.wait(1)
        except subprocess.TimeoutExpired:
            return "hangs"
        return "dies of SIGSEGV" if status in VIOLATIONS else f"exits with {status}"

    def is_ready(self) -> bool:
        """Whether it can answer another question; else it has ended."""
        return self._line(SECONDS) == "ready" or self.end()

    def end(self) -> bool:
        """Ends it."""
        with self._process:
            self._process.kill()
        return False

    def _line(self, seconds: float) -> str:
        """The next line, empty if there is none: the worker has ended, or it takes too long."""
        assert self._process.stdout is not None
        deadline = time.monotonic() + seconds
        has_ended = False
        while not has_ended and time.monotonic() < deadline:
            has_ended = self._process.poll() is not None
            # Wine's services may hold the pipe, so that it does not end.
            if select.select([self._process.stdout], [], [], 0 if has_ended else 0.1)[0]:
                return self._process.stdout.readline().decode().strip()
        return ""


def ask(target: str) -> Answers:
    """One package's answers to what can be asked on Windows."""
    answers = {}
    worker = None
    with VirtualCard() as card:
        card.pactl("load-module", "module-null-sink", "sink_name=quiet", "norewinds=1")
        card.pactl("set-default-source", "quiet.monitor")
        card.pactl("set-default-sink", card.sink)
        for question in [*QUESTIONS, "static"]:
            worker = worker or Worker(target, card)
            answers[question] = worker.ask(question)
            if not worker.is_ready():
                worker = None
        if worker:
            worker.end()
    names = answers.pop("static")
    return {**{k: v for k, v in answers.items() if v is not None}, **names}


@pytest.fixture(scope="module")
def answers() -> tuple[Answers, Answers]:
    """PyAudio's and pyaudiopp's, asked at the same time."""
    with ThreadPoolExecutor() as pool:
        theirs, ours = pool.map(ask, ("pyaudio", "pyaudiopp"))
    return theirs, ours


def test_every_difference_is_explained(answers: tuple[Answers, Answers]) -> None:
    theirs, ours = answers
    shared = explained(SURFACE / "explained.md")
    rows = {probe: shared[probe] for probe in shared if theirs.get(probe) != ours.get(probe)}
    rows |= explained(HERE / "surface_explained.md")
    found = list(complaints(theirs, ours, rows))
    different = sum(theirs.get(probe) != ours.get(probe) for probe in {**theirs, **ours})
    print(f"{len({**theirs, **ours})} compared, {different} different")
    if found:
        pytest.fail(f"{len(found)} differences:\n\n" + "\n\n".join(found), pytrace=False)


def test_everything_possible_is_asked(answers: tuple[Answers, Answers]) -> None:
    asked = [{probe for probe in QUESTIONS if probe in each} for each in answers]
    assert asked[0] == asked[1]
    assert len(asked[0]) > 700


def test_each_row_is_needed(answers: tuple[Answers, Answers]) -> None:
    theirs, ours = answers
    shared = explained(SURFACE / "explained.md")
    for probe, row in explained(HERE / "surface_explained.md").items():
        assert probe in theirs, f"not asked: {probe}"
        if probe in shared and row.theirs != "...":
            one = {probe: theirs[probe]}, {probe: ours[probe]}
            assert list(complaints(*one, shared)), f"explained.md is enough for: {probe}"
