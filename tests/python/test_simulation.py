# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The simulation's Python API, and how the environment selects it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import wave
from array import array
from pathlib import Path

import numpy as np
import pytest

import pyaudiopp
from pyaudiopp import PyAudio, simulation
from pytest_pyaudiopp import MakeSimulatedCard


def run(program: str, backend: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYAUDIOPP_BACKEND": backend},
    )


NAMES = """
import pyaudiopp
p = pyaudiopp.PyAudio()
print([p.get_device_info_by_index(i)["name"] for i in range(p.get_device_count())])
"""


def test_the_environment_chooses_the_simulation() -> None:
    assert run(NAMES, "simulation").stdout == "['Simulated device']\n"


def test_the_environment_names_a_description(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    path.write_text(json.dumps({"host_apis": [{"devices": [{"name": "a"}, {"name": "b"}]}]}))
    assert run(NAMES, f"simulation:{path}").stdout == "['a', 'b']\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "Expecting property name"),
        ("[]", "the file must be an object"),
        ('{"clocks": 1}', "the file has no 'clocks'"),
        ('{"clock": "sundial"}', "clock must be"),
        ('{"clock": 3}', "the file's 'clock' must be a string, not 3"),
        ('{"host_apis": {}}', "the file's 'host_apis' must be an array"),
        ('{"host_apis": ["ALSA"]}', "a host API must be an object, not 'ALSA'"),
        ('{"host_apis": [{"type": "ALSA"}]}', "a host API's 'type' must be an integer"),
        ('{"host_apis": [{"default_input": 1}]}', "default_input is 1, but it has 1 devices"),
        ('{"host_apis": [{"default_input": true}]}', "must be an integer or null, not True"),
        ('{"host_apis": [{"devices": [{"name": 1}]}]}', "a device's 'name' must be a string"),
        ('{"host_apis": [{"devices": [{"loopback": 1}]}]}', "must be true or false, not 1"),
        ('{"host_apis": [{"devices": [{"sample_rates": ["x"]}]}]}', "must be a number, not 'x'"),
        ('{"host_apis": [{"devices": [{"default_sample_rate": NaN}]}]}', "greater than 0"),
        (f'{{"host_apis": [{{"devices": [{{"max_input_channels": {10**20}}}]}}]}}', "card.json"),
        ('{"host_apis": [{"devices": [{"title": "x"}]}]}', "a device has no 'title'"),
        ('{"host_apis": [{"devices": [{"max_input_channels": -1}]}]}', "must not be negative"),
    ],
)
def test_a_bad_description_names_the_file_and_the_fault(
    tmp_path: Path, text: str, complaint: str
) -> None:
    path = tmp_path / "card.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=complaint) as raised:
        simulation.load(path)
    assert str(path) in str(raised.value)


def test_a_backend_that_does_not_exist() -> None:
    result = run(NAMES, "similation")
    assert result.returncode == 1
    assert "PYAUDIOPP_BACKEND is 'similation'" in result.stderr


def test_the_programs_own_choice_counts_more_than_the_environments() -> None:
    program = (
        "from pyaudiopp import simulation\n"
        "simulation.Simulation([simulation.HostApi(devices=[simulation.Device('mine')])]).use()"
        + NAMES
    )
    assert run(program, "simulation").stdout == "['mine']\n"


def test_a_loopback_is_heard(make_simulated_card: MakeSimulatedCard) -> None:
    card = make_simulated_card([simulation.HostApi(devices=[simulation.Device(loopback=True)])])
    p = PyAudio()
    stereo = {"format": pyaudiopp.paInt16, "channels": 2, "rate": 48000}
    source = p.open(input=True, **stereo)
    p.open(output=True, **stereo).write(bytes(range(200)))
    assert source.read(50) == bytes(range(200))
    assert card.output_frames(0) == 50
    card.clear_output(0)
    assert card.output(0, pyaudiopp.paInt16) == b""
    p.terminate()


def test_it_counts_what_is_left(free: simulation.Simulation) -> None:
    free.feed_input(0, b"abcdefgh!", channels=2, format=pyaudiopp.paInt16)
    assert free.input_left(0) == 2
    for wrong in (
        lambda: free.feed_input(5, b"", channels=1, format=8),
        lambda: free.feed_input(0, b"", channels=0, format=8),
        lambda: free.output(0, pyaudiopp.paCustomFormat),
    ):
        with pytest.raises(ValueError, match=r"."):
            wrong()


def test_time_is_moved_by_hand_alone(free: simulation.Simulation) -> None:
    with pytest.raises(RuntimeError, match="by_hand"):
        free.step()
    with pytest.raises(ValueError, match="clock must be"):
        simulation.Simulation(clock="sundial")


def test_another_simulation_has_to_wait_for_the_first(
    free: simulation.Simulation, p: PyAudio
) -> None:
    with pytest.raises(RuntimeError, match="another simulation"):
        simulation.Simulation().use()
    p.terminate()
    with simulation.Simulation():
        PyAudio().terminate()


def test_use_makes_a_simulation_and_uses_it() -> None:
    card = simulation.use([simulation.HostApi(name="mine")], clock="free_running")
    try:
        p = PyAudio()
        assert p.get_host_api_info_by_index(0)["name"] == "mine"
        p.terminate()
        card.set_host_apis([simulation.HostApi(name="other")])
        p = PyAudio()
        assert p.get_host_api_info_by_index(0)["name"] == "other"
        p.terminate()
    finally:
        simulation.stop_using()


def test_the_oldest_output_is_forgotten() -> None:
    device = simulation.Device(output_kept=0.001)
    with simulation.Simulation([simulation.HostApi(devices=[device])], "free_running") as card:
        p = PyAudio()
        stream = p.open(format=pyaudiopp.paInt8, channels=2, rate=48000, output=True)
        stream.write(bytes(range(100)) * 2)
        p.terminate()
    assert card.output(0, pyaudiopp.paInt8) == (bytes(range(100)) * 2)[-96:]


@pytest.mark.parametrize(
    "data", [b"\1\0\2\0", bytearray(b"\1\0\2\0"), memoryview(array("h", [1, 2]))]
)
def test_any_buffer_can_be_fed(free: simulation.Simulation, p: PyAudio, data: object) -> None:
    free.feed_input(0, data, channels=2, format=pyaudiopp.paInt16)
    stream = p.open(format=pyaudiopp.paInt16, channels=2, rate=48000, input=True)
    assert stream.read(1) == b"\1\0\2\0"


def test_what_cannot_be_fed(free: simulation.Simulation) -> None:
    for data in (None, 5, memoryview(b"abcdefgh")[::2]):
        with pytest.raises((TypeError, BufferError)):
            free.feed_input(0, data, channels=2, format=pyaudiopp.paInt16)


def test_a_step_lets_the_callback_have_the_gil(by_hand: simulation.Simulation, p: PyAudio) -> None:
    heard = []

    def callback(data: bytes, frames: int, times: object, status: int) -> tuple[bytes, int]:
        heard.append(data)
        with pytest.raises(RuntimeError, match="step"):
            by_hand.step()
        return bytes([len(heard)]) * 4 * frames, pyaudiopp.paContinue

    by_hand.set_loopback(0, True)
    stream = p.open(
        format=pyaudiopp.paInt16,
        channels=2,
        rate=48000,
        input=True,
        output=True,
        frames_per_buffer=16,
        stream_callback=callback,
    )
    by_hand.step(3)
    assert heard == [bytes([value]) * 64 for value in (0, 1, 2)]
    stream.close()
    by_hand.step()
    assert len(heard) == 3


def heard(card: simulation.Simulation, channels: int, frames: int = 2) -> list[float]:
    p = PyAudio()
    stream = p.open(format=pyaudiopp.paFloat32, channels=channels, rate=48000, input=True)
    samples = array("f", stream.read(frames)).tolist()
    p.terminate()
    return samples


@pytest.mark.parametrize(
    ("typecode", "samples"),
    [
        ("b", [64, -128]),
        ("B", [192, 0]),
        ("h", [0x4000, -0x8000]),
        ("i", [0x40000000, -0x80000000]),
        ("f", [0.5, -1]),
        ("d", [0.5, -1]),
    ],
)
def test_an_array_tells_its_format(
    free: simulation.Simulation, typecode: str, samples: list[float]
) -> None:
    free.feed_input(0, array(typecode, samples))
    assert heard(free, channels=1) == [0.5, -1]


def test_an_array_tells_its_channels(free: simulation.Simulation) -> None:
    free.feed_input(0, np.array([[0.5, -1], [0.25, -0.5]]))
    assert heard(free, channels=2) == [0.5, -1, 0.25, -0.5]
    free.feed_input(0, np.empty((0, 2)))
    assert free.input_left(0) == 0


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (np.array([1, 2]), f"no sample format matches type '{np.dtype(int).char}'"),
        (np.zeros(2, "float16"), "no sample format matches type 'e'"),
        (np.zeros((1, 1, 1), "int16"), "dimensions, not 3"),
        (np.zeros((1, 3), "int16"), "1 to 2 input channels, not 3"),
    ],
)
def test_what_cannot_be_guessed(free: simulation.Simulation, data: bytes, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        free.feed_input(0, data)


@pytest.mark.parametrize(
    ("width", "samples"),
    [(1, "C000"), (2, "00400080"), (3, "000040000080"), (4, "0000004000000080")],
)
def test_a_wave_file_is_heard(
    free: simulation.Simulation, tmp_path: Path, width: int, samples: str
) -> None:
    path = tmp_path / "sound.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, width, 8000, 0, "NONE", ""))
        file.writeframes(bytes.fromhex(samples))
    free.feed_wave(0, path)
    assert heard(free, channels=1) == [0.5, -1]


def test_a_wave_file_that_cannot_be_read(free: simulation.Simulation, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        free.feed_wave(0, tmp_path / "nowhere.wav")
    (tmp_path / "letter.wav").write_text("Dear reader, this is no sound.")
    with pytest.raises(wave.Error):
        free.feed_wave(0, str(tmp_path / "letter.wav"))


@pytest.mark.parametrize(
    ("format", "samples"),
    [
        (pyaudiopp.paInt16, [[0x4000, 0], [-0x8000, 0]]),
        (pyaudiopp.paInt8, [[64, 0], [-128, 0]]),
        (pyaudiopp.paUInt8, [[192, 128], [0, 128]]),
        (pyaudiopp.paInt32, [[0x40000000, 0], [-0x80000000, 0]]),
        (pyaudiopp.paFloat32, [[0.5, 0], [-1, 0]]),
    ],
)
def test_what_was_played_is_an_array(
    free: simulation.Simulation, p: PyAudio, format: int, samples: list[list[float]]
) -> None:
    assert free.output_array(0, format).shape == (0, 2)
    stream = p.open(format=pyaudiopp.paFloat32, channels=1, rate=48000, output=True)
    stream.write(array("f", [0.5, -1]))
    assert free.output_array(0, format).tolist() == samples
    with pytest.raises(ValueError, match="NumPy has no type for samples of format 4"):
        free.output_array(0, pyaudiopp.paInt24)


def test_what_was_in_use_is_restored(free: simulation.Simulation, p: PyAudio) -> None:
    p.terminate()
    with simulation.restored():
        simulation.use([simulation.HostApi(name="other")])
        simulation.stop_using()
    p = PyAudio()
    assert p.get_host_api_info_by_index(0)["name"] == "Simulation"
    p.terminate()
