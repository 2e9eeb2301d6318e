# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""What the scripts that build for other systems and interpreters share."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class Failure(Exception):
    """An error message for the person who builds."""


def quietly(name: str, command: Sequence[str | Path], directory: Path = ROOT) -> None:
    """Runs a command with its output in build/logs, shown only if the command fails.

    Raises:
        Failure: if the command fails.
    """
    log = ROOT / "build" / "logs" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "wb") as output:
        status = subprocess.run(command, cwd=directory, stdout=output, stderr=output).returncode
    if status != 0:
        sys.stderr.write(log.read_text(errors="replace"))
        raise Failure(f"{command[0]} ended with status {status}")


def zig() -> str:
    """The path of Zig's program, from PyPI."""
    import ziglang

    return str(Path(ziglang.__file__).with_name("zig"))


def build_wheel(settings: list[str], directory: Path, environment: Mapping[str, str]) -> Path:
    """Builds the project's wheel with these settings of scikit-build-core's, into a directory."""
    arguments = [f"--config-settings={setting}" for setting in settings]
    command = [sys.executable, "-m", "pip", "wheel", "--no-build-isolation", "--no-deps"]
    subprocess.run(
        [*command, f"--wheel-dir={directory}", *arguments, str(ROOT)], env=environment, check=True
    )
    (built,) = directory.glob("*.whl")
    return built
