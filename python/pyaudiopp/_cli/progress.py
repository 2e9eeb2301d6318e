# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""A progress line with time and level on a terminal; nothing without a terminal."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

from pyaudiopp._cli import levels, terminal

if TYPE_CHECKING:
    from rich.progress import Progress

_REFRESH_SECONDS = 0.1


class SoundProgress:
    """Draws on standard error, to keep standard output for the result.

    Args:
        title: The name of the file.
        seconds: Its length; None if unknown.
    """

    def __init__(self, title: str, seconds: float | None) -> None:
        self._loudest: list[float] = []
        self._shown = 0.0
        self._drawn = 0.0
        self._progress: Progress | None = None
        screen = terminal.console(sys.stderr)
        if screen is None:
            return
        from rich.progress import BarColumn, Progress, TextColumn

        self._letters = terminal.bar_letters(screen)
        bars = [BarColumn()] if seconds is not None else []
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            *bars,
            TextColumn("{task.fields[time]}", style="cyan"),
            TextColumn("{task.fields[level]}", style="green", markup=False),
            console=screen,
            auto_refresh=False,
        )
        self._seconds = seconds
        self._task = self._progress.add_task(title, total=seconds, time="", level="")

    def __enter__(self) -> SoundProgress:
        if self._progress is not None:
            self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._progress is not None:
            if self._loudest:  # draw the last update
                self._draw(self._progress)
            self._progress.stop()

    def show(self, seconds: float, peaks: list[float]) -> None:
        """Sets the position, and the peaks since the last call."""
        if self._progress is None:
            return
        self._loudest = [max(pair) for pair in zip(peaks, self._loudest or peaks)]
        self._shown = seconds
        if time.monotonic() - self._drawn >= _REFRESH_SECONDS:
            self._draw(self._progress)

    def _draw(self, progress: Progress) -> None:
        self._drawn = time.monotonic()
        total = "" if self._seconds is None else f" / {clock(self._seconds)}"
        loudest = max(self._loudest)
        level = f"{levels.bar(loudest, 20, self._letters)} {levels.decibels(loudest):5.1f} dB"
        progress.update(
            self._task,
            completed=self._shown,
            time=f"{clock(self._shown)}{total}",
            level=level,
            refresh=True,
        )
        self._loudest = []


def clock(seconds: float) -> str:
    """Formats seconds as a time: 1:02.3, or 1:00:02.3."""
    minutes, rest = divmod(round(seconds, 1), 60)
    hours, minutes = divmod(int(minutes), 60)
    if hours:
        return f"{hours}:{minutes:02}:{rest:04.1f}"
    return f"{minutes}:{rest:04.1f}"
