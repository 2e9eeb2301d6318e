# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The package's files, for packagers."""

from __future__ import annotations

import importlib.metadata
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_pyinstaller_is_told_what_only_the_extension_module_imports() -> None:
    distribution = importlib.metadata.distribution("pyaudiopp")
    (entry,) = (point for point in distribution.entry_points if point.group == "pyinstaller40")
    assert entry.name == "hook-dirs"
    (directory,) = entry.load()()
    hook = runpy.run_path(str(Path(directory, "hook-pyaudiopp.py")))

    calls = re.compile(r'(?:module_::import|PyImport_ImportModule)\("([\w.]+)"\)')
    sources = sorted((ROOT / "python" / "bindings").glob("*.cpp"))
    imported = {name for path in sources for name in calls.findall(path.read_text())}
    # os and atexit are in every program.
    assert imported - {"atexit", "os"} == set(hook["hiddenimports"])


@pytest.mark.skipif(sys.platform == "win32", reason="pkg-config is not how it is found there")
def test_without_portaudio_pip_ends_with_what_to_install(tmp_path: Path) -> None:
    pytest.importorskip("scikit_build_core")
    command = [sys.executable, "-m", "pip", "install", "--no-index", "--no-build-isolation"]
    hidden = {
        "CMAKE_ARGS": "-DCMAKE_DISABLE_FIND_PACKAGE_portaudio=ON",
        "PKG_CONFIG_LIBDIR": str(tmp_path),
        "PKG_CONFIG_PATH": "",
    }
    result = subprocess.run(
        [*command, "--no-deps", f"--target={tmp_path}", str(ROOT)],
        env={**os.environ, **hidden},
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert result.returncode != 0
    last = (result.stdout + result.stderr).splitlines()[-15:]
    assert any("apt install" in line and "portaudio19-dev" in line for line in last), result
