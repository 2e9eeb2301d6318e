# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""How loud a sound is, in decibels below full scale and as a bar."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

FLOOR = -60.0  # dB; what is softer shows no bar


def samples(block: bytes, sample_type: str, channels: int) -> np.ndarray[Any, Any]:
    """Returns interleaved frames as an array with a column for each channel."""
    return np.frombuffer(block, sample_type).reshape(-1, channels)


def finite(block: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Returns float samples without what is no number, which some drivers give; to compute with."""
    cleaned: np.ndarray[Any, Any] = np.nan_to_num(block, posinf=0, neginf=0)
    return cleaned.astype("f8")


def peaks(block: np.ndarray[Any, Any]) -> list[float]:
    """Returns the loudest sample of each channel: 1 is full scale."""
    if not len(block):
        return [0.0] * block.shape[1]
    full = 1.0 if block.dtype.kind == "f" else -float(np.iinfo(block.dtype).min)
    # The smallest integer has no positive twin, so the extremes are looked at and not abs().
    loudest = np.maximum(block.max(axis=0).astype(float), -block.min(axis=0).astype(float))
    return [float(peak) / full for peak in loudest]


def decibels(amplitude: float) -> float:
    """Returns an amplitude in decibels below full scale; minus infinity for silence."""
    return 20 * math.log10(amplitude) if amplitude > 0 else -math.inf


def bar(amplitude: float, width: int, letters: str) -> str:
    """Draws an amplitude on a scale of decibels; `letters` are `bar_letters`."""
    share = max(0.0, min(1.0, 1 - decibels(amplitude) / FLOOR))
    cells, part = divmod(round(share * width * len(letters)), len(letters))
    return (letters[0] * cells + (letters[part] if part else "")).ljust(width)
