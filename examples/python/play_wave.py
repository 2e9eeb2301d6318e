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

CHUNK = 1024  # frames

# By bytes per sample. (get_format_from_width(4) is float32, but wave files hold integers.)
FORMATS = {1: pyaudio.paUInt8, 2: pyaudio.paInt16, 3: pyaudio.paInt24, 4: pyaudio.paInt32}


def play(path: str) -> None:
    with wave.open(path, "rb") as file:
        if file.getsampwidth() not in FORMATS:
            raise wave.Error(f"samples of {file.getsampwidth()} bytes")

        audio = pyaudio.PyAudio()
        stream = audio.open(
            rate=file.getframerate(),
            channels=file.getnchannels(),
            format=FORMATS[file.getsampwidth()],
            output=True,
        )
        while data := file.readframes(CHUNK):
            stream.write(data)
        stream.close()
        audio.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(description="Play a wave file.")
    parser.add_argument("file")
    path = parser.parse_args().file
    try:
        play(path)
    except (wave.Error, EOFError) as error:
        sys.exit(
            f"{path} is not a wave file that can be played: {str(error) or 'it ends too early'}"
        )
    except (OSError, ValueError) as error:
        sys.exit(f"Cannot play {path}: {error}")


if __name__ == "__main__":
    main()
