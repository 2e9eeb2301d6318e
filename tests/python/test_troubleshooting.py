# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Provokes every message quoted in docs/troubleshooting.md, and compares it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import traceback
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pyaudiopp
from pyaudiopp import PyAudio
from pyaudiopp.simulation import Device, Fault, HostApi, Simulation

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "troubleshooting.md").read_text()
# The quoted messages by heading.
SECTIONS = {
    match[1].replace("`", ""): re.findall(r"^```text\n(.*?)\n```$", match[2], re.M | re.S)
    for match in re.finditer(r"^### (.+?)\n(.*?)(?=^##|\Z)", PAGE, re.M | re.S)
}
MESSAGES = [
    heading for heading, texts in SECTIONS.items() if texts and heading.startswith(("ALSA", "jack"))
]

INPUT = {"format": pyaudiopp.paInt16, "channels": 1, "rate": 48000, "input": True}
OUTPUT = {"format": pyaudiopp.paInt16, "channels": 1, "rate": 48000, "output": True}


def failing_open(p: PyAudio, card: Simulation, *fault: Any) -> None:
    card.inject(Fault("Pa_OpenStream", *fault))
    p.open(**INPUT)


def failing_read(p: PyAudio, card: Simulation, fault: int) -> None:
    stream = p.open(**INPUT)
    card.inject(Fault("Pa_ReadStream", fault))
    stream.read(1)


def failing_write(p: PyAudio, card: Simulation) -> None:
    stream = p.open(**OUTPUT)
    card.inject(Fault("Pa_WriteStream", pyaudiopp.paOutputUnderflowed))
    stream.write(b"..", exception_on_underflow=True)


def read_when_unplugged(p: PyAudio, card: Simulation) -> None:
    stream = p.open(**INPUT)
    card.unplug(0)
    stream.read(1)


def use_when_closed(p: PyAudio, use: Callable[[PyAudio.Stream], object]) -> None:
    stream = p.open(**INPUT)
    stream.close()
    use(stream)


def close_in_callback(p: PyAudio) -> None:
    def callback(*_: object) -> tuple[None, int]:
        try:
            streams[0].close()
        except RuntimeError as error:
            errors.append(error)
        return None, pyaudiopp.paComplete

    errors: list[RuntimeError] = []
    streams = [p.open(**INPUT, stream_callback=callback, start=False)]
    streams[0].start_stream()
    while not errors:
        streams[0].is_active()
    raise errors[0]


def open_after_terminate(p: PyAudio) -> None:
    p.terminate()
    p.get_device_count()


def import_as_pyaudio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyaudio", types.ModuleType("pyaudio"))
    pyaudiopp.install_as_pyaudio()


def import_pyaudio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delitem(sys.modules, "pyaudio", raising=False)
    import pyaudio  # noqa: F401


@pytest.fixture
def provoked(
    make_simulated_card: Callable[..., Simulation], monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """The end of the traceback for each message that we can provoke."""
    nothing, duplex, mono = [], [Device()], [Device(max_input_channels=1)]
    of_cd = [Device(sample_rates=[44100, 48000])]
    callback = {"stream_callback": lambda *_: (b"", pyaudiopp.paComplete)}
    provocations: list[tuple[list[Device], Callable[[PyAudio, Simulation], object]]] = [
        (nothing, lambda p, _: p.open(**INPUT)),
        (nothing, lambda p, _: p.open(**OUTPUT)),
        (duplex, lambda p, _: p.find_device("usb", output=True)),
        (duplex, lambda p, _: p.get_host_api_info_by_type(pyaudiopp.paJACK)),
        (
            duplex,
            lambda p, _: p.open(
                **OUTPUT, output_host_api_specific_stream_info=pyaudiopp.WasapiOptions()
            ),
        ),
        (duplex, lambda p, _: p.open(**{**INPUT, "channels": 0})),
        (duplex, lambda p, _: p.open(**INPUT, never_drop_input=True)),
        (duplex, lambda p, _: p.open(**INPUT, frames_per_buffer=2**25)),
        (duplex, lambda p, card: failing_open(p, card, pyaudiopp.paInternalError)),
        (duplex, lambda p, card: failing_read(p, card, pyaudiopp.paTimedOut)),
        (duplex, lambda p, _: p.open(**OUTPUT).write(memoryview(b"....")[::2])),
        (duplex, lambda p, _: p.open(**OUTPUT).write(np.zeros(480))),
        (duplex, lambda p, _: p.open(**OUTPUT).write(np.zeros((2, 480), np.int16))),
        (duplex, lambda p, _: p.open(**OUTPUT, frames_per_buffer=4410.5)),  # type: ignore[arg-type]
        (nothing, lambda p, _: p.get_default_input_device_info()),
        (nothing, lambda p, _: p.get_default_output_device_info()),
        (duplex, lambda p, _: p.open(**INPUT, input_device_index=7)),
        (duplex, lambda p, _: p.get_device_info_by_index(7)),
        (duplex, lambda p, _: open_after_terminate(p)),
        (of_cd, lambda p, _: p.open(**{**INPUT, "rate": 16000})),
        (mono, lambda p, _: p.open(**{**INPUT, "channels": 2})),
        (duplex, lambda p, _: p.open(**{**INPUT, "format": 3})),
        (duplex, lambda p, card: failing_open(p, card, pyaudiopp.paBadIODeviceCombination)),
        (duplex, lambda p, card: failing_open(p, card, pyaudiopp.paDeviceUnavailable)),
        (duplex, lambda p, card: failing_open(p, card, pyaudiopp.paInsufficientMemory)),
        (duplex, lambda p, card: failing_open(p, card, pyaudiopp.paUnanticipatedHostError)),
        (duplex, lambda p, _: p.open(**{**INPUT, "input": False})),
        (duplex, read_when_unplugged),
        (duplex, lambda p, card: failing_read(p, card, pyaudiopp.paInputOverflowed)),
        (duplex, failing_write),
        (duplex, lambda p, _: use_when_closed(p, lambda stream: stream.read(1))),
        (duplex, lambda p, _: use_when_closed(p, lambda stream: stream.is_active())),
        (duplex, lambda p, _: p.open(**INPUT, start=False).read(1)),
        (duplex, lambda p, _: p.open(**INPUT, **callback).read(1)),
        (duplex, lambda p, _: p.open(**OUTPUT, **callback).write(b"..")),
        (duplex, lambda p, _: p.open(**OUTPUT).read(1)),
        (duplex, lambda p, _: p.open(**INPUT).write(b"..")),
        (duplex, lambda p, _: close_in_callback(p)),
        (duplex, lambda _, __: import_as_pyaudio(monkeypatch)),
        (duplex, lambda _, __: import_pyaudio(monkeypatch)),
    ]
    endings = []
    for devices, provoke in provocations:
        card = make_simulated_card(host_apis=[HostApi(devices=devices)], clock="free_running")
        p = PyAudio()
        with pytest.raises(Exception) as raised:  # noqa: PT011
            provoke(p, card)
        monkeypatch.undo()
        p.terminate()
        ending = "".join(traceback.format_exception_only(raised.type, raised.value)).rstrip("\n")
        if sys.version_info < (3, 11):
            for note in getattr(raised.value, "__notes__", ()):
                ending = ending.replace(f" ({note})", "")
        endings.append(ending)
    return endings


def test_each_quoted_error_is_what_is_printed(provoked: list[str]) -> None:
    # Before Python 3.11, other packages decide whether notes are shown.
    lines = slice(None) if sys.version_info >= (3, 11) else slice(1)
    shown = ["\n".join(ending.split("\n")[lines]) for ending in provoked]
    quoted = [text for heading in SECTIONS if heading not in MESSAGES for text in SECTIONS[heading]]
    for text in quoted:
        text = "\n".join(text.split("\n")[lines])
        pattern = re.escape(text).replace(r"\.\.\.", ".*")
        assert any(re.fullmatch(pattern, ending) for ending in shown), text
    assert len(quoted) == len(provoked), "some of what is provoked is not on the page"


def test_each_heading_is_what_is_quoted_below_it() -> None:
    for heading, texts in SECTIONS.items():
        if texts and heading not in MESSAGES:
            assert heading in texts[0]


@pytest.mark.skipif(sys.platform != "linux", reason="ALSA and JACK are Linux's")
@pytest.mark.parametrize("heading", MESSAGES)
def test_messages_are_silent_and_can_be_had_back(heading: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYAUDIOPP_BACKEND"}
    environment.update(JACK_DEFAULT_SERVER="none", JACK_NO_START_SERVER="1")

    def start(**more: str) -> str:
        command = [sys.executable, "-c", "import pyaudiopp; pyaudiopp.PyAudio().terminate()"]
        return subprocess.run(
            command, env={**environment, **more}, stderr=subprocess.PIPE, text=True, timeout=60
        ).stderr

    def read_lines(text: str) -> set[str]:
        return set(re.sub(r"\.c:\d+:", ".c:", text).splitlines())  # ALSA's line numbers vary

    assert start() == ""
    printed = read_lines(start(PYAUDIOPP_MESSAGES="stderr"))
    if not any(line.startswith(heading[:4]) for line in printed):
        pytest.skip("this machine's sound system has nothing to say")
    (quoted,) = SECTIONS[heading]
    assert read_lines(quoted) <= printed
