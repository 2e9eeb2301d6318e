# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Levels, in dBFS and as a bar."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

FLOOR = -60.0  # dB; below this the bar is empty


def samples(block: bytes, sample_type: str, channels: int) -> np.ndarray[Any, Any]:
    """Returns interleaved frames as an array with a column for each channel."""
    return np.frombuffer(block, sample_type).reshape(-1, channels)


def finite(block: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Returns float samples as doubles, with the NaN and infinity of some drivers replaced by 0."""
    cleaned: np.ndarray[Any, Any] = np.nan_to_num(block, posinf=0, neginf=0)
    return cleaned.astype("f8")


def peaks(block: np.ndarray[Any, Any]) -> list[float]:
    """Returns the peak of each channel: 1 is full scale."""
    if not len(block):
        return [0.0] * block.shape[1]
    full = 1.0 if block.dtype.kind == "f" else -float(np.iinfo(block.dtype).min)
    # abs() of the smallest integer overflows, so take the extremes instead.
    loudest = np.maximum(block.max(axis=0).astype(float), -block.min(axis=0).astype(float))
    return [float(peak) / full for peak in loudest]


def decibels(amplitude: float) -> float:
    """Returns an amplitude in dBFS; minus infinity for silence."""
    return 20 * math.log10(amplitude) if amplitude > 0 else -math.inf


def bar(amplitude: float, width: int, letters: str) -> str:
    """Draws an amplitude on a decibel scale; `letters` come from `bar_letters`."""
    share = max(0.0, min(1.0, 1 - decibels(amplitude) / FLOOR))
    cells, part = divmod(round(share * width * len(letters)), len(letters))
    return (letters[0] * cells + (letters[part] if part else "")).ljust(width)
