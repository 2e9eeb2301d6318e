# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Plays the default input device on the default output device, from a callback.

The callback gets a block of input and returns a block of output, so the delay is as short as the
device allows. Loudspeakers near the microphone cause feedback.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping

import pyaudiopp as pyaudio

RATE = 48000
CHANNELS = 1 if sys.platform == "darwin" else 2


def callback(
    in_data: bytes | None, frame_count: int, time_info: Mapping[str, float], status: int
) -> tuple[bytes | None, int]:
    return in_data, pyaudio.paContinue


def wire(seconds: float) -> None:
    audio = pyaudio.PyAudio()
    try:
        stream = audio.open(
            rate=RATE,
            channels=CHANNELS,
            format=pyaudio.paInt16,
            input=True,
            output=True,
            stream_callback=callback,
        )
        print(f"Wired for {seconds:g} seconds ...", flush=True)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not stream.is_active():
                raise OSError("the device stopped")
            time.sleep(0.1)
        stream.close()
    finally:
        audio.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(description="Play what is heard, from a callback.")
    parser.add_argument("--seconds", type=float, default=5)
    try:
        wire(parser.parse_args().seconds)
    except (OSError, ValueError) as error:
        sys.exit(f"Cannot wire input to output: {error}")


if __name__ == "__main__":
    main()
