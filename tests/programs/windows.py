# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Runs SpeechRecognition and pydub under Wine, on a Windows Python, and prints the results.

The cases are run.py's; the card is this machine's, which Wine plays on and records from.

Usage: windows.py PYTHON [PACKAGE...]     (PYTHON is a python.exe that has the programs)
"""

from __future__ import annotations

import subprocess
import sys

from cases import CASES
from rig import HERE
from run import repeat

from pyaudiopp.virtual_card import prefer_real_time

PROGRAMS = ("SpeechRecognition", "pydub")
NAMES = "`Microphone.list_microphone_names()`"  # the card's names are Wine's here


def version(python: str, program: str) -> str:
    code = f"import importlib.metadata as data; print(data.version({program!r}))"
    done = subprocess.run(["wine", python, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def main(python: str, *packages: str) -> int:
    packages = packages or ("pyaudio", "pyaudiopp")
    prefer_real_time()
    print(f"| program | what is done | {' | '.join(packages)} |")
    print("|---|---|" + "---|" * len(packages), flush=True)
    failed = False
    for case in CASES:
        if case.program not in PROGRAMS or case.title == NAMES:
            continue
        results = [
            repeat(case, package, ["wine", python, str(HERE / "inside.py"), package])
            for package in packages
        ]
        failed |= not results[-1][0]
        cells = [f"{case.program} {version(python, case.program)}", case.title]
        print(f"| {' | '.join([*cells, *(text for _, text in results)])} |", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
