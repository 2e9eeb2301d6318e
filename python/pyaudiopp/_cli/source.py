# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Sounds to play, from files and from pipes, in every format that libsndfile reads."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import soundfile  # type: ignore[import-untyped]

from pyaudiopp._cli.pipes import PipeInput
from pyaudiopp._cli.sound import STANDARD, SUBTYPES
from pyaudiopp._cli.status import USAGE, Failure, explain

# libsndfile's subtypes whose samples fit into 16 and 32 bits; all others are read as floats.
_INT16 = ("PCM_16", "PCM_S8", "PCM_U8", "ULAW", "ALAW", "ALAC_16")
_INT32 = ("PCM_24", "PCM_32", "ALAC_20", "ALAC_24", "ALAC_32")

# How files begin that libsndfile reads from front to back, so that they are heard while they
# arrive: WAV, RF64, W64, AIFF, AU and FLAC, with simple samples. Others need their true size.
_SEQUENTIAL = (b"RIFF", b"RIFX", b"RF64", b"riff", b"FORM", b".snd", b"dns.", b"fLaC")
_KNOWN = (b"OggS", b"ID3", b"\xff")  # Ogg and MP3
_SIMPLE = ("PCM_S8", "PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW")

# The size of a wave file's samples, as 0 and as unknown.
_NO_SIZE, _ANY_SIZE = b"data\0\0\0\0", b"data\xff\xff\xff\xff"

# How much of a pipe tells its format: little, not to hold back a slow one, or a long header.
_HEADS = (2**12, 2**16)
_IN_ORDER = 0

# How much of a pipe is copied before we give up on an unknown format, in bytes.
_MOST_UNKNOWN = 64 * 2**20

_LONGEST = 10**9  # seconds; a file that claims more does not know its length


class _Reader(soundfile.SoundFile):  # type: ignore[misc]
    """Reads from front to back. By itself soundfile seeks, which not every codec can."""

    def seekable(self) -> bool:
        return False


class Source:
    """A sound, open for reading.

    Args:
        path: A file, a pipe or a device; `STANDARD` for standard input.
        raw: For samples without a header: soundfile's arguments that say what they are.

    Raises:
        Failure: It cannot be read.
    """

    def __init__(self, path: Path, raw: dict[str, Any] | None = None) -> None:
        self.name = "standard input" if path == STANDARD else str(path)
        self._raw = raw or {}
        self._pipe: PipeInput | None = None
        self._opened = contextlib.ExitStack()
        try:
            with contextlib.ExitStack() as opened:
                self._open(path, opened)
                self._opened = opened.pop_all()
        except OSError as error:
            raise Failure(f"cannot read {self.name}: {error.strerror or error}") from error
        except soundfile.LibsndfileError as error:
            raise Failure(f"cannot read {self.name}: {error.error_string}") from error
        except (TypeError, ValueError) as error:  # the extension .raw
            text = "it has no header with rate and channels; use --format raw"
            raise Failure(f"cannot read {self.name}: {text}") from error
        subtype = self._file.subtype
        self.rate = int(self._file.samplerate)
        self.channels = int(self._file.channels)
        self.sample_type = (
            "int16" if subtype in _INT16 else "int32" if subtype in _INT32 else "float32"
        )

    @property
    def is_pipe(self) -> bool:
        return self._pipe is not None

    @property
    def seconds(self) -> float | None:
        """The length; None if unknown."""
        seconds = float(self._file.frames) / self.rate
        return seconds if 0 < seconds < _LONGEST else None

    def blocks(self, frames: int) -> Iterator[Any]:
        """Yields arrays of at most this many frames.

        Raises:
            Failure: The pipe cannot be read further.
            soundfile.LibsndfileError: The data is corrupt.
        """
        while True:
            block = self._file.read(frames, self.sample_type, always_2d=True)
            try:
                self._check_pipe()
            except OSError as error:
                raise Failure(f"cannot read {self.name}: {explain(error)}") from error
            if not len(block):
                return
            yield block

    def close(self) -> None:
        self._opened.close()

    def _open(self, path: Path, opened: contextlib.ExitStack) -> None:
        if path != STANDARD and stat.S_ISREG(os.stat(path).st_mode):
            with open(path, "rb"):
                pass  # libsndfile would report any problem as a system error
            # soundfile cannot encode every file name.
            name: Any = path if os.name == "nt" else os.fsencode(path)
            self._file = opened.enter_context(_Reader(name, **self._raw))
            return
        self._pipe = PipeInput(opened.enter_context(_open_pipe(path)))
        limit = None if self._raw else self._examine(self._pipe)
        if self._raw or limit == _IN_ORDER:
            self._file = opened.enter_context(_Reader(self._pipe, **self._raw))
            self._pipe.forget()
        else:
            copied = opened.enter_context(self._pipe.copied(limit))
            self._file = opened.enter_context(_Reader(_for_libsndfile(copied), closefd=False))

    def _examine(self, pipe: PipeInput) -> int | None:
        """How much of a pipe to copy before reading it, in bytes: `_IN_ORDER`, or None for all."""
        mark = pipe.head(4)
        self._check_pipe()
        if not mark.startswith(_SEQUENTIAL):
            return None if mark.startswith(_KNOWN) else _MOST_UNKNOWN
        for size in _HEADS:
            head = pipe.head(size)
            self._check_pipe()
            # By a size of 0 some programs mean "until the end".
            if head.startswith(b"RIFF") and 0 < head.find(b"data") == head.find(_NO_SIZE):
                pipe.replace(_NO_SIZE, _ANY_SIZE)
                head = head.replace(_NO_SIZE, _ANY_SIZE, 1)
            with contextlib.suppress(soundfile.LibsndfileError), tempfile.TemporaryFile() as file:
                file.write(head)
                file.seek(0)
                with _Reader(_for_libsndfile(file), closefd=False) as begun:
                    if begun.frames:
                        return _IN_ORDER if begun.subtype in _SIMPLE else None
        return None

    def _check_pipe(self) -> None:
        if self._pipe is not None and self._pipe.error is not None:
            raise self._pipe.error


def _for_libsndfile(file: IO[bytes]) -> Any:
    """A temporary file as soundfile takes it: by number, or as it is on Windows."""
    return file if os.name == "nt" else file.fileno()


def raw_format(rate: int | None, channels: int | None, sample_format: str | None) -> dict[str, Any]:
    """soundfile's arguments for samples without a header.

    Raises:
        Failure: The rate or the number of channels is missing.
    """
    if rate is None or channels is None:
        raise Failure("--format raw needs --rate and --channels", USAGE)
    return {
        "format": "RAW",
        "samplerate": rate,
        "channels": channels,
        "subtype": SUBTYPES[sample_format or "int16"][1],
        "endian": "LITTLE",
    }


def _open_pipe(path: Path) -> IO[bytes]:
    if path != STANDARD:
        return open(path, "rb", buffering=0)
    with contextlib.suppress(AttributeError, OSError, ValueError):
        return open(os.dup(sys.stdin.fileno()), "rb", buffering=0)
    raise Failure("cannot read standard input: it is closed")
