# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Records a few seconds and plays them back, with record() and play()."""

import argparse
import sys

import pyaudiopp

RATE = 48000


def show(done: int, total: int) -> None:
    print(f"\r{done / RATE:5.1f} of {total / RATE:.1f} s", end="", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Record a few seconds and play them.")
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--input", help="a part of the name of the device to record from")
    parser.add_argument("--output", help="a part of the name of the device to play on")
    options = parser.parse_args()
    try:
        print("Recording")
        sound = pyaudiopp.record(options.seconds, RATE, device=options.input, progress=show)
        print("\nPlaying")
        pyaudiopp.play(sound, RATE, device=options.output, progress=show)
        print()
    except (OSError, ValueError) as error:
        sys.exit(f"Cannot record and play: {error}")


if __name__ == "__main__":
    main()
