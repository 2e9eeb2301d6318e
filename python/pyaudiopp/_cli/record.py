# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""``pyaudiopp record``: records to a sound file, and keeps what it has whatever happens.

A buffered callback receives the sound, so that PortAudio's thread waits neither for the disk nor
for Python. It passes the sound through a queue to the main thread, which writes it. Ctrl-C, a lost
device or a full disk ends the recording; each leaves a file with a correct header.
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
from pyaudiopp._cli.pipes import PipeOutput
from pyaudiopp._cli.progress import SoundProgress, clock
from pyaudiopp._cli.sound import FORMATS, PATIENCE, STANDARD, SUBTYPES, find, start, trying
from pyaudiopp._cli.status import DONE, INTERRUPTED, LOST, SILENT, USAGE, Failure, explain

# The buffer before Python, in seconds, and the queue for the disk, in bytes.
_BUFFER_SECONDS = 5.0
_MOST_WAITING = 512 * 2**20

# Reserved on the disk, for what a format writes at the end of the file.
_RESERVE = 256 * 1024

# The largest size that these headers can hold, less some room for the header itself.
_LARGEST: dict[str, int] = dict.fromkeys(("WAV", "WAVEX", "AIFF", "AU"), 2**32 - 2**16)

_ALIASES = {"AIF": "AIFF", "OGA": "OGG", "OPUS": "OGG", "WAVE": "WAV"}

# RAW has no header; SD2 keeps it in a second file, which libsndfile can only write by name.
_UNFIT = {"RAW", "SD2"}

# Tried when the file type does not support the device's rate.
_RATES = (48000, 44100, 16000, 8000)


def record(
    path: Path,
    device: str | None,
    host_api: str | None,
    rate: int | None,
    channels: int | None,
    sample_format: str | None,
    duration: float | None,
    overwrite: bool,
    file_type: str | None = None,
) -> int:
    """Records for the duration or until a signal arrives."""
    piped = path == STANDARD
    name = "standard output" if piped else str(path)
    file_format, sample_type, subtype = _formats(path, sample_format, file_type)
    if not piped and path.exists() and not overwrite:
        raise Failure(f"{path} exists: choose another name, or use --overwrite", USAGE)
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
        with trying("record" if piped else f"record {path}"):
            stream = p.open(
                rate,
                channels,
                FORMATS[sample_type],
                input=True,
                input_device=info["index"],
                latency="high",
                clip_off=False,
                frames_per_buffer=1024,
                stream_callback=capture.take,
                callback_buffer=_BUFFER_SECONDS,
                start=False,
            )
        target: Any = (
            PipeOutput(file_format)
            if piped
            else _Target(path, overwrite, _LARGEST.get(file_format))
        )
        frames, loudest, trouble = 0, 0.0, ""
        try:
            with _end_by_signals(capture.end), SoundProgress(Path(name).name, duration) as progress:
                stream.start_stream()
                blocks = capture.blocks(stream)
                if not (first := next(blocks, None)):
                    raise InterruptedError("nothing was recorded")
                endian = "LITTLE" if file_format == "RAW" else None
                with soundfile.SoundFile(
                    target.begin(), "w", rate, channels, subtype, endian, file_format
                ) as file:
                    for block in itertools.chain([first], blocks):
                        _write(file, target, block, sample_type)
                        frames += len(block) // frame_size
                        peak = peaks(samples(block, sample_type, channels))
                        loudest = max(loudest, *peak)
                        progress.show(frames / rate, peak)
        except soundfile.LibsndfileError as error:
            text = explain(target.error) if target.error else f"{name}: {error.error_string}"
            trouble = f"cannot write {text}"
        except OSError as error:
            trouble = f"the recording ended early: {explain(error)}"
        finally:
            target.close()
        if trouble and target.error is not None and not piped:
            frames = _count(path)  # what fitted on the disk
        if trouble and not frames:
            target.discard()
            raise Failure(trouble)
        kept = f"{name}: {frames} frames, {clock(frames / rate)}"
        if trouble:
            raise Failure(trouble if piped else f"{trouble}; the recording up to then is in {kept}")
        if not piped:
            terminal.say(kept)
        counters = stream.counters
        if lost := counters["input_overflows"] + counters["short_blocks"]:
            times = "once" if lost == 1 else f"{lost} times"
            raise Failure(f"sound was lost {times}: the machine was too busy", LOST)
        if frames and not loudest:
            text = "recorded only digital silence; try `pyaudiopp doctor`"
            raise Failure(text, SILENT)
        return INTERRUPTED if capture.is_cut_short else DONE


class _Capture:
    """Passes the sound from the stream's callback to the main thread.

    Args:
        frame_size: Bytes in a frame.
        frames: How many to take; None for any number.
    """

    def __init__(self, frame_size: int, frames: int | None) -> None:
        self.is_cut_short = False
        self._frame_size = frame_size
        self._left = frames
        self._ending = False
        # Unlike Queue's, its put() is safe in a signal handler.
        self._waiting: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()

    def take(self, data: Any, frames: int, *_: object) -> tuple[None, int]:
        """The callback. None in the queue marks the end."""
        # Limit the memory: beyond it sound is lost, and the stream counts that.
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
        """Ends the recording; for signal handlers."""
        self.is_cut_short = self._left is not None
        self._ending = True
        self._waiting.put(None)

    def blocks(self, stream: Any) -> Iterator[bytes]:
        """Yields what was recorded until the end.

        Raises:
            OSError: The device was lost, or delivers nothing.
        """
        heard = time.monotonic()
        while True:
            try:
                block = self._waiting.get(timeout=0.2)
            except queue.Empty:
                stream.is_active()  # raises if the device was lost
                if time.monotonic() - heard > PATIENCE:
                    raise TimeoutError("the device delivers nothing") from None
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
    """A file for libsndfile to write to, which keeps the error if a write fails.

    An existing file keeps its content until there is something to write. Some disk space is
    reserved; when the disk is full, it is released for what must be written at the end.

    Args:
        path: The file.
        overwrite: Whether to replace an existing file.
        largest: Its maximum size in bytes.
    """

    def __init__(self, path: Path, overwrite: bool, largest: int | None) -> None:
        self.error: OSError | None = None
        self._path = path
        self._largest = largest
        self._reserve: Any = None
        self._is_ours = not (overwrite and path.exists())
        if not self._is_ours and not path.is_file():  # for example a pipe
            raise Failure(f"cannot write {path}: it is not a file")
        try:
            self._file = open(path, "xb" if self._is_ours else "r+b", buffering=0)  # noqa: SIM115
        except OSError as error:
            raise Failure(f"cannot write {explain(error)}") from error

    def begin(self) -> Any:
        """Empties an existing file; returns itself."""
        self._file.truncate()
        self._is_ours = True
        with contextlib.suppress(OSError):
            self._reserve = tempfile.TemporaryFile(dir=self._path.parent, buffering=0)  # noqa: SIM115
            self._reserve.write(bytes(_RESERVE))
        return self

    def write(self, data: bytes) -> int:
        """Writes as much as possible and returns how much; `error` says why not all."""
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
        """Removes the file, unless it still has an older file's content."""
        if self._is_ours:
            with contextlib.suppress(OSError):
                self._path.unlink()

    def _let_go(self) -> None:
        if self._reserve is not None:
            self._reserve.close()
            self._reserve = None


def _formats(path: Path, sample_format: str | None, file_type: str | None) -> tuple[str, str, str]:
    """The file format, the type to record, and libsndfile's subtype."""
    piped = path == STANDARD
    extension = (file_type or ("wav" if piped else path.suffix[1:])).upper()
    file_format = _ALIASES.get(extension, extension)
    if file_format != "RAW" or not file_type:  # only by request, since it has no header
        _check_file_format(path, file_format, file_type)
    sample_type, subtype = SUBTYPES[sample_format or "int16"]
    if soundfile.check_format(file_format, subtype):
        return file_format, sample_type, subtype
    if sample_format is not None:
        raise Failure(f"files of type {file_format} cannot have {sample_format} samples", USAGE)
    subtype = "OPUS" if extension == "OPUS" else soundfile.default_subtype(file_format) or subtype
    return file_format, "float32", subtype


def _check_file_format(path: Path, file_format: str, file_type: str | None) -> None:
    fit = set(soundfile.available_formats()) - _UNFIT
    if path == STANDARD:
        fit &= set(PipeOutput.FORMATS)
    if file_format in fit:
        return
    dot = "" if file_type else "."
    aliases = {alias for alias, meant in _ALIASES.items() if meant in fit}
    known = " ".join(f"{dot}{name.lower()}" for name in sorted(fit | aliases))
    if file_type:
        where = " to standard output" if path == STANDARD else ""
        raise Failure(f"cannot record {file_type}{where}; use one of: {known} raw", USAGE)
    raise Failure(f"{path} has no known extension; use one of: {known}", USAGE)


def _fitting(
    file_format: str, subtype: str, rates: Sequence[int], counts: Sequence[int]
) -> tuple[int, int]:
    """The first rate and channel count that the file type supports."""

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
    """Whether such a file reads back with the same rate; some types have only one."""
    if file_format == "RAW":
        return True
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
    except (AssertionError, soundfile.LibsndfileError):  # a short write
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
    """Ends the recording at the first signal; restores the old handlers for the next one."""
    # SIGBREAK is Windows' word for Ctrl-Break, for a console that is closed, and for a log-off.
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    # Signals ignored before, as under nohup, stay ignored.
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
