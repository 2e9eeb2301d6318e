# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Compares a played wave file with its recording, frame by frame, and plots both.

Usage: compare_recording.py PLAYED.wav RECORDED.wav [PICTURE.png]
"""

from __future__ import annotations

import sys
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Frames = npt.NDArray[np.int16]


@dataclass(frozen=True)
class Comparison:
    """The result of a comparison, in frames."""

    played: int
    recorded: int
    offset: int
    """Where in the recording the first played frame is."""
    identical: int
    """How many of the played frames are in the recording, unchanged and in their place."""


def read_wave(path: Path) -> tuple[Frames, int]:
    """Returns a 16-bit wave file's frames, one row each, and its rate.

    Raises:
        ValueError: if it is not a 16-bit wave file.
    """
    try:
        with wave.open(str(path), "rb") as file:
            bits, channels = 8 * file.getsampwidth(), file.getnchannels()
            if bits != 16:
                raise ValueError(f"{path}: expected samples of 16 bits, found {bits}")
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
            # A truncated file may end in the middle of a frame.
            whole = len(samples) // channels * channels
            return samples[:whole].reshape(-1, channels), file.getframerate()
    except (OSError, EOFError, wave.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error) or "not a wave file"
        raise ValueError(f"{path}: {reason}") from error


def compare(played: Frames, recorded: Frames) -> Comparison:
    """Aligns both at their first frame that is not silent, then compares every played frame."""
    if played.shape[1] != recorded.shape[1]:
        raise ValueError(f"{played.shape[1]} channels were played, {recorded.shape[1]} recorded")
    offset = _first_sound(recorded) - _first_sound(played)
    heard = recorded[max(offset, 0) :][: len(played)]
    expected = played[max(-offset, 0) :][: len(heard)]
    identical = int((heard[: len(expected)] == expected).all(axis=1).sum())
    return Comparison(len(played), len(recorded), offset, identical)


def draw(played: Frames, recorded: Frames, rate: int, result: Comparison, path: Path) -> None:
    """Plots both waveforms, each on its own time axis, to a PNG file."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (upper, lower) = pyplot.subplots(2, sharex=True, sharey=True, figsize=(12, 6))
    for axis, frames in ((upper, played), (lower, recorded)):
        axis.plot(np.arange(len(frames)) / rate, frames, linewidth=0.3, alpha=0.7)
        axis.set_ylabel("sample")
    upper.set_title(f"played: {result.played:,} frames")
    lower.set_title(f"recorded: {result.recorded:,} frames, {result.identical:,} as played")
    lower.set_xlabel("seconds")
    figure.tight_layout()
    figure.savefig(path, dpi=120)
    pyplot.close(figure)


def _first_sound(frames: Frames) -> int:
    """The first frame that is not silent, or 0 when all are."""
    return int(np.argmax(frames.any(axis=1))) if len(frames) else 0


def main(arguments: list[str]) -> int:
    if len(arguments) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        played, rate = read_wave(Path(arguments[0]))
        recorded, _ = read_wave(Path(arguments[1]))
        result = compare(played, recorded)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    if len(arguments) == 3:
        draw(played, recorded, rate, result, Path(arguments[2]))
    print(result)
    return int(result.identical != result.played)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
