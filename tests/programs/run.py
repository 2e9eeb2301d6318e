# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Runs other people's programs on PyAudio and on pyaudiopp, and prints the results.

Each case has its own virtual sound card, and a process that may die or hang. Sounds go from the
card to the program or the other way, and every frame is compared. A stalled machine makes a case
wrong too: so a wrong one is repeated, more often if the card has counted underruns, and the table
says which attempt was right.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import sys
import tempfile
from pathlib import Path

from cases import CASES, Case
from rig import HERE, Rig, Wrong

from pyaudiopp.virtual_card import VirtualCard, prefer_real_time

PACKAGES = ("pyaudio", "pyaudiopp")
TRIES = 3
TRIES_WITH_UNDERRUNS = 10


def version(program: str) -> str | None:
    try:
        return importlib.metadata.version(program)
    except importlib.metadata.PackageNotFoundError:
        return None


def run(case: Case, package: str) -> tuple[bool, str]:
    """Runs the case on a package in this environment."""
    return repeat(case, package, [sys.executable, str(HERE / "inside.py"), package])


def repeat(case: Case, package: str, command: list[str]) -> tuple[bool, str]:
    """Repeats the case until it is right; returns whether it is, and a description."""
    result = ""
    undisturbed = 0
    for attempt in range(1, TRIES_WITH_UNDERRUNS + 1):
        with tempfile.TemporaryDirectory() as directory, VirtualCard(**case.card) as card:
            os.environ.update(card.environment())
            rig = Rig(card, Path(directory), command)
            try:
                result = f"right: {case.check(rig)}"
                return True, result if attempt == 1 else f"{result}, at try {attempt}"
            except Wrong as wrong:
                result = f"wrong: {wrong}"
                underruns = card.underruns
            finally:
                rig.close()
        what = f"{case.program}, {case.title}, {package}, try {attempt}"
        print(f"{what}: {result}; {underruns} underruns", file=sys.stderr)
        undisturbed += not underruns
        if undisturbed == TRIES:
            break
    return False, result


def main() -> int:
    names = sorted({case.program for case in CASES}, key=str.lower)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(names)}")
    chosen = parser.parse_args().names or names
    if unknown := set(chosen) - set(names):
        parser.error(f"no such program: {', '.join(unknown)}")

    prefer_real_time()
    print(f"| program | what is done | PyAudio {version('pyaudio')} | pyaudiopp |")
    print("|---|---|---|---|", flush=True)
    failed = False
    for case in (case for case in CASES if case.program in chosen):
        installed = version(case.program)
        if installed is None:
            continue
        results = [run(case, package) for package in PACKAGES]
        failed |= not results[-1][0]
        cells = [f"{case.program} {installed}", case.title, *(text for _, text in results)]
        print(f"| {' | '.join(cells)} |", flush=True)
    for name in (name for name in chosen if version(name) is None):
        print(f"{name} is not installed here", file=sys.stderr)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
