# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Runs in run.py's bare Debian: removes libraries, and checks what pyaudiopp says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

START = """
import logging, sys
import pyaudiopp
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
p = pyaudiopp.PyAudio()
apis = [p.get_host_api_info_by_index(i)["name"] for i in range(p.get_host_api_count())]
print("host APIs:", apis)
p.terminate()
"""

# PortAudio itself prints a message about a lost device.
LOSE_THE_CARD = """
import logging, os, sys
import pyaudiopp
from virtual_card import VirtualCard
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
with VirtualCard() as card:
    os.environ.update(card.environment())
    p = pyaudiopp.PyAudio()
try:
    p.open(rate=48000, channels=2, format=pyaudiopp.paInt16, output=True)
except OSError as error:
    print("refused:", error)
"""


def run(program: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program]
    here = Path(__file__).parent
    return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=here)


def remove(library: str) -> None:
    """Removes a library from this disposable system."""
    for path in Path("/usr/lib").rglob(f"{library}*"):
        path.unlink()


def main() -> None:
    result = run(START)
    assert (result.returncode, result.stderr) == (0, ""), result
    assert "host APIs: ['ALSA']" in result.stdout, result
    for source in ("ALSA", "JACK"):
        assert f"DEBUG:pyaudiopp.portaudio:{source}: " in result.stdout, result
    result = run(LOSE_THE_CARD)
    assert (result.returncode, result.stderr) == (0, ""), result
    assert "refused: " in result.stdout, result
    assert "DEBUG:pyaudiopp.portaudio:PortAudio: Expression" in result.stdout, result
    print("messages of ALSA, JACK and PortAudio go to logging, not to stderr")

    remove("libjack.so.0")
    result = run(START)
    assert (result.returncode, result.stderr) == (0, ""), result
    assert "host APIs: ['ALSA']" in result.stdout, result
    assert "JACK: " not in result.stdout, result
    print("without libjack: only ALSA")

    remove("libasound.so.2")
    result = run(START)
    assert result.returncode == 1, result
    assert "libasound.so.2" in result.stderr, result
    assert "apt install libasound2" in result.stderr, result
    print("without libasound:", result.stderr.splitlines()[-1])


if __name__ == "__main__":
    main()
