# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Builds for 64-bit Windows on Linux, and runs the tests there by Wine.

Usage: windows.py [SUITE...]; all suites but cpp-quick by default. The exit status is 1 if anything
    failed.
    scripts/windows installs what it needs. What has been built is used again.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import zipfile

import suites
import wine
from suites import Suite
from wheel import portaudio_source
from wheel_tools import Failure, quietly
from wine import DOWNLOADS, ROOT

WHEELS = ROOT / "build" / "wheels"
LIBRARIES = wine.HOME  # what test_native_callbacks.py calls
CPP_TESTS = ROOT / "build" / "windows" / "tests" / "cpp"


# ---- build ----


def build_cpp() -> None:
    """Builds the C++ library, its tests and examples."""
    make_sndfile()
    print("\n== Building the C++ library, its tests and its examples for Windows", flush=True)
    source = f"-DAUDIOPP_PORTAUDIO_SOURCE={portaudio_source()}"
    quietly("windows-configure", ["cmake", "--preset", "windows", source])
    quietly("windows-build", ["cmake", "--build", "--preset", "windows"])


def build_package() -> None:
    """Builds the wheel, and installs it into Wine's CPython."""
    print("\n== Building and installing pyaudiopp for Windows", flush=True)
    wine.make_python()
    wine.install_requirements()
    command = [sys.executable, "scripts/wheel.py", "--platform", "win_amd64"]
    quietly("windows-wheel", [*command, "--python", wine.VERSION])
    wheels = WHEELS.glob("*-cp313-win_amd64.whl")
    wine.install_wheel(max(wheels, key=lambda wheel: wheel.stat().st_mtime))
    compiler = ["x86_64-w64-mingw32-g++-posix", "-shared", "-static", "-std=c++17"]
    source = "tests/python/native_functions.cpp"
    include = ["-I", "python/pyaudiopp/include"]
    library = str(LIBRARIES / "native_functions.dll")
    quietly("windows-native", [*compiler, *include, source, "-o", library])


def make_sndfile() -> None:
    """Makes a CMake package of the libsndfile that soundfile's wheel for Windows contains."""
    package = wine.HOME / "sndfile"
    if (package / "SndFileConfig.cmake").exists():
        return
    package.mkdir(parents=True, exist_ok=True)
    [wanted] = [line for line in wine.REQUIREMENTS.read_text().split() if "soundfile" in line]
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    command += ["--platform=win_amd64", f"--dest={DOWNLOADS}", wanted]
    quietly("windows-sndfile", command)
    [wheel] = DOWNLOADS.glob("soundfile-*-win_amd64.whl")
    name = "libsndfile_x64"
    with zipfile.ZipFile(wheel) as files:
        (package / f"{name}.dll").write_bytes(files.read(f"_soundfile_data/{name}.dll"))
    for header in ("sndfile.h", "sndfile.hh"):
        shutil.copy(f"/usr/include/{header}", package)
    library = ["x86_64-w64-mingw32-dlltool", "-d", f"{name}.def", "-l", f"{name}.a"]
    for command in (["gendef", f"{name}.dll"], library):
        subprocess.run(command, cwd=package, check=True, capture_output=True)
    (package / "SndFileConfig.cmake").write_text(
        f"""\
add_library(SndFile::sndfile SHARED IMPORTED)
set_target_properties(
  SndFile::sndfile
  PROPERTIES IMPORTED_LOCATION "${{CMAKE_CURRENT_LIST_DIR}}/{name}.dll"
             IMPORTED_IMPLIB "${{CMAKE_CURRENT_LIST_DIR}}/{name}.a"
             INTERFACE_INCLUDE_DIRECTORIES "${{CMAKE_CURRENT_LIST_DIR}}")
"""
    )


# ---- run ----


def known_suites() -> dict[str, Suite]:
    """All suites by short name, in the order they run."""
    # UTF-8, which the project's files are in; not for the programs that the tests start.
    python = wine.python("-X", "utf8", "-m", "pytest", "--junit-xml=REPORT", "-p", "skips")
    no_live = "--ignore=tests/python/live"
    # Four minutes together.
    long = "*WalkTest*:*TheHandlerWasCalledAfterRetire*:*AStopThatInterruptsAWrite*"
    return {
        "cpp-quick": Suite(
            "C++ unit tests without the longest",
            [*gtest("audiopp_tests"), f"--gtest_filter=-{long}"],
            "junit",
        ),
        "cpp": Suite("C++ unit tests", gtest("audiopp_tests"), "junit"),
        "cpp-stress": Suite("C++ stress tests", gtest("audiopp_stress"), "junit"),
        "python": Suite("Python tests on the simulation", [*python, "-n2", "tests/python", no_live],
                        "junit"),
        "live": Suite("Each host API, programs, the build",
                      [sys.executable, "-m", "pytest", "--junit-xml=REPORT", "tests/windows"],
                      "junit"),
        "pyaudio": Suite("PyAudio's own suite",
                         [sys.executable, "tests/pyaudio_suite/run.py", "--compare", "--python",
                          shlex.join(wine.python())], "line"),
        "programs": Suite("SpeechRecognition and pydub, unmodified",
                          [sys.executable, "tests/programs/windows.py",
                           str(wine.PYTHON / "python.exe"), "pyaudiopp", "run"]),
    }  # fmt: skip


def gtest(name: str) -> list[str]:
    """A test program: one process for all tests, because Wine takes long to start one."""
    return ["timeout", "3600", "wine", str(CPP_TESTS / f"{name}.exe"), "--gtest_brief=1",
            "--gtest_output=xml:Z:REPORT"]  # fmt: skip


def main(names: list[str]) -> int:
    known = known_suites()
    if not suites.are_known(names, known):
        return 2
    names = names or [name for name in known if name != "cpp-quick"]
    try:
        wine.require()
        wine.prepare()
        build_cpp()
        if not all(name.startswith("cpp") for name in names):
            build_package()
        suites.RESULTS = suites.RESULTS / "windows"
        os.environ["PYTHONPATH"] = str(ROOT / "tests" / "windows")
        os.environ["AUDIOPP_WINDOWS_PYTHON"] = shlex.join(wine.python())
        os.environ["AUDIOPP_WINDOWS_LIBRARIES"] = f"Z:{LIBRARIES}"
        status = suites.run(names, known)
    except (Failure, OSError, subprocess.SubprocessError) as error:
        print(f"windows: {error}", file=sys.stderr)
        return 1
    finally:
        wine.end()
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
