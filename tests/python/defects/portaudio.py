# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Bugs in PortAudio itself that PyAudio passes on."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

from defect import card, jack, program


@program("PortAudio", "paInt8 recorded from PulseAudio is what was in the memory", theirs="wrong")
def portaudio_leaves_a_block_as_it_was(pyaudio: Any) -> None:
    card()
    stream = pyaudio.PyAudio().open(input=True, format=16, channels=1, rate=48000)
    dirt = [b"\x55" * (400 + n) for n in range(64)]
    dirt.clear()  # the next block of that size is one of these
    heard = stream.read(400)
    assert heard.count(0) == 400, f"{400 - heard.count(0)} samples of silence are not 0"


@program("PortAudio", "PyAudio() without an ALSA configuration", theirs="crash")
def portaudio_needs_an_alsa_device(pyaudio: Any) -> None:
    os.environ["ALSA_CONFIG_PATH"] = "/nonexistent/asound.conf"
    p = pyaudio.PyAudio()
    assert p.get_device_count() == 0, "it finds devices"


# A JACK client with one output; any function can process that takes 128 and returns 0.
_CLIENT = """
import ctypes, sys
jack = ctypes.CDLL("libjack.so.0")
for name in "jack_client_open", "jack_port_register":
    getattr(jack, name).restype = ctypes.c_void_p
client = ctypes.c_void_p(jack.jack_client_open(sys.argv[1].encode(), 0, None))
jack.jack_port_register(client, b"out", b"32 bit float mono audio", ctypes.c_ulong(2),
                        ctypes.c_ulong(0))
process = ctypes.cast(ctypes.CDLL(None).isdigit, ctypes.c_void_p)
jack.jack_set_process_callback(client, process, None)
jack.jack_activate(client)
print("ready", flush=True)
sys.stdin.read()
"""


@program("PortAudio", 'a JACK client called "Speaker + Headphones" has no channels', theirs="wrong")
def portaudio_reads_a_name_as_an_expression(pyaudio: Any) -> None:
    jack()
    name = "Speaker + Headphones"
    pipe = subprocess.PIPE
    client = subprocess.Popen([sys.executable, "-c", _CLIENT, name], stdin=pipe, stdout=pipe)
    assert client.stdout is not None
    assert client.stdout.readline() == b"ready\n"
    p = pyaudio.PyAudio()
    devices = [p.get_device_info_by_index(i) for i in range(p.get_device_count())]
    client.communicate()
    [found] = [device["maxInputChannels"] for device in devices if device["name"] == name]
    assert found == 1, f"it has {found} channels"
