# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The simulation's Python face, and how the environment chooses it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import pyaudiopp
from pyaudiopp import PyAudio, simulation


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


def test_a_loopback_is_heard(make_simulation: object) -> None:
    card = make_simulation(  # type: ignore[operator]
        host_apis=[simulation.HostApi(devices=[simulation.Device(loopback=True)])],
        clock="free_running",
    )
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
