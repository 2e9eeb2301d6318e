# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The races of tests/soak/races.py, for half a second each."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

RACES = Path(__file__).parents[1] / "soak" / "races.py"


def names() -> list[str]:
    """The races, from the program's own table."""
    lines = RACES.read_text().splitlines()
    defined = [after for line, after in zip(lines, lines[1:]) if line == "@race"]
    return [line.split()[1].split("(")[0] for line in defined]


@pytest.mark.parametrize("name", names())
def test_a_race_is_right(name: str) -> None:
    if "fork" in name and not hasattr(os, "fork"):
        pytest.skip("Windows has no fork")
    command = [sys.executable, str(RACES), name, "--seconds=0.5"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=170)
    assert result.returncode == 0, result.stdout + result.stderr


def test_there_are_races() -> None:
    assert len(names()) > 10
