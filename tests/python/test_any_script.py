# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Names of devices and files in any script, on consoles that can show them and that cannot."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import wave
from collections.abc import Callable
from pathlib import Path

import pytest

import pyaudiopp
from pyaudiopp import PyAudio, simulation
from pytest_pyaudiopp import MakeSimulatedCard

# MME cuts names to 31 UTF-16 units; half a pair becomes U+FFFD on its way to UTF-8.
CUT_IN_A_PAIR = (
    "Микрофон (Realtek High Defi \N{STUDIO MICROPHONE}"[:29] + "\N{REPLACEMENT CHARACTER}"
)
NAMES = {
    "Latin": "Kopfhörer (Größe)",
    "Cyrillic": "Динамики (Высокое качество)",
    "Chinese": "扬声器 (高清晰度音频)",
    "Japanese": "スピーカー",
    "Korean": "스피커",
    "Arabic": "مكبرات الصوت",
    "Hindi": "स्पीकर",
    "Thai": "ลำโพง",
    "emoji": "Headset \N{HEADPHONE}",
    "combined": "Lautsprecher o\N{COMBINING DIAERESIS}",
    "cut in a pair": CUT_IN_A_PAIR,
}

# The encodings of consoles and of output that goes to a file, as Python names them.
ENCODINGS = ["cp1252", "cp437", "cp932", "utf-8", "cp65001", "ascii"]


@pytest.fixture
def called(
    make_simulated_card: MakeSimulatedCard,
) -> Callable[[str | bytes], simulation.Simulation]:
    def make(name: str | bytes) -> simulation.Simulation:
        devices = [simulation.Device("other"), simulation.Device(name)]
        return make_simulated_card([simulation.HostApi(devices=devices)])

    return make


def command(encoding: str, *arguments: object, **environment: str) -> tuple[int, str, str]:
    """Runs it with standard output and error in this encoding, and decodes what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "pyaudiopp", *map(str, arguments)],
        env={
            **os.environ,
            "PYAUDIOPP_BACKEND": "simulation",
            "PYTHONUTF8": "0",
            "PYTHONIOENCODING": encoding,
            **environment,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
    )
    return (done.returncode, done.stdout.decode(encoding), done.stderr.decode(encoding))


def shown(text: str, encoding: str) -> str:
    """As a console shows it that cannot show every letter."""
    return text.encode(encoding, "backslashreplace").decode(encoding)


# ---- devices ----


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_device_with_this_name(
    called: Callable[[str | bytes], simulation.Simulation], name: str
) -> None:
    called(name)
    p = PyAudio()
    assert p.get_device_info_by_index(1)["name"] == name
    assert pyaudiopp.pa.get_device_info(1).name == name.encode()
    for wanted in (name, name.upper(), name[:5]):
        assert p.find_device(wanted)["index"] == 1
    assert p.find_device(p.get_device_info_by_index(1))["index"] == 1
    with pytest.raises(ValueError, match="no device matches") as raised:
        p.find_device("missing")
    assert name in str(raised.value)
    p.terminate()


@pytest.mark.parametrize("script", NAMES)
def test_bytes_that_are_cut_within_a_character(
    called: Callable[[str | bytes], simulation.Simulation],
    script: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """PortAudio cuts WASAPI's long names at 195 bytes, wherever that is."""
    monkeypatch.setattr("locale.getpreferredencoding", lambda _: "cp1252")
    whole = (NAMES[script] * 20).encode()
    if len(whole) == len(NAMES[script] * 20):
        pytest.skip("no character has two bytes")
    for size in range(180, 196):
        called(whole[:size])
        p = PyAudio()
        name = p.get_device_info_by_index(1)["name"]
        rest = whole[:size].decode(errors="ignore")
        assert name in (rest, f"{rest}\N{REPLACEMENT CHARACTER}")
        assert p.find_device(name)["index"] == 1
        assert p.find_device(NAMES[script])["index"] == 1
        p.terminate()


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("form", ["table", "json"])
def test_devices_on_any_console(encoding: str, form: str, tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    devices = [{"name": name} for name in NAMES.values()]
    path.write_text(json.dumps({"host_apis": [{"devices": devices}]}), encoding="utf-8")
    options = ["--json"] if form == "json" else []
    backend = f"simulation:{path}"
    status, out, err = command(encoding, "devices", *options, PYAUDIOPP_BACKEND=backend)
    assert (status, err) == (0, "")
    if form == "json":
        [host_api] = json.loads(out)["host_apis"]
        assert [device["name"] for device in host_api["devices"]] == list(NAMES.values())
    else:
        for name in NAMES.values():
            assert shown(name, encoding) in out
    # The same names in an error, and in what the doctor says.
    status, out, err = command(encoding, "tone", "-d", "missing", PYAUDIOPP_BACKEND=backend)
    assert (status, out) == (2, "")
    assert shown(NAMES["Chinese"], encoding) in err
    status, out, err = command(encoding, "doctor", "--no-record", PYAUDIOPP_BACKEND=backend)
    assert (status, err) == (0, "")
    assert shown(NAMES["Latin"], encoding) in out


# ---- files ----


def write_wave(path: Path) -> bytes:
    samples = bytes(range(1, 251)) * 40
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48000)
        file.writeframes(samples)
    return samples


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_wave_file_with_this_name(free: simulation.Simulation, name: str, tmp_path: Path) -> None:
    directory = tmp_path / name
    directory.mkdir()
    samples = write_wave(directory / f"{name}.wav")
    for path in (directory / f"{name}.wav", str(directory / f"{name}.wav")):
        with pyaudiopp.WaveFile(path) as file:
            assert file.read(10) == samples[:20]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_files_on_any_console(encoding: str, tmp_path: Path) -> None:
    pytest.importorskip("soundfile")
    patient = tmp_path / "card.json"  # waits for a machine that is busy
    patient.write_text('{"host_apis": [{"devices": [{"high_latency": 10}]}]}')
    backend = f"simulation:{patient}"
    tunes = []
    for name in NAMES.values():
        directory = tmp_path / name
        directory.mkdir()
        tunes.append(directory / f"{name}.wav")
        samples = write_wave(tunes[-1])
    status, out, err = command(encoding, "play", *tunes, PYAUDIOPP_BACKEND=backend)
    told = [shown(f"{tune}: {len(samples) // 2} frames, 0:00.1", encoding) for tune in tunes]
    assert (status, out.splitlines(), err) == (0, told, "")
    for tune in tunes[:4]:
        take = tune.with_suffix(".flac")
        status, out, err = command(encoding, "record", "-t", 0.1, take, PYAUDIOPP_BACKEND=backend)
        assert (status, out.splitlines()) == (3, [shown(f"{take}: 4800 frames, 0:00.1", encoding)])
        assert take.stat().st_size > 0
        status, out, err = command(encoding, "play", tune.with_name("missing.wav"))
        assert (status, out) == (1, "")
        assert shown(str(tune.parent), encoding) in err


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_run_runs_a_program_with_this_name(name: str, tmp_path: Path) -> None:
    directory = tmp_path / name
    directory.mkdir()
    program = directory / f"{name}.py"
    program.write_text(
        "import sys, pyaudio, os\n"
        f"assert os.path.basename(__file__) == {name + '.py'!r}\n"
        f"assert sys.argv[1] == {name!r}\n"
        "print(pyaudio.PyAudio.__module__)\n",
        encoding="utf-8",
    )
    status, out, err = command("cp1252", "run", program, name)
    assert (status, out.split(), err) == (0, ["pyaudiopp"], "")
    program.write_text("import pyaudio\nraise RuntimeError(__file__)\n", encoding="utf-8")
    status, out, err = command("cp1252", "run", program)
    assert (status, out) == (1, "")
    assert f"RuntimeError: {shown(str(program), 'cp1252')}" in err
