# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""What the live tests share: example programs that run, transfers that have to be exact, a watch on the machine."""

from __future__ import annotations

import subprocess
import threading
import time
from dataclasses import dataclass


@dataclass
class Program:
    """A program that runs, or has run."""

    process: subprocess.Popen[str]
    output: str = ""
    errors: str = ""

    def wait(self) -> None:
        """Waits for its end, which has to be a success."""
        self.output, self.errors = self.process.communicate()
        assert self.process.returncode == 0, f"{self.process.args!r} failed:\n{self.output}\n{self.errors}"

    def kill(self) -> None:
        """Ends it if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


@dataclass
class Transfer:
    """What was sent, what came out at the other end, and the xruns that were seen on the way."""

    sent: bytes
    received: bytes
    frame_size: int
    xruns: int = 0

    def difference(self) -> str:
        """Says how far the two are the same."""
        pairs = enumerate(zip(self.sent, self.received))
        same = next((index for index, (one, other) in pairs if one != other), min(len(self.sent), len(self.received)))
        sent, received, same = (size // self.frame_size for size in (len(self.sent), len(self.received), same))
        return f"{sent} frames sent, {received} received, the first {same} the same"


class StallWatch:
    """Tells how late this machine woke a thread that sleeps two milliseconds at a time."""

    _NAP = 0.002

    def __init__(self) -> None:
        self.worst = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> StallWatch:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.is_set():
            before = time.monotonic()
            self._done.wait(self._NAP)
            self.worst = max(self.worst, time.monotonic() - before - self._NAP)
