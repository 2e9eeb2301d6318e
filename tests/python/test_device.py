# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Host API and device dictionaries."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import pyaudiopp
from pyaudiopp import PyAudio, simulation
from pytest_pyaudiopp import MakeSimulatedCard

DEVICE_KEYS = [
    "index",
    "structVersion",
    "name",
    "hostApi",
    "maxInputChannels",
    "maxOutputChannels",
    "defaultLowInputLatency",
    "defaultLowOutputLatency",
    "defaultHighInputLatency",
    "defaultHighOutputLatency",
    "defaultSampleRate",
]
HOST_API_KEYS = [
    "index",
    "structVersion",
    "type",
    "name",
    "deviceCount",
    "defaultInputDevice",
    "defaultOutputDevice",
]


@pytest.fixture
def two(make_simulated_card: MakeSimulatedCard) -> simulation.Simulation:
    """ALSA with a microphone and a speaker, JACK with a duplex device."""
    microphone = simulation.Device(name="Mikrofön", max_output_channels=0)
    speaker = simulation.Device(name=b"Box \xff", max_input_channels=0)
    return make_simulated_card(
        [
            simulation.HostApi(
                type=pyaudiopp.paALSA,
                name="ALSA",
                devices=[microphone, speaker],
                default_output=1,
            ),
            simulation.HostApi(
                type=pyaudiopp.paJACK, name="JACK", devices=[simulation.Device(name="system")]
            ),
        ]
    )


def test_dictionaries_have_pyaudios_keys_in_its_order(
    two: simulation.Simulation, p: PyAudio
) -> None:
    device = p.get_device_info_by_index(0)
    assert list(device) == DEVICE_KEYS
    assert device["name"] == "Mikrofön"
    assert type(device["defaultSampleRate"]) is float
    host_api = p.get_host_api_info_by_type(pyaudiopp.paJACK)
    assert list(host_api) == HOST_API_KEYS
    assert host_api["name"] == "JACK"
    assert host_api["defaultOutputDevice"] == 2
    assert p.get_host_api_count() == 2
    assert p.get_device_count() == 3
    assert p.get_default_host_api_info()["index"] == 0
    assert p.get_device_info_by_host_api_device_index(1, 0)["index"] == 2


def test_a_name_that_is_not_utf8_is_bytes_or_the_locales(
    two: simulation.Simulation, p: PyAudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("locale.getpreferredencoding", lambda _: "utf-8")
    assert p.get_device_info_by_index(1)["name"] == b"Box \xff"
    monkeypatch.setattr("locale.getpreferredencoding", lambda _: "latin-1")
    assert p.get_device_info_by_index(1)["name"] == "Box ÿ"
    assert pyaudiopp.pa.get_device_info(1).name == b"Box \xff"


def test_device_infos_outlive_portaudio(two: simulation.Simulation) -> None:
    p = PyAudio()
    info = pyaudiopp.pa.get_device_info(2)
    p.terminate()
    assert info.name == b"system"


@pytest.mark.parametrize(
    ("ask", "args"),
    [
        (lambda p: p.get_device_info_by_index(3), (-9996, "Invalid device info")),
        (lambda p: p.get_device_info_by_index(-1), (-9996, "Invalid device info")),
        (lambda p: p.get_host_api_info_by_index(2), (-9978, "Invalid host api info")),
        (lambda p: p.get_host_api_info_by_type(pyaudiopp.paASIO), (-9979, "Host API not found")),
        (
            lambda p: p.get_device_info_by_host_api_device_index(0, 9),
            (-9996, "Invalid device"),
        ),
        (
            lambda p: p.get_device_info_by_host_api_device_index(7, 0),
            (-9978, "Invalid host API"),
        ),
    ],
)
def test_what_is_not_there(
    two: simulation.Simulation,
    p: PyAudio,
    ask: Callable[[PyAudio], object],
    args: tuple[int, str],
) -> None:
    with pytest.raises(OSError) as raised:  # noqa: PT011
        ask(p)
    assert raised.value.args == args
    assert raised.value.errno == args[0]


def test_a_host_api_that_is_not_there_names_those_that_are(
    two: simulation.Simulation, p: PyAudio
) -> None:
    with pytest.raises(OSError, match="Host API not found") as raised:
        p.get_host_api_info_by_type(pyaudiopp.paASIO)
    assert raised.value.__notes__ == [
        "PortAudio has no ASIO here, only ALSA, JACK; ASIO needs a PortAudio that was built with "
        "Steinberg's SDK"
    ]


def test_no_device_at_all(make_simulated_card: MakeSimulatedCard) -> None:
    make_simulated_card([simulation.HostApi(devices=[], default_input=-1, default_output=-1)])
    p = PyAudio()
    with pytest.raises(OSError) as raised:  # noqa: PT011
        p.get_default_input_device_info()
    assert raised.value.args == ("No Default Input Device Available",)
    assert raised.value.errno is None
    with pytest.raises(OSError) as raised:  # noqa: PT011
        p.open(format=8, channels=1, rate=48000, output=True)
    assert raised.value.args == (-9996, "Invalid output device (no default output device)")
    p.terminate()


@pytest.mark.parametrize("direction", ["input", "output"])
@pytest.mark.parametrize(
    ("index", "error"),
    [
        (77, OSError),
        (float("nan"), ValueError),
        (1j, ValueError),
        ("0", ValueError),
        (2**40, OverflowError),
        (2**64, OverflowError),
    ],
)
def test_wrong_device_indexes(
    two: simulation.Simulation,
    p: PyAudio,
    direction: str,
    index: object,
    error: type[Exception],
) -> None:
    with pytest.raises(error):
        p.open(
            format=8,
            channels=1,
            rate=48000,
            **{direction: True, f"{direction}_device_index": index},
        )
    assert p._streams == set()


def test_is_format_supported(two: simulation.Simulation, p: PyAudio) -> None:
    assert p.is_format_supported(44100, output_device=1, output_channels=2, output_format=8)
    with pytest.raises(ValueError, match="Invalid number of channels") as raised:
        p.is_format_supported(44100, output_device=1, output_channels=9, output_format=8)
    assert raised.value.args == ("Invalid number of channels", -9998)
    with pytest.raises(ValueError, match="Must specify stream format") as raised:
        p.is_format_supported(44100)
    assert raised.value.args[1] == -9996
    with pytest.raises(ValueError, match="Invalid device") as raised:
        p.is_format_supported(44100, input_device=-1, input_channels=1, input_format=8)
    with pytest.raises(TypeError):
        p.is_format_supported(44100, input_device=0)
