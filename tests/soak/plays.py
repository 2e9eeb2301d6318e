# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Plays a second of noise with the play examples over and over, and checks every frame.

    python tests/soak/plays.py [TIMES]

Runs on the virtual sound card. If the card has counted underruns, the machine stalled: the run is
counted separately and repeated.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

from pyaudiopp.virtual_card import VirtualCard, prefer_real_time

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "python"
PLAYS = [
    ["play_wave.py"],
    ["play_wave_callback.py"],
    ["play_wave_callback.py", "--buffer", "0.1"],
]
FRAMES = 48000
MOST_STALLS = 100


def play(command: list[str], tune: Path, noise: bytes) -> tuple[int, int]:
    """Returns how many frames arrived intact, and how many underruns the card counted."""
    with VirtualCard() as card:
        environment = {**os.environ, **card.environment()}
        program = [sys.executable, str(EXAMPLES / command[0]), str(tune), *command[1:]]
        with card.capture() as captured:
            subprocess.run(program, env=environment, check=True, timeout=60)
        heard = captured.data.lstrip(b"\0")
        identical = next(
            (i for i in range(0, len(noise), 4) if heard[i : i + 4] != noise[i : i + 4]),
            len(noise),
        )
        return identical // 4, card.underruns


def main() -> int:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    noise = b"\1\1\1\1" + random.Random(3).randbytes(4 * (FRAMES - 1))
    prefer_real_time()
    wrong = 0
    with tempfile.TemporaryDirectory() as directory:
        tune = Path(directory) / "noise.wav"
        with wave.open(str(tune), "wb") as file:
            file.setparams((2, 2, 48000, 0, "NONE", ""))
            file.writeframes(noise)
        for command in PLAYS:
            exact = stalled = 0
            for _ in range(times):
                identical, underruns = play(command, tune, noise)
                while underruns and identical < FRAMES and stalled < MOST_STALLS:
                    stalled += 1
                    identical, underruns = play(command, tune, noise)
                exact += identical == FRAMES
            wrong += times - exact
            print(f"{' '.join(command)}: {exact} of {times} plays with all {FRAMES:,} frames, "
                  f"{stalled} repeated", flush=True)  # fmt: skip
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
