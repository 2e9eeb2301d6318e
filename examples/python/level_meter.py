# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Shows the level of the default input device, ten times a second.

All blocks are read into the same buffer, so no block creates a new object. The timeout notices a
device that stops delivering, for example because its server was stopped.
"""

import argparse
import array
import math
import sys

import pyaudiopp as pyaudio

RATE = 48000
BLOCKS = 10  # per second
PATIENCE = 2  # seconds


def meter(seconds: float, channels: int) -> None:
    audio = pyaudio.PyAudio()
    try:
        stream = audio.open(
            rate=RATE, channels=channels, format=pyaudio.paInt16, input=True, timeout=PATIENCE
        )
        block = array.array("h", bytes(2 * channels * RATE // BLOCKS))
        for _ in range(round(seconds * BLOCKS)):
            _frames, overflowed = stream.read_into(block)
            peak = max(max(block), -min(block), 1) / 32768
            bar = "#" * max(0, round(40 + 20 * math.log10(peak)))
            lost = " (some was lost)" if overflowed else ""
            print(f"{20 * math.log10(peak):6.1f} dB {bar}{lost}", flush=True)
        stream.close()
    except TimeoutError:
        raise OSError(f"nothing was heard from the device for {PATIENCE} seconds") from None
    finally:
        audio.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(description="Show how loud it is.")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--channels", type=int, default=1 if sys.platform == "darwin" else 2)
    options = parser.parse_args()
    try:
        meter(options.seconds, options.channels)
    except (OSError, ValueError, OverflowError) as error:
        sys.exit(f"Cannot listen: {error}")


if __name__ == "__main__":
    main()
