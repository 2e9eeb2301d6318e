# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Ctrl-C and Ctrl-Break, wherever the program is: in a call that waits, in a callback, asleep."""

from __future__ import annotations

import sys
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

START = """
import os, signal, sys, threading, time
import pyaudiopp
from pyaudiopp import core, paContinue
from pyaudiopp.simulation import Device, HostApi, Simulation
card = Simulation([HostApi(type=HOST_API, devices=[Device(high_latency=10)])], clock="real_time")
card.use()
p = pyaudiopp.PyAudio()
MONO = dict(format=pyaudiopp.paInt16, channels=1, rate=48000)
LONG = 500  # seconds: longer than any test
SOUND = bytes(2 * 48000 * 50)

def silence(in_data, frame_count, *_):
    return bytes(2 * frame_count), paContinue

def sleeps(in_data, frame_count, *_):
    time.sleep(frame_count / 96000)
    return silence(in_data, frame_count)

def waits(*_):
    global entered
    entered = True
    threading.Event().wait(LONG)

def is_closed(stream):
    try:
        stream.is_active()
    except OSError:
        return True

# The test interrupts when it reads the line: not before the call below.
# os.write() holds no lock that the interpreter's end would want.
said = threading.Timer(0.5, os.write, [1, b"ready\\n"])
said.daemon = True
"""

# Where the program is, and what is true of the stream after the interrupt. Each call would take
# longer than the test.
PLACES = {
    "read": ("s = p.open(input=True, **MONO)", "s.read(48000 * LONG)", "s.is_active()"),
    "read, timeout": (
        "s = p.open(input=True, **MONO)",
        "s.read(48000 * LONG, timeout=LONG)",
        "s.is_active()",
    ),
    "read_into": (
        "s = p.open(input=True, **MONO); block = bytearray(2 * 48000 * LONG)",
        "s.read_into(block)",
        "s.is_active()",
    ),
    "read_into, timeout": (
        "s = p.open(input=True, **MONO); block = bytearray(2 * 48000 * LONG)",
        "s.read_into(block, timeout=LONG)",
        "s.is_active()",
    ),
    "write": ("s = p.open(output=True, **MONO)", "s.write(SOUND * 10)", "s.is_active()"),
    "write, timeout": (
        "s = p.open(output=True, **MONO)",
        "s.write(SOUND * 10, timeout=LONG)",
        "s.is_active()",
    ),
    "write, full duplex": (
        "s = p.open(input=True, output=True, **MONO)",
        "s.write(SOUND * 10)",
        "s.is_active()",
    ),
    "core read": (
        "s = p.open(input=True, **MONO)._handle",
        "s.read(48000 * LONG)",
        "s.is_active",
    ),
    "stop_stream, callback": (
        "s = p.open(output=True, stream_callback=silence, callback_buffer=60.0, **MONO)\n"
        "time.sleep(1)",
        "s.stop_stream()",
        "s.is_stopped()",
    ),
    "close, callback that waits": (
        "entered = False; s = p.open(output=True, stream_callback=waits, **MONO)\n"
        "while not entered: time.sleep(0.01)",
        "s.close()",
        "True",
    ),
    "sleep": ("s = p.open(output=True, stream_callback=silence, **MONO)",
              "time.sleep(LONG)", "s.is_active()"),
    "sleep, callback that sleeps": (
        "s = p.open(output=True, stream_callback=sleeps, **MONO)",
        "time.sleep(LONG)",
        "s.is_active()",
    ),
    "sleep, buffered callback": (
        "s = p.open(output=True, stream_callback=sleeps, callback_buffer=0.2, **MONO)",
        "time.sleep(LONG)",
        "s.is_active()",
    ),
    "loop": (
        "s = p.open(output=True, stream_callback=silence, **MONO)",
        "\n    while s.is_active(): time.sleep(0.01)",
        "s.is_active()",
    ),
    "play": ("", "pyaudiopp.play(SOUND * 10, 48000)", "True"),
    "record": ("", "pyaudiopp.record(LONG, 48000)", "True"),
}  # fmt: skip
# Where we wait for the end of the sound, in PortAudio's queue or in our own.
for host_api in ("paALSA", "paWASAPI", "paDirectSound", "paWDMKS"):
    queued = "s = p.open(output=True, latency=60.0, **MONO); s.write(SOUND)"
    PLACES[f"stop_stream on {host_api}"] = (queued, "s.stop_stream()", "s.is_stopped()")
    PLACES[f"close on {host_api}"] = (queued, "s.close()", "is_closed(s)")
    PLACES[f"terminate on {host_api}"] = (queued, "p.terminate()", "is_closed(s)")


# Elsewhere Ctrl-Break is any other signal.
BREAK_PLACES = list(PLACES)[:: 1 if sys.platform == "win32" else 7]


def program(place: str, more: str = "") -> str:
    before, call, after = PLACES[place]
    host_api = place.partition(" on ")[2] or "paInDevelopment"
    return f"""{START.replace("HOST_API", f"pyaudiopp.{host_api}")}
{more}
{before}
said.start()
try:
    {call}
except BaseException:
    if not ({after}):
        print("left in another state", file=sys.stderr, flush=True)
    raise
print("ended by itself", file=sys.stderr)
"""


@pytest.fixture
def start(interruptible: Callable[..., Any]) -> Callable[[str], Any]:
    return lambda text: interruptible("-c", text)


@pytest.mark.parametrize("place", PLACES)
def test_ctrl_c_raises_keyboard_interrupt(start: Callable[[str], Any], place: str) -> None:
    running = start(program(place))
    running.wait_for("ready")
    running.press("C")
    status, out, err = running.end(timeout=40)
    assert (status, out) == (running.ENDED_BY_CTRL_C, ""), err
    assert err.startswith("Traceback")
    assert err.endswith("KeyboardInterrupt\n")
    assert "state" not in err


@pytest.mark.parametrize("place", BREAK_PLACES)
def test_ctrl_break_ends_the_program(start: Callable[[str], Any], place: str) -> None:
    running = start(program(place))
    running.wait_for("ready")
    running.press("Break")
    assert running.end(timeout=40) == (running.ENDED_BY_BREAK, "", "")


@pytest.mark.parametrize("place", BREAK_PLACES)
def test_ctrl_break_calls_the_programs_handler(start: Callable[[str], Any], place: str) -> None:
    handler = """
def handle(*_):
    raise RuntimeError("on purpose")
signal.signal(getattr(signal, "SIGBREAK", signal.SIGTERM), handle)
"""
    if sys.platform == "win32":  # Wine's C library does not know it from the console
        handler += """
ready, said = said, threading.Timer(1.5, signal.raise_signal, [signal.SIGBREAK])
said.daemon = True
ready.start()
"""
    running = start(program(place, handler))
    running.wait_for("ready")
    if sys.platform != "win32":
        running.press("Break")
    status, out, err = running.end(timeout=40)
    assert (status, out) == (1, ""), err
    assert err.endswith("RuntimeError: on purpose\n")
    assert "state" not in err


def test_a_second_ctrl_c_is_as_good_as_the_first(start: Callable[[str], Any]) -> None:
    running = start(
        f"""{START.replace("HOST_API", "0")}
s = p.open(input=True, **MONO)
said.start()
for line in ("once", "twice"):
    try:
        s.read(48000 * LONG)
    except KeyboardInterrupt:
        print(line, flush=True)
"""
    )
    running.wait_for("ready")
    running.press("C")
    running.wait_for("once")
    running.press("C")
    assert running.end(timeout=40) == (0, "twice\n", "")


# ---- the command line ----

# Tells when the stream has been open for a while.
COMMAND = """
import os, signal, sys, threading
import pyaudiopp
from pyaudiopp._cli import main
from pyaudiopp.simulation import Device, HostApi, Simulation
# It waits for a machine that is busy.
card = Simulation([HostApi(devices=[Device(high_latency=10)])], clock="real_time")
card.use()
open_stream = pyaudiopp.PyAudio.open
def open_and_tell(*arguments, **options):
    stream = open_stream(*arguments, **options)
    said = threading.Timer(0.7, os.write, [1, b"ready\\n"])  # as above
    said.daemon = True
    said.start()
    if "PRESS_ITSELF" in os.environ:
        pressed = threading.Timer(1.5, signal.raise_signal, [signal.SIGBREAK])
        pressed.daemon = True
        pressed.start()
    return stream
pyaudiopp.PyAudio.open = open_and_tell
sys.exit(main(sys.argv[1:]))
"""
SILENT, INTERRUPTED = 3, 130
BY_BREAK = None  # the system's own status

# The status after Ctrl-C and after Ctrl-Break. The microphone hears silence.
COMMANDS = {
    ("play", "tune.wav"): (INTERRUPTED, BY_BREAK),
    ("play", "--format=raw", "--rate=1000", "--channels=1", "tune.wav"): (INTERRUPTED, BY_BREAK),
    ("record", "take.wav"): (SILENT, SILENT),
    ("record", "take.flac"): (SILENT, SILENT),
    ("record", "-t", "500", "take.wav"): (SILENT, SILENT),
    ("meter",): (SILENT, BY_BREAK),
    ("meter", "-t", "500"): (INTERRUPTED, BY_BREAK),
    ("tone", "-t", "500"): (INTERRUPTED, BY_BREAK),
    ("latency", "--rounds", "100"): (INTERRUPTED, BY_BREAK),
}


@pytest.mark.parametrize("key", ["C", "Break"])
@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_key_ends_a_command(
    interruptible: Callable[..., Any],
    arguments: tuple[str, ...],
    key: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    soundfile = pytest.importorskip("soundfile")
    monkeypatch.chdir(tmp_path)
    with wave.open("tune.wav", "wb") as file:
        file.setparams((1, 2, 48000, 0, "NONE", ""))
        file.writeframes(bytes(range(250)) * 2 * 48 * 500)
    expected = COMMANDS[arguments][("C", "Break").index(key)]
    # Wine's C library does not know Ctrl-Break from the console.
    itself = sys.platform == "win32" and key == "Break" and expected is not BY_BREAK
    running = interruptible("-c", COMMAND, *arguments, **({"PRESS_ITSELF": "1"} if itself else {}))
    running.wait_for("ready")
    if not itself:
        running.press(key)
    status, _, err = running.end(timeout=40)
    assert status == (running.ENDED_BY_BREAK if expected is BY_BREAK else expected), err
    assert "Traceback" not in err
    if arguments[0] == "record":
        assert soundfile.info(arguments[-1]).frames > 10000
