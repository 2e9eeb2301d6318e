# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""``pyaudiopp run``: a program that was written for PyAudio, as it is."""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Callable, Sequence

from pyaudiopp import install_as_pyaudio
from pyaudiopp._cli.status import DONE, USAGE, Failure


def prepare(program: str, arguments: Sequence[str], as_module: bool) -> Callable[[], int]:
    """Returns what runs the program as Python itself would: what it raises is not ours."""
    if not as_module and not os.path.exists(program):
        raise Failure(f"cannot run {program}: No such file or directory", USAGE)

    def run() -> int:
        install_as_pyaudio()
        sys.argv = [program, *arguments]
        # Python puts the program's directory, or for a module the current one, where ours is now.
        sys.path[0] = os.getcwd() if as_module else os.path.dirname(os.path.realpath(program))
        if as_module:
            runpy.run_module(program, run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(program, run_name="__main__")
        return DONE

    return run
