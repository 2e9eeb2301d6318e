# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Plays the default input device on the default output device, with one full-duplex stream.

Loudspeakers near the microphone cause feedback.
"""

import argparse
import sys

import pyaudiopp as pyaudio

CHUNK = 1024  # frames
RATE = 48000
CHANNELS = 1 if sys.platform == "darwin" else 2


def wire(seconds: float) -> None:
    audio = pyaudio.PyAudio()
    try:
        stream = audio.open(
            rate=RATE,
            channels=CHANNELS,
            format=pyaudio.paInt16,
            input=True,
            output=True,
            frames_per_buffer=CHUNK,
        )
        print(f"Wired for {seconds:g} seconds ...", flush=True)
        for _ in range(round(seconds * RATE / CHUNK)):
            # After a late block, keep going.
            stream.write(stream.read(CHUNK, exception_on_overflow=False))
        stream.close()
    finally:
        audio.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(description="Play what is heard.")
    parser.add_argument("--seconds", type=float, default=5)
    try:
        wire(parser.parse_args().seconds)
    except (OSError, ValueError, OverflowError) as error:
        sys.exit(f"Cannot wire input to output: {error}")


if __name__ == "__main__":
    main()
