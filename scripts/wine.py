# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Wine, and a CPython for Windows in it, in build/wine; nothing of the user's own Wine is used."""

from __future__ import annotations

import hashlib
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

from wheel_tools import Failure
from windows_python import whole_python

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / "build" / "wine"
PREFIX = HOME / "prefix"
PYTHON = HOME / "python"
DOWNLOADS = ROOT / "build" / "downloads"
SITE_PACKAGES = PYTHON / "Lib" / "site-packages"
REQUIREMENTS = ROOT / "requirements" / "windows.txt"
VERSION = "3.13"

ENVIRONMENT = {
    "WINEPREFIX": str(PREFIX),
    "WINEARCH": "win64",
    "WINEDEBUG": "-all",
    # Our C library; no menus, no browser, no .NET; no debugger, which would wait for somebody.
    "WINEDLLOVERRIDES": "ucrtbase=n,b;winemenubuilder.exe,winedbg.exe,mscoree,mshtml=d",
}
# Python in Wine 8 writes to a pipe, but not to a file.
QUIET = {"stdin": subprocess.DEVNULL, "capture_output": True}
PROGRAMS = {
    "wine": "wine and wine64",
    "x86_64-w64-mingw32-g++-posix": "g++-mingw-w64-x86-64-posix",
    "gendef": "mingw-w64-tools",
    "cmake": "cmake",
    "ninja": "ninja-build",
}


def require() -> None:
    """Checks that the programs are there.

    Raises:
        Failure: with the names of Debian's packages that are missing.
    """
    if missing := [package for name, package in PROGRAMS.items() if shutil.which(name) is None]:
        raise Failure(f"missing: {', '.join(missing)}; these are the names of Debian's packages")


def prepare() -> None:
    """Makes this process and its children use our Wine, and creates it if necessary."""
    os.environ.update(ENVIRONMENT)
    library = PREFIX / "drive_c" / "windows" / "system32" / "ucrtbase.dll"
    if not (PREFIX / "system.reg").exists():
        PREFIX.mkdir(parents=True, exist_ok=True)
        subprocess.run(["wine", "wineboot", "--init"], check=True, timeout=600, **QUIET)
        subprocess.run(["wineserver", "--wait"], check=True, timeout=600)
    mend_c_library(library)


def end() -> None:
    """Ends what still runs in our Wine."""
    if shutil.which("wineserver"):
        subprocess.run(["wineserver", "--kill"], check=False, env={**os.environ, **ENVIRONMENT})


def make_python() -> None:
    """Copies a CPython for Windows, into which packages may be installed."""
    if PYTHON.exists():
        return
    part = HOME / "part"
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(whole_python(VERSION), part)
    # Wine 8 ends a process that asks this module for the machine's name; Python does without.
    (part / "DLLs" / "_wmi.pyd").unlink()
    part.rename(PYTHON)


def python(*arguments: str) -> list[str]:
    """The command that runs CPython for Windows with these arguments."""
    return ["wine", str(PYTHON / "python.exe"), *arguments]


# ---- the C library ----

# What Wine 8 lacks and NumPy calls: a complex float comes in rcx, a float is returned in xmm0.
MISSING = {
    "crealf": bytes.fromhex("660f6ec1 c3"),  # movd xmm0, ecx; ret
    "cimagf": bytes.fromhex("48c1e920 660f6ec1 c3"),  # shr rcx, 32; movd xmm0, ecx; ret
}
BUILT_IN = b"Wine builtin DLL"  # Wine would take its own file instead of the one that says so
STUB = bytes.fromhex("4883ec28 488d0d")  # of a function that ends the process


def mend_c_library(library: Path) -> None:
    """Writes what is missing into the prefix's copy of Wine's ucrtbase.dll."""
    data = bytearray(library.read_bytes())
    if BUILT_IN not in data[:0x100]:
        return
    places = exports(data)
    stubs = [name for name in MISSING if data[places[name] :].startswith(STUB)]
    for name in stubs:
        data[places[name] : places[name] + len(MISSING[name])] = MISSING[name]
    if stubs:
        library.write_bytes(data.replace(BUILT_IN, b"Wine with crealf", 1))


def exports(data: bytes) -> dict[str, int]:
    """Where in a 64-bit DLL each exported function begins."""

    def number(place: int, kind: str = "<I") -> int:
        return int(struct.unpack_from(kind, data, place)[0])

    header = number(0x3C)
    sections = header + 24 + number(header + 20, "<H")
    table = [
        struct.unpack_from("<4I", data, sections + 40 * i + 8)
        for i in range(number(header + 6, "<H"))
    ]

    def place_of(address: int) -> int:
        return next(
            address - virtual + raw
            for size, virtual, raw_size, raw in table
            if virtual <= address < virtual + max(size, raw_size)
        )

    directory = place_of(number(header + 24 + 112))
    functions, names, ordinals = (place_of(number(directory + at)) for at in (28, 32, 36))
    found = {}
    for i in range(number(directory + 24)):
        start = place_of(number(names + 4 * i))
        name = data[start : data.index(0, start)].decode()
        found[name] = place_of(number(functions + 4 * number(ordinals + 2 * i, "<H")))
    return found


# ---- packages in it ----


def install_requirements() -> None:
    """Installs what the Python tests need; pip fetches it, since Wine may have no network."""
    stamp = PYTHON / "requirements.txt"
    wanted = REQUIREMENTS.read_text()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--upgrade"]
    command += ["--only-binary=:all:", "--platform=win_amd64", f"--python-version={VERSION}"]
    command += ["--implementation=cp", "--abi=cp313", f"--target={SITE_PACKAGES}"]
    command += ["--ignore-requires-python"]  # which would be the running Python's
    subprocess.run([*command, f"--requirement={REQUIREMENTS}"], check=True)
    stamp.write_text(wanted)


def install_wheel(wheel: Path) -> None:
    """Installs our wheel by the pip that runs in Wine, which makes programs for Windows."""
    stamp = PYTHON / "installed.txt"
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    command = python("-m", "pip", "install", "--quiet", "--no-index", "--no-deps")
    done = subprocess.run([*command, "--force-reinstall", f"Z:{wheel}"], **QUIET)
    if done.returncode != 0:
        raise Failure(f"pip could not install {wheel.name}: {done.stderr.decode()}")
    stamp.write_text(digest)
