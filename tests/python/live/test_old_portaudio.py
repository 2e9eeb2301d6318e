# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Sound systems that PortAudio 19.6 does not survive, or sees wrong."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyaudiopp.virtual_card import JackDummy

# ALSA's configurations, with the number of devices in them; None: there is no file.
NULL = "{ type null hint { show on description null } }"
CONFIGURATIONS = {
    "no file": (None, 0),
    "an empty file": ("", 0),
    "no devices": ("defaults.pcm.card 0\n", 0),
    "an empty list of devices": ("pcm { }\n", 0),
    "one device": (f"pcm.one {NULL}\n", 1),
    "only devices that work": (f"pcm.one {NULL}\npcm.two {NULL}\n", 2),
    "a device that does not work": ("pcm.broken { type nonsense }\n", 0),
    "only a default": (f"pcm.!default {NULL}\n", 1),
    "a default and another": (f"pcm.!default {NULL}\npcm.one {NULL}\n", 2),
    "a default that does not work": (f"pcm.!default {{ type nonsense }}\npcm.one {NULL}\n", 1),
    "only dmix": (f"pcm.dmix {NULL}\n", 1),
}
COUNT_TWICE = """
import pyaudiopp
for _ in range(2):  # PortAudio frees ALSA's configuration when it ends
    p = pyaudiopp.PyAudio()
    print(p.get_device_count())
    p.terminate()
"""


@pytest.fixture(params=CONFIGURATIONS)
def alsa(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """An ALSA configuration for children of this process; the number of its devices."""
    text, count = CONFIGURATIONS[request.param]
    path = tmp_path / "asound.conf"
    if text is not None:
        path.write_text(text)
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(path))
    monkeypatch.setenv("JACK_NO_START_SERVER", "1")
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "none")
    for name in ("PULSE_SERVER", "XDG_RUNTIME_DIR", "PYAUDIOPP_BACKEND"):
        monkeypatch.delenv(name, raising=False)
    return count


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs Python in its own process."""
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_it_starts_on_any_alsa_configuration(alsa: int) -> None:
    done = python("-c", COUNT_TWICE)
    assert (done.returncode, done.stdout.split()) == (0, [str(alsa)] * 2), done.stderr


@pytest.mark.parametrize("command", ["devices", "doctor"])
def test_the_command_line_survives_any_alsa_configuration(alsa: int, command: str) -> None:
    pytest.importorskip("click")
    done = python("-m", "pyaudiopp", command)
    assert done.returncode in (0, 1, 3), (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr


def test_the_doctor_misses_the_alsa_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("click")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(tmp_path / "alsa.conf"))
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "none")
    done = python("-m", "pyaudiopp", "doctor")
    assert done.returncode == 1
    assert "install libasound2-data" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("version", "count"), [(0x130600, 3), (0x1306FF, 3), (0x130700, 1), (0x130800, 1)]
)
def test_the_doctor_knows_the_faults_of_each_portaudio(version: int, count: int) -> None:
    from pyaudiopp._cli.doctor import known_faults

    assert len(known_faults(version)) == count


# ---- JACK ----

NAMES = [
    "plain",
    "Speaker + Headphones",
    "Built-in Audio (1)",
    "a (broken",
    "b [broken",
    "c] d",
    "*",
    "what?",
    "one|plain",
    "a.c",
    "abc",
    "^start",
    "end$",
    "{2}",
    "back\\slash",
]

# Two outputs and an input. One client for each process: libjack can crash with more.
CLIENT = """
import ctypes, sys
jack = ctypes.CDLL("libjack.so.0")
jack.jack_client_open.restype = ctypes.c_void_p
jack.jack_port_register.argtypes = [
    ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_ulong
]
jack.jack_port_register.restype = ctypes.c_void_p
jack.jack_set_process_callback.argtypes = [ctypes.c_void_p] * 3
jack.jack_activate.argtypes = [ctypes.c_void_p]
client = jack.jack_client_open(sys.argv[1].encode(), 0, None)
for port, flags in ((b"left", 2), (b"right", 2), (b"in", 1)):
    assert jack.jack_port_register(client, port, b"32 bit float mono audio", flags, 0)
# A client must process: any function will do that takes 128, the frames, and returns 0.
process = ctypes.cast(ctypes.CDLL(None).isdigit, ctypes.c_void_p)
assert jack.jack_set_process_callback(client, process, None) == 0
assert jack.jack_activate(client) == 0
print("ready", flush=True)
sys.stdin.read()
"""

LIST = """
import json, pyaudiopp
with pyaudiopp.PyAudio() as p:
    jack = p.get_host_api_info_by_type(pyaudiopp.paJACK)
    found = {}
    for number in range(jack["deviceCount"]):
        info = p.get_device_info_by_host_api_device_index(jack["index"], number)
        name = info["name"]
        found[name] = [info["maxInputChannels"], info["maxOutputChannels"]]
        if name != "system" and info["maxInputChannels"]:
            stream = p.open(48000, 2, pyaudiopp.paInt16, input=True, input_device=info["index"])
            found[name].append(len(stream.read(100)))
            stream.close()
print(json.dumps(found))
"""


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A JACK server with clients of odd names."""
    if missing := JackDummy.missing():
        pytest.skip(f"no JACK here: it needs {', '.join(missing)}")
    with JackDummy() as jack, contextlib.ExitStack() as stack:
        for name, value in jack.environment().items():
            monkeypatch.setenv(name, value)
        pipe = subprocess.PIPE
        for name in NAMES:
            command = [sys.executable, "-c", CLIENT, name]
            process = stack.enter_context(subprocess.Popen(command, stdin=pipe, stdout=pipe))
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
        yield


def test_jack_devices_have_their_channels_whatever_they_are_called(clients: None) -> None:
    done = python("-c", LIST)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    found.pop("system")
    assert found == {name: [2, 1, 400] for name in NAMES}
