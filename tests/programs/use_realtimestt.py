# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Records with RealtimeSTT's microphone worker in a spawned process, as on Windows and macOS."""

import multiprocessing
import sys
import time
from pathlib import Path

import pyaudio  # noqa: F401, to show which one it is
from RealtimeSTT.core.audio_input_worker import run_audio_data_worker

RATE = 16000
SECONDS = 4


def record(heard: str) -> None:
    context = multiprocessing.get_context("spawn")
    chunks, stop, interrupted = context.Queue(), context.Event(), context.Event()
    listens = context.Value("b", True)
    arguments = (chunks, RATE, 512, None, stop, interrupted, listens)
    worker = context.Process(target=run_audio_data_worker, args=arguments, daemon=True)
    worker.start()
    sound = bytearray()
    ends = time.monotonic() + 60
    while len(sound) < 2 * RATE * SECONDS and time.monotonic() < ends:
        sound += chunks.get(timeout=60)
    stop.set()
    while worker.is_alive() or not chunks.empty():
        while not chunks.empty():
            chunks.get()
        worker.join(0.1)
    assert worker.exitcode == 0, worker.exitcode
    Path(heard).write_bytes(sound)


if __name__ == "__main__":
    record(sys.argv[1])
