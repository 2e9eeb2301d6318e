# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""What the scripts that build for other systems share: Zig's path, and the call of pip."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


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
