# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""pyaudiopp.core: sessions, host APIs, devices and configurations."""

from __future__ import annotations

import copy
import json
import os
import pickle
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest

import pyaudiopp
from pyaudiopp import core, simulation
from pyaudiopp.core import HostApiType, SampleFormat, Session, StreamConfig, StreamFlags, StreamSide
from pyaudiopp.simulation import Device, HostApi, Simulation
from pytest_pyaudiopp import MakeSimulatedCard


@pytest.fixture
def shop(make_simulated_card: MakeSimulatedCard) -> Simulation:
    """ALSA with inputs, outputs and a name that is not UTF-8; JACK with a name twice."""
    alsa = [
        Device(name="Scarlett 2i2", low_latency=0.01, high_latency=0.2),
        Device(name="USB Microphone", max_output_channels=0),
        Device(name="USB Speaker", max_input_channels=0, default_sample_rate=44100),
        Device(name=b"Box \xff"),
    ]
    return make_simulated_card(
        [
            HostApi(type=pyaudiopp.paALSA, name="ALSA", devices=alsa, default_output=2),
            HostApi(type=pyaudiopp.paJACK, name="JACK", devices=[Device(name="Scarlett 2i2")]),
        ]
    )


@pytest.fixture
def session(shop: Simulation) -> Iterator[Session]:
    """A session on the shop."""
    with Session() as session:
        yield session


def test_it_is_not_imported_with_the_package() -> None:
    program = """
import sys, pyaudiopp
from pyaudiopp import *
assert "pyaudiopp.core" not in sys.modules and "core" not in globals()
assert "Session" not in vars(pyaudiopp._core)
from pyaudiopp import core
print(core.Session.__module__, core.Stream.__module__, core.StreamConfig.__module__)
try:
    pyaudiopp._core.no_such_name
except AttributeError as error:
    print(error)
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (result.stdout, result.stderr) == (
        "pyaudiopp.core pyaudiopp.core pyaudiopp.core\n"
        "module 'pyaudiopp._core' has no attribute 'no_such_name'\n",
        "",
    )


def test_everything_has_a_docstring() -> None:
    for kind in (core.Session, core.HostApi, core.Device, StreamSide, StreamConfig, core.Stream):
        assert kind.__doc__
        for name, member in vars(kind).items():
            if not name.startswith("_"):
                assert member.__doc__, f"{kind.__name__}.{name}"


def test_host_apis(session: Session) -> None:
    assert session.host_api_count() == 2
    alsa, jack = session.host_apis()
    assert (alsa.index, alsa.type, alsa.name, alsa.device_count) == (0, HostApiType.alsa, "ALSA", 4)
    assert (alsa.default_input_device, alsa.default_output_device) == (0, 2)
    assert isinstance(jack.type, HostApiType)
    assert session.host_api(1).name == session.host_api(type=HostApiType.jack).name == "JACK"
    assert session.default_host_api().name == "ALSA"
    assert repr(jack) == "HostApi(index=1, name='JACK')"
    for wrong in ({}, {"index": 0, "type": 8}):
        with pytest.raises(TypeError, match="either an index or a type"):
            session.host_api(**wrong)  # type: ignore[call-overload]


def test_devices(session: Session) -> None:
    assert session.device_count() == len(session.devices()) == 5
    speaker = session.device(2)
    assert (speaker.index, speaker.name, speaker.host_api) == (2, "USB Speaker", 0)
    assert (speaker.max_input_channels, speaker.max_output_channels) == (0, 2)
    assert speaker.default_sample_rate == 44100.0
    first = session.device(0)
    assert first.default_low_input_latency == first.default_low_output_latency == 0.01
    assert first.default_high_input_latency == first.default_high_output_latency == 0.2
    assert session.device(3).name == "Box ÿ"
    assert repr(session.device(3)) == "Device(index=3, name='Box ÿ', host_api=0)"
    found = session.default_input_device(), session.default_output_device()
    assert [device.index for device in found if device] == [0, 2]
    assert "USB Microphone" in session.describe_input_devices()
    assert "USB Speaker" in session.describe_output_devices()


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda session: session.device(5), pyaudiopp.paInvalidDevice),
        (lambda session: session.device(-1), pyaudiopp.paInvalidDevice),
        (lambda session: session.host_api(2), pyaudiopp.paInvalidHostApi),
        (lambda session: session.host_api(type=HostApiType.asio), pyaudiopp.paHostApiNotFound),
    ],
)
def test_what_is_not_there(session: Session, ask: Any, code: int) -> None:
    with pytest.raises(core.PortAudioError) as raised:
        ask(session)
    assert raised.value.code == code


def test_no_device_at_all(make_simulated_card: MakeSimulatedCard) -> None:
    make_simulated_card([HostApi(devices=[], default_input=-1, default_output=-1)])
    with Session() as session:
        assert session.default_input_device() is session.default_output_device() is None
        with pytest.raises(ValueError, match="no device matches 'usb'; available: none"):
            session.find_device("usb")


@pytest.mark.parametrize(
    ("device", "direction", "index"),
    [
        ("usb m", {}, 1),
        ("USB", {"output": True}, 2),
        (("jack", "SCARLETT"), {"input": True, "output": True}, 4),
        (2, {}, 2),
        ("box ÿ", {}, 3),
    ],
)
def test_a_device_is_found(session: Session, device: Any, direction: Any, index: int) -> None:
    found = session.find_device(device, **direction)
    assert found.index == index
    assert session.find_device(found, **direction).index == index


def test_no_device_and_several_are_errors_that_list_them(session: Session) -> None:
    with pytest.raises(ValueError, match=r"2 devices match 'scarlett'; choose one .*; 4: 'Scarl"):
        session.find_device("scarlett")
    with pytest.raises(ValueError, match=r"no output device matches 1; available: 0: .*3: b'Box"):
        session.find_device(1, output=True)
    for nothing in (None, 1.5, b"USB", ("ALSA", 0), {"index": 0, "name": "x", "hostApi": 0}):
        with pytest.raises(TypeError, match="identify a device by its index, its name, "):
            session.find_device(nothing)  # type: ignore[arg-type]


# Letters of the scripts that devices' names are written in, without those whose folded form is
# longer than themselves.
LETTERS = [
    chr(code)
    for first, last in [(0x41, 0x17F), (0x386, 0x3CE), (0x400, 0x52F), (0x531, 0x586)]
    for code in range(first, last + 1)
    if unicodedata.category(chr(code)) in ("Lu", "Ll") and len(chr(code).casefold()) == 1
]


def test_case_is_folded_as_python_does(make_simulated_card: MakeSimulatedCard) -> None:
    make_simulated_card([HostApi(devices=[Device(name="x" + "".join(LETTERS))])])
    with Session() as session:
        for letter in LETTERS:
            following = LETTERS[LETTERS.index(letter) - 1] if letter != LETTERS[0] else "x"
            assert session.find_device((following + letter).casefold()).index == 0, letter
        assert session.find_device("".join(LETTERS).casefold()).index == 0
        assert session.find_device("x" + "".join(LETTERS).upper()[:20]).index == 0


# Letters that macOS writes as a letter and its marks.
COMPOSED = [
    chr(code)
    for first, last in [(0xC0, 0x24F), (0x386, 0x3CE), (0x400, 0x52F), (0x1E00, 0x1EFF),
                        (0x3040, 0x30FF), (0xAC00, 0xD7A3)]
    for code in range(first, last + 1, 97 if first == 0xAC00 else 1)
    if unicodedata.normalize("NFC", unicodedata.normalize("NFD", chr(code))) == chr(code)
    and unicodedata.normalize("NFD", chr(code)) != chr(code)
]  # fmt: skip


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_letter_and_its_marks_are_one_character(
    make_simulated_card: MakeSimulatedCard, form: Any
) -> None:
    assert len(COMPOSED) > 700
    other = "NFD" if form == "NFC" else "NFC"
    names = ["".join(COMPOSED[start : start + 20]) for start in range(0, len(COMPOSED), 20)]
    devices = [Device(name=unicodedata.normalize(form, f"x{name}y")) for name in names]
    make_simulated_card([HostApi(devices=devices)])
    with Session() as session:
        for index, name in enumerate(names):
            assert session.find_device(unicodedata.normalize(other, name)).index == index, name


def test_a_pair_of_names_may_be_a_list_as_in_json(session: Session) -> None:
    assert session.find_device(json.loads('["jack", "scarlett"]')).index == 4  # type: ignore[arg-type]
    for wrong in (["jack"], ["jack", 1], ["jack", "scarlett", "x"], []):
        with pytest.raises(TypeError, match="identify a device by its index, its name, "):
            session.find_device(wrong)  # type: ignore[arg-type]


def test_a_device_of_an_earlier_list_is_found_anew(make_simulated_card: MakeSimulatedCard) -> None:
    card = make_simulated_card([HostApi(devices=[Device(name="one"), Device(name="two")])])
    with Session() as session:
        one, two = session.devices()
    card.set_host_apis([HostApi(devices=[Device(name="one"), Device(name="zero")])])
    with Session() as session:
        config = StreamConfig(output=StreamSide(one))
        with pytest.raises(core.PortAudioError, match="Invalid device"):
            core.Stream(session, config)
        config.output = StreamSide(session.find_device(one))
        core.Stream(session, config).close()
        with pytest.raises(ValueError, match="no device matches 'two'"):
            session.find_device(two)


def test_pyaudio_opens_a_device_as_it_was_found(make_simulated_card: MakeSimulatedCard) -> None:
    arguments: dict[str, Any] = {"rate": 48000, "channels": 1, "format": 8, "output": True}
    card = make_simulated_card([HostApi(devices=[Device(name="one"), Device(name="two")])])
    with pyaudiopp.PyAudio() as p, Session() as session:
        two = session.find_device("two")
        with p.open(output_device=two, **arguments) as stream:
            stream.write(b"ab")
        assert card.output(1, 8)[:2] == b"ab"
        assert p.find_device(two)["index"] == 1
    card.set_host_apis([HostApi(devices=[Device(name="one"), Device(name="two")])])
    with pyaudiopp.PyAudio() as p:
        # At the same index and of the same name, but nobody can know that it is the same.
        with pytest.raises(OSError, match="Invalid device") as raised:
            p.open(output_device=two, **arguments)
        assert raised.value.errno == pyaudiopp.paInvalidDevice
        assert p.find_device(two)["index"] == 1


def test_what_can_be_opened(session: Session) -> None:
    config = StreamConfig(input=StreamSide(channels=1), sample_rate=48000)
    assert session.is_supported(config)
    session.check_supported(config)
    config.input = StreamSide(channels=99)
    assert not session.is_supported(config)
    with pytest.raises(core.PortAudioError, match="Invalid number of channels"):
        session.check_supported(config)
    with pytest.raises(ValueError, match="an input, an output or both"):
        session.check_supported(StreamConfig())


def test_a_session_ends_once_and_shares(shop: Simulation) -> None:
    first, second = Session(), Session()
    first.close()
    first.close()
    assert second.device_count() == 5
    with pytest.raises(core.PortAudioError, match="PortAudio not initialized"):
        first.device_count()
    with pytest.raises(core.PortAudioError, match="PortAudio not initialized"):
        core.Stream(first, StreamConfig(output=StreamSide()))
    p = pyaudiopp.PyAudio()
    second.close()
    assert p.get_device_count() == 5
    p.terminate()
    with pytest.raises(OSError, match="not initialized"):
        pyaudiopp.pa.get_device_count()


def test_a_failing_start_is_an_error(shop: Simulation) -> None:
    shop.inject(simulation.Fault("Pa_Initialize", pyaudiopp.paInternalError))
    with pytest.raises(core.PortAudioError, match="Internal PortAudio error"):
        Session()
    Session().close()


def test_a_session_is_left_to_the_exit(shop: Simulation) -> None:
    program = """
from pyaudiopp import core
held = [core.Session()]
held.append(core.Stream(held[0], core.StreamConfig(output=core.StreamSide())))
held[1].start()
held.append(held)
print(held[0].device_count())
"""
    result = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYAUDIOPP_BACKEND": "simulation"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (result.stdout, result.stderr, result.returncode) == ("1\n", "", 0)


def test_versions() -> None:
    assert Session.portaudio_version() == pyaudiopp.get_portaudio_version()
    assert Session.portaudio_version_text() == pyaudiopp.get_portaudio_version_text()
    assert core.__version__ == pyaudiopp.__version__


def test_a_configuration_is_plain_data(session: Session) -> None:
    side = StreamSide()
    assert (side.device, side.channels, side.format, side.latency) == (None, 2, 8, None)
    assert side.format is SampleFormat.int16
    side.channels, side.format, side.latency = 3, pyaudiopp.paInt24, 0.5
    assert (side.frame_size, side.latency) == (9, 0.5)
    side.device = session.device(1)
    assert side.device.name == "USB Microphone"
    side.host_options = None
    side.format = 0x20000
    assert (side.format, side.frame_size) == (0x20000, 0)
    config = StreamConfig(input=side, flags=StreamFlags.clip_off | StreamFlags.prime_output)
    assert config.input is side
    assert (config.output, config.sample_rate, config.frames_per_buffer) == (None, 48000.0, 0)
    assert config.flags == StreamFlags.clip_off | StreamFlags.prime_output
    config.flags, config.callback_buffer = 0, 512
    assert (config.flags, config.callback_buffer) == (StreamFlags.none, 512)


@pytest.mark.parametrize(
    "make",
    [
        lambda: StreamSide(channels="2"),
        lambda: StreamSide(format="int16"),
        lambda: StreamSide(device="usb"),
        lambda: StreamSide(latency="low"),
        lambda: StreamConfig(input=2),
        lambda: StreamConfig(sample_rate="fast"),
        lambda: StreamConfig(flags=None),
        lambda: core.Device(),
        lambda: core.Device(0, 1, 2),
        lambda: core.HostApi(),
    ],
)
def test_configurations_of_wrong_types(make: Any) -> None:
    with pytest.raises(TypeError):
        make()


def test_enumerations_are_pyaudios_constants() -> None:
    assert SampleFormat.float32 == pyaudiopp.paFloat32
    assert HostApiType.wasapi == pyaudiopp.paWASAPI
    assert [member.value for member in SampleFormat] == [1, 2, 4, 8, 16, 32, 65536]


def test_a_host_api_that_is_newer_than_the_library(make_simulated_card: MakeSimulatedCard) -> None:
    make_simulated_card([HostApi(type=16), HostApi(type=99)])
    with Session() as session:
        assert [api.type for api in session.host_apis()] == [HostApiType.pulse_audio, 99]


PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_pickling_an_object_of_the_core_ended_the_process(shop: Simulation, protocol: int) -> None:
    with core.Session() as session:
        for it in (session, session.host_apis()[0]):
            with pytest.raises(TypeError, match=f"cannot pickle '{type(it).__name__}' object"):
                pickle.dumps(it, protocol)
            with pytest.raises(TypeError, match="cannot pickle"):
                copy.deepcopy(it)


def full_config(session: Session) -> StreamConfig:
    """A configuration with every attribute set."""
    side = StreamSide(session.device(2), 1, SampleFormat.float32, latency=0.25)
    side.host_options = core.MmeOptions(devices=[(session.device(1), 1)], no_throttling=True)
    other = StreamSide(channels=3)
    other.host_options = core.WasapiOptions(
        auto_convert=True, channel_mask=7, thread_priority=2, category=9, option=1
    )
    flags = StreamFlags.clip_off | StreamFlags.dither_off
    return StreamConfig(
        input=side,
        output=other,
        sample_rate=22050.5,
        frames_per_buffer=480,
        flags=flags,
        callback_buffer=960,
    )


def attributes_of(it: object) -> object:
    """All that a configuration holds, down to plain values."""
    if isinstance(it, (StreamConfig, StreamSide, core.HostOptions)):
        names = [name for name in dir(type(it)) if not name.startswith("_")]
        return {name: attributes_of(getattr(it, name)) for name in names}
    return repr(it)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_configuration_can_be_pickled(session: Session, protocol: int) -> None:
    config = full_config(session)
    for it in (config, config.input, config.output, StreamSide(), StreamConfig()):
        assert attributes_of(pickle.loads(pickle.dumps(it, protocol))) == attributes_of(it)
    for options in (core.DirectSoundOptions(frames_per_buffer=7), core.WdmKsOptions(packets=3)):
        assert repr(pickle.loads(pickle.dumps(options, protocol))) == repr(options)


def test_a_copied_configuration_is_its_own(session: Session) -> None:
    config = full_config(session)
    for copied in (copy.copy(config), copy.deepcopy(config)):
        assert attributes_of(copied) == attributes_of(config)
        copied.sample_rate = 8000
    assert config.sample_rate == 22050.5
    deep = copy.deepcopy(config)
    assert deep.input is not None
    deep.input.channels = 5
    assert config.input is not None
    assert config.input.channels == 1


def test_a_copied_device_opens_and_a_pickled_one_is_found(session: Session) -> None:
    for device in (session.device(2), session.device(3)):  # the latter's name is not UTF-8
        config = StreamConfig(output=StreamSide(device), sample_rate=44100)
        core.Stream(session, copy.deepcopy(config)).close()
        pickled = pickle.loads(pickle.dumps(config))
        with pytest.raises(pyaudiopp.PortAudioError) as refused:
            core.Stream(session, pickled)
        assert refused.value.code == pyaudiopp.paInvalidDevice
        pickled.output.device = session.find_device(pickled.output.device)
        core.Stream(session, pickled).close()
