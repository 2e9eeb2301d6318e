# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The type, arguments and attributes of the exceptions."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import pyaudiopp
from pyaudiopp import PyAudio
from pyaudiopp.simulation import HostApi, Simulation
from pytest_pyaudiopp import MakeSimulatedCard


def test_portaudio_error_is_an_os_error_with_attributes(free: Simulation, p: PyAudio) -> None:
    with pytest.raises(OSError, match="Invalid number of channels") as raised:
        p.open(format=8, channels=99, rate=48000, output=True)
    error = raised.value
    assert type(error) is pyaudiopp.PortAudioError
    assert error.args == (-9998, "Invalid number of channels")
    assert (error.errno, error.strerror) == error.args
    assert (error.code, error.call) == (-9998, "Pa_OpenStream")
    assert error.host_api is error.host_code is error.host_text is None
    assert pickle.loads(pickle.dumps(error)).args == error.args


def build_comma_locale(directory: Path) -> None:
    """Makes a locale "comma" in a directory for LOCPATH, with numbers such as 44.100,5."""
    source, characters = directory / "source", directory / "characters"
    source.write_text(
        'LC_NUMERIC\ndecimal_point ","\nthousands_sep "."\ngrouping 3;3\nEND LC_NUMERIC\n'
    )
    characters.write_text(
        "<code_set_name> ANSI_X3.4-1968\nCHARMAP\n<U0000>..<U007F> /x00\nEND CHARMAP\n"
    )
    build = ["localedef", "-c", "-f", str(characters), "-i", str(source), str(directory / "comma")]
    subprocess.run(build, check=False, capture_output=True, timeout=60)  # warns of other categories


@pytest.mark.skipif(shutil.which("localedef") is None, reason="needs localedef")
def test_numbers_in_errors_ignore_the_programs_locale(tmp_path: Path) -> None:
    build_comma_locale(tmp_path)
    program = """
import locale
locale.setlocale(locale.LC_NUMERIC, "comma")
assert f"{44100.5:n}" == "44.100,5"
from pyaudiopp import core, simulation
with simulation.Simulation(), core.Session() as session:
    for rate in 100.5, 1e-7, 1.25e300, 1e20:
        side = core.StreamSide(channels=1)
        try:
            core.Stream(session, core.StreamConfig(output=side, sample_rate=rate))
        except OSError as error:
            print(*error.__notes__)
"""
    environment = {**os.environ, "LOCPATH": str(tmp_path)}
    result = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60
    )
    assert result.returncode == 0, result.stderr
    for text in " 100.5 Hz", " 1e-07 Hz", " 1.25e+300 Hz", " 1e+20 Hz":
        assert text in result.stdout


@pytest.mark.skipif(sys.version_info < (3, 11), reason="notes came with Python 3.11")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"rate": 1}, ["Simulated device", "1 Hz", "supported sample rates: 8000"]),
        ({"channels": 99}, ["99 channels of int16", "at most 2 output channels"]),
        ({"output_device_index": 7}, ['output devices: device 0 "Simulated device"']),
    ],
)
def test_a_note_says_what_the_device_takes(
    free: Simulation, p: PyAudio, arguments: dict[str, int], words: list[str]
) -> None:
    with pytest.raises(OSError) as raised:  # noqa: PT011
        p.open(**{"format": 8, "channels": 2, "rate": 48000, "output": True, **arguments})
    (note,) = raised.value.__notes__
    for word in words:
        assert word in note


def test_every_call_on_a_closed_stream(
    free: Simulation, p: PyAudio, stereo: dict[str, int]
) -> None:
    stream = p.open(input=True, output=True, **stereo)
    stream.close()
    stream.close()
    stream.stop_stream()
    closed = (-9988, "Stream closed")
    for call, args in [
        (stream.start_stream, closed),
        (stream.is_stopped, closed),
        (stream.is_active, ("Stream not open",)),
        (stream.get_input_latency, closed),
        (stream.get_output_latency, closed),
        (stream.get_time, closed),
        (stream.get_cpu_load, closed),
        (stream.get_read_available, closed),
        (stream.get_write_available, closed),
        (lambda: stream.read(1), closed),
        (lambda: stream.write(b""), closed),
        (lambda: pyaudiopp.pa.stop_stream(stream._stream), ("Stream not open",)),
        (lambda: pyaudiopp.pa.abort_stream(stream._stream), ("Stream not open",)),
    ]:
        with pytest.raises(OSError) as raised:  # noqa: PT011
            call()
        assert raised.value.args == args, call
    assert stream._stream
    assert isinstance(stream._input_latency, float)


def test_value_errors_carry_text_then_code(free: Simulation) -> None:
    with pytest.raises(ValueError, match="Sample format not supported") as raised:
        pyaudiopp.get_sample_size(3)
    assert raised.value.args == ("Sample format not supported", -9994)
    assert raised.value.code == -9994  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="Invalid width: 5"):
        pyaudiopp.get_format_from_width(5)


def test_errors_whose_parts_pyaudio_swaps_say_it_in_words(
    make_simulated_card: MakeSimulatedCard, stereo: dict[str, int]
) -> None:
    card = make_simulated_card()
    p = PyAudio()
    source, sink = p.open(input=True, **stereo), p.open(output=True, **stereo)
    closed = p.open(output=True, **stereo)
    closed.close()
    for call, args, words in [
        (lambda: sink.read(1), ("Not input stream", -9975), "opened without input=True"),
        (lambda: sink.read_into(bytearray(4)), ("Not input stream", -9975), "input=True"),
        (lambda: source.write(b""), ("Not output stream", -9974), "opened without output=True"),
        (closed.is_active, ("Stream not open",), "the stream was closed"),
        (lambda: p.get_sample_size(3), ("Sample format not supported", -9994), "format must be"),
        (lambda: p.is_format_supported(1, 0, 2, 8), ("Invalid sample rate", -9997), "error -9997"),
        (lambda: p.is_format_supported(48000), ("Must specify stream format for input, output, or "
         "both", -9996), "input_device or output_device must be"),
        (lambda: p.open(output="", **stereo), ("Must specify an input or output stream.",),
         "input or output must be True"),
        (lambda: p.close(p), (f"Stream {p} not found",), "stream must be an open stream"),
        (lambda: p.get_format_from_width(5), ("Invalid width: 5",), "width must be 1, 2, 3 or 4"),
    ]:  # fmt: skip
        with pytest.raises((OSError, ValueError)) as raised:
            call()
        (note,) = raised.value.__notes__
        assert words in note
        behind = sys.version_info < (3, 11) and len(args) == 1 and raised.type is ValueError
        assert raised.value.args == ((f"{args[0]} ({note})",) if behind else args)
    p.terminate()
    card.set_host_apis([HostApi(devices=[])])
    p = PyAudio()
    for ask, name in [
        (p.get_default_input_device_info, "Input"),
        (p.get_default_output_device_info, "Output"),
    ]:
        with pytest.raises(OSError, match="No Default") as raised:
            ask()
        assert raised.value.args == (f"No Default {name} Device Available",)
        assert "PortAudio has found no" in raised.value.__notes__[0]
    p.terminate()


def test_empty_objects_answer_as_closed_or_unknown(free: Simulation, p: PyAudio) -> None:
    for make, attribute, error in [
        (lambda: pyaudiopp.pa.get_host_api_info(0), "name", AttributeError),
        (lambda: pyaudiopp.pa.get_device_info(0), "name", AttributeError),
    ]:
        kind = type(make())
        with pytest.raises(error, match=r"No .* Info available"):
            getattr(kind(), attribute)
        with pytest.raises(AttributeError, match="Fields read-only: cannot modify values"):
            setattr(kind(), attribute, 1)
