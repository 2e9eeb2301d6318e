# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Extremes: few and many frames, channels, formats, rates and streams."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pyaudiopp
from pyaudiopp import PyAudio, simulation
from pyaudiopp.simulation import Simulation
from pytest_pyaudiopp import MakeSimulatedCard

INTEGERS = [pyaudiopp.paInt32, pyaudiopp.paInt24, pyaudiopp.paInt16, pyaudiopp.paInt8]
FORMATS = [pyaudiopp.paFloat32, *INTEGERS, pyaudiopp.paUInt8]
NAMES = ["float32", "int32", "int24", "int16", "int8", "uint8"]
STREAMS = 64


def card_of(make_simulated_card: MakeSimulatedCard, **device: Any) -> Simulation:
    """A free-running card with one loopback device."""
    described = simulation.Device(loopback=True, **device)
    return make_simulated_card([simulation.HostApi(devices=[described])])


def noise(format: int, samples: int) -> bytes:
    """Random samples; floats are 24-bit integers, which are exact."""
    if format == pyaudiopp.paFloat32:
        import numpy

        values = [random.Random(samples).randrange(-(1 << 23), 1 << 23) for _ in range(samples)]
        return bytes((numpy.array(values, numpy.float32) / numpy.float32(1 << 23)).tobytes())
    return random.Random(samples).randbytes(samples * pyaudiopp.get_sample_size(format))


@pytest.mark.parametrize("format", FORMATS, ids=NAMES)
@pytest.mark.parametrize("channels", [1, 2, 3, 5, 8, 17, 63, 64])
@pytest.mark.parametrize("frames", [0, 1, 100])
def test_frames_of_any_shape_come_back(
    make_simulated_card: MakeSimulatedCard, format: int, channels: int, frames: int
) -> None:
    card_of(make_simulated_card, max_input_channels=channels, max_output_channels=channels)
    p = PyAudio()
    sides = {"format": format, "channels": channels, "rate": 48000}
    output = p.open(output=True, **sides)
    hearing = p.open(input=True, **sides)
    sound = noise(format, frames * channels)
    output.write(sound)
    output.write(b"")
    assert hearing.read(frames) == sound
    p.terminate()


@pytest.mark.parametrize("format", FORMATS, ids=NAMES)
@pytest.mark.parametrize("channels", [1, 3, 64])
@pytest.mark.parametrize("frames", [1, 64])
def test_callbacks_of_any_shape(
    make_simulated_card: MakeSimulatedCard, format: int, channels: int, frames: int
) -> None:
    device = simulation.Device(max_input_channels=channels, max_output_channels=channels)
    card = make_simulated_card([simulation.HostApi(devices=[device])], clock="by_hand")
    p = PyAudio()
    sound = noise(format, 5 * frames * channels)
    card.feed_input(0, sound, channels=channels, format=format)
    heard: list[bytes] = []

    def wire(in_data: bytes, frame_count: int, *_: object) -> tuple[bytes, int]:
        assert frame_count == frames
        heard.append(in_data)
        return in_data, pyaudiopp.paContinue

    p.open(input=True, output=True, stream_callback=wire, rate=48000, channels=channels,
           format=format, frames_per_buffer=frames)  # fmt: skip
    card.step(5)
    assert b"".join(heard) == sound
    p.terminate()
    assert card.output(0, format)[-len(sound) :] == sound


@pytest.mark.parametrize("channels", [0, -1, 65, 2**31 - 1])
def test_more_channels_than_there_are_and_none(
    make_simulated_card: MakeSimulatedCard, channels: int
) -> None:
    card = card_of(make_simulated_card, max_input_channels=64, max_output_channels=64)
    p = PyAudio()
    with pytest.raises((OSError, ValueError), match=r"number of channels|audio channels"):
        p.open(output=True, format=pyaudiopp.paInt16, channels=channels, rate=48000)
    p.terminate()
    assert card.open_streams() == 0


@pytest.mark.parametrize("rate", [1000, 8001, 11025.0, 22051, 44100, 96000, 192000, 384000])
def test_odd_rates(make_simulated_card: MakeSimulatedCard, rate: float) -> None:
    card = card_of(make_simulated_card)
    p = PyAudio()
    sound = noise(pyaudiopp.paInt16, 2 * 999)
    stream = p.open(output=True, format=pyaudiopp.paInt16, channels=2, rate=rate)  # type: ignore
    assert stream._stream.sampleRate == rate
    stream.write(sound)
    stream.close()
    p.terminate()
    assert card.output(0, pyaudiopp.paInt16) == sound


@pytest.mark.parametrize("rate", [1, 0, -48000, 999, 384001, 2**31 - 1])
def test_rates_that_no_device_takes(make_simulated_card: MakeSimulatedCard, rate: int) -> None:
    card_of(make_simulated_card)
    p = PyAudio()
    with pytest.raises(pyaudiopp.PortAudioError) as raised:
        p.open(output=True, format=pyaudiopp.paInt16, channels=2, rate=rate)
    assert raised.value.args == (pyaudiopp.paInvalidSampleRate, "Invalid sample rate")
    p.terminate()


def test_many_blocking_streams_at_once(make_simulated_card: MakeSimulatedCard) -> None:
    devices = [simulation.Device(name=str(i)) for i in range(STREAMS // 2)]
    card = make_simulated_card([simulation.HostApi(devices=devices)])
    p = PyAudio()
    sides = {"format": pyaudiopp.paInt16, "channels": 2, "rate": 48000, "frames_per_buffer": 256}
    sounds = [noise(pyaudiopp.paInt16, 2 * 9600 + 2 * i) for i in range(STREAMS // 2)]
    heard = [b""] * len(devices)

    def play(device: int, stream: PyAudio.Stream) -> None:
        for start in range(0, len(sounds[device]), 4000):
            stream.write(sounds[device][start : start + 4000])

    def hear(device: int, stream: PyAudio.Stream) -> None:
        while len(heard[device]) < len(sounds[device]):
            heard[device] += stream.read(1)
            heard[device] += stream.read(min(1000, card.input_left(device)))

    threads = []
    for device, sound in enumerate(sounds):
        card.feed_input(device, sound, channels=2, format=pyaudiopp.paInt16)
        output = p.open(output=True, output_device_index=device, **sides)
        threads.append(threading.Thread(target=play, args=(device, output)))
        recording = p.open(input=True, input_device_index=device, **sides)
        threads.append(threading.Thread(target=hear, args=(device, recording)))
    assert card.open_streams() == STREAMS
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    p.terminate()
    assert heard == sounds
    for device, sound in enumerate(sounds):
        assert card.output(device, pyaudiopp.paInt16) == sound


def test_many_callback_streams_at_once(make_simulated_card: MakeSimulatedCard) -> None:
    devices = [simulation.Device(name=str(i)) for i in range(STREAMS)]
    card = make_simulated_card([simulation.HostApi(devices=devices)], clock="by_hand")
    p = PyAudio()
    calls = [0] * STREAMS

    def callback_of(stream: int) -> Callable[..., tuple[bytes, int]]:
        def callback(in_data: object, frame_count: int, *_: object) -> tuple[bytes, int]:
            calls[stream] += 1
            return bytes([stream]) * 4 * frame_count, pyaudiopp.paContinue

        return callback

    for stream in range(STREAMS):
        p.open(output=True, output_device_index=stream, stream_callback=callback_of(stream),
               format=pyaudiopp.paInt16, channels=2, rate=48000, frames_per_buffer=64)  # fmt: skip
    assert card.open_streams() == STREAMS
    card.step(10)
    assert calls == [10] * STREAMS
    p.terminate()
    for stream in range(STREAMS):
        assert card.output(stream, pyaudiopp.paInt16) == bytes([stream]) * 4 * 640


def memory_available() -> int:
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))


@pytest.mark.timeout(600)
def test_half_a_gigabyte_in_one_call(make_simulated_card: MakeSimulatedCard) -> None:
    size = 512 << 20
    if memory_available() < 4 * size:
        pytest.skip("not enough memory, or nobody tells how much there is")
    card = make_simulated_card([simulation.HostApi(devices=[simulation.Device(output_kept=1)])])
    p = PyAudio()
    sides = {"format": pyaudiopp.paInt32, "channels": 2, "rate": 48000}
    sound = bytearray(size)
    sound[-8:] = ending = b"the end."
    stream = p.open(output=True, **sides)
    stream.write(sound)
    stream.close()
    assert card.output(0, pyaudiopp.paInt32)[-8:] == ending
    del sound

    card.feed_input(0, b"a start.", channels=2, format=pyaudiopp.paInt32)
    stream = p.open(input=True, **sides)
    heard = stream.read(size // 8)
    assert len(heard) == size
    assert heard[:8] == b"a start."
    assert heard.count(0) == size - 8
    p.terminate()
