# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""What PyAudio does not have clips floats beyond full scale; test_format_table.py tries ALSA."""

from __future__ import annotations

import array
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import pyaudiopp
from pyaudiopp import core
from pyaudiopp.virtual_card import JackDummy

# A JACK client that plays 1.02, and tells its name when it does.
LOUD = """
import struct, sys
import pyaudiopp
p = pyaudiopp.PyAudio()
device = p.get_host_api_info_by_type(pyaudiopp.paJACK)["defaultOutputDevice"]
def play(_, frames, *rest):
    return struct.pack("f", 1.02) * frames, pyaudiopp.paContinue
stream = p.open(48000, 1, pyaudiopp.paFloat32, output=True, output_device_index=device,
                stream_callback=play, callback_buffer=0.5)
print("playing", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def loud(jack: JackDummy) -> Iterator[tuple[str, str]]:
    """A JACK device that delivers 1.02 all the time."""
    command = [sys.executable, "-c", LOUD]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"playing\n"
        yield "JACK", "PortAudio"
        process.communicate()


FULL_SCALE = {
    "paInt16": b"\xff\x7f",
    "paInt24": b"\xff\xff\x7f",
    "paInt32": b"\xff\xff\xff\x7f",
    "paInt8": b"\x7f",
    "paUInt8": b"\xff",
}


@pytest.mark.parametrize("name", FULL_SCALE)
def test_recording_from_jack_clips(loud: tuple[str, str], name: str) -> None:
    sample = FULL_SCALE[name]
    heard = pyaudiopp.record(0.1, 48000, format=getattr(pyaudiopp, name), device=loud)
    assert heard[-len(sample) * 100 :] == sample * 100


def test_core_clips_on_jack(loud: tuple[str, str]) -> None:
    with core.Session() as session:
        side = core.StreamSide(session.find_device(loud, input=True), 1, pyaudiopp.paInt16)
        with core.Stream(session, core.StreamConfig(input=side)) as stream:
            stream.start()
            assert stream.read(4800)[-200:] == b"\xff\x7f" * 100


def test_pyaudios_open_does_not_clip(loud: tuple[str, str]) -> None:
    with pyaudiopp.PyAudio() as p:
        stream = p.open(48000, 1, pyaudiopp.paInt16, input=True, input_device=loud)
        heard = array.array("h", stream.read(4800)[-200:])
    assert max(heard) < -32000, "as in PyAudio, 33,421 wraps around"


def test_the_command_line_records_clipped(loud: tuple[str, str], tmp_path: Path) -> None:
    pytest.importorskip("click")
    soundfile = pytest.importorskip("soundfile")
    path = tmp_path / "loud.wav"
    command = ["record", "--host-api", loud[0], "--device", loud[1], "--channels", "1"]
    subprocess.run(  # whose status may be that of a busy machine
        [sys.executable, "-m", "pyaudiopp", *command, "--duration", "0.2", str(path)],
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        check=False,
        timeout=30,
    )
    samples, _ = soundfile.read(path, dtype="int16")
    assert (samples[-100:] == 32767).all()
