# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Options of host APIs, on a simulation of Windows that runs on every system."""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pyaudiopp
from pyaudiopp import core
from pyaudiopp.core import (
    ChannelMask,
    DirectSoundOptions,
    HostApiType,
    HostOptions,
    MmeOptions,
    WasapiOptions,
    WdmKsOptions,
)
from pyaudiopp.simulation import Device, HostApi, Simulation
from pytest_pyaudiopp import MakeSimulatedCard

NAMES = {
    pyaudiopp.paMME: "MME",
    pyaudiopp.paDirectSound: "Windows DirectSound",
    pyaudiopp.paWASAPI: "Windows WASAPI",
    pyaudiopp.paWDMKS: "Windows WDM-KS",
}

KINDS: dict[int, Callable[[], HostOptions]] = {
    pyaudiopp.paMME: MmeOptions,
    pyaudiopp.paDirectSound: DirectSoundOptions,
    pyaudiopp.paWASAPI: WasapiOptions,
    pyaudiopp.paWDMKS: WdmKsOptions,
}


@pytest.fixture
def windows(make_simulated_card: MakeSimulatedCard) -> Simulation:
    """Each host API of Windows with two devices; WASAPI's take 48,000 Hz alone."""
    return make_simulated_card(
        [
            HostApi(
                type=kind,
                name=name,
                devices=[
                    Device(
                        name=f"{name} {number}",
                        sample_rates=[48000] if kind == pyaudiopp.paWASAPI else [],
                    )
                    for number in range(2)
                ],
            )
            for kind, name in NAMES.items()
        ]
    )


@pytest.fixture
def p(windows: Simulation, p: pyaudiopp.PyAudio) -> pyaudiopp.PyAudio:
    """A PyAudio on that Windows."""
    return p


def open_side(p: pyaudiopp.PyAudio, direction: str, **more: Any) -> pyaudiopp.PyAudio.Stream:
    sides: dict[str, Any] = {direction: True}
    arguments = {"format": pyaudiopp.paInt16, "channels": 2, "rate": 48000, **more}
    return p.open(start=False, **arguments, **sides)


# ---- everywhere ----


def test_options_can_be_made_and_described_everywhere() -> None:
    options = WasapiOptions(
        exclusive=True,
        channel_mask=ChannelMask.surround_5_1,
        thread_priority=core.WasapiThreadPriority.pro_audio,
        category=core.WasapiStreamCategory.media,
        option=core.WasapiStreamOption.raw,
    )
    assert repr(options) == (
        "WasapiOptions(exclusive, channel_mask=0x60f, thread_priority=pro_audio, category=media, "
        "option=raw)"
    )
    assert (options.exclusive, options.auto_convert) == (True, False)
    assert options.channel_mask is ChannelMask.surround_5_1
    assert options.thread_priority is core.WasapiThreadPriority.pro_audio
    assert options.category is core.WasapiStreamCategory.media
    assert options.option is core.WasapiStreamOption.raw
    assert (options.explicit_format, options.polling) == (False, False)
    assert options.host_api is HostApiType.wasapi
    assert (WasapiOptions().channel_mask, WasapiOptions().thread_priority) == (None, None)
    sound = DirectSoundOptions(frames_per_buffer=512, channel_mask=0)
    assert (sound.frames_per_buffer, sound.channel_mask) == (512, ChannelMask.direct_out)
    wave = MmeOptions(frames_per_buffer=256, buffer_count=4, no_throttling=True, passthrough=1)
    assert (wave.frames_per_buffer, wave.buffer_count, wave.devices) == (256, 4, [])
    assert wave.no_throttling
    assert wave.passthrough is core.MmePassthrough.dolby_ac3
    kernel = WdmKsOptions(packets=4, override_frame_size=True, channel_mask=3)
    assert (kernel.packets, kernel.override_frame_size) == (4, True)
    assert kernel.channel_mask is ChannelMask.stereo
    for kind, make in KINDS.items():
        assert make().host_api == kind
        assert isinstance(make(), HostOptions)
        assert repr(make()) == f"{type(make()).__name__}()"


def test_pyaudios_users_find_them_in_the_package() -> None:
    assert pyaudiopp.WasapiOptions is WasapiOptions
    assert pyaudiopp.MmeOptions is MmeOptions
    assert pyaudiopp.DirectSoundOptions is DirectSoundOptions
    assert pyaudiopp.WdmKsOptions is WdmKsOptions
    assert "WasapiOptions" in dir(pyaudiopp)
    assert "WasapiOptions" not in pyaudiopp.__all__


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: WasapiOptions(exclusive=True, auto_convert=True), "auto_convert is for shared"),
        (lambda: WasapiOptions(channel_mask=0x40000), "channel_mask has bits"),
        (lambda: WasapiOptions(channel_mask=2**40), "channel_mask has bits"),
        (lambda: WasapiOptions(thread_priority=8), "thread_priority is not"),
        (lambda: WasapiOptions(category=1), "category is not"),
        (lambda: WasapiOptions(option=-1), "option is not"),
        (lambda: DirectSoundOptions(frames_per_buffer=2**33), "frames_per_buffer must be"),
        (lambda: DirectSoundOptions(frames_per_buffer=-1), "frames_per_buffer"),
        (lambda: MmeOptions(frames_per_buffer=64), "go together"),
        (lambda: MmeOptions(buffer_count=2**33, frames_per_buffer=64), "buffer_count must be"),
        (lambda: MmeOptions(passthrough=7), "passthrough is not"),
        (lambda: WdmKsOptions(packets=9), "packets must be"),
    ],
)
def test_settings_that_are_wrong(make: Callable[[], object], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        make()


@pytest.mark.parametrize(
    "make",
    [
        lambda: WasapiOptions(True),  # type: ignore[misc]  # pyright: ignore[reportCallIssue]
        lambda: WasapiOptions(exclusive="yes"),  # type: ignore[arg-type]
        lambda: WasapiOptions(channel_mask="stereo"),  # type: ignore[arg-type]
        lambda: WasapiOptions(thread_priority="high"),  # type: ignore[arg-type]
        lambda: WasapiOptions(category=None),  # type: ignore[arg-type]
        lambda: DirectSoundOptions(frames_per_buffer=None),  # type: ignore[arg-type]
        lambda: WdmKsOptions(packets="4"),  # type: ignore[arg-type]
        lambda: MmeOptions(devices=[5]),  # type: ignore[list-item]
        lambda: MmeOptions(devices=5),  # type: ignore[arg-type]
        lambda: HostOptions(),
    ],
)
def test_settings_of_wrong_types(make: Callable[[], object]) -> None:
    with pytest.raises(TypeError):
        make()


def test_the_core_keeps_the_options_of_a_side() -> None:
    side = core.StreamSide()
    assert side.host_options is None
    options = WasapiOptions(auto_convert=True)
    side.host_options = options
    assert side.host_options is options
    config = core.StreamConfig(output=side)
    assert config.output is not None
    assert repr(config.output.host_options) == "WasapiOptions(auto_convert)"
    side.host_options = None
    assert side.host_options is None


# ---- refusals ----


@pytest.mark.parametrize("direction", ["input", "output"])
@pytest.mark.parametrize("theirs", KINDS, ids=NAMES.get)
@pytest.mark.parametrize("kind", KINDS, ids=NAMES.get)
def test_options_on_a_device_of_a_host_api(
    p: pyaudiopp.PyAudio, kind: int, theirs: int, direction: str
) -> None:
    index = int(p.get_host_api_info_by_type(theirs)["defaultOutputDevice"])
    options = KINDS[kind]()
    argument = f"{direction}_host_api_specific_stream_info"
    given: dict[str, Any] = {f"{direction}_device_index": index, argument: options}
    asked: dict[str, Any] = {
        f"{direction}_device": index,
        f"{direction}_channels": 2,
        f"{direction}_format": pyaudiopp.paInt16,
        argument: options,
    }
    if kind == theirs:
        open_side(p, direction, **given).close()
        assert p.is_format_supported(48000, **asked)
        return
    text = (
        f"Incompatible host API specific stream info: {argument}: {type(options).__name__}() is "
        f'for {NAMES[kind]}, but device {index} "{NAMES[theirs]} 0" ({NAMES[theirs]}) is not one '
        "of its devices"
    )
    for more in ({}, {"latency": "high"}):  # by pa.open, and by a StreamConfig
        with pytest.raises(pyaudiopp.PortAudioError) as refused:
            open_side(p, direction, **given, **more)
        assert refused.value.args == (pyaudiopp.paIncompatibleHostApiSpecificStreamInfo, text)
        assert refused.value.code == pyaudiopp.paIncompatibleHostApiSpecificStreamInfo
    with pytest.raises(ValueError, match=argument) as unsupported:
        p.is_format_supported(48000, **asked)
    assert unsupported.value.args == (text, pyaudiopp.paIncompatibleHostApiSpecificStreamInfo)
    side = core.StreamSide()
    side.host_options = options
    with core.Session() as session:
        side.device = session.device(index)
        config = core.StreamConfig(**{direction: side})
        assert not session.is_supported(config)
        with pytest.raises(pyaudiopp.PortAudioError, match=f"{direction}.host_options: "):
            core.Stream(session, config)


def test_a_system_without_the_host_api_says_what_it_has(
    make_simulated_card: MakeSimulatedCard,
) -> None:
    make_simulated_card([HostApi(type=pyaudiopp.paALSA, name="ALSA")])
    with pyaudiopp.PyAudio() as p:
        for make in KINDS.values():
            name = NAMES[make().host_api]
            with pytest.raises(OSError, match=f"PortAudio has no {name} here, only ALSA"):
                open_side(p, "output", output_host_api_specific_stream_info=make())
            with pytest.raises(ValueError, match=f"PortAudio has no {name} here, only ALSA"):
                p.is_format_supported(
                    48000,
                    output_channels=2,
                    output_format=pyaudiopp.paInt16,
                    output_host_api_specific_stream_info=make(),
                )


def test_a_missing_host_api_is_named_beside_those_that_are_there(p: pyaudiopp.PyAudio) -> None:
    for kind, text in (
        (pyaudiopp.paASIO, "PortAudio has no ASIO here, only MME, Windows DirectSound, "),
        (pyaudiopp.paALSA, "PortAudio has no ALSA here, only MME, "),
        (99, "PortAudio has no host API of type 99 here"),
    ):
        with pytest.raises(pyaudiopp.PortAudioError) as error:
            p.get_host_api_info_by_type(kind)
        assert error.value.args == (pyaudiopp.paHostApiNotFound, "Host API not found")
        assert error.value.__notes__[0].startswith(text)  # type: ignore[attr-defined]
    with pytest.raises(pyaudiopp.PortAudioError) as error:
        p.get_host_api_info_by_type(pyaudiopp.paASIO)
    assert "Steinberg's SDK" in error.value.__notes__[0]  # type: ignore[attr-defined]


@pytest.mark.skipif(sys.platform == "darwin", reason="PyAudio refuses other objects there")
def test_other_objects_are_ignored_as_in_pyaudio(p: pyaudiopp.PyAudio) -> None:
    for info in (object(), {"exclusive": True}, "info", 0, None):
        open_side(p, "output", output_host_api_specific_stream_info=info).close()
        assert p.is_format_supported(
            48000,
            output_device=0,
            output_channels=2,
            output_format=pyaudiopp.paInt16,
            output_host_api_specific_stream_info=info,
        )
    with pytest.raises(ValueError, match="Must specify stream format for input, output, or both"):
        p.is_format_supported(48000)


# ---- WASAPI ----


@pytest.mark.parametrize("direction", ["input", "output"])
def test_auto_convert_opens_16_khz_mono_on_wasapi(p: pyaudiopp.PyAudio, direction: str) -> None:
    index = int(p.get_host_api_info_by_type(pyaudiopp.paWASAPI)["defaultInputDevice"])
    argument = f"{direction}_host_api_specific_stream_info"
    for options in (None, WasapiOptions(), WasapiOptions(exclusive=True)):
        given: dict[str, Any] = {f"{direction}_device_index": index, argument: options}
        with pytest.raises(pyaudiopp.PortAudioError) as refused:
            open_side(p, direction, rate=16000, channels=1, **given)
        assert refused.value.args == (pyaudiopp.paInvalidSampleRate, "Invalid sample rate")
        assert "WasapiOptions(auto_convert)" in refused.value.__notes__[0]  # type: ignore[attr-defined]
    for device in (index, None):  # None: WASAPI's default device, whatever PortAudio's is
        with open_side(
            p,
            direction,
            rate=16000,
            channels=1,
            **{f"{direction}_device_index": device, argument: WasapiOptions(auto_convert=True)},
        ) as stream:
            side = getattr(stream._handle.config, direction)
            assert side.device.index == index
            assert side.host_options.auto_convert


def test_is_format_supported_agrees_about_auto_convert(p: pyaudiopp.PyAudio) -> None:
    index = int(p.get_host_api_info_by_type(pyaudiopp.paWASAPI)["defaultInputDevice"])
    asked: dict[str, Any] = {
        "input_device": index,
        "input_channels": 1,
        "input_format": pyaudiopp.paInt16,
    }
    with pytest.raises(ValueError, match="sample rate") as refused:
        p.is_format_supported(16000, **asked)
    assert refused.value.args == ("Invalid sample rate", pyaudiopp.paInvalidSampleRate)
    assert "WasapiOptions(auto_convert)" in refused.value.__notes__[0]  # type: ignore[attr-defined]
    convert = WasapiOptions(auto_convert=True)
    assert p.is_format_supported(16000, **asked, input_host_api_specific_stream_info=convert)
    del asked["input_device"]
    assert p.is_format_supported(16000, **asked, input_host_api_specific_stream_info=convert)


def test_sound_goes_to_the_default_device_of_the_options(
    p: pyaudiopp.PyAudio, windows: Simulation
) -> None:
    sound = bytes(range(200)) * 4
    for kind, make in KINDS.items():
        index = int(p.get_host_api_info_by_type(kind)["defaultOutputDevice"])
        with open_side(p, "output", output_host_api_specific_stream_info=make()) as stream:
            stream.start_stream()
            stream.write(sound)
            stream.stop_stream()
        # On DirectSound and WDM-KS a ring plays silence first.
        assert sound in windows.output(index, pyaudiopp.paInt16)


# ---- MME ----


def test_mme_plays_on_two_devices(p: pyaudiopp.PyAudio, windows: Simulation) -> None:
    first, second = p.get_device_info_by_index(0), p.find_device("MME 1")
    for devices in (
        [(0, 1), (1, 1)],
        [(first, 1), (second, 1)],
        [(("MME", "MME 0"), 1), ("MME 1", 1)],
    ):
        windows.clear_output(0)
        windows.clear_output(1)
        options = MmeOptions(devices=devices)
        assert [device.index for device, _ in options.devices] == [0, 1]
        assert repr(options) == "MmeOptions(devices=1 of device 0 + 1 of device 1)"
        for latency in (None, "high"):
            with open_side(
                p, "output", latency=latency, output_host_api_specific_stream_info=options
            ) as stream:
                stream.start_stream()
                stream.write(b"\1\0\2\0" * 100)
                stream.stop_stream()
        assert windows.output(0, pyaudiopp.paInt16).startswith(b"\1\0\0\0" * 100)
        assert windows.output(1, pyaudiopp.paInt16).startswith(b"\2\0\0\0" * 100)
        assert p.is_format_supported(
            48000,
            output_channels=2,
            output_format=pyaudiopp.paInt16,
            output_host_api_specific_stream_info=options,
        )


def test_mme_devices_that_do_not_fit(p: pyaudiopp.PyAudio) -> None:
    argument = "output_host_api_specific_stream_info"
    two = MmeOptions(devices=[(0, 2), (1, 2)])
    with pytest.raises(OSError, match="channels of its devices do not add up to the stream's"):
        open_side(p, "output", **{argument: two})
    with pytest.raises(OSError, match="give one of the two"):
        open_side(p, "output", channels=4, output_device_index=0, **{argument: two})
    mixed = MmeOptions(devices=[(0, 1), ("Windows WASAPI 0", 1)])
    with pytest.raises(OSError, match=r"is for MME, but device 4 .* is not one of its devices"):
        open_side(p, "output", **{argument: mixed})
    with pytest.raises(ValueError, match="no device matches 'no such device'"):
        MmeOptions(devices=[("no such device", 2)])


def test_mme_devices_of_an_earlier_list_are_refused(windows: Simulation) -> None:
    with pyaudiopp.PyAudio():
        options = MmeOptions(devices=[(0, 2)])
    with pyaudiopp.PyAudio() as p, pytest.raises(pyaudiopp.PortAudioError) as refused:
        open_side(p, "output", output_host_api_specific_stream_info=options)
    assert refused.value.errno == pyaudiopp.paInvalidDevice


def test_devices_need_a_pyaudio(windows: Simulation) -> None:
    with pytest.raises(OSError, match="not initialized"):
        MmeOptions(devices=[(0, 2)])


# ---- the page about Windows ----


@pytest.mark.skipif(sys.version_info < (3, 11), reason="tracebacks have no notes")
def test_each_error_on_the_page_is_what_is_printed(make_simulated_card: MakeSimulatedCard) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "windows.md").read_text("utf-8")
    quoted = re.findall(r"^```text\n(.*?)\n```$", page, re.M | re.S)
    microphone = Device("Microphone", max_output_channels=0, sample_rates=[48000])
    make_simulated_card(
        [
            HostApi(pyaudiopp.paMME, "MME", [Device("Speakers"), Device("Microphone")]),
            HostApi(pyaudiopp.paWASAPI, "Windows WASAPI", [microphone]),
        ]
    )
    with pyaudiopp.PyAudio() as p:
        provocations: list[Callable[[], object]] = [
            lambda: open_side(p, "input", rate=16000, channels=1, input_device_index=2),
            lambda: open_side(
                p,
                "output",
                output_device_index=0,
                output_host_api_specific_stream_info=WasapiOptions(exclusive=True),
            ),
            lambda: p.get_host_api_info_by_type(pyaudiopp.paASIO),
        ]
        assert len(quoted) == len(provocations)
        for text, provoke in zip(quoted, provocations):
            with pytest.raises(pyaudiopp.PortAudioError) as error:
                provoke()
            said = traceback.format_exception_only(error.type, error.value)
            assert "".join(said).rstrip("\n") == text


# ---- doctor ----


def test_the_doctor_says_how_wasapi_opens_16_khz(
    windows: Simulation, cli: Callable[..., tuple[int, str, str]]
) -> None:
    _, said, _ = cli("doctor", "--no-record")
    words = " ".join(said.split())
    assert "Windows WASAPI records no 16,000 Hz mono on device 4 without a conversion" in words
    assert "input_host_api_specific_stream_info=pyaudiopp.WasapiOptions(auto_convert=True)" in words
