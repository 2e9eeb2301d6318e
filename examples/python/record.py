# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Records a few seconds from the default input device into a wave file."""

import argparse
import sys
import wave

import pyaudiopp as pyaudio

CHUNK = 1024  # frames
FORMAT = pyaudio.paInt16


def record(path: str, seconds: float, rate: int, channels: int) -> None:
    audio = pyaudio.PyAudio()
    try:
        stream = audio.open(rate=rate, channels=channels, format=FORMAT, input=True)
        with open(path, "wb") as target, wave.open(target, "wb") as file:
            file.setnchannels(channels)
            file.setsampwidth(audio.get_sample_size(FORMAT))
            file.setframerate(rate)

            print(f"Recording {seconds:g} seconds ...", flush=True)
            left = round(seconds * rate)
            while left > 0:
                frames = min(CHUNK, left)
                # If we are too late and lose a block, keep recording.
                file.writeframes(stream.read(frames, exception_on_overflow=False))
                left -= frames
        stream.close()
    finally:
        audio.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(description="Record into a wave file.")
    parser.add_argument("file")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rate", type=int, default=48000, help="frames a second")
    parser.add_argument("--channels", type=int, default=1 if sys.platform == "darwin" else 2)
    options = parser.parse_args()
    try:
        record(options.file, options.seconds, options.rate, options.channels)
    except (OSError, ValueError, OverflowError) as error:
        sys.exit(f"Cannot record {options.file}: {error}")


if __name__ == "__main__":
    main()
