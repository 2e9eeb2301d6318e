# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""``pyaudiopp play``: plays sound files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import soundfile  # type: ignore[import-untyped]

from pyaudiopp import PyAudio, paOutputUnderflowed
from pyaudiopp._cli import terminal
from pyaudiopp._cli.levels import peaks
from pyaudiopp._cli.progress import SoundProgress, clock
from pyaudiopp._cli.sound import FORMATS, PATIENCE, find, start, trying
from pyaudiopp._cli.status import DONE, LOST, Failure

# libsndfile's subtypes whose samples fit into 16 and 32 bits; all others are read as floats.
_INT16 = ("PCM_16", "PCM_S8", "PCM_U8", "ULAW", "ALAW", "ALAC_16")
_INT32 = ("PCM_24", "PCM_32", "ALAC_20", "ALAC_24", "ALAC_32")

_BLOCK = 2048  # frames


def play(paths: Sequence[Path], device: str | None, host_api: str | None) -> int:
    """Plays files one after another, without a gap between those of the same format."""
    for path in paths:  # before the first one is heard
        _open(path).close()
    with start() as p:  # does not drain after Ctrl-C
        player = _Player(p, find(p, "output", device, host_api)["index"])
        for path in paths:
            player.play(path)
    if player.gaps:
        times = "once" if player.gaps == 1 else f"{player.gaps} times"
        raise Failure(f"the sound was interrupted {times}: the machine was too busy", LOST)
    return DONE


class _Player:
    """Plays on one device, and reuses the stream while the format stays the same."""

    def __init__(self, p: PyAudio, device: int) -> None:
        self.gaps = 0
        self._p = p
        self._device = device
        self._stream: PyAudio.Stream | None = None
        self._opened: tuple[int, int, str] | None = None

    def play(self, path: Path) -> None:
        """Plays a file; its last frames stay queued, so that the next one follows without a gap."""
        file = _open(path)
        seconds = file.frames / file.samplerate
        with file, trying(f"play {path}"), SoundProgress(path.name, seconds) as progress:
            stream = self._stream_for(file)
            played = 0
            try:
                for block in file.blocks(_BLOCK, dtype=_sample_type(file), always_2d=True):
                    self._write(stream, block)
                    played += len(block)
                    progress.show(played / file.samplerate, peaks(block))
            except soundfile.LibsndfileError as error:
                text = f"{path} is corrupt after {played} frames: {error.error_string}"
                raise Failure(text) from error
        terminal.say(f"{path}: {played} frames, {clock(played / file.samplerate)}")

    def _stream_for(self, file: Any) -> PyAudio.Stream:
        wanted = (file.samplerate, file.channels, _sample_type(file))
        if self._stream is None or wanted != self._opened:
            if self._stream is not None:
                self._stream.close()
            self._stream = self._p.open(
                rate=file.samplerate,
                channels=file.channels,
                format=FORMATS[_sample_type(file)],
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


def _open(path: Path) -> Any:
    try:
        with open(path, "rb"):
            pass  # libsndfile would report any problem as a system error
        # soundfile cannot encode every file name.
        name: Any = path if os.name == "nt" else os.fsencode(path)
        return soundfile.SoundFile(name)
    except OSError as error:
        raise Failure(f"cannot read {path}: {error.strerror}") from error
    except soundfile.LibsndfileError as error:
        raise Failure(f"cannot read {path}: {error.error_string}") from error
    except TypeError as error:  # RAW, which has no header
        raise Failure(f"cannot read {path}: it has no header with rate and channels") from error


def _sample_type(file: Any) -> str:
    subtype = file.subtype
    return "int16" if subtype in _INT16 else "int32" if subtype in _INT32 else "float32"
