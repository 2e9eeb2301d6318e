# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""``pyaudiopp record``: records into a sound file, and loses nothing that can be kept.

The sound comes by a buffered callback, so that PortAudio's thread waits neither for the disk nor
for Python, and goes through a queue to the main thread, which writes it. Ctrl-C, a device that is
lost and a disk that is full end the recording; each leaves a file whose header is right.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import queue
import signal
import tempfile
import time
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import soundfile  # type: ignore[import-untyped]

from pyaudiopp import paComplete, paContinue
from pyaudiopp._cli import terminal
from pyaudiopp._cli.levels import peaks, samples
from pyaudiopp._cli.progress import SoundProgress, clock
from pyaudiopp._cli.sound import FORMATS, PATIENCE, find, start, trying
from pyaudiopp._cli.status import DONE, INTERRUPTED, LOST, SILENT, USAGE, Failure, explain

# How much may wait before Python, in seconds, and how much for the disk, in bytes.
_BUFFER_SECONDS = 5.0
_MOST_WAITING = 512 * 2**20

# Kept free on the disk, for what a format writes at the end of its files.
_RESERVE = 256 * 1024

# What the headers of these cannot count, less some room for the header itself.
_LARGEST: dict[str, int] = dict.fromkeys(("WAV", "WAVEX", "AIFF", "AU"), 2**32 - 2**16)

_ALIASES = {"AIF": "AIFF", "OGA": "OGG", "OPUS": "OGG", "WAVE": "WAV"}

# One has no header, the other keeps it in a second file, which libsndfile writes by name only.
_UNFIT = {"RAW", "SD2"}

# When the device's own rate does not fit into the type of file.
_RATES = (48000, 44100, 16000, 8000)

# By the samples that were asked for: how they are recorded, and how they are kept.
_SUBTYPES = {
    "int16": ("int16", "PCM_16"),
    "int24": ("int32", "PCM_24"),
    "int32": ("int32", "PCM_32"),
    "float32": ("float32", "FLOAT"),
}


def record(
    path: Path,
    device: str | None,
    host_api: str | None,
    rate: int | None,
    channels: int | None,
    sample_format: str | None,
    duration: float | None,
    overwrite: bool,
) -> int:
    """Records until the duration is over or a signal comes."""
    file_format, sample_type, subtype = _formats(path, sample_format)
    if path.exists() and not overwrite:
        raise Failure(f"{path} exists: choose another name, or --overwrite", USAGE)
    with start() as p:
        info = find(p, "input", device, host_api)
        rate, channels = _fitting(
            file_format,
            subtype,
            [rate] if rate else [int(info["defaultSampleRate"]), *_RATES],
            [channels] if channels else [min(2, info["maxInputChannels"]), 1],
        )
        frame_size = channels * (2 if sample_type == "int16" else 4)
        capture = _Capture(frame_size, None if duration is None else round(duration * rate))
        with trying(f"record {path}"):
            stream = p.open(
                rate,
                channels,
                FORMATS[sample_type],
                input=True,
                input_device=info["index"],
                latency="high",
                frames_per_buffer=1024,
                stream_callback=capture.take,
                callback_buffer=_BUFFER_SECONDS,
                start=False,
            )
        target = _Target(path, overwrite, _LARGEST.get(file_format))
        frames, loudest, trouble = 0, 0.0, ""
        try:
            with _end_by_signals(capture.end), SoundProgress(path.name, duration) as progress:
                stream.start_stream()
                blocks = capture.blocks(stream)
                if not (first := next(blocks, None)):
                    raise InterruptedError("nothing was recorded")
                with soundfile.SoundFile(
                    target.begin(), "w", rate, channels, subtype, format=file_format
                ) as file:
                    for block in itertools.chain([first], blocks):
                        _write(file, target, block, sample_type)
                        frames += len(block) // frame_size
                        peak = peaks(samples(block, sample_type, channels))
                        loudest = max(loudest, *peak)
                        progress.show(frames / rate, peak)
        except soundfile.LibsndfileError as error:
            text = explain(target.error) if target.error else f"{path}: {error.error_string}"
            trouble = f"cannot write {text}"
        except OSError as error:
            trouble = f"the recording has ended early: {explain(error)}"
        finally:
            target.close()
        if trouble and target.error is not None:
            frames = _count(path)  # what the disk had room for
        if trouble and not frames:
            target.discard()
            raise Failure(trouble)
        kept = f"{path}: {frames} frames, {clock(frames / rate)}"
        if trouble:
            raise Failure(f"{trouble}; what was recorded is kept in {kept}")
        terminal.say(kept)
        counters = stream.counters
        if lost := counters["input_overflows"] + counters["short_blocks"]:
            times = "once" if lost == 1 else f"{lost} times"
            raise Failure(f"sound was lost {times}: the machine was too busy", LOST)
        if frames and not loudest:
            text = "only digital silence was recorded; `pyaudiopp doctor` tells more"
            raise Failure(text, SILENT)
        return INTERRUPTED if capture.is_cut_short else DONE


class _Capture:
    """Takes the sound from the stream's callback and hands it to the main thread.

    Args:
        frame_size: Bytes in a frame.
        frames: How many to take; None for any number.
    """

    def __init__(self, frame_size: int, frames: int | None) -> None:
        self.is_cut_short = False
        self._frame_size = frame_size
        self._left = frames
        self._ending = False
        # Unlike Queue, it may be put to in a signal handler.
        self._waiting: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()

    def take(self, data: Any, frames: int, *_: object) -> tuple[None, int]:
        """The callback. None in the queue is the end."""
        # Memory is not endless either: then sound is lost, which the stream counts.
        while self._waiting.qsize() * len(data) > _MOST_WAITING and not self._ending:
            time.sleep(0.05)
        if self._left is not None:
            data = data[: self._left * self._frame_size]
            self._left -= len(data) // self._frame_size
        self._waiting.put(data)
        if self._left != 0:
            return None, paContinue
        self._waiting.put(None)
        return None, paComplete

    def end(self) -> None:
        """Ends the recording, from a signal handler."""
        self.is_cut_short = self._left is not None
        self._ending = True
        self._waiting.put(None)

    def blocks(self, stream: Any) -> Iterator[bytes]:
        """Yields what was recorded until the end.

        Raises:
            OSError: The device was lost, or gives nothing.
        """
        heard = time.monotonic()
        while True:
            try:
                block = self._waiting.get(timeout=0.2)
            except queue.Empty:
                stream.is_active()  # raises if the device was lost
                if time.monotonic() - heard > PATIENCE:
                    raise TimeoutError("the device gives nothing") from None
                continue
            if block is None:
                break
            heard = time.monotonic()
            yield block
        stream.stop_stream()
        while not self._waiting.empty():
            block = self._waiting.get()
            if block is not None:
                yield block


class _Target:
    """A file for libsndfile to write to, which tells what goes wrong with it.

    What an older file has is kept until there is something to write. Some space on the disk is
    reserved: when the disk is full, it is let go for what has to be written at the end.

    Args:
        path: The file.
        overwrite: Whether it may exist.
        largest: How many bytes it may have.
    """

    def __init__(self, path: Path, overwrite: bool, largest: int | None) -> None:
        self.error: OSError | None = None
        self._path = path
        self._largest = largest
        self._reserve: Any = None
        self._is_ours = not (overwrite and path.exists())
        if not self._is_ours and not path.is_file():  # a pipe, for one
            raise Failure(f"cannot write {path}: it is not a file")
        try:
            self._file = open(path, "xb" if self._is_ours else "r+b", buffering=0)  # noqa: SIM115
        except OSError as error:
            raise Failure(f"cannot write {explain(error)}") from error

    def begin(self) -> Any:
        """Takes the place of an older file; returns itself."""
        self._file.truncate()
        self._is_ours = True
        with contextlib.suppress(OSError):
            self._reserve = tempfile.TemporaryFile(dir=self._path.parent, buffering=0)  # noqa: SIM115
            self._reserve.write(bytes(_RESERVE))
        return self

    def write(self, data: bytes) -> int:
        """Writes as much as possible and returns how much; `error` is why it was not all."""
        view, done = memoryview(data), 0
        while done < len(view):
            try:
                done += self._file.write(view[done:])
            except OSError as error:
                first = self.error is None
                self.error = OSError(error.errno, error.strerror, str(self._path))
                self._let_go()
                if not first:
                    break
        if self.error is None and self._largest and self._file.tell() > self._largest:
            self.error = OSError(0, "a file of this type cannot be larger", str(self._path))
        return done

    def read(self, size: int) -> bytes:
        return self._file.read(size)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        self._let_go()
        self._file.close()

    def discard(self) -> None:
        """Removes the file, if it has nothing of an older one."""
        if self._is_ours:
            with contextlib.suppress(OSError):
                self._path.unlink()

    def _let_go(self) -> None:
        if self._reserve is not None:
            self._reserve.close()
            self._reserve = None


def _formats(path: Path, sample_format: str | None) -> tuple[str, str, str]:
    """The file's format, and how its samples are recorded and kept."""
    extension = path.suffix[1:].upper()
    file_format = _ALIASES.get(extension, extension)
    fit = set(soundfile.available_formats()) - _UNFIT
    if file_format not in fit:
        known = " ".join(f".{name.lower()}" for name in sorted({*fit, *_ALIASES}))
        raise Failure(f"{path} has no extension of a known type: {known}", USAGE)
    sample_type, subtype = _SUBTYPES[sample_format or "int16"]
    if soundfile.check_format(file_format, subtype):
        return file_format, sample_type, subtype
    if sample_format is not None:
        raise Failure(f"files of type {file_format} cannot have {sample_format} samples", USAGE)
    subtype = "OPUS" if extension == "OPUS" else soundfile.default_subtype(file_format) or subtype
    return file_format, "float32", subtype


def _fitting(
    file_format: str, subtype: str, rates: Sequence[int], counts: Sequence[int]
) -> tuple[int, int]:
    """The first of the rates, and of the channels, that a type of file can have."""

    def first(rates: Sequence[int], counts: Sequence[int]) -> tuple[int, int] | None:
        pairs = itertools.product(counts, rates)
        return next(((r, c) for c, r in pairs if _holds(file_format, subtype, r, c)), None)

    if fitting := first(rates, counts):
        return fitting
    plural = "s" if counts[0] > 1 else ""
    text = f"files of type {file_format} cannot have {counts[0]} channel{plural} at {rates[0]} Hz"
    if other := first([rates[0], *_RATES], [counts[0], 2, 1]):
        text += f", but {other[1]} at {other[0]} Hz"
    raise Failure(text, USAGE)


def _holds(file_format: str, subtype: str, rate: int, channels: int) -> bool:
    """Whether such a file is the same when it is read; some types have one rate only."""
    file = io.BytesIO()
    try:
        soundfile.write(file, np.zeros((rate // 10, channels)), rate, subtype, format=file_format)
        file.seek(0)
        return abs(int(soundfile.info(file).samplerate) - rate) <= rate / 100
    except soundfile.LibsndfileError:
        return False


def _write(file: Any, target: _Target, block: bytes, sample_type: str) -> None:
    try:
        file.buffer_write(block, sample_type)
    except (AssertionError, soundfile.LibsndfileError):  # a write that came out short
        if target.error is None:
            raise
    if target.error is not None:
        raise target.error


def _count(path: Path) -> int:
    with contextlib.suppress(soundfile.LibsndfileError):
        return int(soundfile.info(path).frames)
    return 0


@contextlib.contextmanager
def _end_by_signals(end: Any) -> Generator[None, None, None]:
    """Lets the first signal end the recording; another one does what it did before."""
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    # What was ignored, as by nohup, still is.
    ours = [number for number in numbers if before[number] is not signal.SIG_IGN]

    def restore() -> None:
        for number in ours:
            signal.signal(number, before[number])

    def handle(number: int, frame: FrameType | None) -> None:
        restore()
        end()

    for number in ours:
        signal.signal(number, handle)
    try:
        yield
    finally:
        restore()
