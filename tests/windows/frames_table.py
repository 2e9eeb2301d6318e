# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""How many of 48,000 random frames arrive: PyAudio's Windows wheel, sounddevice's, and pyaudiopp.

Usage: frames_table.py [TIMES]. Prints a table: one row for each library and way, one column for
each host API, each the least and the most of TIMES tries (3). The variables are those of `rig.py`;
the Windows Python needs the three libraries.
"""

from __future__ import annotations

import random
import sys

from rig import DIRECT_SOUND, FRAMES, MME, NAMES, WASAPI, Failure, Transfer, WindowsProgram

from pyaudiopp.virtual_card import VirtualCard, prefer_real_time

LIBRARIES = ("pyaudio", "sounddevice", "pyaudiopp")
WAYS = (
    ("play", "write", "write, stop, close"),
    ("play", "close", "write, close"),
    ("play", "callback", "callback, complete"),
    ("record", "read", "read"),
    ("record", "callback", "callback"),
)
APIS = (MME, DIRECT_SOUND, WASAPI)
CHUNK = 48  # frames


def arrived(sent: bytes, heard: bytes) -> int:
    """How many frames of the sound are in what was heard, in order, by the millisecond."""
    size = CHUNK * 4
    count = position = 0
    for start in range(0, len(sent), size):
        chunk = sent[start : start + size]
        found = heard.find(chunk, position)
        if found >= 0:
            count += len(chunk) // 4
            position = found + len(chunk)
    return count


def try_once(program: WindowsProgram, kind: str, transfer: Transfer, sound: bytes) -> int | str:
    """The number of frames that arrived, or what went wrong."""
    try:
        if kind == "play":
            return arrived(sound, program.play(transfer, sound))
        return arrived(sound, program.record(transfer, sound, seconds=2.5))
    except (Failure, RuntimeError) as failure:
        return str(failure).splitlines()[0]


def summary(results: list[int | str]) -> str:
    """The range of the results."""
    texts = sorted({text for text in results if isinstance(text, str)})
    numbers = [number for number in results if isinstance(number, int)]
    if numbers:
        texts.insert(0, " to ".join(f"{n:,}" for n in sorted({min(numbers), max(numbers)})))
    return "; ".join(texts)


def main(times: int) -> int:
    """Prints the table; returns 1 if pyaudiopp lost a frame."""
    prefer_real_time()
    sound = b"\1\1\1\1" + random.Random(3).randbytes((FRAMES - 2) * 4) + b"\1\1\1\1"
    lost = 0
    print("| library | | " + " | ".join(NAMES[api] for api in APIS) + " |")
    print("|---|---|" + "---|" * len(APIS))
    for library in LIBRARIES:
        for kind, way, title in WAYS:
            row = []
            for api in APIS:
                results = []
                for _ in range(times):
                    with VirtualCard() as card:
                        try:
                            with WindowsProgram(card, library) as program:
                                results.append(try_once(program, kind, Transfer(api, way), sound))
                        except Failure as failure:
                            results.append(str(failure))
                lost += library == "pyaudiopp" and any(result != FRAMES for result in results)
                row.append(summary(results))
            print(f"| {library} | {title} | " + " | ".join(row) + " |", flush=True)
    return int(lost > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 3))
