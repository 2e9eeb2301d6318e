# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Plays a wave file by writing it to a blocking output stream, block by block.

A blocking stream is the simplest way to play: `write` returns once the frames are queued, and
`close` once they have been heard.
"""

import argparse
import sys
import wave

import pyaudiopp as pyaudio
from pyaudiopp import WaveFile

CHUNK = 1024  # frames


def play(path: str) -> None:
    with WaveFile(path) as file:
        audio = pyaudio.PyAudio()
        stream = audio.open(
            rate=file.rate,
            channels=file.channels,
            format=file.format,
            output=True,
        )
        while data := file.read(CHUNK):
            stream.write(data)
        stream.close()
        audio.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(description="Play a wave file.")
    parser.add_argument("file")
    path = parser.parse_args().file
    try:
        play(path)
    except wave.Error as error:
        sys.exit(f"{path} is not a wave file that can be played: {error}")
    except (OSError, ValueError) as error:
        sys.exit(f"Cannot play {path}: {error}")


if __name__ == "__main__":
    main()
