# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""play() and record(), and 24-bit samples."""

from __future__ import annotations

import ast
import random
import subprocess
import sys
from array import array
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pyaudiopp
from pyaudiopp import (
    pack_int24,
    paFloat32,
    paInt8,
    paInt16,
    paInt24,
    paInt32,
    paUInt8,
    play,
    record,
    unpack_int24,
)
from pyaudiopp.simulation import Device, Fault, HostApi, Simulation
from pytest_pyaudiopp import MakeSimulatedCard

np = pytest.importorskip("numpy")

RATE = 48000
NOISE = random.Random(4).randbytes(4 * 5000)


def played(card: Simulation, format: int) -> bytes:
    """What was played, without the silence that drains it."""
    return card.output(0, format).rstrip(b"\0")


# ---- beyond full scale ----

PACKAGE = Path(pyaudiopp.__file__).parent
SOURCES = [PACKAGE / "_play_record.py", *sorted((PACKAGE / "_cli").glob("*.py"))]


def test_every_stream_clips_that_pyaudio_does_not_have() -> None:
    calls = [
        {word.arg: ast.unparse(word.value) for word in node.keywords}
        for source in SOURCES
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("p.open", "self._p.open")
    ]
    assert len(calls) >= 8
    assert [call for call in calls if call.get("clip_off") != "False"] == []


# ---- play ----


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes_are_int16_unless_told_otherwise(free: Simulation, kind: Any) -> None:
    play(kind(NOISE), RATE, channels=2)
    assert played(free, paInt16) == NOISE.rstrip(b"\0")
    free.clear_output(0)
    play(kind(NOISE), RATE, channels=2, format=paFloat32)
    expected = np.clip(np.nan_to_num(np.frombuffer(NOISE, np.float32)), -1, 1)
    heard = np.frombuffer(free.output(0, paFloat32), np.float32)[: len(expected)]
    assert heard.shape == expected.shape


def test_mono_is_the_default(free: Simulation) -> None:
    play(NOISE[:2000], RATE)
    both = np.repeat(np.frombuffer(NOISE[:2000], np.int16), 2).tobytes()
    heard = played(free, paInt16)
    assert heard in (both.rstrip(b"\0"), left_only(NOISE[:2000]).rstrip(b"\0"))


def left_only(mono: bytes) -> bytes:
    stereo = np.zeros((len(mono) // 2, 2), np.int16)
    stereo[:, 0] = np.frombuffer(mono, np.int16)
    return bytes(stereo.tobytes())


@pytest.mark.parametrize(
    ("dtype", "format"),
    [
        ("float32", paFloat32),
        ("int32", paInt32),
        ("int16", paInt16),
        ("int8", paInt8),
        ("uint8", paUInt8),
    ],
)
def test_arrays_know_their_samples(free: Simulation, dtype: str, format: int) -> None:
    sound = np.linspace(-100, 100, 600).reshape(300, 2) / (128 if dtype == "float32" else 1)
    if dtype == "uint8":
        sound = sound + 128
    sound = sound.astype(dtype)
    for data in (sound, sound.tobytes("F"), sound.reshape(-1)):
        free.clear_output(0)
        if isinstance(data, bytes):
            data = np.asfortranarray(sound)
        play(data, RATE, channels=2)
        assert free.output(0, format)[: sound.nbytes] == sound.tobytes()


def test_float64_is_played_as_float32(free: Simulation) -> None:
    sound = np.linspace(-0.5, 0.5, 600).reshape(300, 2)
    play(sound, RATE)
    assert free.output(0, paFloat32)[:2400] == sound.astype(np.float32).tobytes()
    free.clear_output(0)
    play(array("d", sound.reshape(-1)), RATE, channels=2)
    assert free.output(0, paFloat32)[:2400] == sound.astype(np.float32).tobytes()


def test_arrays_of_the_standard_library(free: Simulation) -> None:
    play(array("h", NOISE), RATE, channels=2)
    assert played(free, paInt16) == NOISE.rstrip(b"\0")
    free.clear_output(0)
    play(memoryview(NOISE).cast("i"), RATE, channels=2)
    assert played(free, paInt32) == NOISE.rstrip(b"\0")


def test_packed_samples_of_24_bits(free: Simulation) -> None:
    play(NOISE[:6000], RATE, channels=2, format=paInt24)
    assert played(free, paInt24) == NOISE[:6000].rstrip(b"\0")


@pytest.mark.parametrize("empty", [b"", np.zeros((0, 2), np.int16), array("f")])
def test_nothing_is_played_in_no_time(free: Simulation, empty: Any) -> None:
    play(empty, RATE)
    assert free.output(0, paInt16).strip(b"\0") == b""


@pytest.mark.parametrize(
    ("data", "arguments", "text"),
    [
        (np.zeros((2, 2, 2), np.int16), {}, "dimensions, not 3"),
        (np.zeros((9, 2), np.int16), {"channels": 1}, "2 channels, not 1"),
        (np.zeros(9, np.int64), {}, "no sample format matches type .*: use float32"),
        (np.zeros(9, ">i2"), {}, "byte order"),
        (np.zeros(9, np.int16), {"format": paFloat32}, "not of the given format"),
        (b"12", {"format": 12345}, "Sample format not supported"),
        (b"12", {"channels": 0}, "channels"),
        (b"12", {"channels": -1}, "channels"),
        (b"123", {}, "3 bytes are not whole frames of 2 bytes"),
        (np.zeros(7, np.int16), {"channels": 2}, "14 bytes are not whole frames of 4 bytes"),
        (b"12", {"device": "nobody's"}, "no output device matches"),
    ],
)
def test_what_cannot_be_played(
    free: Simulation, data: Any, arguments: dict[str, Any], text: str
) -> None:
    with pytest.raises(ValueError, match=text):
        play(data, RATE, **arguments)
    with pytest.raises(TypeError):
        play("text", RATE)  # type: ignore[arg-type]
    assert free.output_frames(0) == 0


def test_play_tells_its_progress(free: Simulation) -> None:
    told: list[tuple[int, int]] = []
    play(NOISE, RATE, channels=2, progress=lambda *done: told.append(done))
    assert told == [(2400, 5000), (4800, 5000), (5000, 5000)]


def test_what_progress_raises_ends_the_sound(by_hand: Simulation) -> None:
    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        play(NOISE[:400], RATE, channels=2, progress=stop)
    assert by_hand.output(0, paInt16) == b""
    assert by_hand.open_streams() == 0


# ---- record ----


def test_what_was_fed_is_recorded(free: Simulation) -> None:
    free.feed_input(0, NOISE, channels=2, format=paInt16)
    assert record(0.1, RATE, channels=2) == NOISE[: 4 * 4800]


@pytest.mark.parametrize("format", ["int16", np.int16, np.dtype("int16")])
def test_a_type_of_numpys_makes_an_array(free: Simulation, format: Any) -> None:
    free.feed_input(0, NOISE, channels=2, format=paInt16)
    sound = record(0.1, RATE, channels=2, format=format)
    assert sound.dtype == np.int16
    assert np.array_equal(sound, np.frombuffer(NOISE, np.int16)[:9600].reshape(4800, 2))


def test_mono_is_recorded_as_one_column(free: Simulation) -> None:
    assert record(0.01, RATE, format="float32").shape == (480, 1)
    assert len(record(0.01, RATE, format=paInt24)) == 480 * 3


def test_what_was_recorded_can_be_played(free: Simulation) -> None:
    free.feed_input(0, NOISE, channels=2, format=paInt16)
    play(record(0.05, RATE, channels=2, format="int16"), RATE)
    assert played(free, paInt16) == NOISE[: 4 * 2400].rstrip(b"\0")


def test_devices_are_told_by_name(make_simulated_card: MakeSimulatedCard) -> None:
    card = make_simulated_card(
        clock="free_running",
        host_apis=[HostApi(devices=[Device(name="Built-in"), Device(name="Headset")])],
    )
    card.feed_input(1, NOISE, channels=2, format=paInt16)
    play(record(0.05, RATE, channels=2, device="head"), RATE, channels=2, device="headset")
    assert card.output(1, paInt16)[:9600] == NOISE[:9600]
    assert card.output(0, paInt16) == b""


def test_record_tells_its_progress(free: Simulation) -> None:
    told: list[tuple[int, int]] = []
    record(0.12, RATE, progress=lambda *done: told.append(done))
    assert told == [(2400, 5760), (4800, 5760), (5760, 5760)]


def test_lost_input_is_a_warning(free: Simulation) -> None:
    free.inject(Fault("Pa_ReadStream", pyaudiopp.paInputOverflowed))
    with pytest.warns(RuntimeWarning, match="input was lost in 1 places"):
        record(0.2, RATE)


@pytest.mark.parametrize(
    "arguments",
    [
        {"seconds": -1},
        {"seconds": float("nan")},
        {"seconds": float("inf")},
        {"seconds": 1e20},
        {"seconds": 1e20, "format": "int16"},
        {"rate": -1},
        {"channels": 0},
        {"channels": -1},
        {"format": 12345},
        {"format": "float64"},
        {"device": "nobody's"},
    ],
)
def test_what_cannot_be_recorded(free: Simulation, arguments: dict[str, Any]) -> None:
    words = "|".join(arguments)
    with pytest.raises(ValueError, match=rf"(?i)seconds|{words}|float64|nobody"):
        record(**{"seconds": 0.1, "rate": RATE, **arguments})
    with pytest.raises(TypeError, match="integer"):
        record(0.1, RATE, channels=1.5)  # type: ignore[call-overload]
    assert free.open_streams() == 0


def test_nothing_is_recorded_in_no_time(free: Simulation) -> None:
    assert record(0, RATE) == b""
    assert record(0, RATE, format="int16").shape == (0, 1)


# ---- 24-bit samples ----


def test_unpacked_samples_are_as_loud() -> None:
    packed = b"".join(n.to_bytes(3, sys.byteorder, signed=True) for n in (1, -1, 0x7FFFFF))
    assert list(unpack_int24(packed)) == [256, -256, 0x7FFFFF00]


@given(st.binary(max_size=300).map(lambda data: data[: len(data) // 3 * 3]))
def test_packing_reverses_unpacking(packed: bytes) -> None:
    samples = unpack_int24(packed)
    assert pack_int24(samples) == packed
    assert pack_int24(np.asarray(samples).reshape(-1, 1)) == packed
    assert pack_int24(samples.tobytes()) == packed
    assert list(samples) == [
        int.from_bytes(packed[i : i + 3], sys.byteorder, signed=True) << 8
        for i in range(0, len(packed), 3)
    ]


def test_packing_drops_the_lowest_bits() -> None:
    assert pack_int24(array("i", [0x12345678, -1])) == pack_int24(array("i", [0x12345600, -256]))


def test_unpacked_samples_sound_the_same(free: Simulation) -> None:
    play(unpack_int24(NOISE[:6000]), RATE, channels=2)
    assert played(free, paInt24) == NOISE[:6000].rstrip(b"\0")


@pytest.mark.parametrize(
    "data", [b"1234", array("h", [1]), array("f", [1.0]), np.zeros(4, np.int64)]
)
def test_what_is_not_whole_samples(data: Any) -> None:
    if isinstance(data, bytes):
        with pytest.raises(ValueError, match="not whole samples of 3 bytes"):
            unpack_int24(data)
        data = data[:3]
    with pytest.raises(ValueError, match="are not samples of int32"):
        pack_int24(data)


# ---- without NumPy ----


def test_without_numpy() -> None:
    """Bytes and arrays neither need nor import NumPy."""
    program = """if True:
        import sys
        sys.modules["numpy"] = None
        from array import array
        import pyaudiopp
        from pyaudiopp import simulation
        assert "pyaudiopp._play_record" not in sys.modules
        with simulation.Simulation(clock="free_running"):
            pyaudiopp.play(array("f", [0.5]), 48000)
            sound = pyaudiopp.record(0.1, 48000, format=pyaudiopp.paInt24)
            assert pyaudiopp.pack_int24(pyaudiopp.unpack_int24(sound)) == sound
            try:
                pyaudiopp.record(0.1, 48000, format="int16")
            except ImportError:
                print("numpy is missing")
    """
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout, done.stderr) == ("numpy is missing\n", "")
