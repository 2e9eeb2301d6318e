# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Builds and checks wheels for Windows on Linux, for any CPython from 3.9 on; wheel.py calls it.

Usage: windows_wheel.py WHEEL...     only checks wheels, whatever compiler has made them

The compiler for x86 is Debian's mingw-w64, that for ARM is Zig's from PyPI. The CPython that runs
this script has nothing to do with the one that the wheel is for.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from wheel_tools import Failure, build_wheel, zig
from windows_python import headers, short

ROOT = Path(__file__).resolve().parents[1]

# Each of these is in every Windows from 7 on; api-ms-win-crt-* from 10 on.
SYSTEM = {"advapi32.dll", "kernel32.dll", "msvcrt.dll", "ole32.dll", "setupapi.dll", "user32.dll"}
SYSTEM |= {"winmm.dll"}
LICENCES = {"LICENSE", "LICENSE.PortAudio", "LICENSE.pybind11"}


@dataclass
class Platform:
    """What Windows calls a processor, in the names of modules and in the headers of files."""

    machine: str
    number: int  # IMAGE_FILE_MACHINE_*
    licence: str  # of what our compiler links in


PLATFORMS = {
    "win_amd64": Platform("x86_64", 0x8664, "LICENSE.mingw-w64"),
    "win32": Platform("i686", 0x14C, "LICENSE.mingw-w64"),
    "win_arm64": Platform("aarch64", 0xAA64, "LICENSE.libcxx"),
}


# ---- build ----


def build(version: str, platform: str, portaudio: str, directory: Path) -> Path:
    """Builds a wheel for a CPython and a platform, into a directory."""
    target = PLATFORMS[platform]
    tag = f"cp{short(version)}"
    python = headers(version, target.machine)
    environment = dict(os.environ)
    if target.machine == "aarch64":
        environment["AUDIOPP_ZIG"] = zig()
        environment["AUDIOPP_ZIG_TARGET"] = "aarch64-windows-gnu"
        toolchain = "ZigToolchain.cmake"
    else:
        environment["AUDIOPP_WINDOWS_MACHINE"] = target.machine
        toolchain = "WindowsToolchain.cmake"
    settings = [
        f"build-dir=build/wheel-{platform}/{tag}",  # one each: CMake would keep what it has found
        f"wheel.tags={tag}-{tag}-{platform}",
        "cmake.python-hints=false",  # they are those of the running Python
        f"cmake.define.CMAKE_TOOLCHAIN_FILE={ROOT / 'cmake' / toolchain}",
        f"cmake.define.AUDIOPP_PORTAUDIO_SOURCE={portaudio}",
        f"cmake.define.Python_INCLUDE_DIR={python.include}",
        f"cmake.define.Python_LIBRARY={python.library}",
        f"cmake.define.pybind11_DIR={pybind11_directory()}",
        "cmake.define.PYTHON_IS_DEBUG=false",
        f"cmake.define.PYTHON_MODULE_EXTENSION=.{tag}-{platform}.pyd",
        "cmake.define.PYTHON_MODULE_DEBUG_POSTFIX=",
        "install.strip=false",  # the linker has done it
    ]
    return build_wheel(settings, directory, environment)


def pybind11_directory() -> str:
    """Where the running Python's pybind11 has its CMake files."""
    command = [sys.executable, "-m", "pybind11", "--cmakedir"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


# ---- check ----


@dataclass
class Imports:
    """The import table of a module: the DLLs, and what it takes from Python's."""

    libraries: set[str]
    python: set[str]


def check(wheel: Path, licences: Iterable[str] = ()) -> tuple[str, Imports]:
    """Checks a wheel's content; returns a summary, and what its module imports.

    Args:
        wheel: the file, whose name says what it is for.
        licences: of what a compiler has linked in.

    Raises:
        Failure: if something is linked, exported or missing that should not be.
    """
    import pefile

    _, _, tag, _, platform = wheel.stem.split("-")
    target = PLATFORMS[platform]
    module = f"pyaudiopp/_core.{tag}-{platform}.pyd"
    with zipfile.ZipFile(wheel) as archive:
        check_files(wheel, archive, f"{tag}-{tag}-{platform}", module, LICENCES.union(licences))
        image = pefile.PE(data=archive.read(module))
        size = archive.getinfo(module).file_size
    if image.FILE_HEADER.Machine != target.number:
        raise Failure(f"{module} is for machine {image.FILE_HEADER.Machine:#x}")
    exported = [symbol.name for symbol in image.DIRECTORY_ENTRY_EXPORT.symbols]
    if exported != [b"PyInit__core"]:
        raise Failure(f"{module} exports {exported}")
    sections = {section.Name.rstrip(b"\0").decode() for section in image.sections}
    # A name of more than eight characters is "/" and a place in the table of strings.
    debug = {name for name in sections if name.startswith((".debug", "/"))}
    if image.FILE_HEADER.PointerToSymbolTable or debug:
        raise Failure(f"{module} is not stripped")
    imports = imports_of(image)
    python = f"python{tag[2:]}.dll"
    if python not in imports.libraries:
        raise Failure(f"{module} does not import {python}")
    unknown = imports.libraries - SYSTEM - {python}
    if unwanted := {name for name in unknown if not name.startswith("api-ms-win-crt-")}:
        raise Failure(f"{module} is linked with {sorted(unwanted)}")
    others = ", ".join(sorted(imports.libraries - {python}))
    summary = (
        f"{wheel.name}: {wheel.stat().st_size:,} bytes, {module}: {size:,} bytes,"
        f" imports {len(imports.python)} names of {python}; {others}"
    )
    return summary, imports


def imports_of(image: object) -> Imports:
    """Reads a module's import table."""
    tables = {
        table.dll.decode().lower(): {(entry.name or b"").decode() for entry in table.imports}
        for table in image.DIRECTORY_ENTRY_IMPORT  # type: ignore[attr-defined]
    }
    python = {name for library in tables if re.match(r"python3\d+\.dll", library)
              for name in tables[library]}  # fmt: skip
    return Imports(set(tables), python)


def check_files(
    wheel: Path, archive: zipfile.ZipFile, tag: str, module: str, licences: set[str]
) -> None:
    """Checks tag, libraries and licences, and RECORD's digest of every file."""
    names = archive.namelist()
    libraries = [name for name in names if name.endswith((".pyd", ".dll", ".so"))]
    if libraries != [module]:
        raise Failure(f"{wheel.name} has these libraries: {libraries}")
    found = {Path(name).name for name in names if ".dist-info/licenses/" in name}
    if missing := licences - found:
        raise Failure(f"{wheel.name} lacks the licences {sorted(missing)}")
    (info,) = {name.split("/")[0] for name in names if ".dist-info/" in name}
    if f"Tag: {tag}" not in archive.read(f"{info}/WHEEL").decode().splitlines():
        raise Failure(f"{wheel.name}: WHEEL does not say {tag}")
    rows = csv.reader(archive.read(f"{info}/RECORD").decode().splitlines())
    record = {name: (digest, size) for name, digest, size in rows}
    if set(record) != set(names):
        raise Failure(f"{wheel.name}: RECORD and the files differ: {set(record) ^ set(names)}")
    for name in set(names) - {f"{info}/RECORD"}:
        content = archive.read(name)
        encoded = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        if record[name] != (f"sha256={encoded}", str(len(content))):
            raise Failure(f"{wheel.name}: RECORD has another digest of {name}")


def main(wheels: list[str]) -> int:
    if not wheels:
        sys.exit(__doc__)
    try:
        for wheel in wheels:
            print(check(Path(wheel))[0])
    except Failure as failure:
        print(f"wheel: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
