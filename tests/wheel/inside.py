# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Runs in run.py's bare Debian: plays 48,000 frames with a command, and compares.

Usage: inside.py PLAYER...     (followed by the name of a wave file)
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

from virtual_card import VirtualCard, prefer_real_time

RATE = 48000
FRAMES = 48000
FRAME = 4  # bytes: two channels of 16 bits
TRIES = 10  # QEMU is slow on a busy machine


def check_that_it_is_bare() -> None:
    """Asserts that there is no compiler and no PortAudio."""
    for compiler in ("cc", "gcc", "c++", "g++", "clang"):
        assert shutil.which(compiler) is None, f"{compiler} is here"
    libraries = subprocess.run(["ldconfig", "-p"], check=True, capture_output=True, text=True)
    assert "libportaudio" not in libraries.stdout, "PortAudio is here"


def sound(captured: bytes) -> bytes:
    """The capture without the silent frames before and after."""
    start = (len(captured) - len(captured.lstrip(b"\0"))) // FRAME * FRAME
    end = -(-len(captured.rstrip(b"\0")) // FRAME) * FRAME
    return captured[start:end]


def play(card: VirtualCard, player: list[str], file: str) -> bytes:
    """Plays a file and returns what reached the card."""
    with card.capture() as captured:
        subprocess.run([*player, file], check=True, env={**os.environ, **card.environment()})
    return sound(captured.data)


def compare(player: list[str]) -> int:
    """Plays noise with a command, and returns 0 if every frame reached the card."""
    noise = b"\1\1\1\1" + random.Random(3).randbytes((FRAMES - 2) * FRAME) + b"\1\1\1\1"
    prefer_real_time()
    with tempfile.TemporaryDirectory() as directory, VirtualCard() as card:
        file = str(Path(directory, "noise.wav"))
        with wave.open(file, "wb") as out:
            out.setparams((2, 2, RATE, FRAMES, "NONE", ""))
            out.writeframes(noise)
        for _ in range(TRIES):
            underruns = card.underruns
            heard = play(card, player, file)
            same = sum(
                heard[i : i + FRAME] == noise[i : i + FRAME] for i in range(0, len(noise), FRAME)
            )
            underruns = card.underruns - underruns
            print(
                f"{' '.join(player)}: {FRAMES} frames played, {len(heard) // FRAME} heard,"
                f" {same} of them identical and in their place; {underruns} underruns",
                flush=True,
            )
            # Repeat only if the machine was too slow: the card has counted underruns.
            if heard == noise or not underruns:
                break
    return int(heard != noise)


def main(player: list[str]) -> int:
    check_that_it_is_bare()
    return compare(player)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
