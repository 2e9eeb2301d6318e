# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Development sessions: `nox -s tests`, `nox -s lint`, `nox -s stubs`.

They need system packages (PortAudio, PulseAudio, a compiler, CMake), which scripts/test installs.
"""

from __future__ import annotations

import os
import platform
import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.default_venv_backend = "virtualenv"
nox.options.error_on_missing_interpreters = False
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["lint", "stubs", "tests"]

USERS_PATH = os.environ["PATH"]
# pyenv keeps the inactive interpreters out of PATH.
pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
os.environ["PATH"] = os.pathsep.join(
    [*map(str, sorted(pyenv.glob("versions/3.*/bin"))), os.environ["PATH"]]
)


def install_package(session: nox.Session, *options: str) -> None:
    """Builds the package incrementally and installs it."""
    session.install("-r", "requirements/build.txt")
    settings = [f"build-dir=build/nox/{session.name}", *options]
    arguments = [argument for setting in settings for argument in ("-C", setting)]
    session.install("--no-build-isolation", "--no-deps", *arguments, ".")


PYTHONS = ["3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.14t"]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Runs the Python tests, including live ones, on every CPython that this machine has."""
    session.install("-r", "requirements/test.txt")
    install_package(session)
    session.run("pytest", *(session.posargs or ["tests/python"]))


@nox.session(python=PYTHONS)
def wheel(session: nox.Session) -> None:
    """Builds a manylinux2014 wheel for every CPython here; or `-- --platform win_amd64`."""
    if "--platform" in session.posargs and session.python != "3.11":
        session.skip("one CPython builds the wheels for Windows, whatever they are for: 3.11")
    session.install("-r", "requirements/wheel.txt")
    session.run("python", "scripts/wheel.py", *session.posargs)


@nox.session(python="3.11")
def bare(session: nox.Session) -> None:
    """Tests the wheel here and in a bare Debian 12: run as root, after `nox -s wheel-3.11`."""
    wheel = find_wheel(session)
    session.install("-r", "requirements/test.txt")
    session.install("--no-deps", "--force-reinstall", wheel)
    session.run("pytest", "tests/python/live", "tests/python/test_messages.py")
    session.run("python", "tests/wheel/run.py", "wheel", wheel)


# What takes ten minutes: all formats, blocking and callbacks, races, faults, compiled callbacks.
ARM64_TESTS = ["callback_buffer", "core_stream", "device", "errors", "faults", "inside_callback"]
ARM64_TESTS += ["lifetime", "native_callbacks", "part_frames", "read_into", "simulation", "sizes"]
ARM64_TESTS += ["stream_blocking", "stream_callback", "timeouts", "wave_file"]
# What they use, but for numba, which would compile for minutes.
ARM64_REQUIREMENTS = ["cffi", "hypothesis", "numpy", "pytest", "pytest-timeout", "soundfile"]
ARM64_PLATFORMS = ["manylinux2014", "manylinux_2_27", "manylinux_2_28"]


@nox.session(python="3.11")
def arm64(session: nox.Session) -> None:
    """Builds the aarch64 wheel and runs it in a bare Debian 12 by QEMU: as root, 20 minutes."""
    session.install("-r", "requirements/wheel.txt")
    session.run("python", "scripts/wheel.py", "--arch", "aarch64")
    needs = empty_directory("build/arm64/wheels")
    download = ["download", "--only-binary=:all:", f"--dest={needs}", "-c", "requirements/test.txt"]
    download += [f"--platform={name}_aarch64" for name in ARM64_PLATFORMS]
    session.run("python", "-m", "pip", *download, *ARM64_REQUIREMENTS)
    wheel = find_wheel(session, "aarch64")
    tests = session.posargs or [f"tests/python/test_{name}.py" for name in ARM64_TESTS]
    session.run("python", "tests/wheel/run.py", "aarch64", wheel, str(needs), *tests)


@nox.session(python="3.11")
def pyinstaller(session: nox.Session) -> None:
    """Packs the play example and the wheel into one file, and tests it as `bare` does."""
    session.install("-r", "requirements/wheel.txt")
    session.install("--no-deps", "--force-reinstall", find_wheel(session))
    output = Path("build/pyinstaller").resolve()
    paths = [f"--distpath={output}", f"--workpath={output / 'work'}", f"--specpath={output}"]
    session.run("pyinstaller", "--onefile", "--noconfirm", *paths, "examples/python/play_wave.py")
    session.run("python", "tests/wheel/run.py", "program", str(output / "play_wave"))


@nox.session(python="3.11")
def nuitka(session: nox.Session) -> None:
    """Compiles the callback example and the wheel into one file, and tests it as `bare` does."""
    session.install("-r", "requirements/wheel.txt")
    session.install("--no-deps", "--force-reinstall", find_wheel(session))
    options = ["--onefile", "--assume-yes-for-downloads", "--noinclude-dlls=libasound*"]
    output = ["--output-dir=build/nuitka", "--output-filename=play_wave_callback"]
    session.run(
        "python", "-m", "nuitka", *options, *output, "examples/python/play_wave_callback.py"
    )
    session.run("python", "tests/wheel/run.py", "program", "build/nuitka/play_wave_callback")


def find_wheel(session: nox.Session, machine: str = platform.machine()) -> str:
    """The newest wheel for Linux of the session's Python."""
    version = str(session.python).replace(".", "")
    wheels = Path("build/wheels").glob(f"*-cp{version}-*linux*_{machine}.whl")
    if not (found := sorted(wheels, key=lambda wheel: wheel.stat().st_mtime)):
        session.error(f"there is no wheel yet: nox -s wheel-{session.python}")
    return str(found[-1])


@nox.session(python=False)
def windows(session: nox.Session) -> None:
    """Builds for Windows and runs the tests there, by Wine: from nothing, as root on Debian."""
    # By the user's own python3, which need not be pyenv's first.
    session.run("scripts/windows", *session.posargs, env={"PATH": USERS_PATH}, external=True)


@nox.session(python=False, name="free-threaded")
def free_threaded(session: nox.Session) -> None:
    """Builds CPython 3.14 without a GIL, and runs the tests and races on it: as root on Debian."""
    session.run("scripts/free-threaded", *session.posargs, env={"PATH": USERS_PATH}, external=True)


@nox.session
def lint(session: nox.Session) -> None:
    """Runs the linters that need no build: ruff, clang-format, codespell, those of workflows."""
    session.install("-r", "requirements/lint.txt")
    names = ["ruff-check", "ruff-format", "clang-format", "codespell"]
    names += ["workflows", "actionlint", "zizmor"]
    session.run("python", "scripts/suites.py", *names)


@nox.session(python="3.11")
def tidy(session: nox.Session) -> None:
    """clang-tidy on the C++ library and the bindings: four minutes, less after a small change."""
    session.install("-r", "requirements/build.txt", "-r", "requirements/lint.txt")
    programs = Path(session.bin)
    pybind11 = session.run("python", "-m", "pybind11", "--cmakedir", silent=True)
    session.run(
        *("cmake", "--preset", "tidy", "-DAUDIOPP_BUILD_PYTHON=ON"),
        f"-DCMAKE_CXX_CLANG_TIDY={programs / 'clang-tidy'};--quiet",
        f"-DPython_EXECUTABLE={programs / 'python'}",
        f"-Dpybind11_DIR={str(pybind11).strip()}",
        external=True,
    )
    session.run("cmake", "--build", "--preset", "tidy", "--parallel", "2", external=True)


@nox.session
def stubs(session: nox.Session) -> None:
    """Checks the types: mypy on the package, and stubtest on the installed one."""
    session.install("-r", "requirements/lint.txt", "-r", "requirements/test.txt")
    install_package(session)
    session.run("python", "scripts/suites.py", "mypy", "stubtest")


@nox.session(python="3.11")
def typing(session: nox.Session) -> None:
    """Runs strict mypy and pyright on the package, the examples and programs that use PyAudio."""
    session.install("-r", "requirements/typing.txt")
    install_package(session)
    session.run("python", "tests/typing/check.py")


@nox.session(python="3.11")
def docs(session: nox.Session) -> None:
    """Builds the documentation site in build/docs/html; needs Debian's doxygen."""
    session.install("-r", "requirements/docs.txt")
    install_package(session)
    session.run("python", "scripts/suites.py", "docs")


@nox.session(python="3.11")
def defects(session: nox.Session) -> None:
    """Regenerates docs/defects.md: PyAudio's bugs, on PyAudio and on pyaudiopp."""
    session.install("-r", "requirements/test.txt")
    install_package(session)
    session.run("python", "tests/python/defects/table.py")


@nox.session
def pictures(session: nox.Session) -> None:
    """Regenerates the command line's pictures in docs/pictures, on the virtual sound card."""
    session.install("-r", "requirements/test.txt")
    install_package(session)
    session.run("python", "scripts/pictures.py")


@nox.session
def bench(session: nox.Session) -> None:
    """Benchmarks against PortAudio, PyAudio and sounddevice: 25 minutes, or 4 with `-- --quick`."""
    session.install("-r", "requirements/bench.txt")
    install_package(session)
    session.run("python", "benchmarks/run.py", *session.posargs)


@nox.session
def soak(session: nox.Session) -> None:
    """Uses everything at random for 20 minutes (or `-- MINUTES`), looking for leaks."""
    session.install("-r", "requirements/test.txt")
    install_package(session)
    session.run("python", "tests/soak/soak.py", *session.posargs)


# Tests that run programs in other environments, count memory themselves, or leak streams.
NOT_FOR_LEAKS = ["live", "defects", "surface", "test_docs.py", "test_examples.py", "test_leaks.py"]
NOT_FOR_LEAKS += [
    "test_pytest_plugin.py",
    "test_scripts.py",
    "test_typing.py",
    "test_interruptions.py",
]
# A forked child abandons what it has inherited; stacks of numba's code deadlock the sanitizer.
NOT_FOR_LEAKS_BY_NAME = "not child and not numba"


def install_sanitized(session: nox.Session, sanitizers: str) -> None:
    """Builds and installs the package with sanitizers."""
    session.install("-r", "requirements/test.txt")
    install_package(
        session,
        "cmake.build-type=RelWithDebInfo",
        f"cmake.define.AUDIOPP_SANITIZE={sanitizers}",
        "install.strip=false",
    )


def preloaded(session: nox.Session, *libraries: str) -> str:
    """The libraries to preload, because the interpreter is not built with sanitizers."""
    paths = [
        str(session.run("c++", f"-print-file-name={name}", external=True, silent=True)).strip()
        for name in libraries
    ]
    return " ".join(paths)


def empty_directory(path: str) -> Path:
    """Creates an empty directory for reports."""
    directory = Path(path).resolve()
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory


@nox.session(python="3.11")
def leaks(session: nox.Session) -> None:
    """Runs the Python tests with the address, undefined behaviour and leak sanitizers."""
    install_sanitized(session, "address,undefined")
    reports = empty_directory("build/leaks")
    options = ["detect_leaks=1", "fast_unwind_on_malloc=0", "malloc_context_size=15", "exitcode=0"]
    options += ["allocator_may_return_null=1", f"log_path={reports}/report"]
    environment = {
        # The second library: the sanitizer must know C++ exceptions.
        "LD_PRELOAD": preloaded(session, "libasan.so", "libstdc++.so"),
        "PYTHONMALLOC": "malloc",
        "ASAN_OPTIONS": ":".join(options),
    }
    session.run("python", "-c", "import ctypes; ctypes.CDLL(None).malloc(9)", env=environment)
    if not list(reports.iterdir()):
        session.error("a leak on purpose was not reported")
    ignored = [f"--ignore=tests/python/{name}" for name in NOT_FOR_LEAKS]
    tests = session.posargs or ["tests/python", *ignored, "-k", NOT_FOR_LEAKS_BY_NAME]
    session.run("pytest", "--timeout=600", "-p", "no:cacheprovider", *tests, env=environment)
    # Other libraries leak while they load; any other kind of error is ours.
    texts = [report.read_text(errors="replace") for report in reports.iterdir()]
    marks = ("/pyaudiopp/_core.", "/python/bindings/", "/cpp/src/")
    ours = [
        text
        for text in texts
        if any(mark in text for mark in marks) or "ERROR: LeakSanitizer" not in text
    ]
    session.log(f"{len(texts)} reports, {len(ours)} of them about pyaudiopp: {reports}")
    if ours:
        session.error("\n".join(ours))


RACE_ON_PURPOSE = """
import ctypes, threading
buffer = (ctypes.c_char * 4096)()
def fill():
    for _ in range(2000):
        ctypes.memset(buffer, 1, 4096)
threads = [threading.Thread(target=fill) for _ in range(2)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


@nox.session(python="3.11")
def races(session: nox.Session) -> None:
    """Runs the soak test with ThreadSanitizer for 2 minutes (or `-- MINUTES`)."""
    install_sanitized(session, "thread")
    reports = empty_directory("build/races")
    suppressions = Path("tests/soak/tsan_suppressions.txt").resolve()
    environment = {
        "LD_PRELOAD": preloaded(session, "libtsan.so"),
        "TSAN_OPTIONS": f"exitcode=0:log_path={reports}/report:suppressions={suppressions}",
    }
    session.run("python", "-c", RACE_ON_PURPOSE, env=environment)
    if not list(reports.iterdir()):
        session.error("a deliberate race was not reported")
    empty_directory("build/races")
    arguments = [*(session.posargs or ["2"]), "--slack", "2000"]
    session.run("python", "tests/soak/soak.py", *arguments, env=environment)
    if texts := [report.read_text(errors="replace") for report in reports.iterdir()]:
        session.error("\n".join(texts))
    session.log("no report")


@nox.session
def fuzz(session: nox.Session) -> None:
    """Runs each C++ fuzz target for 5 minutes (or `-- MINUTES`), then many examples in Python."""
    seconds = int(60 * float(session.posargs[0] if session.posargs else 5))
    session.run("cmake", "--preset", "fuzz", external=True)
    session.run("cmake", "--build", "--preset", "fuzz", external=True)
    for target in sorted(Path("build/fuzz/tests/cpp/fuzz").glob("fuzz_*")):
        corpus = Path("build/corpus") / target.name
        corpus.mkdir(parents=True, exist_ok=True)
        limits = [f"-max_total_time={seconds}", "-timeout=60", "-print_final_stats=1"]
        artifacts = "-artifact_prefix=build/corpus/"
        session.run(str(target), *limits, artifacts, str(corpus), external=True)
    session.install("-r", "requirements/test.txt")
    install_package(session)
    options = ["--hypothesis-profile=fuzz", "--hypothesis-show-statistics", "--timeout=3600"]
    session.run("pytest", *options, "tests/python/test_fuzz.py")
    session.run("python", "tests/soak/sound_files.py", "5")


@nox.session(python=["3.9", "3.11"])
def programs(session: nox.Session) -> None:
    """Runs other people's programs on PyAudio and on pyaudiopp; audiolazy needs CPython 3.9."""
    session.install("-r", "requirements/programs.txt")
    install_package(session)
    session.run("python", "tests/programs/run.py", *session.posargs)


@nox.session(python=["3.9", "3.13"])
def fresh(session: nox.Session) -> None:
    """Installs programs that require PyAudio by pip and uv, after `as-pyaudio`, and runs them."""
    session.install("-r", "requirements/build.txt", "uv==0.13.9")
    directory = empty_directory(f"build/fresh/{session.python}")
    options = ["--no-deps", "--no-build-isolation", "-w", str(directory)]
    options += ["--config-settings", f"build-dir=build/nox/{session.name}"]
    session.run("python", "-m", "pip", "wheel", *options, ".")
    [wheel] = map(str, directory.glob("*.whl"))
    session.install("--no-deps", "--force-reinstall", wheel)
    session.run("python", "tests/programs/fresh.py", wheel)
