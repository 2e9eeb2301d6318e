# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""24-bit samples, which no array type supports."""

from __future__ import annotations

import array
import sys
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from typing_extensions import Buffer, TypeAlias

    from pyaudiopp._types import Samples

    _Int32s: TypeAlias = array.array[int]
else:
    Samples = object  # what typing.get_type_hints() finds
    _Int32s = array.array

# The position of a packed sample's three bytes in an int32 of the same amplitude.
_PLACES = range(1, 4) if sys.byteorder == "little" else range(3)


def unpack_int24(data: Samples) -> _Int32s:
    """Converts packed 24-bit samples (`paInt24`) to 32-bit samples (`paInt32`).

    The level stays the same: full scale is full scale, so each value is multiplied by 256.

    Args:
        data: Three bytes per sample, as `read` returns them; any buffer.

    Returns:
        An array of type "i"; ``np.asarray(unpack_int24(data))`` wraps it without a copy.

    Raises:
        ValueError: The size is not a multiple of three bytes.
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
    """Converts 32-bit samples (`paInt32`) to packed 24-bit samples (`paInt24`).

    Drops the lowest eight bits. The inverse of `unpack_int24`.

    Args:
        samples: A buffer of int32: an array, a NumPy array of any shape, bytes.

    Raises:
        ValueError: The samples are not four bytes each.
    """
    view = memoryview(cast("Buffer", samples))
    if view.format not in ("i", "l", "B") or view.nbytes % 4 or view.itemsize not in (1, 4):
        raise ValueError(f"{view.nbytes} bytes of type {view.format!r} are not samples of int32")
    unpacked = view.tobytes()
    packed = bytearray(len(unpacked) // 4 * 3)
    for number, place in enumerate(_PLACES):
        packed[number::3] = unpacked[place::4]
    return bytes(packed)
