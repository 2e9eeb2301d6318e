# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The names that a probe may use.

Each function creates the object of its own name, from the objects named by its parameters, for the
probes that use it. Every probe runs in its own process, so nothing here cleans up.
"""

import array
import collections
import ctypes
import decimal
import enum
import gc
import importlib
import inspect
import io
import os
import pathlib
import re
import subprocess
import sys
import threading
import time
import types
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
from answers import Answer, describe, tell

TARGET = os.environ["SURFACE_TARGET"]
FOLDER = pathlib.Path(os.environ["SURFACE_FOLDER"])
TONE = bytes(range(1, 129))  # 32 frames of stereo int16, none of them silent


class Format(enum.IntEnum):
    """Integer constants as programs define them."""

    INT16 = 8


class Flag(enum.IntEnum):
    """The same for a callback's return values."""

    COMPLETE = 1


class Index:
    """An integer only through `__index__`."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __index__(self) -> int:
        return self.value


class Falsy:
    """A falsy callable, like an empty container with `__call__`."""

    def __bool__(self) -> bool:
        return False

    def __call__(self, *_: object) -> tuple[None, int]:
        return None, 1


Pair = collections.namedtuple("Pair", "data flag")


def limit_memory() -> None:
    """Limit the process to another gigabyte of address space."""
    import resource  # Windows has none

    resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))


CONSTANTS: dict[str, Any] = {
    "__name__": "probe",
    "Decimal": decimal.Decimal,
    "Falsy": Falsy,
    "Flag": Flag,
    "Format": Format,
    "Index": Index,
    "Pair": Pair,
    "TONE": TONE,
    "array": array.array,
    "ctypes": ctypes,
    "describe": describe,
    "gc": gc,
    "inspect": inspect,
    "limit_memory": limit_memory,
    "np": np,
    "sys": sys,
    "tell": tell,
    "threading": threading,
    "time": time,
    "weakref": weakref,
}


def pyaudio() -> types.ModuleType:
    """The package under test."""
    return importlib.import_module(TARGET)


def pa(pyaudio: Any) -> Any:
    """Its C module."""
    return pyaudio.pa


def p(pyaudio: Any) -> Any:
    """A PyAudio."""
    return pyaudio.PyAudio()


def out(p: Any) -> Any:
    """An output stream."""
    return p.open(44100, 2, 8, output=True)


def inp(p: Any) -> Any:
    """An input stream."""
    return p.open(44100, 2, 8, input=True)


def duplex(p: Any) -> Any:
    """Both at once."""
    return p.open(44100, 2, 8, input=True, output=True)


def idle_out(p: Any) -> Any:
    """An output stream that was not started."""
    return p.open(44100, 2, 8, output=True, start=False)


def idle_inp(p: Any) -> Any:
    """An input stream that was not started."""
    return p.open(44100, 2, 8, input=True, start=False)


def closed_out(out: Any) -> Any:
    """An output stream that was closed."""
    out.close()
    return out


def closed_inp(inp: Any) -> Any:
    """An input stream that was closed."""
    inp.close()
    return inp


def broken_out(out: Any, fail: Callable[..., None]) -> Any:
    """An output stream that a failing write closed."""
    fail("Pa_WriteStream", -9999)
    tell(out.write, TONE)
    return out


def broken_inp(inp: Any, fail: Callable[..., None]) -> Any:
    """An input stream that a failing read closed."""
    fail("Pa_ReadStream", -9999)
    tell(inp.read, 16)
    return inp


def _go_on(in_data: object, frame_count: int, *_: object) -> tuple[bytes, int]:
    time.sleep(0.001)  # the null device calls back as fast as the CPU allows
    return bytes(frame_count * 4), 0


def hot_out(p: Any) -> Any:
    """An output stream with a callback that continues."""
    return p.open(44100, 2, 8, output=True, stream_callback=_go_on)


def hot_inp(p: Any) -> Any:
    """An input stream with a callback that continues."""
    return p.open(44100, 2, 8, input=True, stream_callback=_go_on)


def hot_duplex(p: Any) -> Any:
    """Both at once."""
    return p.open(44100, 2, 8, input=True, output=True, stream_callback=_go_on)


def idle_hot_out(p: Any) -> Any:
    """An output stream with a callback, not started."""
    return p.open(44100, 2, 8, output=True, stream_callback=_go_on, start=False)


def done_out(p: Any) -> Any:
    """An output stream with a callback that has completed."""
    stream = p.open(44100, 2, 8, output=True, stream_callback=lambda *_: (None, 1))
    wait(lambda: not stream.is_active())
    return stream


def wait(condition: Callable[[], bool]) -> None:
    """Wait for a condition, at most two seconds."""
    deadline = time.monotonic() + 2
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.002)


def star(pyaudio: Any) -> list[str]:
    """The names from `from pyaudio import *`."""
    names: dict[str, object] = {}
    exec(f"from {pyaudio.__name__} import *", names)
    return sorted(name for name in names if not name.startswith("__"))


def interposer() -> Any:
    """The library between the package and PortAudio."""
    library = ctypes.CDLL(os.environ["SURFACE_INTERPOSER"])
    library.surface_calls.restype = ctypes.c_char_p
    return library


def fail(interposer: Any) -> Callable[..., None]:
    """Make the next call, or calls, of a PortAudio function fail with a value."""

    def fail(name: str, value: float = 0, times: int = 1) -> None:
        interposer.surface_fail(name.encode(), ctypes.c_double(value), times)

    return fail


def named(interposer: Any) -> Callable[..., None]:
    """Give every device, or every host API, another name."""

    def named(device: bytes = b"", host_api: bytes = b"") -> None:
        interposer.surface_rename_devices(device)
        interposer.surface_rename_host_apis(host_api)

    return named


def calls(interposer: Any) -> Callable[..., list[Answer]]:
    """An action's answer, then the PortAudio calls it makes."""

    def calls(action: Callable[[], object]) -> list[Answer]:
        interposer.surface_calls()
        told = tell(action)
        lines = interposer.surface_calls().decode().splitlines()
        return [told, *(Answer(line) for line in lines if line.startswith("Pa_"))]

    return calls


def spy(pa: Any) -> Callable[..., list[object]]:
    """An action's answer, then the arguments that reach a function of the C module."""

    def spy(name: str, action: Callable[[], object]) -> list[object]:
        function, seen = getattr(pa, name), []

        def watched(*args: object, **kwargs: object) -> object:
            seen.append([*args, kwargs] if kwargs else list(args))
            return function(*args, **kwargs)

        setattr(pa, name, watched)
        return [tell(action), *seen]

    return spy


def played(p: Any) -> Callable[..., bytes]:
    """What reaches the device, without the silence around it."""

    def played(
        action: Callable[[Any], object], format: int = 8, channels: int = 2, **more: Any
    ) -> bytes:
        stream = p.open(44100, channels, format, output=True, **more)
        action(stream)
        stream.stop_stream()
        stream.close()
        silence = b"\0\x80" if format == 32 else b"\0"
        return (FOLDER / "played.raw").read_bytes().strip(silence)

    return played


def leave(interposer: Any) -> Callable[[int], None]:
    """Fill the output buffers that callbacks get with this byte."""

    def leave(byte: int) -> None:
        interposer.surface_leave_in_buffers(byte)

    return leave


def _blocks(noted: list[str]) -> list[Answer]:
    """One line per callback: what it wrote, and what PortAudio received.

    PortAudio may receive paContinue and silence until the earlier sound has been played.
    """
    blocks: list[tuple[str, str]] = []
    for line in noted:
        if line == "called":
            blocks.append(("", ""))
        elif line.startswith("callback"):
            flag, _, wrote = line.partition(", ")
            blocks[-1] = flag, blocks[-1][1] or wrote
    return [Answer(", ".join(filter(None, block))) for block in blocks]


def answered(p: Any, interposer: Any) -> Callable[..., list[Answer]]:
    """What PortAudio receives for a callback's first answer or exception, and what is printed.

    The second call of the callback completes the stream. With `after`, the answer also has the
    exception that reaches the thread that opened the stream, and the results of the stream's
    methods with these names.
    """

    def answered(
        answer: object, format: int = 8, channels: int = 2, after: tuple[str, ...] = (), **more: Any
    ) -> list[Answer]:
        answers = [answer]
        streams: list[Any] = []
        results: list[Answer] = []
        more = {"output": True, "frames_per_buffer": 16, **more}

        def callback(in_data: object, frame_count: int, *_: object) -> object:
            interposer.surface_note(b"called")
            if not answers:
                return bytes(frame_count * 4 * channels), 1
            answer = answers.pop()
            if isinstance(answer, BaseException):
                raise answer
            if callable(answer):
                wait(lambda: streams[0]._is_running)  # set only after PortAudio has started
                return answer(in_data, frame_count, streams)
            return answer

        # PyAudio raises a callback's exception in the thread that opened the stream.
        def opener() -> None:
            try:
                stream = p.open(
                    44100, channels, format, stream_callback=callback, start=False, **more
                )
                streams.append(stream)
                stream.start_stream()
                while not finished:
                    time.sleep(0.002)
            except BaseException as error:
                results.append(Answer("opener: " + describe(error)))

        def is_finished() -> bool:
            noted.extend(interposer.surface_calls().decode().splitlines())
            return any(line.startswith(("callback -> 1", "callback -> 2")) for line in noted)

        finished: list[bool] = []
        noted: list[str] = []
        stderr, sys.stderr = sys.stderr, io.StringIO()
        interposer.surface_calls()
        thread = threading.Thread(target=opener)
        thread.start()
        wait(is_finished)
        time.sleep(0.01)
        finished.append(True)
        thread.join()
        printed, sys.stderr = sys.stderr.getvalue(), stderr
        told = _blocks(noted)
        if printed:
            # Notes follow the exception, and are not compared.
            errors = re.findall(r"^[A-Za-z_.]+(?:: .*)?$", printed, re.MULTILINE)
            told.append(describe(Answer("stderr: " + errors[-1])))
        if after:
            told += results
            told += [Answer(f"{name}: {tell(getattr(streams[0], name))}") for name in after]
        return told

    return answered


def script() -> Callable[[str], list[object]]:
    """The exit status and last output of a separate program."""

    def script(source: str) -> list[object]:
        command = [sys.executable, "-c", f"import {TARGET} as pyaudio, time\n{source}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=8, check=False)
        return [done.returncode, done.stdout.strip()]

    return script


FIXTURES = {
    name: function
    for name, function in list(globals().items())
    if isinstance(function, types.FunctionType)
    and function.__module__ == __name__
    and not name.startswith("_")
    and name not in ("limit_memory", "wait")
}


def names_for(code: types.CodeType) -> dict[str, Any]:
    """The objects that a probe uses, created for it."""
    names = {**CONSTANTS, "wait": wait}
    for name in _used(code):
        if name in FIXTURES:
            _make(name, names)
    return names


def needed(code: types.CodeType) -> set[str]:
    """The names that a probe uses, and those of the objects that are created for it."""
    names: set[str] = set()
    rest = _used(code)
    while rest:
        name = rest.pop()
        if name not in names and name in FIXTURES:
            rest += inspect.signature(FIXTURES[name]).parameters
        names.add(name)
    return names


def _used(code: types.CodeType) -> list[str]:
    inner = [
        name
        for const in code.co_consts
        if isinstance(const, types.CodeType)
        for name in _used(const)
    ]
    return [*code.co_names, *inner]


def _make(name: str, names: dict[str, Any]) -> Any:
    if name not in names:
        function = FIXTURES[name]
        names[name] = function(
            *(_make(needed, names) for needed in inspect.signature(function).parameters)
        )
    return names[name]
