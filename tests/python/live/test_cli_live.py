# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The command line on the virtual sound card."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pyaudiopp.virtual_card import JackDummy, VirtualCard

np = pytest.importorskip("numpy")
soundfile = pytest.importorskip("soundfile")

Exactly = Callable[..., None]

RATE = 48000
SILENT, LOST = 3, 4


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pyaudiopp", *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def write_noise(path: Path, frames: int) -> bytes:
    """Creates a sound file without silent frames, and returns the frames."""
    noise = np.frombuffer(random.Random(2).randbytes(4 * frames), "<i2").reshape(-1, 2) | 1
    soundfile.write(path, noise, RATE, "PCM_16")
    return bytes(noise.tobytes())


@pytest.mark.parametrize("extension", ["wav", "flac"])
def test_each_frame_of_a_file_is_played(
    card: VirtualCard, exactly: Exactly, tmp_path: Path, extension: str
) -> None:
    path = tmp_path / f"tune.{extension}"
    noise = write_noise(path, RATE)

    def play() -> tuple[bytes, bytes, int]:
        with card.capture() as captured:
            done = command("play", path)
        assert done.returncode in (0, LOST), done.stderr
        return noise, captured.data.strip(b"\0"), done.returncode

    exactly(play, frame_size=4)


@pytest.mark.parametrize("extension", ["wav", "flac"])
def test_each_frame_is_recorded(
    card: VirtualCard, exactly: Exactly, tmp_path: Path, extension: str
) -> None:
    noise = write_noise(tmp_path / "tune.wav", RATE)
    path = tmp_path / f"take.{extension}"

    def record() -> tuple[bytes, bytes, int]:
        line = [sys.executable, "-m", "pyaudiopp", "record", "--overwrite", "--rate", str(RATE)]
        with subprocess.Popen([*line, path], stderr=subprocess.PIPE, text=True) as recorder:
            card.wait_for_recorder()
            card.play(noise)
            time.sleep(0.5)  # the monitor lags
            recorder.send_signal(signal.SIGINT)
            _, errors = recorder.communicate(timeout=60)
        assert recorder.returncode in (0, LOST), errors
        data, _ = soundfile.read(path, dtype="int16")
        return noise, data.tobytes().strip(b"\0"), recorder.returncode

    exactly(record, frame_size=4)


def test_a_server_that_ends_leaves_the_recording(tmp_path: Path) -> None:
    path = tmp_path / "take.wav"
    line = [sys.executable, "-m", "pyaudiopp", "record", "--rate", str(RATE), path]
    with VirtualCard() as card:
        environment = {**os.environ, **card.environment()}
        with subprocess.Popen(line, env=environment, stderr=subprocess.PIPE, text=True) as recorder:
            card.wait_for_recorder()
            card.play(b"\0\x40\0\xc0" * RATE)
            card.stop()
            _, errors = recorder.communicate(timeout=60)
    frames = soundfile.info(path).frames
    assert recorder.returncode == 1
    last = errors.splitlines()[-1]  # after PortAudio's own output
    assert last.startswith("pyaudiopp: the recording ended early: ")
    assert f"{path}: {frames} frames" in last
    assert frames > RATE // 2


def test_the_devices_of_the_card_are_listed(card: VirtualCard) -> None:
    done = command("devices", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    [alsa] = [api for api in json.loads(done.stdout)["host_apis"] if api["name"] == "ALSA"]
    [default] = [device for device in alsa["devices"] if device["is_default_output"]]
    assert default["is_default_input"]
    assert {44100, 48000} <= set(default["output_sample_rates"])


def test_the_doctor_finds_the_servers_and_hears_silence(card: VirtualCard, jack: JackDummy) -> None:
    done = command("doctor")
    address = card.environment()["PULSE_SERVER"]
    assert (done.returncode, done.stderr) == (SILENT, "")
    assert f"PulseAudio or PipeWire accepts connections at {address}" in done.stdout
    assert "JACK Audio Connection Kit: 1 device" in done.stdout
    assert "it recorded only digital silence" in done.stdout
    assert "1 problem found." in done.stdout


def test_the_doctor_hears_what_is_played(card: VirtualCard) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "pyaudiopp", "doctor"], stdout=subprocess.PIPE, text=True
    ) as doctor:
        card.wait_for_recorder()
        card.play(b"\0\x40\0\xc0" * 96000)
        output, _ = doctor.communicate(timeout=60)
    assert "it is not silent" in output
    assert doctor.returncode == 0


def test_the_doctor_tells_what_alsa_says(card: VirtualCard) -> None:
    done = command("doctor", "--no-record", "--verbose")
    assert done.returncode == 0
    assert "alsa: " in done.stdout.lower()


IMPATIENT = """
import sys
from pyaudiopp._cli import main, sound

sound._START_SECONDS = 0.5
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def deaf_server(
    card: VirtualCard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The address of a sound server that accepts connections, and never answers."""
    address = f"unix:{tmp_path / 'deaf'}"
    monkeypatch.setenv("PULSE_SERVER", address)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "deaf"))
        server.listen()
        yield address


def test_the_doctor_does_not_wait_for_a_server_that_never_answers(deaf_server: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPATIENT, "doctor", "--verbose"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert f"ok     PulseAudio or PipeWire accepts connections at {deaf_server}\n" in done.stdout
    assert (
        "WRONG  PortAudio is waiting for a sound server that does not answer "
        f"(PULSE_SERVER is {deaf_server})\n"
    ) in done.stdout
    assert done.stdout.endswith("1 problem found.\n")


def test_ctrl_c_ends_the_wait_for_a_server_that_never_answers(deaf_server: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", IMPATIENT, "devices"], stderr=subprocess.PIPE, text=True
    ) as waiting:
        assert waiting.stderr is not None
        assert waiting.stderr.readline() == (
            "pyaudiopp: PortAudio is waiting for a sound server that does not answer "
            f"(PULSE_SERVER is {deaf_server})\n"
        )
        waiting.send_signal(signal.SIGINT)
        _, errors = waiting.communicate(timeout=60)
    assert (waiting.returncode, errors) == (-signal.SIGINT, "")


def test_the_level_of_what_is_played(card: VirtualCard) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "pyaudiopp", "meter", "-t", "2"], stdout=subprocess.PIPE, text=True
    ) as meter:
        card.wait_for_recorder()
        card.play(b"\0\x40\0\xe0" * RATE)
        output, _ = meter.communicate(timeout=60)
    assert meter.returncode == 0
    levels = [[float(word) for word in line.split()] for line in output.splitlines()[1:]]
    assert len(levels) == 20
    # Half and a quarter of full scale; the card's resampler rings a little.
    assert max(left for _, left, _ in levels) == pytest.approx(-6, abs=2)
    assert max(right for _, _, right in levels) == pytest.approx(-12, abs=2)


def test_a_tone_is_heard(card: VirtualCard) -> None:
    with card.capture() as captured:
        done = command("tone", "--rate", RATE, "--frequency", 1000, "--level", -6)
    assert (done.returncode, done.stderr) == (0, "")
    heard = np.frombuffer(captured.data.strip(b"\0"), "<i2")
    assert np.abs(heard / 32768).max() == pytest.approx(10 ** (-6 / 20), rel=0.01)
    assert len(heard) / 2 == pytest.approx(RATE, rel=0.1)


def test_latency_by_the_monitor_of_the_card(card: VirtualCard) -> None:
    done = command("latency", "--rounds", 2, "--rate", RATE)
    assert (done.returncode, done.stderr) == (0, "")
    [frames] = re.findall(r"Round trip: (\d+) frames", done.stdout)
    assert 0 < int(frames) < RATE


def test_latency_on_jack_is_one_period(card: VirtualCard, jack: JackDummy) -> None:
    line = [sys.executable, "-m", "pyaudiopp", "latency", "--host-api", "jack", "--rounds", "3"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as latency:
        deadline = time.monotonic() + 20
        while not {"PortAudio:out_0", "PortAudio:in_0"} <= set(jack.ports()):
            assert time.monotonic() < deadline, jack.ports()
            time.sleep(0.05)
        jack.connect("PortAudio:out_0", "PortAudio:in_0")
        output, _ = latency.communicate(timeout=60)
    assert latency.returncode == 0
    assert f"Round trip: {jack.period} frames, 2.67 ms" in output
    assert "0.00 ms for the input, 2.67 ms for the output: 2.67 ms" in output


def test_a_program_on_a_card_of_its_own(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import sys, pyaudio\n"
        "p = pyaudio.PyAudio()\n"
        "print(p.get_default_output_device_info()['name'])\n"
        "p.terminate()\n"
        "sys.exit(9)\n"
    )
    done = command("virtual", "--", sys.executable, "-m", "pyaudiopp", "run", program)
    assert (done.returncode, done.stdout) == (9, "default\n")
    assert done.stderr == ""
