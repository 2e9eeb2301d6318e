# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""What is built for Windows by GCC: checks on the files, without running them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILDS = [ROOT / "build" / "windows" / "cpp", *ROOT.glob("build/wheel-win_amd64/*cp313*")]


@pytest.mark.parametrize("build", BUILDS, ids=lambda build: build.parent.name)
def test_no_thread_local_object_has_a_destructor(build: Path) -> None:
    """GCC frees their memory before it calls the destructor (its bug 80816)."""
    objects = [*build.rglob("*.obj")]
    assert objects
    symbols = subprocess.run(
        ["x86_64-w64-mingw32-gcc-nm-posix", "--print-file-name", "--undefined-only", *objects],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    assert symbols
    assert [line for line in symbols if "__cxa_thread_atexit" in line] == []
