# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Samples of 24 bits, which no array type has."""

from __future__ import annotations

import array
import sys
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from pyaudiopp._pyaudio import Samples

# Where the three bytes of a packed sample lie in an int32 of the same loudness.
_PLACES = range(1, 4) if sys.byteorder == "little" else range(3)


def unpack_int24(data: Samples) -> array.array[int]:
    """Returns packed samples of 24 bits (`paInt24`) as samples of 32 bits (`paInt32`).

    They are as loud as before: full scale is full scale, so each number is 256 times the sample's.

    Args:
        data: Three bytes for each sample, such as `read` returns; any buffer.

    Returns:
        An array of type "i"; ``np.asarray(unpack_int24(data))`` takes it without a copy.

    Raises:
        ValueError: The bytes do not make whole samples.
    """
    packed = memoryview(cast("Buffer", data)).tobytes()
    if len(packed) % 3:
        raise ValueError(f"{len(packed)} bytes are not whole samples of 3 bytes")
    unpacked = bytearray(len(packed) // 3 * 4)
    for number, place in enumerate(_PLACES):
        unpacked[place::4] = packed[number::3]
    samples = array.array("i")
    samples.frombytes(unpacked)
    return samples


def pack_int24(samples: Samples) -> bytes:
    """Returns samples of 32 bits (`paInt32`) as packed samples of 24 bits (`paInt24`).

    The lowest eight bits are dropped. It reverses `unpack_int24`.

    Args:
        samples: A buffer of int32: an array, a NumPy array of any shape, bytes.

    Raises:
        ValueError: These are not samples of four bytes.
    """
    view = memoryview(cast("Buffer", samples))
    if view.format not in ("i", "l", "B") or view.nbytes % 4 or view.itemsize not in (1, 4):
        raise ValueError(f"{view.nbytes} bytes of type {view.format!r} are not samples of int32")
    unpacked = view.tobytes()
    packed = bytearray(len(unpacked) // 4 * 3)
    for number, place in enumerate(_PLACES):
        packed[number::3] = unpacked[place::4]
    return bytes(packed)
