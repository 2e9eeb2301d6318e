# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Builds and checks wheels that include PortAudio.

Usage: wheel.py [--arch ARCH]     a manylinux wheel for the running Python, for x86_64 or aarch64;
                                  default: this machine's
       wheel.py --platform win_amd64 [--python VERSION...]
                                  wheels for Windows, also win32 and win_arm64; default: every
                                  CPython from 3.9 on
       wheel.py --fetch           only fetches PortAudio's source

Linux's compiler is Zig's from PyPI, which targets glibc 2.17; `nox -s wheel` installs it.
windows_wheel.py says what Windows's is. The source of PortAudio 19.7 is the archive or directory in
PORTAUDIO_SOURCE, or else Debian's source package. The wheels go to build/wheels/.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from pathlib import Path

import windows_python
import windows_wheel
from debian import fetch_source
from wheel_tools import Failure, build_wheel, zig

ROOT = Path(__file__).resolve().parents[1]
WHEELS = ROOT / "build" / "wheels"
DOWNLOADS = ROOT / "build" / "downloads"

# The system libraries that we use and that manylinux2014 allows.
ALLOWED = {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1"}
ALLOWED |= {"ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
LICENCES = {"LICENSE", "LICENSE.PortAudio", "LICENSE.libcxx", "LICENSE.pybind11"}
MACHINES = {"x86_64": "X86-64", "aarch64": "AArch64"}


def portaudio_source() -> str:
    """The path of PortAudio's source: PORTAUDIO_SOURCE, or Debian's upstream archive, fetched once.

    Debian 12 itself has 19.6. CMake verifies the archive's checksum.
    """
    if source := os.environ.get("PORTAUDIO_SOURCE"):
        return str(Path(source).resolve()) if Path(source).exists() else source
    archive = DOWNLOADS / "portaudio19_19.7.0.orig.tar.gz"
    if not archive.exists():
        try:
            fetch_source("portaudio19", DOWNLOADS)
        except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
            raise Failure(f"{error}; set PORTAUDIO_SOURCE to PortAudio 19.7.0's archive") from error
    if not archive.exists():
        raise Failure("Debian has another PortAudio; set PORTAUDIO_SOURCE to 19.7.0's archive")
    return str(archive)


def extension_suffix(arch: str) -> str:
    """The suffix of an extension module for this Python on that architecture."""
    return str(sysconfig.get_config_var("EXT_SUFFIX")).replace(platform.machine(), arch)


def build(arch: str, directory: Path) -> Path:
    """Builds the wheel with Zig, for glibc 2.17."""
    environment = {
        **os.environ,
        "AUDIOPP_ZIG": zig(),
        "AUDIOPP_ZIG_TARGET": f"{arch}-linux-gnu.2.17",
    }
    # The headers of Python are the same on every architecture; only names differ.
    environment["_PYTHON_HOST_PLATFORM"] = f"linux-{arch}"
    settings = [
        f"build-dir=build/wheel-{arch}/{{wheel_tag}}",
        f"cmake.define.PYTHON_MODULE_EXTENSION={extension_suffix(arch)}",
        "cmake.define.PYTHON_MODULE_DEBUG_POSTFIX=",
        f"cmake.define.CMAKE_TOOLCHAIN_FILE={ROOT / 'cmake' / 'ZigToolchain.cmake'}",
        f"cmake.define.AUDIOPP_PORTAUDIO_SOURCE={portaudio_source()}",
        "install.strip=false",
    ]
    return build_wheel(settings, directory, environment)


def label(wheel: Path, arch: str) -> Path:
    """Has auditwheel tag the wheel with the oldest manylinux it satisfies: 2014 or older."""
    directory = wheel.parent / "labelled"
    # Its --plat supports only this machine's architecture.
    command = [sys.executable, "-m", "auditwheel", "repair", "--only-plat"]
    subprocess.run([*command, "--wheel-dir", str(directory), str(wheel)], check=True)
    (made,) = directory.iterdir()
    if f"manylinux2014_{arch}" not in made.name:
        raise Failure(f"{made.name} is not for manylinux2014_{arch}")
    return made


def readelf(*arguments: str) -> str:
    return subprocess.run(
        ["readelf", *arguments], check=True, capture_output=True, text=True
    ).stdout


def check(wheel: Path, arch: str) -> str:
    """Checks a wheel's content, and returns a summary.

    Raises:
        Failure: if something is linked, exported or missing that should not be.
    """
    with zipfile.ZipFile(wheel) as archive, tempfile.TemporaryDirectory() as temporary:
        names = archive.namelist()
        libraries = [name for name in names if ".so" in Path(name).name]
        if libraries != [f"pyaudiopp/_core{extension_suffix(arch)}"]:
            raise Failure(f"{wheel.name} has these libraries: {libraries}")
        if missing := LICENCES - {Path(n).name for n in names if ".dist-info/licenses/" in n}:
            raise Failure(f"{wheel.name} lacks the licences {sorted(missing)}")
        library = archive.extract(libraries[0], temporary)
        size = Path(library).stat().st_size

        header = readelf("--file-header", library)
        if MACHINES[arch] not in header:
            raise Failure(f"{libraries[0]} is not for {arch}:\n{header}")
        dynamic = readelf("--dynamic", library)
        needed = re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic)
        if unwanted := set(needed) - ALLOWED:
            raise Failure(f"{libraries[0]} is linked with {sorted(unwanted)}")
        symbols = readelf("--dyn-syms", "--wide", library)
        exported = re.findall(r"(?:GLOBAL|WEAK|UNIQUE) +DEFAULT +\d+ (\S+)", symbols)
        if exported != ["PyInit__core"]:
            raise Failure(f"{libraries[0]} exports {exported}")
        if ".symtab" in readelf("--sections", "--wide", library):
            raise Failure(f"{libraries[0]} is not stripped")
    return (
        f"{wheel.name}: {wheel.stat().st_size:,} bytes, {libraries[0]}: {size:,} bytes,"
        f" NEEDED {', '.join(needed)}"
    )


def linux(arch: str) -> None:
    """Builds, labels and checks a wheel for Linux and the running Python."""
    with tempfile.TemporaryDirectory(dir=WHEELS) as temporary:
        wheel = label(build(arch, Path(temporary)), arch)
        print(check(wheel, arch))
        wheel.replace(WHEELS / wheel.name)


def windows(platform: str, versions: list[str]) -> None:
    """Builds and checks wheels for Windows, and compares what they take from Python.

    Only CPython 3.13 is run, so what the others import that it does not is listed.
    """
    imports = {}
    for version in versions:
        with tempfile.TemporaryDirectory(dir=WHEELS) as temporary:
            wheel = windows_wheel.build(version, platform, portaudio_source(), Path(temporary))
            licence = windows_wheel.PLATFORMS[platform].licence
            summary, imports[version] = windows_wheel.check(wheel, [licence])
            print(summary, flush=True)
            wheel.replace(WHEELS / wheel.name)
    tested = imports.get("3.13")
    for version, found in imports.items() if tested else ():
        more, fewer = found.python - tested.python, tested.python - found.python
        print(f"CPython {version} beside 3.13: {describe(more, '+')} {describe(fewer, '-')}")


def describe(names: set[str], sign: str) -> str:
    """A number of names with a sign, and the names."""
    return f"{sign}{len(names)}" + (f" ({', '.join(sorted(names))})" if names else "")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Build wheels that contain PortAudio.")
    parser.add_argument("--arch", choices=MACHINES, default=platform.machine())
    parser.add_argument("--platform", choices=windows_wheel.PLATFORMS)
    parser.add_argument("--python", nargs="+", choices=windows_python.VERSIONS, metavar="VERSION",
                        default=list(windows_python.VERSIONS))  # fmt: skip
    parser.add_argument("--fetch", action="store_true", help="only fetch PortAudio's source")
    options = parser.parse_args(arguments)
    try:
        WHEELS.mkdir(parents=True, exist_ok=True)
        if options.fetch:
            print(portaudio_source())
        elif options.platform:
            windows(options.platform, options.python)
        else:
            linux(options.arch)
    except Failure as failure:
        print(f"wheel: {failure}", file=sys.stderr)
        return 1
    except FileNotFoundError as error:
        print(f"wheel: {error.filename} is missing", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
