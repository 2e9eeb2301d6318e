# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Tests wheels and programs in a bare Debian 12, without a compiler and without PortAudio.

Usage: run.py wheel WHEEL       installs a CPython 3.11 wheel, plays, and checks what it says if
                                ALSA is missing
       run.py program PROGRAM   plays with a program packed with pyaudiopp

Needs root and debootstrap. Compares what reaches a virtual sound card frame by frame.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from debian import BareDebian  # noqa: E402

# What the tests need besides the wheel or program.
FILES = [
    "tests/wheel/inside.py",
    "tests/wheel/missing.py",
    "examples/python/play_wave.py",
]


def try_wheel(debian: BareDebian, wheel: Path) -> None:
    """Installs a wheel, plays, then removes ALSA."""
    debian.run("python3", "-m", "venv", "/venv")
    debian.run("/venv/bin/pip", "install", "--quiet", "--no-index", f"/trial/{wheel.name}")
    debian.run("/venv/bin/python", "/trial/inside.py", "/venv/bin/python", "/trial/play_wave.py")
    debian.run("/venv/bin/python", "/trial/missing.py")


def try_program(debian: BareDebian, program: Path) -> None:
    """Plays with a program."""
    debian.run("python3", "/trial/inside.py", f"/trial/{program.name}")


def main(arguments: list[str]) -> int:
    kinds = {"wheel": try_wheel, "program": try_program}
    if len(arguments) != 2 or arguments[0] not in kinds:
        print(__doc__, file=sys.stderr)
        return 2
    tried = Path(arguments[1])
    try:
        with BareDebian(ROOT / "build" / "bare") as debian:
            trial = debian.root / "trial"
            trial.mkdir()
            for path in [*(ROOT / name for name in FILES), tried]:
                shutil.copy(path, trial)
            shutil.copytree(ROOT / "python/pyaudiopp/virtual_card", trial / "virtual_card")
            kinds[arguments[0]](debian, tried)
    except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
        print(f"trial: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
