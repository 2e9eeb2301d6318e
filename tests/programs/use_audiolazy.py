# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Plays and records with audiolazy, or runs its tests."""

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


def tests(directory: str, report: str) -> None:
    import pytest

    # Its tests want a pytest that cannot rewrite the assertions of this CPython.
    pytest.main(["-q", "--assert=plain", f"--rootdir={directory}", f"--junit-xml={report}",
                 f"{directory}/audiolazy/tests"])  # fmt: skip


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
