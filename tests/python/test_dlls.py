# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Windows looks for DLLs in many places; none that somebody has left there is loaded."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "win32", reason="DLLs are Windows'")

# PortAudio by the names that others give it, what a compiler could have linked us with, and what
# PortAudio loads while it runs.
STRANGERS = (
    *("portaudio.dll", "portaudio_x64.dll", "libportaudio.dll", "libportaudio-2.dll"),
    *("libportaudio64bit.dll", "libportaudio64bit-asio.dll"),
    *("libstdc++-6.dll", "libgcc_s_seh-1.dll", "libwinpthread-1.dll", "libc++.dll"),
    *("dsound.dll", "avrt.dll", "ksuser.dll", "winmm.dll", "setupapi.dll", "mmdevapi.dll"),
)

PROGRAM = """
import ctypes, ctypes.wintypes, os, sys
import pyaudiopp
p = pyaudiopp.PyAudio()
p.get_device_count()
try:
    p.open(48000, 2, pyaudiopp.paInt16, output=True).write(bytes(4000))
except OSError:
    pass  # no sound card here
p.terminate()
psapi, kernel = ctypes.WinDLL("psapi"), ctypes.WinDLL("kernel32")
modules, needed = (ctypes.c_void_p * 1000)(), ctypes.wintypes.DWORD()
psapi.EnumProcessModules.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ulong,
                                     ctypes.c_void_p]
kernel.GetCurrentProcess.restype = ctypes.c_void_p
kernel.GetModuleFileNameW.argtypes = [ctypes.c_void_p, ctypes.c_wchar_p, ctypes.c_ulong]
assert psapi.EnumProcessModules(kernel.GetCurrentProcess(), modules, ctypes.sizeof(modules),
                                ctypes.byref(needed))
for module in modules[: needed.value // ctypes.sizeof(ctypes.c_void_p)]:
    name = ctypes.create_unicode_buffer(1000)
    kernel.GetModuleFileNameW(module, name, 1000)
    print(name.value)
"""


@pytest.mark.parametrize("place", ["the current directory", "PATH", "beside the program"])
@pytest.mark.parametrize("backend", ["real", "simulation"])
def test_a_dll_that_lies_about_is_not_loaded(place: str, backend: str, tmp_path: Path) -> None:
    strange = tmp_path / "strange"
    strange.mkdir()
    system = Path(os.environ["SYSTEMROOT"], "System32")
    for name in STRANGERS:  # any DLL will do
        shutil.copy(system / "version.dll", strange / name)
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    if backend == "simulation":
        environment["PYAUDIOPP_BACKEND"] = "simulation"
    else:
        environment.pop("PYAUDIOPP_BACKEND", None)
    if place == "PATH":
        environment["PATH"] = f"{strange}{os.pathsep}{environment['PATH']}"
    program = strange / "program.py" if place == "beside the program" else tmp_path / "program.py"
    program.write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, str(program)],
        env=environment,
        cwd=strange if place == "the current directory" else tmp_path,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 0
    loaded = [Path(line) for line in done.stdout.splitlines()]
    assert any(path.name.startswith("_core.") for path in loaded)
    assert [path for path in loaded if strange in path.parents] == []
    assert not [path for path in loaded if path.name.lower().startswith("libportaudio")]
