# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Run the programs, each in its own process, and classify the outcomes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import listed  # noqa: F401
import portaudio  # noqa: F401
import unlisted  # noqa: F401
from defect import PROGRAMS, Program

HERE = Path(__file__).parent
INTERPOSER = HERE.parent / "surface" / "interposer.cpp"
AT_ONCE = 3  # they mostly wait
# PortAudio 19.6 fails an assertion when ALSA has fewer than two devices.
ASOUND = """
pcm.!default {{ type null hint {{ show on description "default" }} }}
pcm.recorder {{
    type file
    slave {{ pcm {{ type null }} }}
    file "{folder}/played.raw"
    infile "{folder}/recorded.raw"
    format "raw"
    hint {{ show on description "recorder" }}
}}
ctl.!default {{ type null }}
"""
MESSAGES = ("Traceback", "Fatal Python error", "Exception ignored", "terminate called", "free()")


class Outcome(NamedTuple):
    """How a program ended."""

    kind: str  # crash, hang, wrong, right or skipped
    detail: str = ""

    def __str__(self) -> str:
        if not self.detail:
            return self.kind
        return (
            f"{self.kind} ({self.detail})"
            if self.kind == "crash"
            else f"{self.kind}: {self.detail}"
        )


def missing() -> str:
    """Why the programs cannot be run here."""
    return "" if sys.platform.startswith("linux") else "the programs run on ALSA"


def pyaudio_version() -> str:
    """The installed PyAudio's version, if there is one."""
    try:
        return metadata.version("PyAudio")
    except metadata.PackageNotFoundError:
        return ""


@contextmanager
def interposer() -> Iterator[Path | None]:
    """The library between the packages and PortAudio, or None without a compiler."""
    with tempfile.TemporaryDirectory(prefix="defects-") as folder:
        if shutil.which("c++") is None or shutil.which("pkg-config") is None:
            yield None
            return
        query = ["pkg-config", "--cflags", "--libs", "portaudio-2.0"]
        flags = subprocess.check_output(query, text=True).split()
        library = Path(folder) / "interposer.so"
        command = ["c++", "-std=c++17", "-shared", "-fPIC", str(INTERPOSER), *flags, "-ldl"]
        subprocess.run([*command, "-o", str(library)], check=True)
        yield library


def outcomes(
    packages: list[str], runs: Callable[[Program], int] = lambda program: 1
) -> dict[str, dict[str, list[Outcome]]]:
    """The outcomes by package and program, for a given number of runs each."""
    with interposer() as library, ThreadPoolExecutor(AT_ONCE) as pool:
        started = {
            package: {
                name: [
                    pool.submit(outcome, package, program, library) for _ in range(runs(program))
                ]
                for name, program in PROGRAMS.items()
            }
            for package in packages
        }
        return {
            package: {name: [run.result() for run in runs] for name, runs in programs.items()}
            for package, programs in started.items()
        }


def outcome(package: str, program: Program, library: Path | None) -> Outcome:
    """The outcome of a program on a package."""
    if program.interposed and library is None:
        return Outcome("skipped", "no C++ compiler for the interposer")
    with tempfile.TemporaryDirectory(prefix="defects-") as name:
        folder = Path(name)
        (folder / "asound.conf").write_text(ASOUND.format(folder=folder))
        (folder / "recorded.raw").write_bytes(bytes(4096))
        environment = {
            **os.environ,
            "ALSA_CONFIG_PATH": str(folder / "asound.conf"),
            "DEFECTS_FOLDER": str(folder),
            "DEFECTS_INTERPOSER": str(library),
            "JACK_DEFAULT_SERVER": "none",
            "JACK_NO_START_SERVER": "1",
            "LC_ALL": "C.UTF-8",
        }
        environment.pop("PYAUDIOPP_BACKEND", None)
        if program.interposed:
            preloaded = [*os.environ.get("LD_PRELOAD", "").split(), str(library)]
            environment["LD_PRELOAD"] = " ".join(preloaded)
        command = [sys.executable, str(HERE / "child.py"), package, program.name]
        # Files, because a child of the program may keep a pipe open after it has ended.
        with (folder / "out").open("w") as out, (folder / "err").open("w") as err:
            process = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
            try:
                status = process.wait(program.seconds)
            except subprocess.TimeoutExpired:
                status = None
            finally:
                _end_group(process)
        said = (folder / "out").read_text(errors="replace").strip().rpartition("\n")[2]
        printed = (folder / "err").read_text(errors="replace")
    return judge(program, status, said, printed)


def judge(program: Program, status: int | None, said: str, printed: str) -> Outcome:
    """Classify an outcome by exit status and output."""
    if status is None:
        return Outcome("hang")
    if status < 0:
        return Outcome("crash", signal.Signals(-status).name)
    kind, _, detail = said.partition(":")
    if kind not in ("wrong", "right", "skipped"):
        return Outcome("wrong", f"it ends early, with status {status}")
    if kind == "right" and status != 0:
        return Outcome("wrong", f"it ends with status {status}")
    if kind == "right" and program.silent:
        for line in printed.splitlines():
            if line.startswith(MESSAGES):
                return Outcome("wrong", f"it prints {line!r}")
    return Outcome(kind, detail.strip())


def _end_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
