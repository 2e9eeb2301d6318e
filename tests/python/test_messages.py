# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""ALSA's and JACK's messages go to logging, not to stderr: the real PortAudio, without a server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="ALSA and JACK are Linux's")


def run(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    # libjack complains about a missing server even if ALSA is silent.
    clean = {name: value for name, value in os.environ.items() if name != "PYAUDIOPP_BACKEND"}
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        env={**clean, "JACK_DEFAULT_SERVER": "none", "JACK_NO_START_SERVER": "1", **environment},
    )


START = """
import logging, sys, pyaudiopp
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
pyaudiopp.PyAudio().terminate()
"""


def test_starting_is_silent_and_logged() -> None:
    result = run(START)
    assert result.stderr == ""
    assert "DEBUG:pyaudiopp.portaudio:" in result.stdout


def test_a_switch_gives_the_noise_back() -> None:
    result = run(START, PYAUDIOPP_MESSAGES="stderr")
    assert result.stderr != ""
    assert result.stdout == ""


def test_what_the_program_prints_is_left_alone() -> None:
    result = run("""
import os, threading, pyaudiopp
def talk():
    for _ in range(2000):
        os.write(2, b"x\\n")
thread = threading.Thread(target=talk)
thread.start()
for _ in range(3):
    pyaudiopp.PyAudio().terminate()
thread.join()
""")
    assert result.stderr == "x\n" * 2000


def test_a_handler_of_the_programs_own_is_kept() -> None:
    result = run("""
import ctypes, pyaudiopp
kind = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int,
                        ctypes.c_char_p)
handler = kind(lambda *arguments: None)
alsa = ctypes.CDLL("libasound.so.2")
alsa.snd_lib_error_set_handler(handler)
pyaudiopp.PyAudio().terminate()
in_force = ctypes.c_void_p.in_dll(alsa, "snd_lib_error").value
assert in_force == ctypes.cast(handler, ctypes.c_void_p).value
""")
    assert (result.returncode, result.stderr) == (0, "")


def test_the_default_handler_is_put_back() -> None:
    result = run("""
import ctypes, pyaudiopp
alsa = ctypes.CDLL("libasound.so.2")
before = ctypes.c_void_p.in_dll(alsa, "snd_lib_error").value
pyaudiopp.PyAudio().terminate()
assert ctypes.c_void_p.in_dll(alsa, "snd_lib_error").value == before
""")
    assert (result.returncode, result.stderr) == (0, "")


def test_a_message_does_not_cost_the_exception_that_it_is_about(tmp_path: Path) -> None:
    config = tmp_path / "asound.conf"
    device = '{ type null hint { show on description "null" } }'
    config.write_text(f"pcm.!default {device}\npcm.other {device}\n")
    result = run(
        """
import logging, os, sys, pyaudiopp
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
p = pyaudiopp.PyAudio()
os.unlink(os.environ["ALSA_CONFIG_PATH"])
clear = getattr(sys, "_clear_internal_caches", None) or sys._clear_type_cache
clear()
try:
    p.open(rate=48000, channels=2, format=pyaudiopp.paInt16, output=True)
except pyaudiopp.PortAudioError:
    print("raised")
""",
        ALSA_CONFIG_PATH=str(config),
    )
    assert "Unknown PCM default" in result.stdout
    assert result.stdout.endswith("raised\n"), result


# Lets ALSA say something on another thread while the program uses a simulation.
SAY = """
import ctypes, logging, sys, threading, time, pyaudiopp
from pyaudiopp import simulation
logged = []
class Keep(logging.Handler):
    def emit(self, record):
        logged.append(record.getMessage())
logging.getLogger("pyaudiopp.portaudio").addHandler(Keep())
logging.getLogger("pyaudiopp.portaudio").setLevel(logging.DEBUG)

real = pyaudiopp.PyAudio()  # its start takes ALSA's messages
alsa = ctypes.CDLL("libasound.so.2")
kind = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int,
                        ctypes.c_char_p)
say = kind(ctypes.c_void_p.in_dll(alsa, "snd_lib_error").value)
def talk(text):
    thread = threading.Thread(target=say, args=(b"pcm.c", 7, b"snd_pcm", 0, text))
    thread.start()
    thread.join()
logged.clear()
card = simulation.Simulation(clock="free_running")
card.use()
p = pyaudiopp.PyAudio()
both = dict(rate=48000, channels=1, format=pyaudiopp.paInt16)
"""


@pytest.mark.parametrize("size", [64, 48000])
@pytest.mark.parametrize("call", ["stream.read(size)", "stream.write(bytes(2 * size))"])
def test_messages_are_logged_while_a_stream_runs_well(call: str, size: int) -> None:
    result = run(f"""{SAY}
size = {size}
stream = p.open(input="read" in {call!r}, output="write" in {call!r}, **both)
for block in range(100):
    if block == 50:
        talk(b"tick")
        assert logged == []
    {call}
    assert logged == ["ALSA: pcm.c:7:(snd_pcm) tick"] * (block >= 50), (block, logged)
""")
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("call", ["is_active()", "is_stopped()"])
def test_messages_are_logged_by_other_calls(call: str) -> None:
    result = run(f"""{SAY}
stream = p.open(input=True, **both)
talk(b"tick")
stream.{call}
assert logged == ["ALSA: pcm.c:7:(snd_pcm) tick"], logged
""")
    assert (result.returncode, result.stderr) == (0, "")


def test_messages_that_are_lost_are_counted() -> None:
    result = run(f"""{SAY}
stream = p.open(input=True, **both)
for n in range(600):
    say(b"pcm.c", 7, b"snd_pcm", 0, b"%d" % n)
stream.read(64)
assert logged[:-1] == [f"ALSA: pcm.c:7:(snd_pcm) {{n}}" for n in range(len(logged) - 1)]
assert logged[-1] == f"{{601 - len(logged)}} messages were lost", logged[-1]
talk(b"later")
stream.read(64)
assert logged[-1] == "ALSA: pcm.c:7:(snd_pcm) later"
""")
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_fork_while_messages_are_logged_does_not_hang() -> None:
    result = run(f"""{SAY}
import os, warnings
warnings.simplefilter("ignore", DeprecationWarning)
stream = p.open(input=True, **both)
stopping = False
def go_on(work):
    while not stopping:
        work()
works = [lambda: say(b"pcm.c", 7, b"snd_pcm", 0, b"tick"), lambda: stream.read(64)]
threads = [threading.Thread(target=go_on, args=(work,)) for work in works * 2]
[thread.start() for thread in threads]
for _ in range(30):
    child = os.fork()
    if child == 0:
        logged.clear()
        say(b"pcm.c", 7, b"snd_pcm", 0, b"child")
        try:
            stream.is_active()
        finally:
            os._exit(0 if logged == ["ALSA: pcm.c:7:(snd_pcm) child"] else 1)
    assert os.waitpid(child, 0)[1] == 0
stopping = True
[thread.join() for thread in threads]
assert len(logged) > 100
""")
    assert (result.returncode, result.stderr) == (0, "")


def test_a_ctrl_c_that_comes_while_messages_are_logged_reaches_the_program() -> None:
    result = run(f"""{SAY}
import signal
class Interrupt(logging.Handler):
    def emit(self, record):
        signal.raise_signal(signal.SIGINT)
logging.getLogger("pyaudiopp.portaudio").addHandler(Interrupt())
stream = p.open(input=True, **both)
talk(b"tick")
try:
    stream.read(64)
    time.sleep(5)
except KeyboardInterrupt:
    print("interrupted")
assert logged == ["ALSA: pcm.c:7:(snd_pcm) tick"], logged
""")
    assert (result.returncode, result.stdout, result.stderr) == (0, "interrupted\n", "")
