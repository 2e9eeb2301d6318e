# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Development sessions: `nox -s tests`, `nox -s lint`, `nox -s stubs`.

The system's packages (PortAudio, PulseAudio, a compiler, CMake) have to be there; scripts/test
installs them.
"""

from __future__ import annotations

import os
from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.default_venv_backend = "virtualenv"
nox.options.error_on_missing_interpreters = False
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["lint", "stubs", "tests"]

# pyenv keeps the interpreters that are not chosen just now off the path.
pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
os.environ["PATH"] = os.pathsep.join(
    [*map(str, sorted(pyenv.glob("versions/3.*/bin"))), os.environ["PATH"]]
)


def install_package(session: nox.Session) -> None:
    """Builds and installs the package; what has not changed is not compiled again."""
    session.install("-r", "requirements/build.txt")
    session.install(
        "--no-build-isolation", "--no-deps", "-C", f"build-dir=build/nox/{session.name}", "."
    )


@nox.session(python=["3.9", "3.10", "3.11", "3.12", "3.13"])
def tests(session: nox.Session) -> None:
    """The Python tests, live ones included, on each CPython that this machine has."""
    session.install("-r", "requirements/test.txt")
    install_package(session)
    session.run("pytest", *(session.posargs or ["tests/python"]))


@nox.session
def lint(session: nox.Session) -> None:
    """What needs no build: ruff, clang-format, codespell."""
    session.install("-r", "requirements/lint.txt")
    session.run(
        "python", "scripts/suites.py", "ruff-check", "ruff-format", "clang-format", "codespell"
    )


@nox.session
def stubs(session: nox.Session) -> None:
    """The types: mypy on the package, and stubtest on what is installed."""
    session.install("-r", "requirements/lint.txt", "-r", "requirements/test.txt")
    install_package(session)
    session.run("python", "scripts/suites.py", "mypy", "stubtest")


@nox.session(python="3.11")
def defects(session: nox.Session) -> None:
    """Makes docs/defects.md anew: PyAudio's defects, on PyAudio and on pyaudiopp."""
    session.install("-r", "requirements/test.txt")
    install_package(session)
    session.run("python", "tests/python/defects/table.py")


@nox.session
def bench(session: nox.Session) -> None:
    """Measures against PortAudio, PyAudio and sounddevice: 25 minutes, or `-- --quick` four."""
    session.install("-r", "requirements/bench.txt")
    install_package(session)
    session.run("python", "benchmarks/run.py", *session.posargs)


@nox.session
def soak(session: nox.Session) -> None:
    """Twenty minutes (or `-- MINUTES`) of everything at random, looking for what grows."""
    session.install("-r", "requirements/test.txt")
    install_package(session)
    session.run("python", "tests/soak/soak.py", *session.posargs)
