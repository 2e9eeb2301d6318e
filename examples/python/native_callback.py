# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Plays a siren from a compiled callback, which no busy Python program can disturb.

numba compiles the function. It runs on the audio thread without the GIL, and shares a NumPy array
with the program, which changes the pitch while it plays. Needs numba.
"""

import argparse
import math
import sys
import time
from typing import Any

import pyaudiopp as pyaudio

RATE = 48000
PHASE, STEP, VOLUME = range(3)  # array indices


def compile_tone() -> Any:
    import numba
    import numba.types

    types: Any = numba.types
    samples = types.CPointer(types.float32)
    state = types.CPointer(types.float64)

    @numba.cfunc(types.intc(samples, samples, types.ulong, types.voidptr, types.ulong, state))
    def tone(
        _input: Any, output: Any, frame_count: Any, _time_info: Any, _status_flags: Any, state: Any
    ) -> Any:
        for i in range(frame_count):
            output[i] = state[VOLUME] * math.sin(state[PHASE])
            state[PHASE] += state[STEP]
        state[PHASE] %= 2 * math.pi
        return 0  # paContinue

    return tone


def play(seconds: float, volume: float) -> None:
    import numpy as np

    state = np.zeros(3, np.float64)
    state[VOLUME] = volume
    audio = pyaudio.PyAudio()
    try:
        stream = audio.open(
            rate=RATE,
            channels=1,
            format=pyaudio.paFloat32,
            output=True,
            stream_callback=pyaudio.NativeCallback(compile_tone(), state),
        )
        start = time.monotonic()
        while (passed := time.monotonic() - start) < seconds:
            if not stream.is_active():
                raise OSError("the device stopped")
            frequency = 600 + 200 * math.sin(2 * math.pi * passed)
            state[STEP] = 2 * math.pi * frequency / RATE
            time.sleep(0.01)
        stream.close()
    finally:
        audio.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(description="Play a siren from a compiled callback.")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--volume", type=float, default=0.2, help="0 to 1")
    options = parser.parse_args()
    try:
        play(options.seconds, options.volume)
    except ImportError as error:
        sys.exit(f"This example needs numba: {error}")
    except (OSError, ValueError) as error:
        sys.exit(f"Cannot play: {error}")


if __name__ == "__main__":
    main()
