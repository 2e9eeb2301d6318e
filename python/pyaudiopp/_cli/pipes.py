# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Pipes, as files that libsndfile can use: it asks for the size, and seeks."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
from typing import IO, Any

from pyaudiopp._cli.status import USAGE, Failure

# The size that a pipe pretends to have: longer than anyone listens.
_ENDLESS = 2**50

# How far libsndfile may look ahead in a header: beyond it a pipe pretends to end, so that no sound
# is held back while libsndfile looks for chunks after it.
_HEADER = 2**16


class PipeInput:
    """A pipe to read from, which keeps what it has read until `forget` is called.

    An exception while libsndfile reads becomes the end of the file; `error` has it.

    Args:
        pipe: An unbuffered binary file.
    """

    def __init__(self, pipe: IO[bytes]) -> None:
        self.error: BaseException | None = None
        self._pipe = pipe
        self._kept = bytearray()
        self._dropped = 0  # bytes before the kept ones
        self._position = 0
        self._keeps = True

    def readinto(self, buffer: Any) -> int:
        try:
            return self._read(memoryview(buffer).cast("B"))
        except BaseException as error:  # nobody hears exceptions in libsndfile's callbacks
            self.error = error
            return 0

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        bases = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: _ENDLESS}
        self._position = bases[whence] + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def head(self, size: int) -> bytes:
        """Returns the first bytes, without moving."""
        head = bytearray(size)
        del head[self.readinto(head) :]
        self.seek(0)
        return bytes(head)

    def replace(self, old: bytes, new: bytes) -> None:
        """Replaces the first `old` in what was read."""
        self._kept = self._kept.replace(old, new, 1)

    def forget(self) -> None:
        """From now on keeps only what has not been read yet: the header is complete."""
        self._keeps = False

    def copied(self, limit: int | None = None) -> IO[bytes]:
        """Returns a temporary file of all that the pipe delivers, to its end or a limit in bytes.

        Raises:
            OSError: The pipe or the disk fails.
        """
        file = tempfile.TemporaryFile()  # noqa: SIM115
        try:
            file.write(self._kept)
            if limit is None:
                shutil.copyfileobj(self._pipe, file)
            else:
                while file.tell() < limit and (block := self._pipe.read(_HEADER)):
                    file.write(block)
            file.flush()
            file.seek(0)
        except BaseException:
            file.close()
            raise
        return file

    def _read(self, buffer: memoryview) -> int:
        start = self._position - self._dropped
        if start < 0 or start > len(self._kept) + _HEADER:
            return 0
        while (missing := start + len(buffer) - len(self._kept)) > 0:
            block = self._pipe.read(missing)
            if not block:
                break
            self._kept += block
        part = self._kept[start : start + len(buffer)]
        buffer[: len(part)] = part
        self._position += len(part)
        if not self._keeps:
            del self._kept[: start + len(part)]
            self._dropped = self._position
        return len(part)


class PipeOutput:
    """Standard output for libsndfile, which keeps the error if a write fails.

    What libsndfile writes at the end into the header it wrote at the start is dropped.

    Args:
        file_format: libsndfile's name of the format.

    Raises:
        Failure: Standard output is closed, or a terminal.
    """

    # Formats that a reader understands although their header was written first.
    FORMATS = ("AU", "FLAC", "MP3", "OGG", "RAW", "WAV")

    def __init__(self, file_format: str) -> None:
        self.error: OSError | None = None
        try:
            number = sys.stdout.fileno()
        except (AttributeError, OSError, ValueError) as error:
            raise Failure("standard output is closed") from error
        if os.isatty(number):
            text = "standard output is a terminal; send it to a program or a file"
            raise Failure(f"cannot record: {text}", USAGE)
        self._file: IO[bytes] = open(os.dup(number), "wb", buffering=0)  # noqa: SIM115
        self._file_format = file_format
        self._position = 0
        self._end = 0

    def begin(self) -> PipeOutput:
        return self

    def write(self, data: bytes) -> int:
        new = data[max(0, self._end - self._position) :]
        if new and self.error is None:
            if self._end == 0 and self._file_format == "WAV":
                new = _of_unknown_length(new)
            try:
                view = memoryview(new)
                while view:
                    view = view[self._file.write(view) :]
            except OSError as error:
                self.error = OSError(error.errno or errno.EIO, error.strerror, "standard output")
        self._position += len(data)
        self._end = max(self._end, self._position)
        return len(data)

    def read(self, size: int) -> bytes:
        return b""

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        bases = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._end}
        self._position = bases[whence] + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def close(self) -> None:
        self._file.close()

    def discard(self) -> None:
        """Does nothing: what was written is gone."""


def _of_unknown_length(header: bytes) -> bytes:
    """A wave header whose two sizes say, as those of other programs do, "until the end"."""
    changed = bytearray(header)
    changed[4:8] = b"\xff" * 4
    size = changed.index(b"data") + 4
    changed[size : size + 4] = b"\xff" * 4
    return bytes(changed)
