# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Runs both columns of docs/migrating-from-sounddevice.md."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pyaudiopp.virtual_card import VirtualCard

PAGE = Path(__file__).resolve().parents[3] / "docs" / "migrating-from-sounddevice.md"
SOUND = b"\xe8\x03\xe8\x03" * 48000


def section(title: str) -> str:
    """The text below a heading, up to the next one."""
    _, found, text = PAGE.read_text().partition(f"\n## {title}\n")
    assert found, title
    return re.split(r"^## ", text, flags=re.M)[0]


def column(number: int) -> str:
    """One column of the tables, which form a program from top to bottom."""
    tables = "".join(map(section, ("Devices", "Play and record in one line", "Streams")))
    rows = re.findall(r"^\| (.+) \| (.+) \|$", tables, re.M)
    return "\n".join(code for row in rows for code in re.findall(r"`([^`]+)`", row[number]))


def run(program: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", program],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("number", [0, 1])
def test_a_column_is_a_program(card: VirtualCard, number: int) -> None:
    if number == 0:
        pytest.importorskip("sounddevice", exc_type=ImportError)
    run(column(number))


@pytest.mark.parametrize("number", [0, 1])
def test_both_callbacks_play_the_sound(card: VirtualCard, number: int) -> None:
    if number == 0:
        pytest.importorskip("sounddevice", exc_type=ImportError)
    program = re.findall(r"^```python\n(.*?)^```", section("Callbacks"), re.M | re.S)[number]
    with card.capture() as captured:
        run(program)
    assert captured.data.count(SOUND[:4]) > 0.9 * 48000
