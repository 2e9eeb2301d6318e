# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
r"""A sound card for machines that have none: a private PulseAudio null sink, or JACK's dummy.

The real PortAudio plays and records through the real ALSA or JACK; only the hardware is missing.
What is played into a `VirtualCard` is captured bit for bit, and what is fed to it is recorded::

    with VirtualCard() as card, card.capture() as captured:
        subprocess.run(["python", "play_wave.py"], env={**os.environ, **card.environment()})
    frames = captured.data.strip(b"\0")

From a shell, `python -m pyaudiopp.virtual_card -- COMMAND ARGS...` runs any program on such a card.

It needs only the standard library, and runs without the rest of pyaudiopp:
`python python/pyaudiopp/virtual_card -- COMMAND ARGS...`.
"""

from __future__ import annotations

from ._jack import JackDummy
from ._pulse import Capture, VirtualCard, find_pulse_plugin
from ._run import main, prefer_real_time, run_command, run_on_card
from ._server import remove_abandoned

__all__ = [
    "Capture",
    "JackDummy",
    "VirtualCard",
    "find_pulse_plugin",
    "main",
    "prefer_real_time",
    "remove_abandoned",
    "run_command",
    "run_on_card",
]
