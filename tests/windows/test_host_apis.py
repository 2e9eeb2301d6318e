# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Every frame arrives on every host API of Windows, played and recorded, blocking and by callback.

The Windows program runs on Wine, whose PulseAudio driver plays to a virtual sound card; `rig.py`
says what it needs. Wine shows that our code, PortAudio's code for Windows and Windows's Python work
together. It does not show what Microsoft's audio engine does.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from rig import (
    DIRECT_SOUND,
    FORMATS,
    FRAMES,
    MME,
    PYTHON,
    RATE,
    WASAPI,
    Card,
    Transfer,
    WindowsProgram,
    decode,
    distortion,
    encode,
    identical,
    noise,
    tone,
)

from pyaudiopp.virtual_card import VirtualCard, prefer_real_time

APIS = (MME, DIRECT_SOUND, WASAPI)
PLAY_WAYS = ("write", "close", "callback")
RECORD_WAYS = ("read", "callback")
BLOCKS = (511, 512, 1024, 2048, 4801)  # odd, half, PyAudio's default, double, long
CHANNELS = (1, 2, 4, 6, 8)
TRIES = 3

# PortAudio's code for these knows only 16-bit samples.
MOST_BITS = {DIRECT_SOUND: 16, MME: 16}


def transfers(ways: tuple[str, ...]) -> list[Transfer]:
    """Each way on each host API, in every format, block size and number of channels."""
    table = []
    for api in APIS:
        for way in ways:
            table += [Transfer(api, way, block=block) for block in BLOCKS]
            table += [Transfer(api, way, format=name) for name in FORMATS if name != "paInt16"]
        table += [
            Transfer(api, way, channels=channels)
            for way in (ways[0], "callback")
            for channels in CHANNELS
            if channels != 2
        ]
    return table


Player = Callable[[Transfer], tuple[VirtualCard, WindowsProgram]]


@pytest.fixture(scope="session", autouse=True)
def windows_python() -> None:
    """Refuses to run without a Windows Python, instead of skipping everything."""
    if PYTHON not in os.environ:
        pytest.exit(f"{PYTHON} must hold the command that runs a Windows Python", returncode=2)
    prefer_real_time()


@pytest.fixture(scope="session")
def player() -> Iterator[Player]:
    """Gives a card that suits a transfer, and a program on it; both are kept for the next."""
    running: dict[tuple[str, int], tuple[VirtualCard, WindowsProgram]] = {}

    def close() -> None:
        for card, program in running.values():
            program.close()
            card.stop()
        running.clear()

    def give(transfer: Transfer) -> tuple[VirtualCard, WindowsProgram]:
        shape = FORMATS[transfer.format][0], max(2, transfer.channels)
        if shape not in running:
            close()
            card = Card(sample_format=shape[0], channels=shape[1])
            card.start()
            running[shape] = card, WindowsProgram(card)
        return running[shape]

    yield give
    close()


def tolerance(transfer: Transfer) -> float:
    """Four steps of the coarsest format on the way: PortAudio's converters cut off, and dither."""
    bits = min(FORMATS[transfer.format][1], MOST_BITS.get(transfer.api, 24))
    return 0 if transfer.format == "paInt16" else 4.0 / 2 ** (bits - 1)


def tries(
    card: VirtualCard, once: Callable[[], Any], is_right: Callable[[Any], bool] = lambda _: False
) -> list[Any]:
    """The results of trying until one is right, again only if the card says that it ran dry."""
    results = []
    for _ in range(TRIES):
        underruns = card.underruns
        results.append(once())
        if is_right(results[-1]) or card.underruns == underruns:
            break
    return results


def check(transfer: Transfer, card: VirtualCard, send: Callable[[Any], tuple[bytes, str]]) -> None:
    """Sends noise until all of it has arrived."""
    exact = encode(transfer.format, noise(transfer.channels))
    sent = decode(transfer.format, exact, transfer.channels)

    def arrived() -> int:
        heard, name = send(sent)
        channels = card.channels if name == card.sample_format else transfer.channels
        return identical(sent, decode(name, heard, channels), tolerance(transfer))

    results = tries(card, arrived, lambda frames: frames == FRAMES)
    assert results[-1] == FRAMES, f"{results} of {FRAMES} frames arrived"


def skip_impossible(program: WindowsProgram, transfer: Transfer, side: str) -> None:
    """Skips what Wine has not: its driver and host APIs are not ours."""
    most = program.host_apis[transfer.api][side]
    if transfer.channels > most:
        pytest.skip(f"this host API has {most} channels on Wine")
    if transfer.api == WASAPI and transfer.format == "paInt24":
        # PortAudio asks for 24 bits at the top of 32, as Windows has them; pulse_spec_from_
        # waveformat() makes that S24_32LE, which PulseAudio has at the bottom.
        pytest.skip("Wine's PulseAudio driver takes the wrong 24 of 32 bits")


@pytest.mark.parametrize("transfer", transfers(PLAY_WAYS), ids=str)
def test_played_frames_arrive(player: Player, transfer: Transfer) -> None:
    card, program = player(transfer)
    skip_impossible(program, transfer, "output")

    def send(sent: Any) -> tuple[bytes, str]:
        return program.play(transfer, encode(transfer.format, sent)), card.sample_format

    check(transfer, card, send)


@pytest.mark.parametrize("transfer", transfers(RECORD_WAYS), ids=str)
def test_recorded_frames_arrive(player: Player, transfer: Transfer) -> None:
    card, program = player(transfer)
    skip_impossible(program, transfer, "input")

    def send(sent: Any) -> tuple[bytes, str]:
        # A card of two channels records one channel as the mean of both.
        sound = encode(card.sample_format, np.tile(sent, card.channels // transfer.channels))
        return program.record(transfer, sound, seconds=2.5), transfer.format

    check(transfer, card, send)


def other_rates(way: str) -> list[Transfer]:
    """Rates that the card has not."""
    return [
        Transfer(api, each, channels=channels, rate=rate, auto_convert=api == WASAPI)
        for api in APIS
        for each in (way, "callback")
        for rate, channels in ((44100, 2), (16000, 1))
    ]


@pytest.mark.parametrize("transfer", other_rates("write"), ids=str)
def test_another_rate_is_played(player: Player, transfer: Transfer) -> None:
    card, program = player(transfer)
    sound = encode(transfer.format, tone(transfer.rate, transfer.channels))

    def once() -> float:
        played = program.play(transfer, sound)
        return distortion(decode(card.sample_format, played, card.channels), RATE)

    assert tries(card, once)[-1] < 0.02


@pytest.mark.parametrize("transfer", other_rates("read"), ids=str)
def test_another_rate_is_recorded(player: Player, transfer: Transfer) -> None:
    card, program = player(transfer)
    sound = encode(card.sample_format, tone(RATE, card.channels))

    def once() -> float:
        recorded = program.record(transfer, sound, seconds=2.5)
        return distortion(decode(transfer.format, recorded, transfer.channels), transfer.rate)

    assert tries(card, once)[-1] < 0.02
