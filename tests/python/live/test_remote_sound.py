# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Sound through a remote PulseAudio server, as in docs/remote-sound.md: here over TCP."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from pyaudiopp.virtual_card import VirtualCard

PLAY = """
import sys
import pyaudiopp

with pyaudiopp.PyAudio() as p:
    with p.open(format=8, channels=2, rate=48000, output=True, latency=0.2) as stream:
        stream.write(sys.stdin.buffer.read())
"""
SOUND = bytes(value % 251 + 1 for value in range(4 * 48000))


@pytest.fixture
def server(card: VirtualCard) -> Iterator[str]:
    """The virtual card's server, listening on a private port for clients with its cookie."""
    cookie = card.environment()["PULSE_COOKIE"]
    port = 47000 + os.getpid() % 1000
    options = [f"port={port}", "listen=127.0.0.1", f"auth-cookie={cookie}"]
    module = card.pactl("load-module", "module-native-protocol-tcp", *options).strip()
    yield f"tcp:127.0.0.1:{port}"
    card.pactl("unload-module", module)


def test_frames_arrive_over_the_network(
    card: VirtualCard, server: str, exactly: Callable[..., None]
) -> None:
    def play() -> tuple[bytes, bytes, int]:
        with card.capture() as captured:
            environment = {**os.environ, "PULSE_SERVER": server}
            command = [sys.executable, "-c", PLAY]
            subprocess.run(command, input=SOUND, env=environment, timeout=60, check=True)
        return SOUND, captured.data.strip(b"\0"), 0

    exactly(play, frame_size=4)
