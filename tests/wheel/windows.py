# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Packs examples into Windows programs, and plays with them under Wine.

Usage: windows.py PACKER PYTHON DIRECTORY

PACKER is pyinstaller or nuitka, PYTHON a python.exe that has it and pyaudiopp, and DIRECTORY where
the program goes. Compares what reaches a virtual sound card frame by frame.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parents[1] / "examples" / "python"
sys.path.insert(0, str(HERE.parents[1] / "python" / "pyaudiopp"))  # virtual_card, without _core

from inside import compare, prefer_real_time  # noqa: E402

# What follows `python -m`; the example and how the program is called.
PACKERS = {
    "pyinstaller": (
        ["PyInstaller", "--onefile", "--noconfirm", "--log-level=WARN"],
        ["--distpath={0}", "--workpath={0}/work", "--specpath={0}"],
        "play_wave",
    ),
    "nuitka": (
        ["nuitka", "--onefile", "--zig", "--assume-yes-for-downloads"],
        ["--output-dir={0}"],
        "play_wave_callback",
    ),
}


def main(packer: str, python: str, directory: str) -> int:
    module, places, example = PACKERS[packer]
    program = Path(directory, f"{example}.exe").resolve()
    program.unlink(missing_ok=True)
    line = [*module, *(place.format(program.parent) for place in places)]
    subprocess.run(
        ["wine", python, "-m", *line, str(EXAMPLES / f"{example}.py")], check=True, cwd="/"
    )
    prefer_real_time()
    return compare(["wine", str(program)])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
