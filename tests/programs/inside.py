# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Runs a program in this process on PyAudio or on pyaudiopp; run.py gives it a virtual card.

Usage: inside.py PACKAGE PROGRAM [ARGUMENT...].
"""

from __future__ import annotations

import runpy
import sys


def main(package: str, program: str, *arguments: str) -> None:
    if package == "pyaudiopp":
        import pyaudiopp

        pyaudiopp.install_as_pyaudio()
    sys.argv[:] = [program, *arguments]
    runpy.run_path(program, run_name="__main__")
    used = sys.modules["pyaudio"].__name__
    if used != package:
        raise SystemExit(f"the program has used {used}, and should have used {package}")


if __name__ == "__main__":
    main(*sys.argv[1:])
