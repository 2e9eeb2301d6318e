# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The interpreter's exit closes streams; destructors that run later may still use them."""

from __future__ import annotations

import subprocess
import sys

import pytest

START = """
import sys
import pyaudiopp
from pyaudiopp import core, simulation
card = simulation.Simulation(clock="free_running")
card.use()
p = pyaudiopp.PyAudio()
MONO = {"format": pyaudiopp.paInt16, "channels": 1, "rate": 48000}
def silence(in_data, frame_count, *_):
    return bytes(2 * frame_count), pyaudiopp.paContinue
"""

STREAMS = {
    "output": "p.open(output=True, **MONO)",
    "input": "p.open(input=True, **MONO)",
    "both": "p.open(input=True, output=True, **MONO)",
    "callback": "p.open(output=True, stream_callback=silence, **MONO)",
    "never started": "p.open(output=True, start=False, **MONO)",
    "stopped": "p.open(output=True, **MONO); stream.stop_stream()",
}

USES = {
    "stop": "s.stop_stream()",
    "stop twice": "s.stop_stream(); s.stop_stream()",
    "abort": "s.abort()",
    "low-level stop": "pa.stop_stream(s._stream)",
    "low-level abort": "pa.abort_stream(s._stream)",
    "ask": "assert s.is_active() is False and s.is_stopped() is True",
    "if active, stop": "s.is_active() and s.stop_stream()",
    "unless stopped, stop": "s.is_stopped() or s.stop_stream()",
    "all": "s.stop_stream(); s.close(); p.terminate()",
    "core": "s = s._handle; s.stop(); s.abort(); s.close(); assert not s.is_active",
}


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("use", USES)
def test_a_destructor_after_the_exit_prints_nothing(stream: str, use: str) -> None:
    program = f"""
{START}
stream = {STREAMS[stream]}
class Player:
    def __init__(self):
        self.stream, self.p = stream, p
    def __del__(self, pa=pyaudiopp.pa, out=sys.stdout):
        s, p = self.stream, self.p
        {USES[use]}
        out.write("used")
        out.flush()
player = Player()
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    assert (ended.stdout, ended.stderr, ended.returncode) == ("used", "", 0)


@pytest.mark.parametrize("call", ["stop_stream", "is_active", "is_stopped"])
def test_a_stream_that_the_program_closed_still_says_so(call: str) -> None:
    program = f"""
{START}
stream = p.open(output=True, **MONO)
stream.close()
stream._is_running = True
class Player:
    def __del__(self, stream=stream, out=sys.stdout):
        try:
            stream.{call}()
        except OSError:
            out.write("refused")
            out.flush()
player = Player()
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    assert (ended.stdout, ended.stderr) == ("refused", "")
