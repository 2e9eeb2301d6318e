# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The command line in pipelines: playing from pipes, and recording to standard output."""

from __future__ import annotations

import io
import os
import random
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

np = pytest.importorskip("numpy")
soundfile = pytest.importorskip("soundfile")

import pyaudiopp  # noqa: E402
from pyaudiopp import simulation  # noqa: E402
from pyaudiopp._cli import source  # noqa: E402
from pytest_pyaudiopp import MakeSimulatedCard as Make  # noqa: E402

Heard = tuple[int, str, str]

RATE = 48000
TIMEOUT = 60
FAILED, USAGE, SILENT = 1, 2, 3

NOISE = np.frombuffer(random.Random(1).randbytes(4 * RATE), "<i2").reshape(-1, 2) | 1

# Formats that libsndfile does not write: SD2 keeps its header in a second file, DWVW_12 and two of
# MPEG's layers it only names.
FORMATS = [
    (file_format, subtype)
    for file_format in soundfile.available_formats()
    for subtype in soundfile.available_subtypes(file_format)
    if soundfile.check_format(file_format, subtype)
    and file_format not in ("RAW", "SD2")
    and subtype not in ("DWVW_12", "DWVW_N", "MPEG_LAYER_I", "MPEG_LAYER_II")
    and (file_format, subtype) != ("WAV", "MPEG_LAYER_III")
]
NO_PIPES = pytest.mark.skipif(os.name != "posix", reason="no /dev/fd here")


def sound(file_format: str, subtype: str) -> bytes:
    """A short file of this format, at the first rate and with the channels that it takes."""
    for rate in (RATE, 8000):
        for channels in (2, 1):
            file = io.BytesIO()
            try:
                soundfile.write(
                    file, NOISE[:9600, :channels] / 65536, rate, subtype, format=file_format
                )
            except soundfile.LibsndfileError:
                continue
            return file.getvalue()
    raise AssertionError(f"libsndfile does not write {file_format} {subtype}")


@contextmanager
def piped(data: bytes) -> Iterator[str]:
    """A pipe that delivers the data, by the name that a shell gives to <(...)."""
    reader, writer = os.pipe()

    def feed() -> None:
        with open(writer, "wb") as file:
            try:
                file.write(data)
            except BrokenPipeError:
                return

    thread = threading.Thread(target=feed)
    thread.start()
    try:
        yield f"/dev/fd/{reader}"
    finally:
        os.close(reader)
        thread.join()


def run(*arguments: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Runs a command as a pipeline does."""
    program = "import sys\nfrom pyaudiopp._cli import main\nsys.exit(main(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        env={**os.environ, "PYAUDIOPP_BACKEND": "simulation", **options.pop("env", {})},
        capture_output=True,
        timeout=TIMEOUT,
        check=False,
        **options,
    )


# ---- play ----


@NO_PIPES
@pytest.mark.parametrize(("file_format", "subtype"), FORMATS)
def test_a_pipe_is_played_like_a_file(
    free: simulation.Simulation,
    cli: Callable[..., Heard],
    tmp_path: Path,
    file_format: str,
    subtype: str,
) -> None:
    path = tmp_path / "tune"
    path.write_bytes(sound(file_format, subtype))
    status, told, err = cli("play", path)
    assert (status, err) == (0, "")
    expected = free.output(0, pyaudiopp.paFloat32)
    assert len(expected.strip(b"\0")) > 4000
    free.clear_output(0)
    with piped(path.read_bytes()) as pipe:
        assert cli("play", pipe) == (0, told.replace(str(path), pipe), "")
    assert free.output(0, pyaudiopp.paFloat32) == expected


@NO_PIPES
@pytest.mark.parametrize("file_format", ["WAV", "WAVEX", "AIFF", "AU", "FLAC", "W64", "RF64"])
def test_a_pipe_is_heard_while_it_arrives(
    free: simulation.Simulation, cli: Callable[..., Heard], file_format: str
) -> None:
    file = io.BytesIO()
    soundfile.write(file, NOISE, RATE, "PCM_16", format=file_format)
    data = file.getvalue()
    reader, writer = os.pipe()
    heard: list[Heard] = []
    thread = threading.Thread(target=lambda: heard.append(cli("play", f"/dev/fd/{reader}")))
    thread.start()
    with open(writer, "wb", 0) as pipe:
        pipe.write(data[:120_000])
        deadline = time.monotonic() + 20
        while free.output_frames(0) < 10_000:
            assert thread.is_alive(), heard
            assert time.monotonic() < deadline, "nothing is heard"
            time.sleep(0.01)
        pipe.write(data[120_000:])
    thread.join()
    os.close(reader)
    assert heard[0][0] == 0, heard
    assert free.output(0, pyaudiopp.paInt16).rstrip(b"\0") == NOISE.tobytes()


@NO_PIPES
@pytest.mark.parametrize("size", [0, 0x7FFFFFFF, 0x7FFFF000, 0x80000000, 0xFFFFFFFF])
def test_a_wave_pipe_of_unknown_length_is_played_to_its_end(
    free: simulation.Simulation, cli: Callable[..., Heard], size: int
) -> None:
    # As sox, ffmpeg and arecord write them.
    header = b"RIFF" + struct.pack("<I", min(size + 36, 2**32 - 1)) + b"WAVEfmt "
    header += struct.pack("<IHHIIHH", 16, 1, 2, RATE, 4 * RATE, 4, 16)
    data = header + b"data" + struct.pack("<I", size) + NOISE.tobytes()
    with piped(data) as pipe:
        assert cli("play", pipe) == (0, f"{pipe}: {RATE} frames, 0:01.0\n", "")
    assert free.output(0, pyaudiopp.paInt16).rstrip(b"\0") == NOISE.tobytes()


@NO_PIPES
def test_pipes_and_files_follow_each_other(
    free: simulation.Simulation, cli: Callable[..., Heard], tmp_path: Path
) -> None:
    file = io.BytesIO()
    soundfile.write(file, NOISE, RATE, "PCM_16", format="WAV")
    path = tmp_path / "tune.wav"
    path.write_bytes(file.getvalue())
    with piped(file.getvalue()) as first, piped(file.getvalue()) as second:
        assert cli("play", first, path, second)[0] == 0
    assert free.output(0, pyaudiopp.paInt16).rstrip(b"\0") == 3 * NOISE.tobytes()


@NO_PIPES
@pytest.mark.parametrize(
    ("sample_format", "subtype"),
    [
        ("uint8", "PCM_U8"),
        ("int16", "PCM_16"),
        ("int24", "PCM_24"),
        ("int32", "PCM_32"),
        ("float32", "FLOAT"),
    ],
)
def test_sound_without_a_header_is_played(
    free: simulation.Simulation,
    cli: Callable[..., Heard],
    tmp_path: Path,
    sample_format: str,
    subtype: str,
) -> None:
    path = tmp_path / "tune.raw"
    soundfile.write(path, NOISE, RATE, subtype, "LITTLE", "RAW")
    expected = soundfile.read(
        path,
        dtype="float32",
        always_2d=True,
        samplerate=RATE,
        channels=2,
        format="RAW",
        subtype=subtype,
    )
    options = ["--format", "raw", "-r", RATE, "-c", 2, "-f", sample_format]
    assert cli("play", path, *options) == (0, f"{path}: {RATE} frames, 0:01.0\n", "")
    played = free.output(0, pyaudiopp.paFloat32)[: 8 * RATE]
    assert played == expected[0].tobytes()
    free.clear_output(0)
    with piped(path.read_bytes()) as pipe:
        assert cli("play", *options, pipe)[0] == 0
    assert free.output(0, pyaudiopp.paFloat32)[: 8 * RATE] == played


@NO_PIPES
def test_the_options_of_sound_without_a_header(
    free: simulation.Simulation, cli: Callable[..., Heard]
) -> None:
    for options, words in (
        (["--format", "raw"], "--format raw needs --rate and --channels"),
        (["--format", "raw", "-r", 8000], "--format raw needs --rate and --channels"),
        (["-r", 8000], "--rate, --channels and --sample-format need --format raw"),
        (["--format", "wav"], "'wav' is not 'raw'"),
    ):
        status, out, err = cli("play", "-", *options)
        assert (status, out) == (USAGE, "")
        assert words in err


@NO_PIPES
@pytest.mark.parametrize("data", [b"", b"This is no sound.", bytes(100_000)])
def test_a_pipe_without_sound_is_refused(
    free: simulation.Simulation, cli: Callable[..., Heard], data: bytes
) -> None:
    with piped(data) as pipe:
        status, out, err = cli("play", pipe)
    assert (status, out) == (FAILED, "")
    assert err == f"pyaudiopp: cannot read {pipe}: Format not recognised.\n"
    assert free.output_frames(0) == 0


@pytest.mark.parametrize("name", ["-", "/dev/stdin"])
def test_standard_input_is_played(tmp_path: Path, name: str) -> None:
    if name != "-" and not os.path.exists(name):
        pytest.skip(f"no {name} here")
    shown = "standard input" if name == "-" else name
    data = sound("MP3" if "MP3" in soundfile.available_formats() else "WAV", None)
    frames = soundfile.info(io.BytesIO(data)).frames
    told = (0, f"{shown}: {frames} frames, 0:00.2{os.linesep}".encode(), b"")
    done = run("play", name, input=data)
    assert (done.returncode, done.stdout, done.stderr) == told
    path = tmp_path / "tune"
    path.write_bytes(data)
    with open(path, "rb") as file:
        done = run("play", name, stdin=file)
    assert (done.returncode, done.stdout, done.stderr) == told


@pytest.mark.skipif(os.name != "posix", reason="closes a descriptor")
def test_standard_input_that_is_closed() -> None:
    done = run("play", "-", preexec_fn=lambda: os.close(0))
    assert (done.returncode, done.stdout) == (FAILED, b"")
    assert done.stderr == b"pyaudiopp: cannot read standard input: it is closed\n"


# ---- record ----

RECORDER = """
import os, sys
from pyaudiopp import paInt16, simulation
from pyaudiopp._cli import main

device = simulation.Device(high_latency=10)
with simulation.Simulation([simulation.HostApi(devices=[device])]) as card:
    with open(sys.argv[1], "rb") as file:
        card.feed_input(0, file.read(), channels=2, format=paInt16)
    status = main(sys.argv[2:])
sys.exit(status)
"""


@pytest.fixture
def recorder(tmp_path: Path) -> list[str]:
    """The beginning of a command line whose microphone hears the noise."""
    (tmp_path / "noise").write_bytes(NOISE.tobytes())
    return [sys.executable, "-c", RECORDER, str(tmp_path / "noise"), "record", "-"]


def recorded(recorder: list[str], *options: object) -> bytes:
    done = subprocess.run(
        [*recorder, "-t", "0.5", *map(str, options)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout


@pytest.mark.parametrize("sample_format", ["int16", "int24", "int32", "float32"])
def test_a_wave_file_on_standard_output(recorder: list[str], sample_format: str) -> None:
    data = recorded(recorder, "-f", sample_format)
    # Sizes as ffmpeg writes them: until the end.
    assert (data[:4], data[4:8]) == (b"RIFF", b"\xff" * 4)
    at = data.index(b"data")
    assert data[at + 4 : at + 8] == b"\xff" * 4
    with io.BytesIO(data) as file:
        read, rate = soundfile.read(file, dtype="float32")
    assert rate == RATE
    assert np.array_equal(read * 32768, NOISE[: RATE // 2])


@pytest.mark.parametrize(
    ("sample_format", "dtype", "scale"),
    [("int16", "<i2", 1), ("int32", "<i4", 2**16), ("float32", "<f4", 2**-15)],
)
def test_bare_samples_on_standard_output(
    recorder: list[str], sample_format: str, dtype: str, scale: float
) -> None:
    data = recorded(recorder, "--format", "raw", "-f", sample_format)
    assert np.array_equal(np.frombuffer(data, dtype).reshape(-1, 2) / scale, NOISE[: RATE // 2])


@pytest.mark.parametrize("file_type", ["flac", "au", "ogg", "opus", "mp3"])
def test_other_types_on_standard_output(recorder: list[str], file_type: str) -> None:
    if file_type.upper() not in {*soundfile.available_formats(), "OPUS"}:
        pytest.skip("this libsndfile does not have it")
    data = recorded(recorder, "--format", file_type)
    # A stream does not tell its length, so soundfile cannot seek in it.
    with source._Reader(io.BytesIO(data)) as file:
        assert file.samplerate == RATE
        read = file.read(RATE, "int16")
    assert 0.4 * RATE < len(read) < 0.7 * RATE
    if file_type in ("flac", "au"):
        assert np.array_equal(read, NOISE[: RATE // 2])


@NO_PIPES
@pytest.mark.parametrize("file_type", ["wav", "flac", "raw"])
def test_what_is_recorded_to_a_pipe_plays_from_a_pipe(
    recorder: list[str], free: simulation.Simulation, cli: Callable[..., Heard], file_type: str
) -> None:
    data = recorded(recorder, "--format", file_type)
    options = ["--format", "raw", "-r", RATE, "-c", 2] if file_type == "raw" else []
    with piped(data) as pipe:
        assert cli("play", *options, pipe)[::2] == (0, "")
    assert free.output(0, pyaudiopp.paInt16).rstrip(b"\0") == NOISE[: RATE // 2].tobytes()


def test_types_that_standard_output_does_not_take(
    free: simulation.Simulation, cli: Callable[..., Heard], tmp_path: Path
) -> None:
    for file_type in ("aiff", "w64", "sd2", "xyz"):
        status, out, err = cli("record", "-", "--format", file_type)
        assert (status, out) == (USAGE, "")
        assert err.startswith(f"pyaudiopp: cannot record {file_type} to standard output; use one ")
    assert cli("record", tmp_path / "take", "-t", 0.1, "--format", "xyz")[0] == USAGE


def test_a_file_type_that_is_named(
    make_simulated_card: Make, cli: Callable[..., Heard], tmp_path: Path
) -> None:
    device = simulation.Device(high_latency=10)  # it waits for a machine that is busy
    make_simulated_card([simulation.HostApi(devices=[device])], "real_time")
    assert cli("record", tmp_path / "take", "-t", 0.1, "--format", "FLAC")[0] == SILENT
    assert soundfile.info(tmp_path / "take").format == "FLAC"
    assert cli("record", tmp_path / "a.wav", "-t", 0.1, "--format", "raw")[0] == SILENT
    assert (tmp_path / "a.wav").read_bytes() == bytes(RATE // 10 * 4)


@pytest.mark.skipif(os.name != "posix", reason="closes a pipe")
def test_a_reader_that_goes_away_ends_the_recording(recorder: list[str]) -> None:
    reader, writer = os.pipe()
    with open(reader, "rb", 0) as file:
        process = subprocess.Popen(recorder, stdout=writer, stderr=subprocess.PIPE)
        os.close(writer)
        assert len(file.read(1000)) > 0
    _, err = process.communicate(timeout=TIMEOUT)
    told = b"pyaudiopp: the recording ended early: standard output: Broken pipe\n"
    assert (process.returncode, err) == (FAILED, told)


@pytest.mark.skipif(os.name != "posix", reason="makes a terminal")
def test_no_samples_on_a_terminal(recorder: list[str]) -> None:
    import pty

    controller, terminal = pty.openpty()
    done = subprocess.run(
        recorder, stdout=terminal, stderr=subprocess.PIPE, timeout=TIMEOUT, check=False
    )
    os.close(terminal)
    os.close(controller)
    assert done.returncode == USAGE
    assert done.stderr.startswith(b"pyaudiopp: cannot record: standard output is a terminal")
