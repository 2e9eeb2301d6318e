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
    # A JACK server that is not there has something to say even where ALSA has not.
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
