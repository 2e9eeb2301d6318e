# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The Python examples on the simulation: each succeeds, or says in a sentence why not."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import wave
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "python"
NAMES = sorted(path.name for path in EXAMPLES.glob("*.py"))
PLAYERS = ["play_wave.py", "play_wave_callback.py"]
RATE = 48000


def run(
    name: str, *arguments: object, backend: str = "simulation"
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(EXAMPLES / name), *map(str, arguments)],
        env={**os.environ, "PYAUDIOPP_BACKEND": backend},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def says(done: subprocess.CompletedProcess[str], sentence: str) -> bool:
    """Whether the program ended with only this sentence on standard error."""
    return done.returncode == 1 and done.stderr == f"{sentence}\n"


def write_wave(path: Path, *, channels: int = 2, width: int = 2, frames: int = RATE // 10) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, width, RATE, 0, "NONE", ""))
        file.writeframes(bytes(range(256)) * (frames * channels * width // 256))
    return path


@pytest.mark.parametrize("name", PLAYERS)
@pytest.mark.parametrize("width", [1, 2, 3, 4])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_wave_file_is_played_to_its_end(
    name: str, channels: int, width: int, tmp_path: Path
) -> None:
    path = write_wave(tmp_path / "tune.wav", channels=channels, width=width)
    done = run(name, path)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_wave_file_is_played_by_a_buffered_callback(tmp_path: Path) -> None:
    done = run("play_wave_callback.py", write_wave(tmp_path / "tune.wav"), "--buffer", "0.1")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", PLAYERS)
def test_a_wave_file_without_frames_is_played(name: str, tmp_path: Path) -> None:
    done = run(name, write_wave(tmp_path / "empty.wav", frames=0))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("seconds", "rate", "channels"), [(0.3, RATE, 2), (0.25, 44100, 1)])
def test_as_much_is_recorded_as_was_asked_for(
    seconds: float, rate: int, channels: int, tmp_path: Path
) -> None:
    path = tmp_path / "recorded.wav"
    done = run("record.py", path, "--seconds", seconds, "--rate", rate, "--channels", channels)
    assert (done.returncode, done.stderr) == (0, "")
    with wave.open(str(path), "rb") as file:
        assert file.getnframes() == round(seconds * rate)
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (
            rate,
            channels,
            2,
        )


@pytest.mark.parametrize("kind", [8, 13], ids=["ALSA", "WASAPI"])
def test_speech_is_recorded_from_a_device_of_another_rate(kind: int, tmp_path: Path) -> None:
    path, system = tmp_path / "speech.wav", tmp_path / "system.json"
    mme = {"type": 2, "name": "MME", "devices": [{"sample_rates": [8000]}]}
    wasapi = {"type": 13, "name": "WASAPI", "devices": [{"sample_rates": [48000]}]}
    host_apis = [mme, wasapi] if kind == 13 else [{"type": kind}]
    system.write_text(json.dumps({"host_apis": host_apis}))
    done = run("record_speech.py", path, "--seconds", 0.3, backend=f"simulation:{system}")
    assert (done.returncode, done.stderr) == (0, "")
    with wave.open(str(path), "rb") as file:
        assert (file.getframerate(), file.getnchannels(), file.getnframes()) == (16000, 1, 5120)


@pytest.mark.parametrize("name", ["wire_full.py", "wire_callback.py"])
def test_a_wire_ends_after_its_time(name: str) -> None:
    done = run(name, "--seconds", 0.3)
    assert (done.returncode, done.stdout, done.stderr) == (0, "Wired for 0.3 seconds ...\n", "")


@pytest.mark.timeout(300)  # numba compiles
def test_a_siren_is_played(tmp_path: Path) -> None:
    pytest.importorskip("numba")
    done = run("native_callback.py", "--seconds", 0.3)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_was_recorded_is_played(tmp_path: Path) -> None:
    system = tmp_path / "system.json"
    system.write_text('{"clock": "free_running", "host_apis": [{"devices": [{"name": "Head"}]}]}')
    backend = f"simulation:{system}"
    done = run("play_and_record.py", "--seconds", 0.3, "--output", "head", backend=backend)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("0.3 of 0.3 s") == 2
    done = run("play_and_record.py", "--seconds", 0.3, "--input", "foot", backend=backend)
    no_device = "no input device matches 'foot'; available: 0: 'Head' (Simulation)"
    assert says(done, f"Cannot record and play: {no_device}")


def test_a_level_meter_shows_ten_levels_a_second(tmp_path: Path) -> None:
    done = run("level_meter.py", "--seconds", 0.5)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[:2] for line in done.stdout.splitlines()] == [["-90.3", "dB"]] * 5


def test_a_level_meter_does_not_wait_for_ever(tmp_path: Path) -> None:
    system = tmp_path / "system.json"
    system.write_text('{"clock": "by_hand"}')
    done = run("level_meter.py", backend=f"simulation:{system}")
    assert says(done, "Cannot listen: nothing was heard from the device for 2 seconds")


def test_system_info_lists_what_there_is() -> None:
    done = run("system_info.py")
    assert (done.returncode, done.stderr) == (0, "")
    for line in ("Host APIs: 1\n", "Devices: 1\n", "Host API 0\n", "Device 0\n", "input rates:"):
        assert line in done.stdout


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has channel maps")
def test_a_channel_map_needs_macos(tmp_path: Path) -> None:
    done = run("play_wave_channel_map.py", write_wave(tmp_path / "tune.wav"))
    assert says(done, "Channel maps are a feature of Core Audio: this example needs macOS.")


@pytest.mark.parametrize("name", PLAYERS)
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it ends too early"),
        (b"RIFF", "it ends too early"),
        (b"This is no sound, but a letter.", "file does not start with RIFF id"),
        (b"RIFF\x04\0\0\0AVI ", "not a WAVE file"),
    ],
)
def test_a_file_that_is_no_wave_file(
    name: str, content: bytes, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "letter.wav"
    path.write_bytes(content)
    assert says(run(name, path), f"{path} is not a wave file that can be played: {reason}")


@pytest.mark.parametrize("name", PLAYERS)
def test_a_wave_file_of_unknown_samples(name: str, tmp_path: Path) -> None:
    path = write_wave(tmp_path / "wide.wav")
    data = bytearray(path.read_bytes())
    data[32:36] = (16).to_bytes(2, "little") + (64).to_bytes(2, "little")
    path.write_bytes(data)
    sentence = f"{path} is not a wave file that can be played: samples of 8 bytes"
    assert says(run(name, path), sentence)


@pytest.mark.parametrize("name", PLAYERS)
def test_a_file_that_is_not_there(name: str, tmp_path: Path) -> None:
    path = tmp_path / "nowhere.wav"
    done = run(name, path)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Cannot play {path}: ")
    assert done.stderr.count("\n") == 1


def test_a_place_that_cannot_be_recorded_to(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "recorded.wav"
    done = run("record.py", path, "--seconds", 0.1)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Cannot record {path}: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("option", "value", "reason"),
    [
        ("--channels", 0, "Invalid audio channels"),
        ("--channels", 99, "[Errno -9998] Invalid number of channels"),
        ("--rate", 0, "[Errno -9997] Invalid sample rate"),
    ],
)
def test_a_recording_that_no_device_can_make(
    option: str, value: int, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "recorded.wav"
    assert says(run("record.py", path, option, value), f"Cannot record {path}: {reason}")
    assert not path.exists()


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_command_line(name: str) -> None:
    done = run(name, "--no-such-option")
    assert done.returncode == 2
    assert done.stderr.startswith("usage: ")


def test_a_wire_of_the_native_api_lists_the_devices_and_counts() -> None:
    done = run("core_wire.py", "--seconds", 0.3, "--input", "sim", "--output", "SIM")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "Simulation:"
    assert lines[1].endswith("(2 in, 2 out)")
    assert lines[2] == "Wired for 0.3 seconds ..."
    frames, callbacks = (int(word) for word in lines[3].split() if word.isdecimal())
    assert frames >= callbacks > 0
    done = run("core_wire.py", "--input", "nobody's")
    assert done.returncode == 1
    assert done.stderr.startswith("Cannot wire input to output: no input device matches")


OF_OUR_OWN = {"core_wire.py", "native_callback.py", "play_and_record.py", "record_speech.py"}


@pytest.mark.parametrize("name", sorted({*NAMES} - OF_OUR_OWN))
def test_an_example_uses_pyaudios_names_alone(name: str) -> None:
    pyaudio = pytest.importorskip("pyaudio")
    tree = ast.parse((EXAMPLES / name).read_text())
    imports = [ast.unparse(node) for node in tree.body if "pyaudio" in ast.unparse(node)]
    assert imports[0] == "import pyaudiopp as pyaudio"
    names = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "pyaudio"
    }
    assert {name for name in names if not hasattr(pyaudio, name)} <= {"PaMacCoreStreamInfo"}


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("play_wave.py", "{tune}", "Cannot play {tune}: {no} output {none}"),
        ("play_wave_callback.py", "{tune}", "Cannot play {tune}: {no} output {none}"),
        ("record.py", "{recording}", "Cannot record {recording}: {no} input {none}"),
        ("play_and_record.py", "", "Cannot record and play: {no} input {none}"),
        ("level_meter.py", "", "Cannot listen: {no} input {none}"),
        ("wire_full.py", "", "Cannot wire input to output: {no} output {none}"),
        ("wire_callback.py", "", "Cannot wire input to output: {no} output {none}"),
        ("core_wire.py", "", "Cannot wire input to output: [Errno -9996] Invalid device"),
    ],
)
def test_no_device(name: str, arguments: str, sentence: str, tmp_path: Path) -> None:
    system = tmp_path / "system.json"
    system.write_text('{"host_apis": [{"devices": []}]}')
    words = {
        "tune": write_wave(tmp_path / "tune.wav"),
        "recording": tmp_path / "recorded.wav",
        "no": "[Errno -9996] Invalid",
        "none": "device (no default output device)",
    }
    line = [word.format(**words) for word in arguments.split()]
    done = run(name, *line, backend=f"simulation:{system}")
    assert says(done, sentence.format(**words))
    assert not (tmp_path / "recorded.wav").exists()


def test_system_info_without_a_device(tmp_path: Path) -> None:
    system = tmp_path / "system.json"
    system.write_text('{"host_apis": [{"devices": []}]}')
    done = run("system_info.py", backend=f"simulation:{system}")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Devices: 0\n" in done.stdout
    assert "Default input device: No Default Input Device Available\n" in done.stdout
