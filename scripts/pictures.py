# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Makes docs/pictures by running commands in a terminal, on the virtual sound card.

Run by `nox -s pictures`.
"""

from __future__ import annotations

import array
import contextlib
import fcntl
import io
import math
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

from pyaudiopp.virtual_card import JackDummy, VirtualCard

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
COLUMNS = 100
RATE = 48000


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with VirtualCard() as card, JackDummy() as jack:
        os.environ.update({**jack.environment(), **card.environment()})
        draw("devices")
        draw("doctor")
        with playing(card):
            draw("meter", "--duration", "2")
        with wired(jack):
            draw("latency", "--host-api", "jack", "--rounds", "3")


@contextlib.contextmanager
def playing(card: VirtualCard) -> Iterator[None]:
    """Plays two tones for some seconds, once a program listens."""

    def play() -> None:
        card.wait_for_recorder()
        # Amplitude (1 is full scale) and frequency in Hz, left and right.
        channels = ((0.4, 440), (0.07, 550))
        frames = [
            round(32767 * level * math.sin(2 * math.pi * pitch * n / RATE))
            for n in range(5 * RATE)
            for level, pitch in channels
        ]
        card.play(array.array("h", frames).tobytes())

    player = threading.Thread(target=play)
    player.start()
    yield
    player.join()


@contextlib.contextmanager
def wired(jack: JackDummy) -> Iterator[None]:
    """Connects the next program's output to its input."""

    def connect() -> None:
        while not {"PortAudio:out_0", "PortAudio:in_0"} <= set(jack.ports()):
            time.sleep(0.05)
        jack.connect("PortAudio:out_0", "PortAudio:in_0")

    connector = threading.Thread(target=connect, daemon=True)
    connector.start()
    yield
    connector.join()


def draw(name: str, *options: str) -> None:
    """Runs a command and draws the final screen of the terminal."""
    words = ["pyaudiopp", name, *options]
    shown = run_in_terminal([sys.executable, "-m", *words])
    # The last frame follows the last sequence that moves the cursor back and clears the line.
    last = re.split(r"(?:\r|\x1b\[2K|\x1b\[1A)*\x1b\[(?:2K|1A)", shown)[-1]
    last = re.sub(r"\x1b\[\?25[lh]", "", last).replace("\r\n", "\n").strip("\n")
    screen = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    screen.print(Text("$ " + " ".join(words), "bold"))
    screen.print(Text.from_ansi(last))
    svg = screen.export_svg(title=" ".join(words[:2]), unique_id=name)
    # Do not load fonts from the web; use the viewer's own.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.S)
    svg = "\n".join(line.rstrip() for line in svg.splitlines() if line.strip()) + "\n"
    (PICTURES / f"{name}.svg").write_text(svg, encoding="utf-8")
    print(f"docs/pictures/{name}.svg")


def run_in_terminal(command: list[str]) -> str:
    """Runs a command in a pseudoterminal and returns its output."""
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    process = subprocess.Popen(
        command, env=environment, stdin=terminal, stdout=terminal, stderr=terminal
    )
    os.close(terminal)
    shown = b""
    with open(controller, "rb", buffering=0) as screen, contextlib.suppress(OSError):
        while block := screen.read(65536):  # EIO means the end
            shown += block
    process.wait()
    return shown.decode()


if __name__ == "__main__":
    main()
