# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Playing and recording in one line."""

from __future__ import annotations

import array
import contextlib
import itertools
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Union, cast, overload

from pyaudiopp import _core
from pyaudiopp._portaudio import paFloat32, paInt8, paInt16, paInt32, paUInt8
from pyaudiopp._pyaudio import PyAudio, get_sample_size

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from typing_extensions import Buffer, TypeAlias

    from pyaudiopp._config import Device
    from pyaudiopp._types import Readable, Samples

    _Array: TypeAlias = NDArray[Any]
    _NumPyType: TypeAlias = Union[str, type[Any], np.dtype[Any]]
    _Sound: TypeAlias = Union[Samples, Iterable[Samples], Readable]
else:
    # What typing.get_type_hints() finds, also without NumPy.
    _Array = Device = _NumPyType = _Sound = Samples = object

# By the type code of a buffer's items, and their size.
_FORMATS = {
    ("f", 4): paFloat32,
    ("i", 4): paInt32,
    ("l", 4): paInt32,
    ("h", 2): paInt16,
    ("b", 1): paInt8,
    ("B", 1): paUInt8,
}

_PIECE = 16384  # bytes that are read from a file at once

# With more, sizes in bytes would overflow in the largest format.
_MOST_SAMPLES = sys.maxsize // 16


def play(
    data: _Sound,
    rate: int,
    *,
    channels: int | None = None,
    format: int | None = None,
    device: Device | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> None:
    """Plays a sound to its end. Samples beyond full scale are clipped.

    Args:
        data: The samples: bytes, an array, a NumPy array, any buffer. Two dimensions are frames
            and channels; one dimension is interleaved. Or an iterable of such pieces, as they come
            from a text-to-speech service, or a binary file of samples without a header, such as
            ``sys.stdin.buffer``; pieces of bytes may be cut anywhere.
        rate: Frames per second.
        channels: Samples per frame; by default 1, or the data's second dimension.
        format: The sample format of bytes, by default `paInt16`. Arrays know theirs: float32,
            int32, int16, int8 and uint8 are played unchanged, float64 as float32.
        device: The device to play on, as for `PyAudio.find_device`; None: the default device.
        progress: Called about twenty times per second, with the number of frames queued so far
            and the total, which is 0 for pieces. An exception in it ends the sound.

    Raises:
        ValueError: The data does not match `channels` or `format`, or ends within a frame; or no
            such device exists.
        OSError: PortAudio cannot play it.
    """
    rate = _core.int32(rate, "rate")
    size = 0
    pieces = _pieces_of(data)
    first = data if pieces is None else next(pieces, b"")
    sound, channels, format = samples_of(cast("Samples", first), channels, format)
    frame_size = get_sample_size(format) * channels
    if pieces is None and channels > 0 and len(sound) % frame_size:
        raise ValueError(f"{len(sound)} bytes are not whole frames of {frame_size} bytes")
    with (
        PyAudio() as p,
        p.open(
            rate,
            channels,
            format,
            output=True,
            output_device=device,
            latency="high",
            clip_off=False,
            drain=True,
        ) as stream,
    ):
        if pieces is not None:
            for piece in itertools.chain([sound], pieces):
                samples = samples_of(piece, channels, format)[0]
                stream.write(samples)
                size += len(samples)
                if progress is not None:
                    progress(size // frame_size, 0)
        else:
            frames = len(sound) // frame_size
            for start, stop in _blocks(frames, rate):
                stream.write(sound[start * frame_size : stop * frame_size])
                if progress is not None:
                    progress(stop, frames)
    if pieces is not None and size % frame_size:
        raise ValueError(f"{size} bytes are not whole frames of {frame_size} bytes")


@overload
def record(
    seconds: float,
    rate: int,
    *,
    channels: int = 1,
    format: int = paInt16,
    device: Device | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> bytes: ...
@overload
def record(
    seconds: float,
    rate: int,
    *,
    channels: int = 1,
    format: _NumPyType,
    device: Device | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> _Array: ...
def record(
    seconds: float,
    rate: int,
    *,
    channels: int = 1,
    format: int | _NumPyType = paInt16,
    device: Device | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> bytes | _Array:
    """Records a sound. Samples beyond full scale are clipped.

    Args:
        seconds: How long.
        rate: Frames per second.
        channels: Samples per frame.
        format: A sample format, such as `paInt16`; or a NumPy type, such as "float32".
        device: The device to record from, as for `PyAudio.find_device`; None: the default device.
        progress: Called about twenty times per second, with the number of frames recorded so far
            and the total. An exception in it ends the recording.

    Returns:
        Bytes; with a NumPy type, an array of shape (frames, channels).

    Warns:
        RuntimeWarning: Input was lost, because the program was too slow.

    Raises:
        ValueError: An argument is invalid, or no such device exists.
        OSError: PortAudio cannot record; its `partial` is what was recorded before, in bytes.
    """
    seconds = _core.real(seconds, "seconds")
    if not seconds >= 0:
        raise ValueError(f"seconds must be a number from 0 up, not {seconds!r}")
    rate = _core.int32(rate, "rate")
    channels = _core.int32(channels, "channels")
    if channels < 1:
        raise ValueError(f"channels must be a number from 1 up, not {channels!r}")
    if not 0 <= seconds * rate * channels <= _MOST_SAMPLES:
        raise ValueError(f"cannot record {seconds!r} seconds at {rate!r} Hz")
    frames = round(seconds * rate)
    samples: bytearray | _Array
    if isinstance(format, (str, type)) or hasattr(format, "isbuiltin"):  # a NumPy type
        import numpy as np

        try:
            samples = np.zeros((frames, channels), cast("Any", format))
        except TypeError:
            raise TypeError(
                f"format must be an integer, such as paInt16, or a NumPy type, not {format!r}"
            ) from None
        sample_format = _format_of(memoryview(cast("Buffer", samples)))
    else:
        sample_format = _core.whole(
            format, "format", "an integer, such as paInt16, or a NumPy type"
        )
        samples = bytearray(frames * channels * get_sample_size(sample_format))

    lost = 0
    sound = _bytes_of(memoryview(cast("Buffer", samples)))
    frame_size = get_sample_size(sample_format) * channels
    with (
        PyAudio() as p,
        p.open(
            rate,
            channels,
            sample_format,
            input=True,
            input_device=device,
            latency="high",
            clip_off=False,
        ) as stream,
    ):
        for start, stop in _blocks(frames, rate):
            try:
                lost += stream.read_into(sound[start * frame_size : stop * frame_size])[1]
            except _core.PortAudioError as error:
                error.frames = start + (error.frames or 0)
                error.partial = bytes(sound[: error.frames * frame_size])
                raise
            if progress is not None:
                progress(stop, frames)
    if lost:
        warnings.warn(f"input was lost in {lost} places", RuntimeWarning, stacklevel=2)
    return bytes(samples) if isinstance(samples, bytearray) else samples


def _pieces_of(data: object) -> Iterator[Samples] | None:
    """The pieces of a sound that comes in pieces; None for one that is whole."""
    with contextlib.suppress(TypeError):
        memoryview(data)  # type: ignore[arg-type]
        return None
    if hasattr(data, "read"):
        read = getattr(data, "read1", data.read)  # what a pipe has, without waiting for more
        return iter(lambda: read(_PIECE), b"")
    if isinstance(data, Iterable) and not isinstance(data, str):
        return (_piece(piece, data) for piece in data)
    return None


def _piece(piece: Any, data: object) -> Any:
    with contextlib.suppress(TypeError):
        memoryview(piece)
        return piece
    raise TypeError(
        f"data must be bytes, an array or another buffer, or pieces of these, not {data!r:.200}"
    )


def samples_of(
    data: Samples, channels: int | None, format: int | None
) -> tuple[memoryview, int, int]:
    """Returns the data as bytes, with the channels and the format that it has or was given."""
    channels = None if channels is None else _core.int32(channels, "channels")
    if format is not None:
        format = _core.whole(format, "format", "an integer, such as paInt16")
    try:
        view = memoryview(cast("Buffer", data))
    except TypeError:
        raise TypeError(
            f"data must be bytes, an array or another buffer, not {data!r:.200}"
        ) from None
    shape = view.shape or ()
    if len(shape) > 2:
        raise ValueError(f"data must have one or two dimensions, not {len(shape)}")
    if len(shape) == 2:
        if channels not in (None, shape[1]):
            raise ValueError(f"data has {shape[1]} channels, not {channels}")
        channels = shape[1]
    if isinstance(data, (bytes, bytearray, memoryview)) and view.format == "B":
        own_format = paInt16 if format is None else format
    else:
        if view.format == "d":
            view = memoryview(array.array("f", array.array("d", view.tobytes())))
        own_format = _format_of(view)
        if format not in (None, own_format):
            raise ValueError(f"data has samples of type {view.format!r}, not of the given format")
    if not view.c_contiguous:
        view = memoryview(view.tobytes())
    return _bytes_of(view), 1 if channels is None else channels, own_format


def _format_of(view: memoryview) -> int:
    try:
        return _FORMATS[view.format, view.itemsize]
    except KeyError:
        raise ValueError(
            f"no sample format matches type {view.format!r}: use float32, int32, int16, int8 or "
            "uint8, in this machine's byte order"
        ) from None


def _bytes_of(view: memoryview) -> memoryview:
    # An empty view cannot be cast.
    return view.cast("B") if view.nbytes else memoryview(b"")


def _blocks(frames: int, rate: float) -> Iterator[tuple[int, int]]:
    """Returns (start, stop) in frames for each twentieth of a second."""
    size = max(round(rate / 20), 1)
    return ((start, min(start + size, frames)) for start in range(0, frames, size))


if sys.version_info < (3, 10):
    from pyaudiopp._types import hide_unions

    hide_unions(globals())
