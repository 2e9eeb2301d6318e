# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Compares what was played with what was recorded, frame by frame, and draws both.

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
    """How many frames there are, where in the recording the played ones begin, and how many of them are the same."""

    played: int
    recorded: int
    offset: int
    identical: int


def read_wave(path: Path) -> tuple[Frames, int]:
    """Returns a 16-bit wave file's frames, one row each, and its rate.

    Raises:
        ValueError: when it is not such a file.
    """
    try:
        with wave.open(str(path), "rb") as file:
            if file.getsampwidth() != 2:
                raise ValueError(f"{path}: expected samples of 16 bits, found {8 * file.getsampwidth()}")
            data = file.readframes(file.getnframes())
            return np.frombuffer(data, "<i2").reshape(-1, file.getnchannels()), file.getframerate()
    except (OSError, EOFError, wave.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error) or "not a wave file"
        raise ValueError(f"{path}: {reason}") from error


def compare(played: Frames, recorded: Frames) -> Comparison:
    """Aligns both on their first frame that is not silent, then compares every frame that was played."""
    if played.shape[1] != recorded.shape[1]:
        raise ValueError(f"{played.shape[1]} channels were played, {recorded.shape[1]} recorded")
    offset = _first_sound(recorded) - _first_sound(played)
    heard = recorded[max(offset, 0) :][: len(played)]
    expected = played[max(-offset, 0) :][: len(heard)]
    identical = int((heard[: len(expected)] == expected).all(axis=1).sum())
    return Comparison(len(played), len(recorded), offset, identical)


def draw(played: Frames, recorded: Frames, rate: int, result: Comparison, path: Path) -> None:
    """Draws both waveforms, each on its own time, into a PNG file."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(2, 1, sharex=True, sharey=True, figsize=(12, 6), layout="constrained")
    for axis, frames, title in (
        (axes[0], played, f"played: {result.played:,} frames"),
        (axes[1], recorded, f"recorded: {result.recorded:,} frames, {result.identical:,} of them as played"),
    ):
        seconds = np.arange(len(frames)) / rate
        for channel in range(frames.shape[1]):
            axis.plot(seconds, frames[:, channel], linewidth=0.3, alpha=0.7, label=f"channel {channel + 1}")
        axis.set(title=title, ylabel="sample")
    axes[0].legend(loc="upper right")
    axes[1].set_xlabel("seconds")
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
