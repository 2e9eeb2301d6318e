# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""``pyaudiopp meter``: the input level."""

from __future__ import annotations

import itertools
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from pyaudiopp import paFloat32
from pyaudiopp._cli import terminal
from pyaudiopp._cli.levels import bar, decibels, finite, peaks
from pyaudiopp._cli.sound import PATIENCE, find, start, trying
from pyaudiopp._cli.status import DONE, SILENT, Failure

if TYPE_CHECKING:
    from rich.console import Console

_INTERVAL = 0.1  # seconds
_NUMBERS = 50  # terminal columns beside the bar
_LEAST_BAR = 10


def meter(
    device: str | None,
    host_api: str | None,
    rate: int | None,
    channels: int | None,
    duration: float | None,
) -> int:
    """Shows the level of each channel for the duration or until Ctrl-C."""
    with start() as p:
        info = find(p, "input", device, host_api)
        rate = rate or int(info["defaultSampleRate"])
        channels = channels or min(2, info["maxInputChannels"])
        with trying("listen"):
            stream = p.open(
                rate,
                channels,
                paFloat32,
                input=True,
                input_device=info["index"],
                clip_off=False,
                timeout=PATIENCE,
            )
        title = f"{terminal.printable(info['name'])}, {rate} Hz"
        screen = terminal.console(sys.stdout)
        view = (
            _Picture(screen, title, channels)
            if screen is not None and screen.width >= _NUMBERS + _LEAST_BAR
            else _Lines(channels)
        )
        block = np.zeros((max(1, round(rate * _INTERVAL)), channels), "f4")
        rounds = itertools.count() if duration is None else range(round(duration / _INTERVAL) or 1)
        loudest = 0.0
        try:
            with view:
                for count in rounds:
                    with trying("listen"):
                        stream.read_into(block.data)
                    heard = finite(block)
                    levels = peaks(heard)
                    loudest = max(loudest, *levels)
                    view.show((count + 1) * _INTERVAL, levels, np.sqrt((heard**2).mean(axis=0)))
        except KeyboardInterrupt:
            if duration is not None:
                raise
    if not loudest:
        raise Failure("heard only digital silence; try `pyaudiopp doctor`", SILENT)
    return DONE


class _Lines:
    """Prints a line for each interval: the seconds, and the peak of each channel in decibels."""

    def __init__(self, channels: int) -> None:
        self._channels = channels

    def __enter__(self) -> _Lines:
        self._print("seconds", *(f"dB({channel + 1})" for channel in range(self._channels)))
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def show(self, seconds: float, levels: list[float], rms: Any) -> None:
        """Prints the line and flushes it, for programs that read it."""
        self._print(f"{seconds:.1f}", *(f"{decibels(level):.1f}" for level in levels))

    @staticmethod
    def _print(*texts: str) -> None:
        # At once: print() would send each text by itself if standard output is unbuffered.
        sys.stdout.write("\t".join(texts) + "\n")
        sys.stdout.flush()


class _Picture:
    """Draws a bar for each channel in place, with the highest peak so far."""

    def __init__(self, screen: Console, title: str, channels: int) -> None:
        from rich.live import Live

        self._letters = terminal.bar_letters(screen)
        self._width = screen.width - _NUMBERS
        self._title = title
        self._highest = [0.0] * channels
        self._live = Live(console=screen, auto_refresh=False)

    def __enter__(self) -> _Picture:
        self._live.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._live.stop()

    def show(self, seconds: float, levels: list[float], rms: Any) -> None:
        """Redraws the bars."""
        from rich import box
        from rich.table import Table
        from rich.text import Text

        self._highest = list(map(max, self._highest, levels))
        table = Table(title=Text(self._title, "bold"), title_justify="left", box=box.ROUNDED)
        table.add_column("channel", justify="right")
        table.add_column("level", width=self._width)
        for heading in ("RMS", "peak", "highest"):
            table.add_column(f"{heading} dB", justify="right")
        for channel, level in enumerate(levels):
            color = "red" if decibels(level) > -1 else "yellow" if decibels(level) > -9 else "green"
            numbers = (float(rms[channel]), level, self._highest[channel])
            table.add_row(
                str(channel + 1),
                Text(bar(level, self._width, self._letters), color),
                *(f"{decibels(number):.1f}" for number in numbers),
            )
        self._live.update(table, refresh=True)
