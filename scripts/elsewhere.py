# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Compiles what treats a system specially for systems that this machine is not: macOS and musl.

Usage: elsewhere.py [TARGET...]     (all by default; they have Zig's names)

The compiler is Zig's from PyPI, which has the C and C++ headers of these systems. Nothing is linked
or run. Apple's frameworks are not to be had: PortAudio's header that includes theirs gets the two
types that it mentions. The last line is the total: N passed, N failed, N skipped.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from wheel import portaudio_source
from wheel_tools import zig

ROOT = Path(__file__).resolve().parents[1]
TARGETS = ("aarch64-macos", "x86_64-linux-musl")
SYSTEMS = re.compile("__APPLE__|__linux__|__GLIBC__|_WIN32")
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Wsign-conversion"]
WARNINGS += ["-Wold-style-cast", "-Werror", "-Wno-missing-field-initializers"]
APPLES = {
    "AudioUnit/AudioUnit.h": "",
    "AudioToolbox/AudioToolbox.h": "typedef int SInt32; typedef unsigned int AudioDeviceID;\n",
}


def sources() -> list[Path]:
    """The sources of the library that mention a system.

    Not the extension's: Debian's headers of Python are for Debian's processors and C library only.
    """
    found = ROOT.glob("cpp/src/**/*.cpp")
    return sorted(path for path in found if SYSTEMS.search(path.read_text()))


def make_headers(directory: Path) -> None:
    """PortAudio's headers, with stand-ins for Apple's, and the generated ones of ours."""
    source = Path(portaudio_source())
    if source.is_dir():
        (directory / "portaudio").symlink_to(source / "include")
    else:
        with tarfile.open(source) as archive:
            for member in archive:
                if "/include/" in member.name and member.isfile():
                    member.name = f"portaudio/{Path(member.name).name}"
                    archive.extract(member, directory)
    for name, text in APPLES.items():
        (directory / "apple" / name).parent.mkdir(parents=True)
        (directory / "apple" / name).write_text(text)


def options(target: str, headers: Path) -> list[str]:
    """The compiler's options for a target."""
    system = [headers / "portaudio"]
    if "macos" in target:
        system.append(headers / "apple")
    ours = ["cpp/include", "cpp/src", "build/dev/cpp/src/include"]
    defines = ["AUDIOPP_STATIC_DEFINE", "AUDIOPP_BUNDLED_PORTAUDIO", "AUDIOPP_PORTAUDIO_DEBUG_HOOK"]
    return [
        *("-std=c++17", "-fvisibility=hidden", *WARNINGS),
        *(f"-D{name}" for name in defines),
        *(f"-I{ROOT / name}" for name in ours),
        *(f"-isystem{path}" for path in system),
    ]


def main(targets: list[str]) -> int:
    if unknown := set(targets) - set(TARGETS):
        print(f"unknown target {unknown.pop()}; use one of: {', '.join(TARGETS)}", file=sys.stderr)
        return 2
    compiler = zig()
    passed = failed = 0
    with tempfile.TemporaryDirectory() as temporary:
        make_headers(Path(temporary))

        def compile_for(target: str, source: Path) -> subprocess.CompletedProcess[str]:
            made = Path(temporary, f"{target}-{source.stem}.o")
            command = [compiler, "c++", "-target", target, *options(target, Path(temporary))]
            command += ["-c", source, "-o", made]
            return subprocess.run(command, capture_output=True, text=True, check=False)

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            jobs = [(target, source) for target in targets or TARGETS for source in sources()]
            for (target, source), result in zip(jobs, pool.map(compile_for, *zip(*jobs))):
                if result.returncode == 0:
                    passed += 1
                    continue
                failed += 1
                print(f"{source.relative_to(ROOT)} for {target}:\n{result.stderr}", flush=True)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
