# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The programs that demonstrate bugs: how one is declared, and the helpers they share.

A program is a function that takes the package under test, `pyaudio` or `pyaudiopp`. It returns if
all is well, or fails an assertion whose message says what is wrong. Each runs in its own process,
which may crash or hang, so none of them cleans up.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import importlib.util
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

STEREO = {"format": 8, "channels": 2, "rate": 44100}
TONE = bytes(range(1, 129))  # 32 frames of stereo int16, none of them silent
FOLDER = Path(os.environ.get("DEFECTS_FOLDER", "."))
CLOSED = (-9988, "Stream closed")
ANY = "crash hang wrong right"  # a race: any outcome is possible
BAD = "crash hang wrong"


class Program(NamedTuple):
    """A program, with the outcomes we expect."""

    run: Callable[[Any], object]
    defect: str
    title: str
    verdict: str
    theirs: frozenset[str]  # possible outcomes with PyAudio 0.2.14
    ours: frozenset[str]
    interposed: bool
    silent: bool
    seconds: float

    @property
    def name(self) -> str:
        """The name that says what went wrong."""
        return self.run.__name__

    @property
    def is_race(self) -> bool:
        """Whether PyAudio has more than one possible outcome."""
        return len(self.theirs) > 1


class Skip(Exception):
    """Why a program cannot be run here."""


PROGRAMS: dict[str, Program] = {}

# Called by atexit after everything a package has registered.
LAST: list[Callable[[], object]] = []


def program(
    defect: str,
    title: str,
    *,
    theirs: str,
    ours: str = "right",
    verdict: str = "fix",
    interposed: bool = False,
    silent: bool = False,
    seconds: float = 30,
) -> Callable[[Callable[[Any], object]], Callable[[Any], object]]:
    """Add a program to the list.

    Args:
        defect: its number in docs/defects.md, or its topic.
        title: what goes wrong.
        theirs: possible outcomes with PyAudio: one or more of "crash hang wrong right".
        ours: possible outcomes with pyaudiopp, for what is beyond its control.
        verdict: "fix", or "keep" if programs rely on it.
        interposed: whether PortAudio calls are recorded or made to fail.
        silent: whether traces of a crash or lost exception on stderr count as wrong.
        seconds: the time after which it counts as a hang.
    """

    def add(run: Callable[[Any], object]) -> Callable[[Any], object]:
        PROGRAMS[run.__name__] = Program(
            run=run,
            defect=defect,
            title=title,
            verdict=verdict,
            theirs=frozenset(theirs.split()),
            ours=frozenset(ours.split()),
            interposed=interposed,
            silent=silent,
            seconds=seconds,
        )
        return run

    return add


def error_of(call: Callable[..., object], *args: object, **kwargs: Any) -> BaseException:
    """Returns the exception that a call raises."""
    try:
        value = call(*args, **kwargs)
    except AssertionError:
        raise
    except BaseException as error:  # SystemExit and KeyboardInterrupt are exceptions too
        return error
    shown = f"a {type(value).__name__}" if type(value).__str__ is object.__str__ else repr(value)
    raise AssertionError(f"{name_of(call)} returns {shown} instead of an exception")


def raises(
    kind: type[BaseException], args: tuple[object, ...], call: Any, *a: Any, **k: Any
) -> Any:
    """Assert which exception a call raises."""
    error = error_of(call, *a, **k)
    assert isinstance(error, kind), f"{name_of(call)} raises {error!r}"
    assert error.args == args, f"{name_of(call)} raises {error!r}"
    return error


def name_of(call: Any) -> str:
    """A call's name in a sentence."""
    return f"{getattr(call, '__name__', 'the call')}()"


def wait(condition: Callable[[], object], seconds: float = 5) -> bool:
    """Wait for a condition; return whether it came true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.002)
    return True


def together(tasks: Iterable[Callable[[], object]]) -> None:
    """Run tasks at once, each in a thread; raise the first exception."""
    tasks = list(tasks)
    start = threading.Barrier(len(tasks))
    errors: list[BaseException] = []

    def run(task: Callable[[], object]) -> None:
        start.wait()
        try:
            task()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=[task]) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def until_closed(call: Callable[[], object]) -> None:
    """Repeat a call until it raises the error for a closed stream; any other error is wrong."""
    while True:
        try:
            call()
        except OSError as caught:
            error = caught
            break
    assert error.args == CLOSED, f"the other thread gets {error!r}"


def silence(data: object, frames: int, *_: object) -> tuple[bytes, int]:
    """A callback that plays silence. ALSA's null device calls it as fast as the CPU allows."""
    time.sleep(0.001)
    return bytes(4 * frames), 0


def played(pyaudio: Any, action: Callable[[Any], object]) -> bytes:
    """What reaches the device, without the silence around it."""
    p = pyaudio.PyAudio()
    stream = p.open(output=True, output_device_index=device(p, "recorder"), **STEREO)
    action(stream)
    stream.close()
    p.terminate()
    return (FOLDER / "played.raw").read_bytes().strip(b"\0")


def device(p: Any, name: str) -> int:
    """The index of a device."""
    devices = map(p.get_device_info_by_index, range(p.get_device_count()))
    return next(info["index"] for info in devices if info["name"] == name)


class Interposer:
    """The library between the package and PortAudio."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(os.environ["DEFECTS_INTERPOSER"])
        self._library.surface_calls.restype = ctypes.c_char_p

    def fail(self, name: str, value: float, times: int = 1) -> None:
        """Make the next calls of a PortAudio function fail with a value."""
        self._library.surface_fail(name.encode(), ctypes.c_double(value), times)

    def calls(self) -> list[str]:
        """The calls since the last time this was called."""
        lines: list[str] = self._library.surface_calls().decode().splitlines()
        return lines

    def leave_in_buffers(self, byte: int) -> None:
        """Fill the output buffers that callbacks get with this byte."""
        self._library.surface_leave_in_buffers(byte)

    def rename_devices(self, name: bytes) -> None:
        """Give every device another name."""
        self._library.surface_rename_devices(name)

    def answer_to(self, pyaudio: Any, answer: object, **arguments: Any) -> str:
        """What PortAudio receives when a callback's first answer is this, or this exception."""
        arguments = {**STEREO, "output": True, "frames_per_buffer": 16, **arguments}
        answers = [answer]
        lines: list[str] = []

        def callback(*_: object) -> object:
            if not answers:
                return b"", 1
            answer = answers.pop()
            if isinstance(answer, BaseException):
                raise answer
            return answer

        # PyAudio raises a callback's exception in the thread that opened the stream.
        def opener() -> None:
            with contextlib.suppress(RuntimeError):
                stream = pyaudio.PyAudio().open(stream_callback=callback, **arguments)
                while not lines:
                    time.sleep(0.002)
                stream.close()

        def is_answered() -> bool:
            lines.extend(line for line in self.calls() if line.startswith("callback -> "))
            return bool(lines)

        thread = threading.Thread(target=opener)
        thread.start()
        wait(is_answered)
        thread.join()
        return lines[0]


def virtual_card() -> Any:
    """pyaudiopp.virtual_card without pyaudiopp, which may not be the package under test."""
    spec = importlib.util.find_spec("pyaudiopp")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    sys.path.append(spec.submodule_search_locations[0])
    try:
        return importlib.import_module("virtual_card")
    finally:
        sys.path.pop()


def card() -> Any:
    """A private virtual sound card, the program's default device from now on."""
    return _start(virtual_card().VirtualCard)


def jack() -> Any:
    """A private JACK server."""
    return _start(virtual_card().JackDummy)


def _start(server: Any) -> Any:
    if missing := server.missing():
        raise Skip(f"it needs {', '.join(missing)}")
    started = server()
    try:
        started.start()
    except RuntimeError as error:
        raise Skip(" ".join(str(error).split("\n")[:2])) from error
    os.environ.update(started.environment())
    return started
