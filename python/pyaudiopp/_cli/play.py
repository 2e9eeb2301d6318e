# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""``pyaudiopp play``: plays sound files."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import soundfile  # type: ignore[import-untyped]

from pyaudiopp import PyAudio, paOutputUnderflowed
from pyaudiopp._cli import terminal
from pyaudiopp._cli.levels import peaks
from pyaudiopp._cli.progress import SoundProgress, clock
from pyaudiopp._cli.sound import FORMATS, PATIENCE, find, start, trying
from pyaudiopp._cli.source import Source, raw_format
from pyaudiopp._cli.status import DONE, LOST, USAGE, Failure

_BLOCK = 2048  # frames


def play(
    paths: Sequence[Path],
    device: str | None,
    host_api: str | None,
    file_format: str | None,
    rate: int | None,
    channels: int | None,
    sample_format: str | None,
) -> int:
    """Plays files one after another, without a gap between those of the same format."""
    raw = None
    if file_format is not None:
        raw = raw_format(rate, channels, sample_format)
    elif (rate, channels, sample_format) != (None, None, None):
        text = (
            "--rate, --channels and --sample-format need --format raw; other files have their own"
        )
        raise Failure(text, USAGE)
    pipes: dict[int, Source] = {}
    for number, path in enumerate(paths):  # before the first one is heard
        source = Source(path, raw)
        if source.is_pipe:  # it can be opened only once
            pipes[number] = source
        else:
            source.close()
    with start() as p:  # does not drain after Ctrl-C
        player = _Player(p, find(p, "output", device, host_api)["index"])
        for number, path in enumerate(paths):
            player.play(pipes.get(number) or Source(path, raw))
    if player.gaps:
        times = "once" if player.gaps == 1 else f"{player.gaps} times"
        raise Failure(f"the sound was interrupted {times}: {player.reason}", LOST)
    return DONE


class _Player:
    """Plays on one device, and reuses the stream while the format stays the same."""

    def __init__(self, p: PyAudio, device: int) -> None:
        self.gaps = 0
        self.reason = "the machine was too busy"
        self._p = p
        self._device = device
        self._stream: PyAudio.Stream | None = None
        self._opened: tuple[int, int, str] | None = None

    def play(self, source: Source) -> None:
        """Plays a sound; its last frames stay queued, so that the next follows without a gap."""
        name = source.name
        with (
            contextlib.closing(source),
            trying(f"play {name}"),
            SoundProgress(Path(name).name, source.seconds) as progress,
        ):
            stream = self._stream_for(source)
            gaps = self.gaps
            played = 0
            try:
                for block in source.blocks(_BLOCK):
                    self._write(stream, block)
                    played += len(block)
                    progress.show(played / source.rate, peaks(block))
            except soundfile.SoundFileError as error:
                reason = getattr(error, "error_string", error)
                raise Failure(f"{name} is corrupt after {played} frames: {reason}") from error
            if self.gaps > gaps and source.is_pipe:
                self.reason = "the machine was too busy, or the pipe too slow"
        terminal.say(f"{name}: {played} frames, {clock(played / source.rate)}")

    def _stream_for(self, source: Source) -> PyAudio.Stream:
        wanted = (source.rate, source.channels, source.sample_type)
        if self._stream is None or wanted != self._opened:
            if self._stream is not None:
                self._stream.close()
            self._stream = self._p.open(
                drain=True,
                rate=source.rate,
                channels=source.channels,
                format=FORMATS[source.sample_type],
                output=True,
                output_device=self._device,
                latency="high",
                clip_off=False,  # a decoder's floats may be beyond full scale
                timeout=PATIENCE,
            )
            self._opened = wanted
        return self._stream

    def _write(self, stream: PyAudio.Stream, block: Any) -> None:
        try:
            stream.write(block, exception_on_underflow=True)
        except OSError as error:
            if error.errno != paOutputUnderflowed:
                raise
            self.gaps += 1  # the block itself was played, after the gap
