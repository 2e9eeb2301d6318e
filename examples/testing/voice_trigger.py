# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Waits for a loud phrase and answers with a beep: a small program to test."""

import argparse
import array
import itertools
import math
import sys

import pyaudio

RATE = 16000
BLOCK = 320  # frames, 20 ms
LOUD = 1000  # root mean square of a block's samples
PAUSE = 15  # blocks: a phrase is over when it has been quiet for 0.3 seconds
SHORTEST = 5  # blocks: a click is not a phrase
SOUND = {"rate": RATE, "channels": 1, "format": pyaudio.paInt16}


def beep():
    """Returns a tenth of a second of 880 Hz."""
    wave = (math.sin(2 * math.pi * 880 * n / RATE) for n in range(RATE // 10))
    return array.array("h", (round(8000 * sample) for sample in wave)).tobytes()


def is_loud(block):
    samples = array.array("h", block)
    return sum(sample * sample for sample in samples) > LOUD * LOUD * len(samples)


def phrases(microphone):
    """Yields the length of each phrase in seconds, once it is over."""
    loud = quiet = 0
    while True:
        # A lost block must not interrupt the speaker.
        if is_loud(microphone.read(BLOCK, exception_on_overflow=False)):
            loud += 1
            quiet = 0
        elif loud:
            quiet += 1
        if quiet == PAUSE:
            if loud >= SHORTEST:
                yield loud * BLOCK / RATE
            loud = quiet = 0


def answer(count=None):
    """Beeps after each of the next `count` phrases; None for all."""
    audio = pyaudio.PyAudio()
    try:
        microphone = audio.open(input=True, frames_per_buffer=BLOCK, **SOUND)
        speaker = audio.open(output=True, **SOUND)
        for seconds in itertools.islice(phrases(microphone), count):
            print(f"a phrase of {seconds:.2f} seconds", flush=True)
            speaker.write(beep())
    finally:
        audio.terminate()


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Answer loud phrases with a beep.")
    parser.add_argument("--phrases", type=int, help="how many (all)")
    try:
        answer(parser.parse_args(arguments).phrases)
    except OSError as error:
        sys.exit(f"Cannot listen: {error}")
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
