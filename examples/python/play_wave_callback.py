# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Plays a wave file from a callback, while the program is free to do something else.

The first block that is shorter than requested ends the stream. A busy program plays without gaps
with ``--buffer 0.2``, which puts that many seconds of sound between the callback and PortAudio.
"""

from __future__ import annotations

import argparse
import sys
import time
import wave
from collections.abc import Mapping
from typing import Any

import pyaudiopp as pyaudio
from pyaudiopp import WaveFile


def play(path: str, buffer: float) -> None:
    with WaveFile(path) as file:
        frame_size = pyaudio.get_sample_size(file.format) * file.channels
        ended = False

        def callback(
            in_data: bytes | None, frame_count: int, time_info: Mapping[str, float], status: int
        ) -> tuple[bytes, int]:
            nonlocal ended
            data = file.read(frame_count)
            ended = len(data) < frame_count * frame_size
            return data, pyaudio.paContinue

        own: dict[str, Any] = {"callback_buffer": buffer} if buffer else {}  # PyAudio has none
        audio = pyaudio.PyAudio()
        stream = audio.open(
            rate=file.rate,
            channels=file.channels,
            format=file.format,
            output=True,
            stream_callback=callback,
            **own,
        )
        while stream.is_active():
            time.sleep(0.1)
        stream.close()
        audio.terminate()
        if not ended:
            raise OSError("the device stopped before the end")


def main() -> None:
    parser = argparse.ArgumentParser(description="Play a wave file from a callback.")
    parser.add_argument("file")
    parser.add_argument("--buffer", type=float, default=0.0, metavar="SECONDS")
    arguments = parser.parse_args()
    path = arguments.file
    try:
        play(path, arguments.buffer)
    except wave.Error as error:
        sys.exit(f"{path} is not a wave file that can be played: {error}")
    except (OSError, ValueError) as error:
        sys.exit(f"Cannot play {path}: {error}")


if __name__ == "__main__":
    main()
