# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The package's files, for packagers."""

from __future__ import annotations

import dis
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import pyaudiopp

ROOT = Path(__file__).resolve().parents[2]


def test_what_is_imported_by_name_is_seen_by_freezers() -> None:
    calls = re.compile(r'(?:module_::import|PyImport_ImportModule)\("([\w.]+)"\)')
    sources = sorted((ROOT / "python" / "bindings").glob("*.cpp"))
    imported = {name for path in sources for name in calls.findall(path.read_text())}
    imported |= {module for module in pyaudiopp._LAZY.values() if module}
    # Freezers read the bytecode, as dis does; os, atexit and built-in modules are in every program.
    shown = {
        f"pyaudiopp.{step.argval}"
        for step in dis.get_instructions(pyaudiopp._imported_by_name)
        if step.opname == "IMPORT_FROM"
    }
    assert imported - {"atexit", "os", *sys.builtin_module_names} <= shown


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
