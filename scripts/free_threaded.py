# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Builds CPython 3.14 without a GIL, and runs the tests on it; again with ThreadSanitizer.

Usage: free_threaded.py [SUITE...]; all suites by default. The exit status is 1 if anything failed.
    scripts/free-threaded installs what it needs. What has been built is used again. CPYTHON_SOURCE
    is the path of a source archive of CPython to build instead of Debian's.
"""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import suites
from debian import apt_source, fetch_source
from suites import ROOT, Suite
from wheel_tools import Failure, quietly

HOME = ROOT / "build" / "free-threaded"
VERSION = "3.14"
# What Debian's archive keeps, for the days when sid's index names a version that it does not have.
KEPT = "3.14.7"


@dataclass(frozen=True)
class Interpreter:
    """A CPython without a GIL, in a directory of its own."""

    name: str
    options: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()  # of the extension module's build

    @property
    def python(self) -> Path:
        """The program, in its virtual environment."""
        return HOME / self.name / "venv" / "bin" / "python"

    def make(self) -> None:
        """Builds and installs it, once, and what the tests need."""
        directory = HOME / self.name
        program = directory / "installed" / "bin" / f"python{VERSION}t"
        if not program.exists():
            print(f"\n== Building CPython {VERSION} without a GIL ({self.name})", flush=True)
            build = directory / "build"
            build.mkdir(parents=True, exist_ok=True)
            configure = [str(unpacked_source() / "configure")]
            configure += [f"--prefix={directory / 'installed'}"]
            configure += ["--disable-gil", "--with-ensurepip=install", *self.options]
            quietly(f"{self.name}-configure", configure, build)
            quietly(f"{self.name}-make", ["make", f"-j{os.cpu_count()}"], build)
            quietly(f"{self.name}-install", ["make", "install"], build)
        if not self.python.exists():
            quietly(f"{self.name}-venv", [program, "-m", "venv", self.python.parents[1]])
        pip = [str(self.python), "-m", "pip", "install"]
        needs = ["-r", "requirements/build.txt", "-r", "requirements/test.txt"]
        quietly(f"{self.name}-requirements", [*pip, *needs])
        print(f"\n== Building and installing pyaudiopp ({self.name})", flush=True)
        settings = [f"build-dir={directory / 'package'}", *self.settings]
        options = [argument for setting in settings for argument in ("--config-settings", setting)]
        options += ["--no-build-isolation", "--no-deps", "."]
        quietly(f"{self.name}-package", [*pip, *options])

    def run(self, *arguments: str) -> list[str]:
        """The command that runs a Python program."""
        return [str(self.python), *arguments]


PLAIN = Interpreter("plain", options=("CFLAGS=-O2",))
SANITIZED = Interpreter(
    "sanitized",
    options=("--with-thread-sanitizer", "CFLAGS=-O1 -g"),
    settings=(
        "cmake.build-type=RelWithDebInfo",
        "cmake.define.AUDIOPP_SANITIZE=thread",
        "install.strip=false",
    ),
)


def unpacked_source() -> Path:
    """The directory of CPython's source, fetched once."""
    directory = HOME / "source"
    if not (directory / "configure").exists():
        archive = os.environ.get("CPYTHON_SOURCE") or fetched_archive()
        directory.mkdir(parents=True, exist_ok=True)
        unpack = ["tar", "-C", str(directory), "-xf", str(archive), "--strip-components=1"]
        quietly("cpython-source", unpack)
    return directory


def fetched_archive() -> Path:
    """Sid's archive of CPython, or the one that Debian keeps."""
    downloads = ROOT / "build" / "downloads"
    name = f"python{VERSION}"
    if not (found := sorted(downloads.glob(f"{name}_*.orig.tar.xz"))):
        try:
            fetch_source(name, downloads)
        except subprocess.CalledProcessError:
            archive = f"{name}_{KEPT}.orig.tar.xz"
            address = f"{apt_source()['URIs'].rstrip('/')}/pool/main/p/{name}/{archive}"
            urllib.request.urlretrieve(address, downloads / archive)
        found = sorted(downloads.glob(f"{name}_*.orig.tar.xz"))
    return found[-1]


def known_suites() -> dict[str, Suite]:
    """All suites by short name, in the order they run."""
    pytest = PLAIN.run("-m", "pytest", "--junit-xml=REPORT")
    races = "tests/soak/races.py"
    return {
        "python": Suite(
            "Python tests on the simulation",
            [*pytest, "-n2", "tests/python", "--ignore=tests/python/live"],
            "junit",
        ),
        "live": Suite("Live tests and examples", [*pytest, "tests/python/live"], "junit"),
        "races": Suite("Races", PLAIN.run(races, "--seconds=5"), "line"),
        "soak": Suite("Soak test", PLAIN.run("tests/soak/soak.py", "2", "--threads=8")),
        "sanitized-races": Suite(
            "Races with ThreadSanitizer",
            # A forked child of several threads is beyond the sanitizer.
            SANITIZED.run(races, "--seconds=3", "--without=processes_are_forked"),
            "line",
        ),
        "sanitized-soak": Suite(
            "Soak test with ThreadSanitizer",
            SANITIZED.run("tests/soak/soak.py", "1", "--threads=8", "--slack=2000"),
        ),
    }


def main(names: list[str]) -> int:
    known = known_suites()
    if not suites.are_known(names, known):
        return 2
    names = names or list(known)
    sanitized = [name.startswith(SANITIZED.name) for name in names]
    os.environ["TSAN_OPTIONS"] = "report_bugs=0"  # the build runs what it has built
    try:
        if not all(sanitized):
            PLAIN.make()
        if any(sanitized):
            SANITIZED.make()
    except (Failure, OSError, RuntimeError, subprocess.CalledProcessError) as error:
        print(f"free_threaded: {error}", file=sys.stderr)
        return 1
    suites.RESULTS = suites.RESULTS / "free-threaded"
    ignored = [HOME / "source" / "Tools" / "tsan" / "suppressions_free_threading.txt"]
    ignored += [ROOT / "tests" / "soak" / "tsan_suppressions.txt"]
    together = HOME / "suppressions.txt"
    together.write_text("\n".join(path.read_text() for path in ignored if path.exists()))
    os.environ["TSAN_OPTIONS"] = f"suppressions={together}"  # a report makes the status 66
    os.environ["PYTHON_GIL"] = "0"  # whatever modules are loaded
    return suites.run(names, known)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
