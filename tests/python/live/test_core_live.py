# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""pyaudiopp.core through the real PortAudio."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from pyaudiopp import core
from pyaudiopp.virtual_card import VirtualCard

pytestmark = pytest.mark.skipif(bool(VirtualCard.missing()), reason="no virtual sound card here")

RATE = 48000


def test_what_is_written_to_a_device_by_name_is_played(
    card: VirtualCard, exactly: Callable[..., None]
) -> None:
    noise = b"\1\1\1\1" + random.Random(5).randbytes(RATE * 2 - 8) + b"\1\1\1\1"

    def play() -> tuple[bytes, bytes, int]:
        with card.capture() as captured, core.Session() as session:
            device = session.find_device(("alsa", "default"), output=True)
            side = core.StreamSide(device, latency=device.default_high_output_latency)
            config = core.StreamConfig(output=side, sample_rate=RATE)
            with core.Stream(session, config) as stream:
                stream.start()
                stream.write(noise)
        heard = captured.data
        start = (len(heard) - len(heard.lstrip(b"\0"))) // 4 * 4
        end = -(-len(heard.rstrip(b"\0")) // 4) * 4
        return noise, heard[start:end], stream.counters["output_underflows"]

    exactly(play, 4)
