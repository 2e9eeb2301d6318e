# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Plays and records with audiolazy."""

import array
import sys
from pathlib import Path

RATE = 44100


def play(sound: str) -> None:
    from audiolazy import AudioIO

    samples = array.array("f", Path(sound).read_bytes())
    with AudioIO(True) as player:
        player.play(samples, rate=RATE)


def record(heard: str) -> None:
    from audiolazy import AudioIO

    with AudioIO() as recorder:
        samples = recorder.record(rate=RATE).take(4 * RATE)
    Path(heard).write_bytes(array.array("f", samples).tobytes())


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
