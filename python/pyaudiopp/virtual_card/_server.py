# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The base of our sound servers: a process with a private directory."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from operator import index
from pathlib import Path
from typing import IO, TypeVar

START_SECONDS = 10.0
_STOP_SECONDS = 5.0
_POLL_SECONDS = 0.02

_PREFIX = "pyaudiopp-card-"

_Self = TypeVar("_Self", bound="Server")


class Server(ABC):
    """A server process with a private directory, which lives as long as the with block."""

    def __init__(self) -> None:
        self._directory: Path | None = None
        self._lock: int | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self: _Self) -> _Self:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    @property
    def log(self) -> str:
        """The server's log so far."""
        return self._log.read_text(errors="replace")

    def start(self) -> None:
        """Starts the server and waits until it answers.

        Raises:
            RuntimeError: if it does not answer (the text has its log), or runs already.
        """
        if self._process is not None:
            raise RuntimeError(f"{self} is running already")
        remove_abandoned()
        self._directory, self._lock = _make_directory()
        try:
            with open(self._log, "wb") as log:
                self._process = self._launch(log)
            self._wait(self._process)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stops the server and removes its files. May be called twice."""
        process, self._process = self._process, None
        if process is not None:
            end(process)
            if process.stdin is not None:
                process.stdin.close()
        directory, self._directory = self._directory, None
        if directory is not None:
            shutil.rmtree(directory, ignore_errors=True)
        lock, self._lock = self._lock, None
        if lock is not None:
            os.close(lock)

    @abstractmethod
    def environment(self) -> dict[str, str]:
        """The variables that make a program use this server, to merge into `os.environ`."""

    @abstractmethod
    def _launch(self, log: IO[bytes]) -> subprocess.Popen[bytes]: ...

    @abstractmethod
    def _answers(self) -> bool: ...

    @property
    def _home(self) -> Path:
        if self._directory is None:
            raise RuntimeError(f"{self} is not running")
        return self._directory

    @property
    def _log(self) -> Path:
        return self._home / "server.log"

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        answers = becomes_true(lambda: process.poll() is not None or self._answers())
        if not answers or process.poll() is not None:
            raise self._trouble("it does not answer")

    def _trouble(self, text: str) -> RuntimeError:
        """An error that says whether the server has died, with the end of its log."""
        if self._process is not None and self._process.poll() is not None:
            text = f"it has ended with status {self._process.returncode}"
        last_words = "\n".join(self.log.splitlines()[-20:])
        return RuntimeError(f"{self}: {text}; it wrote:\n{last_words}")

    def _run(self, *command: str) -> str:
        environment = {**os.environ, **self.environment()}
        pipe = subprocess.PIPE
        return subprocess.run(
            command, env=environment, check=True, stdout=pipe, stderr=pipe, text=True
        ).stdout


def whole(name: str, value: float) -> int:
    """Returns a whole number of any numeric type as an int."""
    if hasattr(value, "__index__"):
        with contextlib.suppress(TypeError):
            return index(value)  # NumPy's integers are no int
    if getattr(value, "shape", ()) == ():  # an array of one item converts, too
        with contextlib.suppress(TypeError, ValueError, OverflowError):
            if (number := int(value)) == value:
                return number
    raise TypeError(f"{name} must be an integer, not {value!r}")


def remove_abandoned() -> None:
    """Removes the directories of cards whose owners were killed; each new card does it too.

    A living owner holds a lock on its directory, which the kernel releases however the owner ends.
    """
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            lock = _lock(path)
        except OSError:  # its owner lives, it is another user's, or somebody else removes it
            continue
        shutil.rmtree(path, ignore_errors=True)
        os.close(lock)


def _make_directory() -> tuple[Path, int]:
    """Creates a server's directory; returns it and the lock, a file descriptor."""
    # Locked before it gets the name by which remove_abandoned finds it.
    new = Path(tempfile.mkdtemp(prefix=f"new-{_PREFIX}"))
    lock = _lock(new)
    path = new.with_name(new.name[len("new-") :])
    new.rename(path)
    return path, lock


def _lock(directory: Path) -> int:
    import fcntl  # Windows has neither this nor our servers

    lock = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BaseException:
        os.close(lock)
        raise
    return lock


def missing_packages(tools: dict[str, list[str]]) -> list[str]:
    return [
        package for package, names in tools.items() if not all(shutil.which(name) for name in names)
    ]


def require(missing: list[str]) -> None:
    if missing:
        names = " ".join(missing)
        raise RuntimeError(f"Debian packages are missing, please run: apt-get install {names}")


def becomes_true(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def end(process: subprocess.Popen[bytes]) -> None:
    """Ends a child process and reaps it, so that no zombie stays."""
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
