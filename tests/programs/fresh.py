# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Installs and runs programs that require PyAudio in fresh environments, after `as-pyaudio`.

Usage: fresh.py WHEEL, for this Python: once with pip, once with uv. Prints a table.
"""

from __future__ import annotations

import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cases import CASES
from run import repeat

from pyaudiopp.virtual_card import prefer_real_time


@dataclass(frozen=True)
class Program:
    """A program: what installs it, and where it runs.

    Attributes:
        name: its name on PyPI.
        requirements: what is installed. Programs that require torch are installed without their
            dependencies, because that is gigabytes that their clients do not use.
        without_dependencies: whether to do so.
        python: the least Python.
    """

    name: str
    requirements: tuple[str, ...]
    without_dependencies: bool = False
    python: tuple[int, int] = (3, 9)


PROGRAMS = [
    Program("SpeechRecognition", ("SpeechRecognition[audio]", "pydub")),
    Program("realtimestt", ("numpy", "scipy"), True, (3, 11)),
    Program("whisper-live", ("av", "numpy", "scipy", "websocket-client"), True),
]
INSTALLERS = ("pip", "uv")


class Environment:
    """A virtual environment with pyaudiopp as PyAudio."""

    def __init__(self, directory: Path, installer: str, wheel: str) -> None:
        self._installer = installer
        self.python = str(directory / "bin" / "python")
        if installer == "uv":
            self._call("uv", "venv", "-q", "-p", sys.executable, str(directory))
        else:
            self._call(sys.executable, "-m", "venv", str(directory))
        self.install(wheel)
        self._call(self.python, "-m", "pyaudiopp", "as-pyaudio")

    def install(self, *arguments: str) -> None:
        self._pip("install", "-q", *arguments)

    def check(self) -> None:
        """Whether the installer is content with what is installed."""
        self._pip("check")

    def version(self, name: str) -> str:
        program = "import importlib.metadata, sys; print(importlib.metadata.version(sys.argv[1]))"
        return self._call(self.python, "-c", program, name).strip()

    def _pip(self, command: str, *arguments: str) -> str:
        if self._installer == "uv":
            return self._call("uv", "pip", command, "-p", self.python, *arguments)
        return self._call(self.python, "-m", "pip", command, *arguments)

    def _call(self, *command: str) -> str:
        result = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        if result.returncode != 0:
            raise SystemExit(f"{' '.join(command)}\n{result.stdout}")
        return result.stdout


def main(wheel: str) -> int:
    prefer_real_time()
    print("| Python | installer | program | PyAudio | what is done | |", flush=True)
    print("|---|---|---|---|---|---|", flush=True)
    failed = False
    for installer in INSTALLERS:
        with tempfile.TemporaryDirectory() as directory:
            environment = Environment(Path(directory, "env"), installer, wheel)
            for program in PROGRAMS:
                if sys.version_info < program.python:
                    continue
                environment.install(*program.requirements)
                if program.without_dependencies:
                    environment.install("--no-deps", program.name)
                else:
                    environment.check()
                for case in CASES:
                    if case.program != program.name:
                        continue
                    right, text = repeat(case, installer, [environment.python])
                    failed |= not right
                    name = f"{program.name} {environment.version(program.name)}"
                    cells = [platform.python_version(), installer, name]
                    cells += [environment.version("PyAudio"), case.title, text]
                    print(f"| {' | '.join(cells)} |", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
