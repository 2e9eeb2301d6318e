# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Wave files of every kind: what `WaveFile` reads is what soundfile reads."""

from __future__ import annotations

import io
import os
import struct
import threading
import wave
from pathlib import Path

import pytest

import pyaudiopp
from pyaudiopp import simulation

np = pytest.importorskip("numpy")
soundfile = pytest.importorskip("soundfile")

SAMPLES = [[0.5, -0.5], [-1.0, 0.25], [0.0, 0.75]]

KINDS = [
    (file_format, subtype, format)
    for file_format in ("WAV", "WAVEX", "RF64")
    for subtype, format in (
        ("PCM_U8", pyaudiopp.paUInt8),
        ("PCM_16", pyaudiopp.paInt16),
        ("PCM_24", pyaudiopp.paInt24),
        ("PCM_32", pyaudiopp.paInt32),
        ("FLOAT", pyaudiopp.paFloat32),
        ("DOUBLE", pyaudiopp.paFloat32),
    )
]


def written(file_format: str, subtype: str, samples: object = SAMPLES) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, np.array(samples), 48000, subtype, format=file_format)
    return file.getvalue()


@pytest.mark.parametrize(("file_format", "subtype", "format"), KINDS)
def test_every_kind_is_played_at_its_level(
    free: simulation.Simulation,
    p: pyaudiopp.PyAudio,
    tmp_path: Path,
    file_format: str,
    subtype: str,
    format: int,
) -> None:
    path = tmp_path / "tune.wav"
    path.write_bytes(written(file_format, subtype))
    with pyaudiopp.WaveFile(path) as file:
        assert (file.format, file.channels, file.rate) == (format, 2, 48000)
        stream = p.open(file.rate, file.channels, file.format, output=True)
        while data := file.read(2):
            stream.write(data)
        stream.close()
    played = free.output_array(0, pyaudiopp.paFloat32)[:3]
    assert played == pytest.approx(np.array(SAMPLES), abs=1e-7)


@pytest.mark.parametrize(("file_format", "subtype", "format"), KINDS)
def test_every_kind_is_fed_to_the_simulation(
    free: simulation.Simulation,
    p: pyaudiopp.PyAudio,
    tmp_path: Path,
    file_format: str,
    subtype: str,
    format: int,
) -> None:
    path = tmp_path / "tune.wav"
    path.write_bytes(written(file_format, subtype))
    free.feed_wave(0, path)
    stream = p.open(48000, 2, pyaudiopp.paFloat32, input=True)
    heard = np.frombuffer(stream.read(3), "f4").reshape(-1, 2)
    assert heard == pytest.approx(np.array(SAMPLES), abs=1e-7)


def test_integers_of_32_bits_are_no_floats(tmp_path: Path) -> None:
    data = written("WAV", "PCM_32")
    with wave.open(io.BytesIO(data)) as file:
        assert pyaudiopp.get_format_from_width(file.getsampwidth()) == pyaudiopp.paFloat32
    assert pyaudiopp.WaveFile(io.BytesIO(data)).format == pyaudiopp.paInt32


def test_what_is_around_the_samples_is_no_sound() -> None:
    data = written("WAV", "PCM_16", [[0.5], [-0.5]])
    extra = b"LIST" + struct.pack("<I", 3) + b"abc\0"
    at = data.index(b"data")
    file = pyaudiopp.WaveFile(io.BytesIO(data[:at] + extra + data[at:] + extra))
    assert file.read() == b"\x00\x40\x00\xc0"
    assert file.read() == file.read(5) == b""


def test_an_unfinished_file_ends_with_its_last_whole_frame() -> None:
    data = written("WAV", "PCM_16")
    assert pyaudiopp.WaveFile(io.BytesIO(data[:-1])).read() == data[44:-4]


@pytest.mark.skipif(os.name != "posix", reason="reads a pipe")
@pytest.mark.parametrize("size", [0, 12, 0xFFFFFFFF])
def test_a_pipe_is_read_to_its_end(size: int) -> None:
    data = written("WAV", "PCM_16")
    reader, writer = os.pipe()

    def feed() -> None:
        with open(writer, "wb") as file:
            file.write(data[:40] + struct.pack("<I", size) + data[44:])

    thread = threading.Thread(target=feed)
    thread.start()
    with open(reader, "rb") as pipe:
        assert pyaudiopp.WaveFile(pipe).read() == data[44:]
    thread.join()


def test_a_file_that_the_caller_opened_stays_open() -> None:
    data = io.BytesIO(written("WAV", "PCM_16"))
    with pyaudiopp.WaveFile(data):
        pass
    assert not data.closed


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (slice(0, 4), "file does not start with RIFF id"),
        (slice(8, 12), "not a WAVE file"),
        (slice(20, 22), r"compressed samples \(format 65535\)"),
        (slice(32, 34), "samples of 32767.5 bytes"),
        (slice(16, 19), "it ends too early"),
    ],
)
def test_other_files_are_refused(change: slice, complaint: str) -> None:
    data = bytearray(written("WAV", "PCM_16"))
    data[change] = b"\xff" * (change.stop - change.start)
    with pytest.raises(wave.Error, match=complaint):
        pyaudiopp.WaveFile(io.BytesIO(data))


def test_no_channels_are_refused() -> None:
    data = bytearray(written("WAV", "PCM_16"))
    data[22:24] = b"\0\0"
    with pytest.raises(wave.Error, match="0 channels"):
        pyaudiopp.WaveFile(io.BytesIO(data))


def test_a_header_that_breaks_off_is_refused() -> None:
    data = written("WAV", "PCM_16")
    for size in range(44):
        with pytest.raises(wave.Error):
            pyaudiopp.WaveFile(io.BytesIO(data[:size]))
