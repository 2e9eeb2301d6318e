# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""``pyaudiopp tone``: plays a sine tone."""

from __future__ import annotations

import numpy as np

from pyaudiopp import paFloat32
from pyaudiopp._cli import terminal
from pyaudiopp._cli.sound import PATIENCE, find, start, trying
from pyaudiopp._cli.status import DONE, USAGE, Failure

_FADE = 0.01  # seconds; without a fade the tone clicks


def tone(
    device: str | None,
    host_api: str | None,
    rate: int | None,
    channels: int | None,
    frequency: float,
    level: float,
    duration: float,
    channel: int | None,
) -> int:
    """Plays a sine tone at a level in dBFS on all channels, or on one."""
    with start() as p:
        info = find(p, "output", device, host_api)
        rate = rate or int(info["defaultSampleRate"])
        channels = channels or max(channel or 1, min(2, info["maxOutputChannels"]))
        if channel is not None and channel > channels:
            raise Failure(f"there is no channel {channel}; the stream has {channels}", USAGE)
        if frequency >= rate / 2:
            raise Failure(f"{frequency:g} Hz needs a rate of more than {2 * frequency:g} Hz", USAGE)
        frames, amplitude = max(1, round(duration * rate)), 10 ** (level / 20)
        columns = slice(None) if channel is None else slice(channel - 1, channel)
        with trying("play"):
            stream = p.open(
                rate,
                channels,
                paFloat32,
                output=True,
                output_device=info["index"],
                latency="high",
                clip_off=False,
                drain=True,
                timeout=PATIENCE,
            )
            where = "all channels" if channel is None else f"channel {channel}"
            name = terminal.printable(info["name"])
            terminal.say(f"{frequency:g} Hz, {level:g} dB, {duration:g} s on {where} of {name}")
            for begin in range(0, frames, 4096):
                n = np.arange(begin, min(begin + 4096, frames))
                fade = np.minimum(1, np.minimum(n, frames - n) / (_FADE * rate))
                sine = amplitude * fade * np.sin(2 * np.pi * frequency / rate * n)
                block = np.zeros((len(n), channels), "f4")
                block[:, columns] = sine[:, None]
                stream.write(block.data)
            stream.close()
    return DONE
