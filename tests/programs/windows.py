# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Runs SpeechRecognition and pydub under Wine, on a Windows Python, and prints the results.

The cases are run.py's; the card is this machine's, which Wine plays on and records from.

Usage: windows.py PYTHON [WAY...]     (PYTHON is a python.exe that has the programs)
WAY is pyaudio, pyaudiopp, which is by install_as_pyaudio(), or run, by `python -m pyaudiopp run`.
"""

from __future__ import annotations

import subprocess
import sys

from cases import CASES
from rig import HERE
from run import repeat

from pyaudiopp.virtual_card import prefer_real_time

WAYS = {
    "pyaudio": [str(HERE / "inside.py"), "pyaudio"],
    "pyaudiopp": [str(HERE / "inside.py"), "pyaudiopp"],
    "run": ["-m", "pyaudiopp", "run"],
}
PROGRAMS = ("SpeechRecognition", "pydub")
# Python cannot write to a file that Wine has got from a program outside; to a pipe it can.
ON_WINE = ["bash", "-c", 'exec wine "$@" 2> >(cat >&2)', "wine"]
NAMES = "`Microphone.list_microphone_names()`"  # the card's names are Wine's here


def version(python: str, program: str) -> str:
    code = f"import importlib.metadata as data; print(data.version({program!r}))"
    done = subprocess.run(["wine", python, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def main(python: str, *chosen: str) -> int:
    ways = chosen or tuple(WAYS)
    prefer_real_time()
    print(f"| program | what is done | {' | '.join(ways)} |")
    print("|---|---|" + "---|" * len(ways), flush=True)
    failed = False
    for case in CASES:
        if case.program not in PROGRAMS or case.title == NAMES:
            continue
        results = [repeat(case, way, [*ON_WINE, python, *WAYS[way]]) for way in ways]
        failed |= any(not right for way, (right, _) in zip(ways, results) if way != "pyaudio")
        cells = [f"{case.program} {version(python, case.program)}", case.title]
        print(f"| {' | '.join([*cells, *(text for _, text in results)])} |", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
