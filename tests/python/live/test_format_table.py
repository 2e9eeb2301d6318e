# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Every format on devices of every format, read and written: what arrives is what was sent."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """ALSA's plugin for a device of one format."""
    compiler = shutil.which("c++")
    if compiler is None or not Path("/usr/include/alsa/pcm_external.h").exists():
        pytest.skip("no C++ compiler, or no libasound2-dev, for the plugin")
    library = tmp_path_factory.mktemp("plugin") / "fixed.so"
    source = str(HERE / "fixed_format.cpp")
    command = [compiler, "-std=c++17", "-shared", "-fPIC", "-DPIC", source]
    subprocess.run([*command, "-lasound", "-o", str(library)], check=True)
    return library


def test_every_format_on_every_device(plugin: Path, tmp_path: Path) -> None:
    command = [sys.executable, str(HERE / "format_table.py"), str(tmp_path), str(plugin)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=110)
    print(done.stdout)  # for `pytest -s`
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(" right") == 6 * 6 * 2 * 5
