# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Closing a stream keeps away from the thread of JACK 2's library that walks its ports."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

import pyaudiopp
from pyaudiopp.virtual_card import JackDummy, VirtualCard

CHANNELS = 8

# A client that says how many changes of the graph it was told of so far. A process of its own,
# since libjack can crash when a second client is opened in one.
COUNT = """
import ctypes, sys
jack = ctypes.CDLL("libjack.so.0")
jack.jack_client_open.restype = ctypes.c_void_p
client = ctypes.c_void_p(jack.jack_client_open(b"counter", 0, None))
changes = []
callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(lambda _: changes.append(0) or 0)
jack.jack_set_graph_order_callback(client, callback, None)
jack.jack_activate(client)
for line in sys.stdin:
    print(len(changes), flush=True)
jack.jack_client_close(client)
"""


@pytest.fixture
def jack(card: VirtualCard, monkeypatch: pytest.MonkeyPatch) -> Iterator[JackDummy]:
    """A server whose period is long enough for many changes of the graph."""
    if missing := JackDummy.missing():
        pytest.skip(f"no JACK here: it needs {', '.join(missing)}")
    with JackDummy(channels=CHANNELS, period=1024) as jack:
        for name, value in jack.environment().items():
            monkeypatch.setenv(name, value)
        yield jack


def test_the_ports_of_a_closed_stream_go_one_by_one(jack: JackDummy) -> None:
    """A walk follows each change of the graph, at most one in a period."""
    pipe = subprocess.PIPE
    counter = subprocess.Popen([sys.executable, "-c", COUNT], stdin=pipe, stdout=pipe, text=True)
    questions, answers = counter.stdin, counter.stdout
    assert questions is not None
    assert answers is not None

    def changes() -> int:
        print(file=questions, flush=True)
        return int(answers.readline())

    changes()  # it is ready
    p = pyaudiopp.PyAudio()
    host = p.get_host_api_info_by_type(pyaudiopp.paJACK)
    for is_started, expected in ((False, 2 * CHANNELS), (True, 4 * CHANNELS)):
        stream = p.open(
            48000, CHANNELS, pyaudiopp.paInt16, input=True, output=True, start=is_started,
            input_device_index=int(host["defaultInputDevice"]),
            output_device_index=int(host["defaultOutputDevice"]),
        )  # fmt: skip
        before = changes()
        stream.close()
        assert changes() - before >= expected - 1  # the last one may still be on its way
    p.terminate()
    counter.communicate()
