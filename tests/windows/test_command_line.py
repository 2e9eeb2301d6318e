# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The command line and the examples on Windows Python, by Wine, on each host API.

The variable AUDIOPP_WINDOWS_PYTHON holds the command that runs the Windows Python, such as
"wine /opt/python/python.exe"; WINEPREFIX is Wine's own.
"""

from __future__ import annotations

import json
import os
import random
import shlex
import subprocess
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rig import PYTHON, windows_path

from pyaudiopp.virtual_card import VirtualCard, prefer_real_time

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "python"
HOST_APIS = ["MME", "DirectSound", "WASAPI"]
RATE, FRAME_SIZE = 48000, 4
TIMEOUT = 120
TRIES = 3
SILENT, LOST = 3, 4

# No frame of it is silent.
NOISE = bytes(byte | 1 for byte in random.Random(7).randbytes(RATE * FRAME_SIZE))


@pytest.fixture(autouse=True)
def card(monkeypatch: pytest.MonkeyPatch) -> Iterator[VirtualCard]:
    """A card, which Wine plays on and records from."""
    prefer_real_time()
    with VirtualCard() as card:
        for name, value in {**card.environment(), "WINEDEBUG": "-all"}.items():
            monkeypatch.setenv(name, value)
        yield card


def start(*arguments: object, **options: Any) -> subprocess.Popen[str]:
    words = [windows_path(word) if isinstance(word, Path) else str(word) for word in arguments]
    return subprocess.Popen(
        [*shlex.split(os.environ[PYTHON]), *words],
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        **options,
    )


def run(*arguments: object, timeout: float = TIMEOUT, **options: Any) -> tuple[int, str, str]:
    with start(*arguments, **options) as process:
        try:
            out, err = process.communicate(timeout=timeout)
        finally:
            process.kill()
    return process.returncode, out, err


def command(*arguments: object) -> tuple[int, str, str]:
    return run("-m", "pyaudiopp", *arguments)


def write_wave(path: Path, samples: bytes = NOISE) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, RATE, 0, "NONE", ""))
        file.writeframes(samples)
    return path


def exactly(card: VirtualCard, transfer: Callable[[], bytes]) -> None:
    """Asserts that the transfer brings all of the noise; again only if the card or Wine ran dry."""
    for _ in range(TRIES):
        underruns = card.underruns
        heard = transfer().strip(b"\0")
        # Wine fills a gap with silence, and nobody counts it.
        if heard == NOISE or (card.underruns == underruns and len(heard) <= len(NOISE)):
            break
    same = next((i for i, (a, b) in enumerate(zip(heard, NOISE)) if a != b), len(heard))
    assert heard == NOISE, f"{len(heard) // FRAME_SIZE} frames, {same // FRAME_SIZE} the same"


# ---- commands ----


def test_the_devices_are_listed() -> None:
    status, out, err = command("devices", "--json")
    assert (status, err) == (0, "")
    host_apis = {api["name"]: api for api in json.loads(out)["host_apis"]}
    assert {"MME", "Windows DirectSound", "Windows WASAPI"} <= set(host_apis)
    for api in host_apis.values():
        if api["name"] == "Windows WDM-KS":  # Wine has no kernel streaming
            continue
        assert len(api["devices"]) >= 2
        assert api["default_input"] is not None
        assert api["default_output"] is not None
    status, out, err = command("devices")
    assert (status, err) == (0, "")
    assert all(name in out for name, api in host_apis.items() if api["devices"])


@pytest.mark.parametrize("host_api", HOST_APIS)
@pytest.mark.parametrize("extension", ["wav", "flac"])
def test_each_frame_of_a_file_is_played(
    card: VirtualCard, tmp_path: Path, host_api: str, extension: str
) -> None:
    soundfile = pytest.importorskip("soundfile")
    wave_file = write_wave(tmp_path / "tune.wav")
    path = tmp_path / f"Музыка 音乐.{extension}"
    soundfile.write(path, *soundfile.read(wave_file, dtype="int16"), "PCM_16")

    def play() -> bytes:
        with card.capture() as captured:
            status, out, err = command("play", "--host-api", host_api, path)
        assert status in (0, LOST), err
        assert out == f"{windows_path(path)}: {RATE} frames, 0:01.0\n"
        return bytes(captured.data)

    exactly(card, play)


@pytest.mark.parametrize("host_api", HOST_APIS)
def test_each_frame_is_recorded(card: VirtualCard, tmp_path: Path, host_api: str) -> None:
    path = tmp_path / "Запись 录音.wav"

    def record() -> bytes:
        arguments = ["--host-api", host_api, "--rate", RATE, "--channels", 2, "-t", 4]
        with start("-m", "pyaudiopp", "record", "--overwrite", *arguments, path) as recorder:
            card.wait_for_recorder()
            card.play(NOISE)
            _, err = recorder.communicate(timeout=TIMEOUT)
        assert recorder.returncode in (0, LOST), err
        with wave.open(str(path), "rb") as file:
            assert file.getnframes() == 4 * RATE
            return bytes(file.readframes(file.getnframes()))

    exactly(card, record)


def test_the_doctor_hears_silence() -> None:
    status, out, err = command("doctor")
    assert (status, err) == (SILENT, "")
    for words in (
        "MME: ",
        "Windows DirectSound: ",
        "Windows WASAPI: ",
        "it accepts sound",
        "it recorded only digital silence",
        "1 problem found.",
    ):
        assert words in out


def test_the_doctor_hears_what_is_played(card: VirtualCard) -> None:
    with start("-m", "pyaudiopp", "doctor") as doctor:
        card.wait_for_recorder()
        card.play(NOISE * 2)
        out, _ = doctor.communicate(timeout=TIMEOUT)
    assert doctor.returncode == 0, out
    assert "it is not silent" in out
    assert "No problems found." in out


@pytest.mark.parametrize("host_api", HOST_APIS)
def test_the_level_of_what_is_played(card: VirtualCard, host_api: str) -> None:
    with start("-m", "pyaudiopp", "meter", "-t", 2, "--host-api", host_api) as meter:
        card.wait_for_recorder()
        card.play(b"\0\x40\0\xe0" * RATE)
        out, err = meter.communicate(timeout=TIMEOUT)
    assert meter.returncode == 0, err
    levels = [[float(word) for word in line.split()] for line in out.splitlines()[1:]]
    assert len(levels) == 20
    assert max(left for _, left, _ in levels) == pytest.approx(-6, abs=2)
    assert max(right for _, _, right in levels) == pytest.approx(-12, abs=2)


@pytest.mark.parametrize("host_api", HOST_APIS)
def test_a_tone_is_heard(card: VirtualCard, host_api: str) -> None:
    with card.capture() as captured:
        arguments = ["--rate", RATE, "--frequency", 1000, "--level", -6, "--host-api", host_api]
        status, _, err = command("tone", *arguments)
    assert (status, err) == (0, "")
    heard = memoryview(captured.data.strip(b"\0")[: RATE * FRAME_SIZE // 2]).cast("h")
    assert max(heard) / 32768 == pytest.approx(10 ** (-6 / 20), rel=0.01)


@pytest.mark.parametrize("host_api", HOST_APIS)
def test_latency_by_the_monitor_of_the_card(host_api: str) -> None:
    status, out, err = command("latency", "--rounds", 2, "--rate", RATE, "--host-api", host_api)
    assert (status, err) == (0, "")
    assert "Round trip: " in out


@pytest.mark.parametrize("how", ["file", "module"])
def test_an_unmodified_program_runs(card: VirtualCard, tmp_path: Path, how: str) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import sys, wave, pyaudio\n"
        "p = pyaudio.PyAudio()\n"
        "with wave.open(sys.argv[1], 'rb') as file:\n"
        "    stream = p.open(format=pyaudio.paInt16, channels=2, rate=48000, output=True)\n"
        "    while data := file.readframes(1000):\n"
        "        stream.write(data)\n"
        "stream.stop_stream()\n"
        "stream.close()\n"
        "p.terminate()\n"
        "sys.exit(9)\n"
    )
    tune = write_wave(tmp_path / "tune.wav")
    which = [program] if how == "file" else ["-m", "program"]

    def play() -> bytes:
        with card.capture() as captured:
            done = run("-m", "pyaudiopp", "run", *which, tune, cwd=tmp_path)
        assert done == (9, "", "")
        return bytes(captured.data)

    exactly(card, play)


def test_asio_is_not_there(tmp_path: Path) -> None:
    status, _, err = command("tone", "--host-api", "ASIO")
    assert status == 2
    assert "MME, Windows DirectSound, Windows WASAPI" in err
    status, _, err = run(
        "-c",
        "import pyaudiopp; pyaudiopp.PyAudio().get_host_api_info_by_type(pyaudiopp.paASIO)",
    )
    assert status == 1
    assert "PortAudio has no ASIO here, only MME, Windows DirectSound, Windows WASAPI" in err


# ---- names ----

NAMES = {
    "Cyrillic": "Колонки и наушники",
    "Chinese": "扬声器和耳机",
    "Arabic": "مكبرات الصوت",
    "emoji": "Headset \N{HEADPHONE}",
    # A character of two UTF-16 units at every place where MME may cut.
    **{f"cut at {n}": "x" * n + "\N{HEADPHONE}" * 30 for n in range(4)},
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_device_with_this_name(card: VirtualCard, name: str) -> None:
    properties = f"sink_properties='device.description=\"{name}\"'"
    card.pactl("load-module", "module-null-sink", "sink_name=other", properties)
    status, out, err = command("devices", "--json")
    assert (status, err) == (0, "")
    found = {}
    for api in json.loads(out)["host_apis"]:
        names = [device["name"] for device in api["devices"] if device["max_output_channels"]]
        found[api["name"]] = [each for each in names if each[:6] == name[:6]]
    print(found)
    assert name in found["Windows WASAPI"][0]
    [cut] = found["MME"]
    units = cut.replace("\N{REPLACEMENT CHARACTER}", "?").encode("utf-16-le")
    assert len(units) <= 62
    assert name.startswith(cut.rstrip("\N{REPLACEMENT CHARACTER}")) or name in cut
    code = (
        "import pyaudiopp, sys; p = pyaudiopp.PyAudio()\n"
        "for host_api in ('MME', 'Windows DirectSound', 'Windows WASAPI'):\n"
        "    info = p.find_device((host_api, sys.argv[1]), output=True)\n"
        "    p.open(48000, 2, 8, output=True, output_device=info).write(bytes(4000))\n"
        "p.terminate()\n"
    )
    assert run("-c", code, name[:8]) == (0, "", "")


# ---- examples ----

PLAYERS = ["play_wave.py", "play_wave_callback.py"]


@pytest.mark.parametrize("name", PLAYERS)
def test_an_example_plays(card: VirtualCard, tmp_path: Path, name: str) -> None:
    tune = write_wave(tmp_path / "Музыка.wav")

    def play() -> bytes:
        with card.capture() as captured:
            status, _, err = run(EXAMPLES / name, tune)
        assert (status, err) == (0, "")
        return bytes(captured.data)

    exactly(card, play)


PACK = """
import _winapi, sys
del _winapi.CopyFile2  # Wine 8 lacks it; shutil then does without
from PyInstaller.__main__ import run
run()
"""


@pytest.mark.timeout(600)
def test_an_example_packed_into_one_file_plays(card: VirtualCard, tmp_path: Path) -> None:
    places = [f"--{name}path={windows_path(tmp_path)}" for name in ("dist", "work", "spec")]
    options = ["--onefile", "--noconfirm", "--log-level=ERROR", *places]
    status, _, err = run("-c", PACK, *options, EXAMPLES / "play_wave.py", timeout=400)
    assert status == 0, err
    tune = write_wave(tmp_path / "tune.wav")
    wine = shlex.split(os.environ[PYTHON])[:-1]

    def play() -> bytes:
        command = [*wine, str(tmp_path / "play_wave.exe"), windows_path(tune)]
        with card.capture() as captured:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True)
        assert (done.returncode, done.stderr) == (0, b"")
        return bytes(captured.data)

    exactly(card, play)


def recorded_by(card: VirtualCard, name: str, path: Path, seconds: int) -> tuple[int, int, bytes]:
    """What an example has recorded while the card played: the rate, the channels, the frames."""
    with start(EXAMPLES / name, path, "--seconds", seconds) as recorder:
        card.wait_for_recorder()
        card.play(NOISE)
        _, err = recorder.communicate(timeout=TIMEOUT)
    assert (recorder.returncode, err) == (0, "")
    with wave.open(str(path), "rb") as file:
        return file.getframerate(), file.getnchannels(), bytes(file.readframes(file.getnframes()))


def test_an_example_records(card: VirtualCard, tmp_path: Path) -> None:
    exactly(card, lambda: recorded_by(card, "record.py", tmp_path / "recorded.wav", 4)[2])


def test_an_example_records_speech(card: VirtualCard, tmp_path: Path) -> None:
    """At a third of the card's rate, which WASAPI converts to if it is asked to."""
    rate, channels, frames = recorded_by(card, "record_speech.py", tmp_path / "speech.wav", 2)
    assert (rate, channels) == (16000, 1)
    assert len(set(frames)) > 200  # noise


OTHERS = {
    "core_wire.py": ["--seconds", 1],
    "level_meter.py": ["--seconds", 1],
    "play_and_record.py": [],
    "system_info.py": [],
    "wire_callback.py": ["--seconds", 1],
    "wire_full.py": ["--seconds", 1],
}


@pytest.mark.parametrize("name", OTHERS)
def test_an_example_runs(tmp_path: Path, name: str) -> None:
    status, _, err = run(EXAMPLES / name, *OTHERS[name], cwd=tmp_path)
    assert (status, err) == (0, "")


def test_an_example_that_needs_macos_says_so(tmp_path: Path) -> None:
    status, out, err = run(EXAMPLES / "play_wave_channel_map.py", write_wave(tmp_path / "tune.wav"))
    assert (status, out) == (1, "")
    assert err == "Channel maps are a feature of Core Audio: this example needs macOS.\n"


def test_every_example_is_tried() -> None:
    needs_numba = {"native_callback.py"}
    tried = {*PLAYERS, "record.py", "record_speech.py", *OTHERS, *needs_numba}
    tried.add("play_wave_channel_map.py")
    assert {path.name for path in EXAMPLES.glob("*.py")} == tried
