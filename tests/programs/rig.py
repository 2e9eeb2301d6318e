# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Support for the cases: programs on a virtual sound card, sounds, and comparisons."""

from __future__ import annotations

import array
import random
import signal
import subprocess
import time
import wave
from pathlib import Path

from pyaudiopp.virtual_card import VirtualCard

HERE = Path(__file__).parent
SECONDS_PER_PROGRAM = 180


class Wrong(Exception):
    """A short description of what a program did wrong."""


class Program:
    """A running program, which may die or hang."""

    def __init__(self, card: VirtualCard, errors: Path, command: list[str]) -> None:
        self._card = card
        self._errors = errors
        with open(errors, "wb") as file:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=file, text=True
            )
        self._deadline = time.monotonic() + SECONDS_PER_PROGRAM

    def wait_for_recording(self) -> None:
        """Waits until it records from the card, in addition to earlier recorders."""
        while "Corked: no" not in self._card.pactl("list", "source-outputs"):
            if self._process.poll() is not None or time.monotonic() > self._deadline:
                self.wait()
                raise Wrong("ended without recording")
            time.sleep(0.05)

    def wait(self) -> str:
        """Waits until it ends with success, and returns its output."""
        try:
            output, _ = self._process.communicate(timeout=self._deadline - time.monotonic())
        except subprocess.TimeoutExpired:
            raise Wrong("hang") from None
        status = self._process.returncode
        if status < 0:
            raise Wrong(f"crash, {signal.Signals(-status).name}")
        if status > 0:
            raise Wrong([f"status {status}", *self._errors.read_text().splitlines()][-1])
        return output

    def kill(self) -> None:
        """Ends it if it is still running."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


class Rig:
    """One run of a case, with its own card and directory.

    The command runs a program on the package in question.
    """

    def __init__(self, card: VirtualCard, directory: Path, command: list[str]) -> None:
        self.card = card
        self._command = command
        self._directory = directory
        self._started: list[Program] = []

    def start(self, program: str, *arguments: object) -> Program:
        """Starts one of this directory's programs on the card."""
        command = [*self._command, str(HERE / program)]
        errors = self.path("errors.txt")
        self._started.append(Program(self.card, errors, [*command, *map(str, arguments)]))
        return self._started[-1]

    def close(self) -> None:
        for program in self._started:
            program.kill()

    def path(self, name: str) -> Path:
        """A file of this run."""
        return self._directory / name

    def noise(self, seconds: float, seed: int = 1) -> bytes:
        """Loud noise in the card's format, neither its first frame nor its last one silent."""
        samples = random.Random(seed)
        size = round(seconds * self.card.rate) * self.card.channels
        if self.card.sample_format == "float32le":
            return array.array("f", [samples.uniform(0.1, 0.9) for _ in range(size)]).tobytes()
        edge = b"\1" * self.card.frame_size
        return edge + samples.randbytes(2 * size - 2 * len(edge)) + edge

    def silence(self, seconds: float) -> bytes:
        return bytes(round(seconds * self.card.rate) * self.card.frame_size)

    def wave(self, sound: bytes) -> Path:
        """Writes a 16-bit sound to a file."""
        path = self.path("sound.wav")
        with wave.open(str(path), "wb") as file:
            file.setparams((self.card.channels, 2, self.card.rate, 0, "NONE", ""))
            file.writeframes(sound)
        return path

    def same(self, sent: bytes, received: bytes) -> str:
        """Compares and counts all frames, except the silence before and after.

        Raises:
            Wrong: if they differ; the text says where.
        """
        size = self.card.frame_size
        start = (len(received) - len(received.lstrip(b"\0"))) // size * size
        end = -(-len(received.rstrip(b"\0")) // size) * size
        received = received[start:end]
        frames = f"{len(sent) // size:,} frames"
        if received == sent:
            return frames
        if sent.startswith(received):
            raise Wrong(f"the last {(len(sent) - len(received)) // size:,} of {frames} are missing")
        shorter = min(len(sent), len(received))
        first = next((i for i in range(shorter) if sent[i] != received[i]), shorter) // size
        raise Wrong(
            f"{len(received) // size:,} frames instead of {frames}, the first {first:,} the same"
        )
