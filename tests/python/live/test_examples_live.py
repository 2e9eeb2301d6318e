# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The examples, in Python and C++, through the real PortAudio; and the Python ones on PyAudio."""

from __future__ import annotations

import os
import random
import struct
import subprocess
import sys
import time
import wave
from collections.abc import Callable
from pathlib import Path

import pytest

from pyaudiopp.virtual_card import VirtualCard

pytestmark = pytest.mark.skipif(bool(VirtualCard.missing()), reason="no virtual sound card here")

ROOT = Path(__file__).resolve().parents[3]
PYTHON_EXAMPLES = ROOT / "examples" / "python"
CPP_EXAMPLES = Path(os.environ.get("AUDIOPP_EXAMPLES", ROOT / "build" / "dev" / "examples" / "cpp"))

RATE = 48000
FRAME_SIZE = 4
TIMEOUT = 30

Exactly = Callable[..., None]

# Three devices that ALSA lists but cannot open: PortAudio 19.6 fails an assertion with fewer.
NO_DEVICE = "".join(
    f'pcm.{name} {{ type hw card 99 hint {{ show on description "{name}" }} }}\n'
    for name in ("!default", "one", "two")
)


def command(name: str, *arguments: object) -> list[str]:
    """The command line of an example: `play_wave.py`, or `play_wave` for the C++ one."""
    if name.endswith(".py"):
        program = [sys.executable, str(PYTHON_EXAMPLES / name)]
    else:
        program = [str(CPP_EXAMPLES / name)]
        if not Path(program[0]).exists():
            pytest.skip(f"{name} was not built in {CPP_EXAMPLES}")
    return [*program, *map(str, arguments)]


def run(line: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        line,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )


def last_words(errors: str) -> str:
    """The last line on standard error, after the output of ALSA, JACK and PortAudio."""
    assert "Traceback" not in errors
    return errors.splitlines()[-1]


def succeed(line: list[str]) -> str:
    """Runs an example that must succeed, and returns its output."""
    done = run(line)
    assert done.returncode == 0, done.stderr
    return done.stdout


def sound(captured: bytes) -> bytes:
    """The capture, without the silent frames before and after."""
    start = (len(captured) - len(captured.lstrip(b"\0"))) // FRAME_SIZE * FRAME_SIZE
    end = -(-len(captured.rstrip(b"\0")) // FRAME_SIZE) * FRAME_SIZE
    return captured[start:end]


@pytest.fixture(scope="module")
def noise() -> bytes:
    """A second of random 16-bit stereo frames; the first and the last are not silent."""
    return b"\1\1\1\1" + random.Random(5).randbytes((RATE - 2) * FRAME_SIZE) + b"\1\1\1\1"


def write_wave(path: Path, frames: bytes) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, RATE, 0, "NONE", ""))
        file.writeframes(frames)
    return path


@pytest.fixture
def noise_file(noise: bytes, tmp_path: Path) -> Path:
    return write_wave(tmp_path / "noise.wav", noise)


# play_wave.py and record.py are in test_bit_exact.py.
@pytest.mark.parametrize("name", ["play_wave_callback.py", "play_wave", "play_wave_callback"])
def test_played_frames_arrive(
    name: str, card: VirtualCard, exactly: Exactly, noise: bytes, noise_file: Path
) -> None:
    def play() -> tuple[bytes, bytes, int]:
        with card.capture() as captured:
            succeed(command(name, noise_file))
        return noise, sound(captured.data), 0

    exactly(play, frame_size=FRAME_SIZE)


def test_frames_are_recorded_in_cpp(
    card: VirtualCard, exactly: Exactly, noise: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "recorded.wav"

    def record() -> tuple[bytes, bytes, int]:
        null = subprocess.DEVNULL
        with subprocess.Popen(
            command("record", path, 3), stdin=null, stdout=null, stderr=null
        ) as r:
            try:
                card.wait_for_recorder()
                card.play(noise)
                assert r.wait(TIMEOUT) == 0
            finally:
                r.kill()
        with wave.open(str(path), "rb") as file:
            assert file.getnframes() == 3 * RATE
            return noise, sound(file.readframes(file.getnframes())), 0

    exactly(record, frame_size=FRAME_SIZE)


WIRES = {"wire_full.py": ["--seconds", "1"], "wire_callback.py": ["--seconds", "1"]}
WIRES.update({"wire": ["1"], "wire_callback": ["1"]})


@pytest.mark.parametrize("name", WIRES)
def test_a_wire_ends_after_its_time(name: str, card: VirtualCard) -> None:
    line = command(name, *WIRES[name])
    start = time.monotonic()
    assert succeed(line) == "Wired for 1 seconds ...\n"
    assert 0.9 < time.monotonic() - start < 10


def test_a_level_meter_hears_what_is_played(card: VirtualCard, noise: bytes) -> None:
    line = command("level_meter.py", "--seconds", 2)
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as meter:
        try:
            card.wait_for_recorder()
            card.play(noise)
            output, _ = meter.communicate(timeout=TIMEOUT)
        finally:
            meter.kill()
    levels = [float(line.split()[0]) for line in output.splitlines()]
    assert len(levels) == 20
    assert max(levels) > -3


def test_a_siren_is_heard(card: VirtualCard) -> None:
    pytest.importorskip("numba")
    with card.capture() as captured:
        succeed(command("native_callback.py", "--seconds", 1, "--volume", 0.5))
    heard = sound(captured.data)
    loudest = max(abs(sample) for (sample,) in struct.iter_unpack("<h", heard))
    assert 0.45 < loudest / 32768 < 0.55
    assert 0.9 < len(heard) / (RATE * FRAME_SIZE) < 2


@pytest.mark.parametrize("name", ["system_info.py", "list_devices"])
def test_the_devices_are_listed(name: str, card: VirtualCard) -> None:
    output = succeed(command(name))
    for word in ("PortAudio V19", "ALSA", "fastnull", "default"):
        assert word in output


@pytest.mark.parametrize("name", ["play_wave", "play_wave_callback"])
def test_cpp_says_that_a_file_is_no_sound(name: str, card: VirtualCard, tmp_path: Path) -> None:
    letter = tmp_path / "letter.wav"
    letter.write_text("This is no sound, but a letter.")
    for path in (letter, tmp_path / "nowhere.wav"):
        done = run(command(name, path))
        assert done.returncode == 1
        assert done.stderr.startswith(f"Cannot play {path}: ")
        assert done.stderr.count("\n") == 1


def test_cpp_says_that_it_cannot_record_there(card: VirtualCard, tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "recorded.wav"
    done = run(command("record", path))
    assert done.returncode == 1
    assert last_words(done.stderr).startswith(f"Cannot record {path}: ")


@pytest.mark.parametrize(
    "name", ["play_wave", "record", "wire", "play_wave_callback", "wire_callback"]
)
def test_a_wrong_command_line_in_cpp(name: str) -> None:
    done = run(command(name, "a", "b", "c"))
    assert done.returncode == 2
    assert " Usage: " in done.stderr


# Each example that plays or records: its arguments, and the start of its last message.
MAKERS = {
    "play_wave.py": ("{sound}", "Cannot play "),
    "play_wave_callback.py": ("{sound}", "Cannot play "),
    "record.py": ("{recording} --seconds 10", "Cannot record "),
    "wire_full.py": ("--seconds 10", "Cannot wire input to output: "),
    "wire_callback.py": ("--seconds 10", "Cannot wire input to output: "),
    "core_wire.py": ("--seconds 10", "Cannot wire input to output: "),
    "level_meter.py": ("--seconds 10", "Cannot listen: "),
    "native_callback.py": ("--seconds 10", "Cannot play: "),
    "play_wave": ("{sound}", "Cannot play "),
    "play_wave_callback": ("{sound}", "Cannot play "),
    "record": ("{recording} 10", "Cannot record "),
    "wire": ("10", "Cannot wire input to output: "),
    "wire_callback": ("10", "Cannot wire input to output: "),
}


def maker(name: str, directory: Path, seconds: int) -> list[str]:
    """The command line of an example that plays or records for some seconds."""
    if name == "native_callback.py":
        pytest.importorskip("numba")
    recording = directory / "recorded.wav"
    tune = write_wave(directory / "long.wav", bytes(seconds * RATE * FRAME_SIZE))
    arguments = MAKERS[name][0].split()
    return command(name, *(word.format(sound=tune, recording=recording) for word in arguments))


@pytest.mark.parametrize("name", MAKERS)
def test_an_example_says_that_there_is_no_device(name: str, tmp_path: Path) -> None:
    config = tmp_path / "asound.conf"
    config.write_text(NO_DEVICE)
    environment = {"ALSA_CONFIG_PATH": str(config), "JACK_NO_START_SERVER": "1"}
    done = run(maker(name, tmp_path, 1), **environment)
    assert done.returncode == 1
    assert last_words(done.stderr).startswith(MAKERS[name][1])
    assert "evice" in last_words(done.stderr)
    assert not (tmp_path / "recorded.wav").exists()


@pytest.mark.parametrize("name", MAKERS)
def test_an_example_says_that_the_device_is_gone(name: str, tmp_path: Path) -> None:
    line = maker(name, tmp_path, 10)
    with VirtualCard() as card:
        process = subprocess.Popen(
            line,
            env={**os.environ, **card.environment()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            kind = "source-outputs" if name.startswith(("record", "level")) else "sink-inputs"
            deadline = time.monotonic() + 10
            while not card.pactl("list", "short", kind):
                assert time.monotonic() < deadline, "the example does not start"
                time.sleep(0.05)
            time.sleep(0.5)
            card.pactl("unload-module", "module-null-sink")
            _, errors = process.communicate(timeout=TIMEOUT)
        finally:
            process.kill()
            process.wait()
    assert process.returncode == 1
    assert last_words(errors).startswith(MAKERS[name][1])


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("play_wave.py", "{sound}"),
        ("play_wave_callback.py", "{sound}"),
        ("record.py", "{recording} --seconds 1"),
        ("wire_full.py", "--seconds 1"),
        ("wire_callback.py", "--seconds 1"),
        ("system_info.py", ""),
    ],
)
def test_the_examples_run_on_pyaudio_too(
    name: str, arguments: str, card: VirtualCard, noise_file: Path, tmp_path: Path
) -> None:
    pytest.importorskip("pyaudio")
    program = tmp_path / name
    source = (PYTHON_EXAMPLES / name).read_text()
    program.write_text(source.replace("import pyaudiopp as pyaudio", "import pyaudio"))
    recording = tmp_path / "recorded.wav"
    words = [word.format(sound=noise_file, recording=recording) for word in arguments.split()]
    succeed([sys.executable, str(program), *words])
