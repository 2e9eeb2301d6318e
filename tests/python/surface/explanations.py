# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Reads the questions and explained.md, and finds what it does not explain."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Explained(NamedTuple):
    """A row of such a file."""

    why: str
    theirs: str
    ours: str


def questions(path: Path) -> list[str]:
    """The questions in one file of probes/."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def explained(path: Path) -> dict[str, Explained]:
    """The rows of a file: a probe and two answers, under a heading that says why."""
    rows: dict[str, Explained] = {}
    why = ""
    block: list[str] = []
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        if line.startswith("## "):
            why = line[3:]
        elif line.startswith("    "):
            block.append(line[4:])
        elif block:
            probe, theirs, ours = block
            assert probe not in rows, f"explained twice: {probe}"
            rows[probe] = Explained(
                why, theirs.removeprefix("PyAudio:   "), ours.removeprefix("pyaudiopp: ")
            )
            block = []
    return rows


def is_like(answer: str, pattern: str) -> bool:
    """Whether an answer matches a row, in which `...` stands for anything."""
    return (
        re.fullmatch(".*".join(map(re.escape, pattern.split("..."))), answer, re.DOTALL) is not None
    )


def complaints(
    theirs: dict[str, str], ours: dict[str, str], rows: dict[str, Explained]
) -> Iterator[str]:
    """The problems with the answers, or with the rows about them."""
    for probe in [*theirs, *(name for name in ours if name not in theirs)]:
        their, our = theirs.get(probe, "absent"), ours.get(probe, "absent")
        answers = f"{probe}\n    PyAudio:   {their}\n    pyaudiopp: {our}"
        row = rows.get(probe)
        if row is None:
            if their != our and not is_private_addition(probe, their):
                yield f"not explained: {answers}"
        elif their == our and row.theirs != "...":
            yield f"explained by {row.why!r}, yet no longer different: {answers}"
        elif not (is_like(their, row.theirs) and is_like(our, row.ours)):
            yield f"explained by {row.why!r} otherwise: {answers}"


def is_private_addition(name: str, their: str) -> bool:
    """Whether only our own code uses a name."""
    last = name.rpartition(".")[2]
    return their == "absent" and last.startswith("_") and not last.endswith("__")
