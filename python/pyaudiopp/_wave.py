# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Wave files with every kind of uncompressed sample, for which Python's `wave` is not enough."""

from __future__ import annotations

import array
import os
import struct
import sys
from types import TracebackType
from typing import IO, BinaryIO
from wave import Error

from pyaudiopp._portaudio import paFloat32, paInt16, paInt24, paInt32, paUInt8

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE

# By the kind of number and its size in bytes.
_FORMATS = {
    (_PCM, 1): paUInt8,
    (_PCM, 2): paInt16,
    (_PCM, 3): paInt24,
    (_PCM, 4): paInt32,
    (_FLOAT, 4): paFloat32,
    (_FLOAT, 8): paFloat32,
}

# The size that programs write to a pipe: until the end.
_UNKNOWN = 0xFFFFFFFF


class WaveFile:
    """A wave file to read, which says in which sample format to play it.

    Reads integers of 8, 16, 24 and 32 bits and floats of 32 and 64 bits, with a plain or an
    extensible header (WAVE_FORMAT_EXTENSIBLE). For compressed files, and for other types such as
    FLAC and MP3, use soundfile.

    Args:
        file: The name of a file, or a binary file, which need not be seekable and is left open.

    Attributes:
        format: The sample format, such as `paInt16`; `paFloat32` for floats of 64 bits.
        channels: Samples per frame.
        rate: Frames per second.

    Raises:
        OSError: The file cannot be read.
        wave.Error: It is not such a wave file; the text says why.
    """

    def __init__(self, file: str | os.PathLike[str] | BinaryIO) -> None:
        self._own = isinstance(file, (str, os.PathLike))
        self._file: IO[bytes]
        if isinstance(file, (str, os.PathLike)):
            self._file = open(file, "rb")  # noqa: SIM115
        else:
            self._file = file
        try:
            self._read_header()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> WaveFile:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def read(self, frames: int | None = None) -> bytes:
        """Returns the next frames in `format`: fewer at the end, none behind it.

        Args:
            frames: How many; None for all.
        """
        size = self._left
        if frames is not None:
            wanted = frames * self._frame_size
            size = wanted if size is None else min(size, wanted)
        data = self._file.read() if size is None else self._file.read(size)
        if self._left is not None:
            self._left -= len(data)
        data = data[: len(data) // self._frame_size * self._frame_size]
        if sys.byteorder == "big":
            data = _swapped(data, self._width)
        return array.array("f", array.array("d", data)).tobytes() if self._width == 8 else data

    def close(self) -> None:
        """Closes the file if its name was given."""
        if self._own:
            self._file.close()

    def _read_header(self) -> None:
        begin = self._take(12)
        if begin[:4] not in (b"RIFF", b"RF64"):
            raise Error("file does not start with RIFF id")
        if begin[8:] != b"WAVE":
            raise Error("not a WAVE file")
        known = False
        while True:
            name, size = struct.unpack("<4sI", self._take(8))
            if name == b"data":
                break
            content = self._take(size + size % 2)
            if name == b"fmt ":
                self._read_format(content)
                known = True
        if not known:
            raise Error("it does not say what its samples are")
        if size == 0 and not self._file.seekable():  # some write this to a pipe
            size = _UNKNOWN
        self._left: int | None = None if size == _UNKNOWN else size

    def _read_format(self, content: bytes) -> None:
        if len(content) < 16:
            raise Error("its header is too short")
        kind, self.channels, self.rate, _, self._frame_size, _ = struct.unpack_from(
            "<HHIIHH", content
        )
        if kind == _EXTENSIBLE and len(content) >= 26:
            (kind,) = struct.unpack_from("<H", content, 24)
        if not self.channels or not self.rate:
            raise Error(f"it has {self.channels} channels at {self.rate} Hz")
        self._width, rest = divmod(self._frame_size, self.channels)
        if kind not in (_PCM, _FLOAT):
            raise Error(f"compressed samples (format {kind}), which soundfile may read")
        if rest or (kind, self._width) not in _FORMATS:
            raise Error(f"samples of {self._frame_size / self.channels:g} bytes")
        self.format: int = _FORMATS[kind, self._width]

    def _take(self, size: int) -> bytes:
        content = self._file.read(size)
        if len(content) < size:
            raise Error("it ends too early")
        return content


def _swapped(data: bytes, width: int) -> bytes:
    swapped = bytearray(len(data))
    for byte in range(width):
        swapped[byte::width] = data[width - 1 - byte :: width]
    return bytes(swapped)


if sys.version_info < (3, 10):
    from pyaudiopp._types import hide_unions

    hide_unions(globals(), vars(WaveFile))
