# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Tests wheels and programs in a bare Debian 12, without a compiler and without PortAudio.

Usage: run.py wheel WHEEL       installs a CPython 3.11 wheel, plays, and checks what it says if
                                ALSA is missing
       run.py program PROGRAM   plays with a program packed with pyaudiopp
       run.py aarch64 WHEEL TESTS_WHEELS [TEST...]
                                installs a wheel for arm64 and, from a directory of wheels, what
                                the tests on the simulation need; runs the tests by QEMU, and plays

Needs root and debootstrap. Compares what reaches a virtual sound card frame by frame.
"""

from __future__ import annotations

import platform
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


def try_aarch64(debian: BareDebian, wheel: Path, directory: str, *tests: str) -> None:
    """Installs a wheel for another processor, lists the devices, runs tests, and plays."""
    checkout = debian.root / "checkout"
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True)
    for name in files.stdout.decode().rstrip("\0").split("\0"):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, checkout / name)
    shutil.copytree(directory, debian.root / "wheels")
    python = "/venv/bin/python"
    debian.run("python3", "-m", "venv", "/venv")
    wheels = [f"/wheels/{path.name}" for path in Path(directory).glob("*.whl")]
    install = [python, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    debian.run(*install, f"/trial/{wheel.name}", *wheels)
    debian.run(python, "-c", "import platform; print(platform.uname())")
    debian.run(python, "-m", "pyaudiopp.virtual_card", "--", python, "-m", "pyaudiopp")
    pytest = [python, "-m", "pytest", "--timeout=600", *tests]
    debian.run("sh", "-c", 'cd /checkout && exec "$@"', "sh", *pytest)
    debian.run(python, "/trial/inside.py", python, "/trial/play_wave.py")


def main(arguments: list[str]) -> int:
    kinds = {"wheel": try_wheel, "program": try_program, "aarch64": try_aarch64}
    if len(arguments) < 2 or arguments[0] not in kinds:
        print(__doc__, file=sys.stderr)
        return 2
    kind, tried, *more = arguments[0], Path(arguments[1]), *arguments[2:]
    machine = "aarch64" if kind == "aarch64" else platform.machine()
    try:
        with BareDebian(ROOT / "build" / "bare", machine) as debian:
            trial = debian.root / "trial"
            trial.mkdir()
            for path in [*(ROOT / name for name in FILES), tried]:
                shutil.copy(path, trial)
            shutil.copytree(ROOT / "python/pyaudiopp/virtual_card", trial / "virtual_card")
            kinds[kind](debian, tried, *more)
    except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
        print(f"trial: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
