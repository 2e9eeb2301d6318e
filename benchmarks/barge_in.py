# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""How long sound goes on after somebody wants it to end: `stop_stream()`, and Ctrl-C.

Prints a table, in seconds, of PyAudio, pyaudiopp, and pyaudiopp that is told to stop at once, on
ALSA's virtual sound card, by `frames_per_buffer`. Needs PyAudio 0.2.14 beside pyaudiopp.

- stopped: a program has written its sound, and stops. The default plays the end of the sound.
- interrupted: a thread still writes, and another one stops the stream.
- Ctrl-C: a program is interrupted while it writes, and closes the stream in its `except` clause.
- Ctrl-C, caught: it catches KeyboardInterrupt in a loop that sleeps, and then closes the stream.
"""

from __future__ import annotations

import math
import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from importlib import import_module
from typing import Any

FRAMES = (1024, 2048, 4096, 8192, 12000, 24000)
SITUATIONS = ("stopped", "interrupted", "Ctrl-C", "Ctrl-C, caught")
PACKAGES = {"PyAudio": "pyaudio", "pyaudiopp": "pyaudiopp", "at once": "pyaudiopp"}
RATE = 48000
ROUNDS = 3


def child(package: str, frames: int, situation: str) -> None:
    """Prints how long one end of the sound takes."""
    pyaudio: Any = import_module(package)
    p = pyaudio.PyAudio()
    stream = p.open(
        format=pyaudio.paInt16, channels=1, rate=RATE, output=True, frames_per_buffer=frames
    )
    begin = [0.0]

    def end(stop: Any) -> None:
        stop()
        print(time.monotonic() - begin[0], flush=True)

    def interrupt() -> None:
        time.sleep(1)
        begin[0] = time.monotonic()
        os.kill(os.getpid(), signal.SIGINT)

    def speak(chunks: int) -> None:
        try:
            for _ in range(chunks):
                stream.write(bytes(2 * frames))
        except OSError:
            pass  # stopped

    enough = 3 * RATE // frames + 4
    if situation == "stopped":
        speak(enough)
        begin[0] = time.monotonic()
        end(stream.stop_stream)
    elif situation == "interrupted":
        thread = threading.Thread(target=speak, args=[10 * enough])
        thread.start()
        time.sleep(2)
        begin[0] = time.monotonic()
        end(stream.stop_stream)
        thread.join()
    elif situation == "Ctrl-C":
        threading.Thread(target=interrupt).start()
        try:
            speak(10 * enough)
        except KeyboardInterrupt:
            end(stream.close)
    else:
        speak(enough)
        threading.Thread(target=interrupt, daemon=True).start()
        try:
            while True:
                stream.write(bytes(2 * 256))
                time.sleep(256 / RATE)
        except KeyboardInterrupt:
            pass
        end(stream.close)


def measure(name: str, frames: int, situation: str, environment: dict[str, str]) -> float:
    """The median of some runs; infinity for those that did not end in a minute."""
    stop_at_once = {"PYAUDIOPP_STOP_AT_ONCE": "1"} if name == "at once" else {}
    command = [sys.executable, __file__, "child", PACKAGES[name], str(frames), situation]
    took = []
    for _ in range(ROUNDS):
        try:
            ended = subprocess.run(
                command,
                env={**os.environ, **environment, **stop_at_once},
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                timeout=60,
                check=False,
            )
        except subprocess.TimeoutExpired:
            took.append(math.inf)  # PyAudio's stop, now and then, while another thread writes
        else:
            took.append(float(ended.stdout or "nan"))
    return statistics.median(took)


def main() -> None:
    from pyaudiopp.virtual_card import VirtualCard

    with VirtualCard() as card:
        for situation in SITUATIONS:
            print(f"\n{situation}, in seconds\n")
            print(f"| frames_per_buffer | {' | '.join(PACKAGES)} |")
            print(f"|---|{'---|' * len(PACKAGES)}")
            for frames in FRAMES:
                row = [measure(name, frames, situation, card.environment()) for name in PACKAGES]
                print(f"| {frames:,} | {' | '.join(f'{took:.2f}' for took in row)} |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        child(sys.argv[2], int(sys.argv[3]), sys.argv[4])
    else:
        main()
