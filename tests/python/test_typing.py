# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Compares the type stubs with the modules."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ALLOWLIST = Path(__file__).with_name("stubtest_allowlist.txt")


@pytest.mark.skipif(
    importlib.util.find_spec("mypy") is None, reason="mypy is not installed: pip install mypy"
)
@pytest.mark.timeout(300)
def test_stubs_describe_the_modules(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "pyaudiopp", "--allowlist", ALLOWLIST],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert result.returncode == 0, result.stdout + result.stderr


TYPED = """
from collections.abc import Mapping
import pyaudio

def callback(
    in_data: bytes | None, frame_count: int, time_info: Mapping[str, float], status: int
) -> tuple[bytes | None, int]:
    return in_data, pyaudio.paContinue

class Wire:
    stream: pyaudio.Stream | None = None

    def __init__(self) -> None:
        self.audio = pyaudio.PyAudio()

    def start(self) -> None:
        self.stream = self.audio.open(
            48000, 1, pyaudio.paInt16, True, True, stream_callback=callback
        )

    def name(self) -> str:
        info: Mapping[str, str | int | float] = self.audio.get_default_input_device_info()
        return str(info["name"])

    def stop(self) -> None:
        if self.stream is not None:
            self.audio.close(self.stream)
"""
WRONG = """
import pyaudio

p = pyaudio.PyAudio()
p.open(48000, 1)
p.open(48000, 1, "int16")
p.open(48000, 1, pyaudio.paInt16, outputs=True)
stream: int = p.open(48000, 1, pyaudio.paInt16)
p.get_device_info_by_index(0)["maxInputChannels"] > 0
p.get_device_info_by_index("0")
p.open(48000, 1, pyaudio.paInt16, stream_callback=lambda data: data)
"""


def mypy(tmp_path: Path, module: str, code: str) -> list[tuple[int, str]]:
    """Returns mypy's errors by line."""
    (tmp_path / "program.py").write_text(
        code.replace("import pyaudio\n", f"import {module} as pyaudio\n")
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--python-version=3.10", "--no-pretty"]
    result = subprocess.run(
        [*command, "program.py"], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    errors = re.findall(r"^program.py:(\d+): error: .*(\[.*\])$", result.stdout, re.M)
    return [(int(line), rule) for line, rule in errors]


@pytest.mark.skipif(
    importlib.util.find_spec("mypy") is None, reason="mypy is not installed: pip install mypy"
)
@pytest.mark.timeout(300)
def test_mypy_sees_what_it_sees_in_types_pyaudio(tmp_path: Path) -> None:
    assert mypy(tmp_path, "pyaudiopp", TYPED) == []
    found = mypy(tmp_path, "pyaudiopp", WRONG)
    assert {line for line, _ in found} == set(range(5, 12))
    if importlib.util.find_spec("pyaudio-stubs") is not None:
        assert mypy(tmp_path, "pyaudio", TYPED) == []
        assert found == mypy(tmp_path, "pyaudio", WRONG)
