# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Arrays of another type or shape than the stream's are refused, not played as noise."""

from __future__ import annotations

import array
import ctypes
import mmap
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

import pyaudiopp
from pyaudiopp import PyAudio, core
from pyaudiopp.simulation import Simulation

FRAMES = 64
FORMATS = {
    "float32": pyaudiopp.paFloat32,
    "int32": pyaudiopp.paInt32,
    "int24": pyaudiopp.paInt24,
    "int16": pyaudiopp.paInt16,
    "int8": pyaudiopp.paInt8,
    "uint8": pyaudiopp.paUInt8,
}
TYPES = ["float16", "float32", "float64", "int16", "int32", "int64", "uint16", "uint32", "uint64"]
ODD_TYPES = [">i2", ">i4", ">f4", "bool", "complex64", "complex128", "longdouble"]
BYTES = {"int8", "uint8", "S1", "V1"}  # items of one byte are bytes, whatever they mean


RAMP = np.linspace(-1, 1, 2 * FRAMES).reshape(-1, 2)
# 64-bit integers have no full scale of their own: they hold these types' values.
SMALLER = {"float32": "int16", "int24": "int32"}


def full_scale(kind: str, stream: str) -> np.ndarray[Any, Any]:
    """Two channels that go from -1 to 1 in this type."""
    dtype = np.dtype(kind)
    if dtype.kind == "f":
        return RAMP.astype(dtype)
    if dtype.itemsize == 8:
        values = full_scale(SMALLER.get(stream, stream), stream)
        return values.astype(np.int64).astype(dtype)
    bits = 8 * dtype.itemsize
    values = np.round(RAMP * (2 ** (bits - 1) - 1)).astype(np.int64)
    return (values + 2 ** (bits - 1) if dtype.kind == "u" else values).astype(dtype)


def is_own(kind: str, stream: str) -> bool:
    """Whether a type is the stream's, or bytes."""
    return kind == stream or kind in BYTES


def refusal(call: Callable[[], object], error: type[Exception]) -> str:
    """The text of the exception that a call raises."""
    with pytest.raises(error) as raised:
        call()
    return str(raised.value)


def suggestion(text: str) -> str:
    """The expression that the text says to write."""
    found = re.search(r": (?:write|return) (.+?)(?:, (?:or|if) .+)?$", text)
    assert found is not None, text
    return found[1]


def convert(text: str, x: object) -> Any:
    return eval(suggestion(text), {"np": np, "pyaudiopp": pyaudiopp, "x": x})


def open_output(p: PyAudio, stream: str, channels: int = 2, **more: Any) -> PyAudio.Stream:
    return p.open(format=FORMATS[stream], channels=channels, rate=48000, output=True, **more)


@pytest.mark.parametrize("stream", FORMATS)
@pytest.mark.parametrize("kind", TYPES)
def test_a_write_of_another_type_is_refused_and_the_suggested_conversion_is_right(
    free: Simulation, p: PyAudio, stream: str, kind: str
) -> None:
    output = open_output(p, stream)
    x = full_scale(kind, stream)
    if is_own(kind, stream):
        output.write(x)
        assert free.output(0, FORMATS[stream]) == x.tobytes()
        return
    text = refusal(lambda: output.write(x), TypeError)
    assert f"of {kind}, " in text
    assert f"samples are {stream}" in text
    assert free.output_frames(0) == 0
    assert output.is_active()
    output.write(convert(text, x))
    if (kind, stream) == ("uint64", "float32"):
        return  # holds no negative values
    played = free.output_array(0, pyaudiopp.paFloat32)
    step = {"int8": 2 / 128, "uint8": 2 / 128}.get(stream, 2 / 1024 if kind == "float16" else 1e-4)
    assert np.abs(played - RAMP).max() < step


@pytest.mark.parametrize("stream", FORMATS)
@pytest.mark.parametrize("kind", ODD_TYPES)
def test_types_without_a_full_scale_of_their_own_are_refused_too(
    free: Simulation, p: PyAudio, stream: str, kind: str
) -> None:
    output = open_output(p, stream)
    x = np.zeros((FRAMES, 2), kind)
    text = refusal(lambda: output.write(x), TypeError)
    assert f"samples are {stream}" in text
    name = np.dtype(kind).newbyteorder("=").name
    assert name in text
    assert ("byte-swapped" in text) == kind.startswith(">")
    output.write(np.asarray(convert(text, x)))


@pytest.mark.parametrize("stream", FORMATS)
@pytest.mark.parametrize("kind", [*TYPES, *ODD_TYPES, *sorted(BYTES)])
@pytest.mark.parametrize("api", ["PyAudio", "core"])
def test_a_read_into_memory_of_another_type_is_refused(
    free: Simulation, p: PyAudio, stream: str, kind: str, api: str
) -> None:
    source: Any = p.open(format=FORMATS[stream], channels=2, rate=48000, input=True)
    if api == "core":
        source = source._handle
    free.feed_input(0, b"\1" * 24 * FRAMES, channels=2, format=FORMATS[stream])
    memory = np.zeros(12, kind)
    if is_own(kind, stream):
        assert source.read_into(memory)[0] > 0
        return
    text = refusal(lambda: source.read_into(memory), TypeError)
    assert np.dtype(kind).newbyteorder("=").name in text
    assert f"samples are {stream}" in text
    assert "convert" in text
    assert not memory.any()
    assert source.read(1) == b"\1" * 2 * pyaudiopp.get_sample_size(FORMATS[stream])


@pytest.mark.parametrize("stream", FORMATS)
@pytest.mark.parametrize("kind", [*TYPES, *ODD_TYPES, *sorted(BYTES)])
@pytest.mark.parametrize("buffered", [False, True])
def test_a_callback_that_returns_another_type_ends_with_that_error(
    by_hand: Simulation,
    p: PyAudio,
    capfd: pytest.CaptureFixture[str],
    stream: str,
    kind: str,
    buffered: bool,
) -> None:
    size = 2 * pyaudiopp.get_sample_size(FORMATS[stream])
    block = np.full(size * FRAMES // np.dtype(kind).itemsize, 1).astype(kind)
    output = open_output(
        p,
        stream,
        stream_callback=lambda *_: (block, pyaudiopp.paContinue),
        frames_per_buffer=FRAMES,
        **({"callback_buffer": 4 * FRAMES} if buffered else {}),
    )
    by_hand.step(8)
    if is_own(kind, stream):
        assert output.is_active()
        return
    text = ""
    while not text:  # a buffered callback has its own thread
        try:
            output.is_active()
        except TypeError as error:
            text = str(error)
    assert "the stream callback returned an array" in text
    assert np.dtype(kind).newbyteorder("=").name in text
    assert f"samples are {stream}" in text
    assert "TypeError" in capfd.readouterr().err
    silence = b"\x80" if stream == "uint8" else b"\0"
    assert by_hand.output(0, FORMATS[stream]).strip(silence) == b""


def test_an_input_streams_callback_may_return_what_it_likes(
    by_hand: Simulation, p: PyAudio
) -> None:
    """Its data is not used."""
    stream = p.open(
        format=pyaudiopp.paInt16,
        channels=2,
        rate=48000,
        input=True,
        frames_per_buffer=FRAMES,
        stream_callback=lambda *_: (np.zeros(7), pyaudiopp.paContinue),
    )
    by_hand.step(2)
    assert stream.is_active()


# Shapes: channels of the stream, and whether an array's rows can be its frames.
SHAPES: list[tuple[int, tuple[int, ...], bool]] = [
    (1, (6,), True),
    (1, (6, 1), True),
    (1, (1, 6), True),
    (1, (1, 1, 6), True),
    (1, (2, 6), False),
    (1, (6, 2), False),
    (2, (), True),
    (2, (6,), True),
    (2, (6, 2), True),
    (2, (3, 2, 2), True),
    (2, (2, 2), True),
    (2, (1, 6), True),
    (2, (2, 6), False),
    (2, (6, 1), False),
    (2, (2, 3, 6), False),
    (2, (6, 3), False),
    (6, (6, 6), True),
    (6, (6, 12), False),
    (6, (6, 10), False),
    (6, (0, 5), True),
]


@pytest.mark.parametrize(("channels", "shape", "good"), SHAPES)
@pytest.mark.parametrize("stream", ["int16", "float32", "int8", "uint8"])
@pytest.mark.parametrize("use", ["write", "read_into", "callback"])
def test_an_array_whose_last_dimension_is_not_the_channels_is_refused(
    make_simulated_card: Any,
    capfd: pytest.CaptureFixture[str],
    channels: int,
    shape: tuple[int, ...],
    good: bool,
    stream: str,
    use: str,
) -> None:
    from pyaudiopp import simulation

    device = simulation.Device(max_input_channels=6, max_output_channels=6)
    card = make_simulated_card([simulation.HostApi(devices=[device])], clock="by_hand")
    x = np.ones(shape, stream)
    p = PyAudio()
    settings: dict[str, Any] = {"format": FORMATS[stream], "channels": channels, "rate": 48000}
    settings["frames_per_buffer"] = FRAMES
    if use == "callback":
        callback = p.open(output=True, stream_callback=lambda *_: (x, 0), **settings)
        card.step(2)
        call: Callable[[], object] = callback.is_active
    elif use == "write":
        call = partial(p.open(output=True, **settings).write, x)
    else:
        call = partial(p.open(input=True, **settings).read_into, x)
        card.step(2)
    if good:
        call()
    else:
        text = refusal(call, ValueError)
        assert f"of shape {shape}" in text
        assert f"has {channels} channel" in text
        if use != "read_into":
            right = convert(text, x)
            p.open(output=True, **settings).write(right)
    p.terminate()
    capfd.readouterr()


def test_planar_samples_play_right_after_the_suggested_conversion(
    free: Simulation, p: PyAudio
) -> None:
    x = np.arange(2 * FRAMES, dtype=np.int16).reshape(2, FRAMES)
    output = open_output(p, "int16")
    text = refusal(lambda: output.write(x), ValueError)
    assert suggestion(text) == "np.ascontiguousarray(x.T)"
    output.write(convert(text, x))
    assert np.array_equal(free.output_array(0).T, x)


SOUND = np.arange(1, 2 * FRAMES + 1, dtype=np.int16)


class Record(ctypes.Structure):
    _fields_ = (("left", ctypes.c_int16), ("right", ctypes.c_int16))


def mapped() -> mmap.mmap:
    memory = mmap.mmap(-1, SOUND.nbytes)
    memory.write(SOUND.tobytes())
    return memory


@pytest.mark.parametrize(
    "data",
    [
        SOUND.tobytes(),
        bytearray(SOUND.tobytes()),
        memoryview(SOUND.tobytes()),
        memoryview(SOUND.tobytes()).cast("b"),
        memoryview(SOUND.tobytes()).cast("c"),
        memoryview(SOUND.tobytes()).cast("h"),
        memoryview(SOUND.tobytes()).cast("B", (FRAMES, 4)),
        array.array("h", SOUND.tobytes()),
        array.array("b", SOUND.tobytes()),
        array.array("B", SOUND.tobytes()),
        mapped(),
        (ctypes.c_int16 * len(SOUND))(*SOUND),
        (ctypes.c_char * SOUND.nbytes)(*SOUND.tobytes()),
        (ctypes.c_ubyte * SOUND.nbytes)(*SOUND.tobytes()),
        (Record * FRAMES).from_buffer_copy(SOUND.tobytes()),
        SOUND,
        SOUND.reshape(FRAMES, 2),
        SOUND.reshape(1, -1),
        SOUND.astype("<i2" if np.little_endian else ">i2"),
        SOUND.view(np.int8),
        SOUND.view(np.uint8).reshape(FRAMES, 4),
        SOUND.view("V4"),
        SOUND.view("S4"),
        SOUND.view([("left", np.int16), ("right", np.int16)]),
        SOUND.view([("sides", np.int16, 2)]),
        SOUND.view(np.recarray),
        np.bytes_(SOUND.tobytes()),
    ],
    ids=lambda data: type(data).__name__,
)
def test_what_passed_rightly_still_passes(free: Simulation, p: PyAudio, data: Any) -> None:
    output = open_output(p, "int16")
    output.write(data)
    assert free.output(0, pyaudiopp.paInt16) == SOUND.tobytes()


@pytest.mark.parametrize(
    "x",
    [
        SOUND.astype(np.float32).view([("left", np.float32), ("right", np.float32)]),
        SOUND.view([("left", np.uint16), ("right", np.int16)]),
        array.array("f", [1, 2]),
        array.array("d", [1, 2]),
        array.array("i", [1, 2]),
        array.array("q", [1, 2]),
        array.array("H", [1, 2]),
        (ctypes.c_double * 4)(),
        (ctypes.c_int32 * 4)(),
        (ctypes.c_int16.__ctype_be__ * 4)(),
        memoryview(bytes(16)).cast("d"),
        memoryview(bytes(16)).cast("?"),
        np.array([1, "x"], object),
        np.array(["text"]),
        np.float64(1),
        np.array(1.0),
    ],
    ids=lambda x: type(x).__name__,
)
def test_every_kind_of_typed_buffer_is_looked_at(free: Simulation, p: PyAudio, x: Any) -> None:
    output = open_output(p, "int16")
    assert "but the stream's samples are int16" in refusal(lambda: output.write(x), TypeError)
    assert free.output_frames(0) == 0


@pytest.mark.parametrize("kind", TYPES)
def test_nothing_is_nothing_of_any_type(free: Simulation, p: PyAudio, kind: str) -> None:
    output = open_output(p, "int16")
    output.write(np.zeros(0, kind))
    output.write(np.zeros((0, 7), kind))


def test_packed_int24_passes_in_any_dress(free: Simulation, p: PyAudio) -> None:
    output = open_output(p, "int24")
    sound = np.arange(6 * FRAMES, dtype=np.uint8)
    for data in (sound, sound.reshape(-1, 3), sound.reshape(-1, 2, 3), sound.reshape(-1, 6),
                 sound.view("V3").reshape(-1, 2), sound.view("S3"), sound.tobytes()):  # fmt: skip
        free.clear_output(0)
        output.write(data)
        assert free.output(0, pyaudiopp.paInt24) == sound.tobytes()


def test_core_and_num_frames_and_timeouts_look_as_well(free: Simulation, p: PyAudio) -> None:
    output = open_output(p, "int16")
    x = np.zeros((FRAMES, 2))
    with core.Session() as session:
        side = core.StreamSide(channels=2)
        with core.Stream(session, core.StreamConfig(output=side)) as stream:
            stream.start()
            refusal(lambda: stream.write(x), TypeError)
    for call in (
        lambda: output.write(x, 3),
        lambda: output.write(x, timeout=1),
        lambda: pyaudiopp.pa.write_stream(output._stream, x, 3),
    ):
        refusal(call, TypeError)
    assert free.output_frames(0) == 0
    output.close()
    assert "Stream closed" in refusal(lambda: output.write(x), OSError)
