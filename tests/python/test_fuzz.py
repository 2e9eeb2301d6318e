# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Whatever the arguments, calls end with success or a documented exception.

The normal suite tries a few examples of each; `nox -s fuzz` tries many.
"""

from __future__ import annotations

import array
import ctypes
import decimal
import fractions
import json
import mmap
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import numpy
import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    precondition,
    rule,
)

import pyaudiopp
from pyaudiopp import PyAudio, simulation

STEREO: dict[str, Any] = {
    "format": pyaudiopp.paInt16,
    "channels": 2,
    "rate": 48000,
    "frames_per_buffer": 64,
}
BLOCK = 4 * 64  # bytes

# Python warns about objects that are almost integers.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


class Mine(Exception):
    """The exception that the objects below raise."""


DOCUMENTED = (OSError, ValueError, TypeError, OverflowError, MemoryError, BufferError, Mine)


@contextmanager
def sound_card(clock: str) -> Iterator[tuple[simulation.Simulation, PyAudio]]:
    """A stereo device and a PyAudio on it; output about exceptions is suppressed."""
    described = simulation.HostApi(devices=[simulation.Device(output_kept=1)])
    silenced = mock.patch.multiple(sys, excepthook=ignore, unraisablehook=ignore)
    with silenced, simulation.Simulation([described], clock=clock) as card:
        p = PyAudio()
        try:
            yield card, p
        finally:
            p.terminate()
        assert card.open_streams() == 0


def ignore(*_: object) -> None:
    pass


def error_of(call: Callable[[], object]) -> Exception | None:
    """Returns the exception that the call raises, which must be a documented one."""
    try:
        call()
    except DOCUMENTED as error:
        note(repr(error))
        return error
    return None


# ---- objects ----


class Index:
    """Has an `__index__` with a side effect."""

    def __init__(self, value: object, action: Callable[[], object] | None = None) -> None:
        self.value = value
        self.action = action

    def __index__(self) -> int:
        if self.action is not None:
            self.action()
        return self.value  # type: ignore[return-value]

    def __repr__(self) -> str:
        return f"Index({self.value!r})"


class Raising:
    """Raises on every access."""

    def __raise(self, *_: object) -> Any:
        raise Mine

    __index__ = __int__ = __float__ = __bool__ = __len__ = __call__ = __buffer__ = __raise
    __iter__ = __getitem__ = __eq__ = __raise  # type: ignore[assignment]
    __hash__ = object.__hash__


class BadRepr:
    """Cannot even be shown in an error message."""

    def __repr__(self) -> str:
        raise Mine


class Number(int):
    """A subclass of int."""


POWERS = [sign << bits for bits in (7, 8, 15, 16, 31, 32, 63, 64) for sign in (1, -1)]
EDGES = [power + more for power in POWERS for more in (-1, 0, 1)]
numbers = st.integers(-3, 5000) | st.sampled_from([*EDGES, 1 << 80])
# Leave out frame counts that a machine can just manage, but takes long for.
counts = numbers.filter(lambda number: not 5000 < number < 1 << 45)
formats = st.sampled_from([1, 2, 4, 8, 16, 32, 0x10000, 0x80000008, 0, -1, 3, 24])


def anything(numbers: st.SearchStrategy[int]) -> st.SearchStrategy[Any]:
    return st.one_of(
        numbers,
        st.booleans(),
        st.none(),
        st.floats(),
        st.complex_numbers(),
        st.sampled_from([44100.0, 48000.0, 0.5, decimal.Decimal(2), fractions.Fraction(2)]),
        st.sampled_from([numpy.int64(2), numpy.float32(2), numpy.zeros(3), numpy.array(2)]),
        numbers.map(Number),
        numbers.map(Index),
        st.sampled_from([Index(2.0), Index(None), Raising(), BadRepr(), object(), int, len]),
        st.text(max_size=9),
        st.just("\ud800"),
        st.binary(max_size=9),
        st.lists(st.integers(), max_size=3),
        st.dictionaries(st.text(max_size=2), st.none(), max_size=2),
    )


objects = anything(numbers)


# ---- any arguments ----


def good_or(good: Any, tried: st.SearchStrategy[Any] = objects) -> st.SearchStrategy[Any]:
    return st.just(good) | tried


open_arguments = st.fixed_dictionaries(
    {
        "rate": good_or(48000),
        "channels": good_or(2),
        "format": good_or(8, formats | objects),
        "input": good_or(True),
        "output": good_or(True),
    },
    optional={
        "input_device_index": good_or(0),
        "output_device_index": good_or(0),
        "frames_per_buffer": good_or(64),
        "start": good_or(True),
        "input_host_api_specific_stream_info": good_or(None),
        "output_host_api_specific_stream_info": good_or(None),
        "stream_callback": good_or(None),
    },
)


@given(arguments=open_arguments)
def test_open_with_any_arguments(arguments: dict[str, Any]) -> None:
    with sound_card("by_hand") as (card, p):
        if error_of(lambda: p.open(**arguments)) is not None:
            assert card.open_streams() in (0, 1)  # 1: opened, but not started
        p.terminate()
        assert card.open_streams() == 0


QUESTIONS = [name for name in vars(PyAudio) if not name.startswith("_")]
QUESTIONS = sorted({*QUESTIONS} - {"Stream", "open", "terminate"})


@given(name=st.sampled_from(QUESTIONS), arguments=st.lists(objects | formats, max_size=7))
def test_questions_with_any_arguments(name: str, arguments: list[object]) -> None:
    with sound_card("by_hand") as (_, p):
        error_of(lambda: getattr(p, name)(*arguments))
        assert p.get_device_count() == 1


THE_STREAM = object()
FUNCTIONS = sorted(name for name, value in vars(pyaudiopp.pa).items() if callable(value))


@given(
    name=st.sampled_from(FUNCTIONS),
    arguments=st.lists(st.just(THE_STREAM) | anything(counts) | formats, max_size=5),
)
def test_the_c_module_with_any_arguments(name: str, arguments: list[object]) -> None:
    with sound_card("free_running") as (_, p):
        stream = p.open(input=True, output=True, **STEREO)._stream
        replaced = [stream if argument is THE_STREAM else argument for argument in arguments]
        error_of(lambda: getattr(pyaudiopp.pa, name)(*replaced))
        if name == "initialize":
            pyaudiopp.pa.terminate()
        assert p.get_device_count() == 1


@given(
    method=st.sampled_from(["read", "write"]),
    arguments=st.lists(anything(counts), max_size=3),
    callback=st.booleans(),
)
def test_read_and_write_with_any_arguments(
    method: str, arguments: list[object], callback: bool
) -> None:
    with sound_card("by_hand" if callback else "free_running") as (_, p):
        more = {"stream_callback": lambda *_: (None, 0)} if callback else {}
        stream = p.open(input=True, output=True, **STEREO, **more)
        error_of(lambda: getattr(stream, method)(*arguments))


# ---- descriptions of a sound system ----

json_values = st.recursive(
    st.none() | st.booleans() | numbers | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


def described(**values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    right = st.fixed_dictionaries({}, optional=values)
    wrong = st.dictionaries(st.sampled_from(sorted(values)), json_values, max_size=1)
    both = st.tuples(right, wrong).map(lambda pair: {**pair[0], **pair[1]})
    return st.one_of(right, right, both, json_values)


positions = st.none() | st.integers(-2, 3)
devices = described(
    name=st.text(max_size=5),
    max_input_channels=st.integers(-1, 64),
    max_output_channels=st.integers(-1, 64),
    default_sample_rate=st.sampled_from([48000, 44100.0, 1, 0]) | st.floats(),
    sample_rates=st.lists(st.sampled_from([8000, 48000.0, 0]) | st.floats(), max_size=2),
    low_latency=st.sampled_from([0, 0.01]) | st.floats(),
    high_latency=st.sampled_from([0, 0.1]) | st.floats(),
    loopback=st.booleans(),
    output_kept=st.sampled_from([0, 1]) | st.floats(),
)
host_apis = described(
    type=st.integers(-1, 20),
    name=st.text(max_size=5),
    devices=st.lists(devices, max_size=3),
    default_input=positions,
    default_output=positions,
)
faults = described(
    call=st.sampled_from(["Pa_OpenStream", "Pa_WriteStream", "Pa_GetDeviceInfo", "Pa_Sing"]),
    error=st.integers(-10001, -9970),
    host_text=st.text(max_size=5),
    nth=st.integers(-1, 3),
    times=st.none() | st.integers(-1, 3),
    probability=st.sampled_from([0, 0.5, 1]) | st.floats(),
    seed=numbers,
)
systems = described(
    clock=st.sampled_from(["free_running", "by_hand", "sundial"]),
    host_apis=st.lists(host_apis, max_size=3),
    faults=st.lists(faults, max_size=2),
)


@given(system=systems)
def test_any_description_of_a_sound_system(system: Any) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "system.json")
        path.write_text(json.dumps(system), encoding="utf-8")
        try:
            card = simulation.load(path)
        except ValueError as error:
            note(repr(error))
            return
    card.clear_faults()
    with card:
        p = PyAudio()
        try:
            for device in range(p.get_device_count()):
                p.get_device_info_by_index(device)
            error_of(p.get_default_host_api_info)
            error_of(lambda: p.open(output=True, **STEREO).write(bytes(400)))
        finally:
            p.terminate()


# ---- buffers ----


class Broken:
    """Has a `__buffer__`, used from Python 3.12 on."""

    def __init__(self, answer: object, release: Exception | None = None) -> None:
        self.answer = answer
        self.error = release

    def __buffer__(self, flags: int) -> object:
        return self.answer

    def __release_buffer__(self, view: object) -> None:
        if self.error is not None:
            raise self.error


def mapped(data: bytes) -> mmap.mmap:
    memory = mmap.mmap(-1, max(len(data), 1))
    memory[: len(data)] = data
    return memory


def reshaped(data: bytes) -> memoryview:
    rows = len(data) // 8
    return memoryview(data[: rows * 8]).cast("i", [rows, 2]) if rows else memoryview(b"")


BUFFERS: dict[str, Callable[[bytes], object]] = {
    "bytes": bytes,
    "bytearray": bytearray,
    "memoryview": memoryview,
    "writable": lambda data: memoryview(bytearray(data)),
    "read-only": lambda data: memoryview(bytearray(data)).toreadonly(),
    "every other byte": lambda data: memoryview(data)[::2],
    "backwards": lambda data: memoryview(data)[::-1],
    "shorts": lambda data: memoryview(data[: len(data) // 2 * 2]).cast("h"),
    "two dimensions": reshaped,
    "released": lambda data: (view := memoryview(data), view.release())[0],
    "array": lambda data: array.array("B", data),
    "array of shorts": lambda data: array.array("h", data[: len(data) // 2 * 2]),
    "numpy": lambda data: numpy.frombuffer(data, numpy.uint8),
    "numpy, strided": lambda data: numpy.frombuffer(data, numpy.uint8)[::3],
    "numpy, Fortran": lambda data: numpy.asfortranarray(
        numpy.frombuffer(data[: len(data) // 8 * 8], numpy.int16).reshape(-1, 4)
    ),
    "numpy, no dimension": lambda data: numpy.array(len(data)),
    "numpy, objects": lambda data: numpy.array([data, None]),
    "str": lambda data: data.decode("latin-1"),
    "str with a surrogate": lambda data: data.decode("ascii", "surrogateescape"),
    "mmap": mapped,
    "ctypes": lambda data: (ctypes.c_uint8 * len(data))(*data),
    "structure": lambda data: ctypes.c_double(len(data)),
    "raises": lambda data: Raising(),
    "no view": lambda data: Broken(data),
    "view": lambda data: Broken(memoryview(data)),
    "strided view": lambda data: Broken(memoryview(data)[::2]),
    "raises at release": lambda data: Broken(memoryview(data), Mine("released")),
}


def bytes_of(buffer: object) -> bytes | None:
    """Returns a writable buffer's content, using Python's own means."""
    if isinstance(buffer, str):
        try:
            return buffer.encode("utf-8" if any(c > "\xff" for c in buffer) else "latin-1")
        except UnicodeEncodeError:
            return None
    try:
        with memoryview(buffer) as view:  # type: ignore[arg-type]
            return bytes(view) if view.c_contiguous else None
    except (TypeError, ValueError, BufferError, Mine):
        return None


def are_samples(buffer: Any, format: int) -> bool:
    """Whether a buffer's items are bytes or samples of the format, in frames of two channels."""
    if isinstance(buffer, str):
        return True
    with memoryview(buffer) as view:
        if view.nbytes == 0:
            return True
        kinds = {pyaudiopp.paFloat32: "f", pyaudiopp.paInt32: "i", pyaudiopp.paInt16: "h"}
        if view.itemsize != 1 and (view.format or "").lstrip("@<") != kinds.get(format):
            return False
        if view.ndim < 2 or view.itemsize != pyaudiopp.get_sample_size(format):
            return True
        return view.shape[-1] in (2, view.nbytes // view.itemsize)


buffers = st.tuples(st.sampled_from(sorted(BUFFERS)), st.binary(max_size=2000)).map(
    lambda made: BUFFERS[made[0]](made[1])
)


# Nothing can catch an exception from __release_buffer__.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@given(
    buffer=buffers,
    frames=st.none() | st.integers(0, 600),
    format=st.sampled_from([2, 4, 8, 16, 32]),
)
def test_every_kind_of_buffer_is_written_or_refused(
    buffer: Any, frames: int | None, format: int
) -> None:
    expected = bytes_of(buffer)
    if expected is not None and not are_samples(buffer, format):
        expected = None
    with sound_card("free_running") as (card, p):
        stream = p.open(output=True, **{**STEREO, "format": format})
        error = error_of(lambda: stream.write(buffer, frames))
        assert stream.is_active(), "a wrong argument leaves the stream open"
        assert (error is None) == (expected is not None)
        assert not isinstance(error, (OSError, MemoryError))
        stream.close()
        size = 2 * pyaudiopp.get_sample_size(format)
        whole = len(expected or b"") // size
        wanted = whole if frames is None else min(whole, frames)
        assert card.output(0, format) == (expected or b"")[: wanted * size]


@given(
    data=st.binary(min_size=1, max_size=99), action=st.sampled_from(["close", "resize", "raise"])
)
def test_a_count_that_does_something_else_meanwhile(data: bytes, action: str) -> None:
    def fail() -> None:
        raise Mine

    with sound_card("free_running") as (_, p):
        stream = p.open(input=True, output=True, **STEREO)
        sound = bytearray(data)
        count: Any = Index(3, {"close": stream.close, "resize": sound.clear, "raise": fail}[action])
        expected = {"close": OSError, "resize": BufferError, "raise": Mine}[action]
        assert isinstance(error_of(lambda: stream.write(sound, count)), expected)
        if action != "resize":
            assert isinstance(error_of(lambda: stream.read(count)), expected)


# ---- return values of callbacks ----


class Pair(tuple):  # type: ignore[type-arg]
    """A subclass of tuple."""


flags = st.integers(0, 2) | st.booleans() | objects
data_of_blocks = st.none() | buffers | st.binary(max_size=600) | objects
results = st.one_of(
    st.tuples(data_of_blocks, flags),
    st.tuples(data_of_blocks, flags).map(Pair),
    st.lists(data_of_blocks, max_size=3).map(tuple),
    objects,
    buffers,
)


@given(result=results)
def test_whatever_a_callback_returns_is_played_or_raised(result: Any) -> None:
    with sound_card("by_hand") as (card, p):
        stream = p.open(output=True, stream_callback=lambda *_: result, **STEREO)
        card.step()
        played = card.output(0, pyaudiopp.paInt16)
        error = error_of(stream.is_active)
        if error is not None:
            assert not isinstance(error, (OSError, MemoryError))
            assert not any(played)
            assert not stream.is_active(), "raised once"
            return
        data, flag = result
        expected = b"" if data is None else bytes_of(data)
        assert expected is not None
        if flag.__index__() != pyaudiopp.paAbort:
            assert played == expected[:BLOCK].ljust(BLOCK, b"\0")


@given(
    where=st.sampled_from(["the call", "the flag"]),
    how=st.sampled_from(["itself", "by a thread"]),
    name=st.sampled_from(["close", "stop_stream"]),
)
def test_a_callback_that_ends_its_stream(where: str, how: str, name: str) -> None:
    with sound_card("by_hand") as (card, p):
        threads: list[threading.Thread] = []

        def end() -> None:
            call = getattr(stream, name)
            if how == "itself":
                call()
            else:
                threads.append(threading.Thread(target=call))
                threads[-1].start()

        def callback(*_: object) -> tuple[None, Any]:
            if where == "the call":
                end()
            return None, Index(pyaudiopp.paComplete, end if where == "the flag" else None)

        stream = p.open(output=True, stream_callback=callback, **STEREO)
        card.step()
        for thread in threads:
            thread.join()
        if how == "itself":
            with pytest.raises(RuntimeError):
                stream.is_active()


# ---- sequences of calls ----


class Opened:
    """A stream, and its expected state."""

    def __init__(self, owner: PyAudio, callback: bool, input: bool, output: bool) -> None:
        self.owner = owner
        self.has_callback = callback
        self.input = input
        self.output = output
        self.state = "running"  # or stopped, finished, closed
        self.listed = True  # by its instance, until it is closed explicitly
        self.calls = 0
        self.failure: Exception | None = None  # not raised yet
        self.answer: Callable[[int], object] = lambda frames: (bytes(4 * frames), 0)
        self.stream = owner.open(
            input=input,
            output=output,
            stream_callback=self.call if callback else None,
            **STEREO,
        )

    def call(self, in_data: bytes | None, frames: int, *_: object) -> object:
        self.calls += 1
        assert (in_data is not None) == self.input
        return self.answer(frames)

    def close(self) -> None:
        self.state = "closed"
        self.listed = False

    def fails(self, call: Callable[[], object]) -> bool:
        """Whether the call raised the callback's exception, as it should."""
        if self.failure is None or self.state == "closed":
            return False
        with pytest.raises(Mine) as raised:
            call()
        assert raised.value is self.failure
        self.failure = None
        return True


class Calls(RuleBasedStateMachine):
    """Any sequence of calls, compared with a model of PyAudio's documented states."""

    instances = Bundle("instances")
    streams = Bundle("streams")

    def __init__(self) -> None:
        super().__init__()
        self.context = sound_card("by_hand")
        self.card, first = self.context.__enter__()
        first.terminate()
        self.opened: list[Opened] = []
        self.made: list[PyAudio] = []
        self.alive: list[PyAudio] = []  # not terminated

    def teardown(self) -> None:
        for p in self.made:
            p.terminate()
        self.context.__exit__(None, None, None)

    @rule(target=instances)
    def start(self) -> PyAudio:
        p = PyAudio()
        self.made.append(p)
        self.alive.append(p)
        return p

    @rule(p=instances)
    def ask(self, p: PyAudio) -> None:
        if self.alive:  # they share PortAudio, as in PyAudio
            assert p.get_device_count() == 1
        else:
            with pytest.raises(OSError, match="not initialized"):
                p.get_device_count()

    @rule(p=instances)
    def terminate(self, p: PyAudio) -> None:
        p.terminate()
        if p in self.alive:
            self.alive.remove(p)
        for opened in self.opened:
            if opened.owner is p:
                opened.close()

    @rule(target=streams, p=instances, callback=st.booleans(),
          sides=st.sampled_from([(True, False), (False, True), (True, True)]))  # fmt: skip
    def open(self, p: PyAudio, callback: bool, sides: tuple[bool, bool]) -> Any:
        if not self.alive:
            with pytest.raises(OSError, match=r"Invalid (in|out)put device"):
                Opened(p, callback, *sides)
            return multiple()
        self.opened.append(Opened(p, callback, *sides))
        return self.opened[-1]

    @rule(opened=streams)
    def start_stream(self, opened: Opened) -> None:
        if opened.fails(opened.stream.start_stream):
            return
        if opened.state == "closed":
            with pytest.raises(OSError, match="Stream closed"):
                opened.stream.start_stream()
            return
        opened.stream.start_stream()
        if opened.state == "stopped":
            opened.state = "running"

    @rule(opened=streams)
    def stop_stream(self, opened: Opened) -> None:
        if opened.state != "stopped" and opened.fails(opened.stream.stop_stream):
            opened.state = "stopped"
            return
        if opened.failure is not None and opened.state == "stopped":
            return
        opened.stream.stop_stream()
        if opened.state != "closed":
            opened.state = "stopped"

    @rule(opened=streams)
    def close(self, opened: Opened) -> None:
        opened.stream.close()
        opened.close()

    @rule(opened=consumes(streams))
    def close_by_its_instance(self, opened: Opened) -> None:
        if opened.listed:
            opened.owner.close(opened.stream)
            opened.close()
        else:
            with pytest.raises(ValueError, match="not found"):
                opened.owner.close(opened.stream)

    @rule(opened=streams)
    def look(self, opened: Opened) -> None:
        for question, states in (
            (opened.stream.is_active, {"running"}),
            (opened.stream.is_stopped, {"stopped"}),
        ):
            if opened.state == "closed":
                with pytest.raises(OSError, match=r"Stream (closed|not open)"):
                    question()
            elif not opened.fails(question):
                assert question() == (opened.state in states)

    @rule(opened=streams)
    def ask_stream(self, opened: Opened) -> None:
        stream = opened.stream
        for question in (stream.get_time, stream.get_cpu_load, stream.get_input_latency):
            if opened.state == "closed":
                with pytest.raises(OSError, match="Stream closed"):
                    question()
            else:
                assert question() >= 0

    def transfer(self, opened: Opened, is_input: bool, call: Callable[[int], object]) -> None:
        stream = opened.stream
        if not (opened.input if is_input else opened.output):
            with pytest.raises(OSError, match=r"Not (in|out)put stream"):
                call(1)
        elif opened.fails(lambda: call(1)):
            return
        elif opened.state == "closed" or opened.has_callback or opened.state == "stopped":
            with pytest.raises(pyaudiopp.PortAudioError):
                call(1)
            opened.state = "closed"  # like PyAudio
        else:
            available = stream.get_read_available() if is_input else stream.get_write_available()
            assert available >= 0
            call(available)

    @rule(opened=streams)
    def read(self, opened: Opened) -> None:
        def call(frames: int) -> None:
            assert len(opened.stream.read(frames, False)) == 4 * frames

        self.transfer(opened, True, call)

    @rule(opened=streams)
    def write(self, opened: Opened) -> None:
        self.transfer(opened, False, lambda frames: opened.stream.write(bytes(4 * frames)))

    @rule(opened=streams, end=st.sampled_from(["go on", "complete", "abort", "short", "raise"]))
    def let_the_callback(self, opened: Opened, end: str) -> None:
        failure = Mine(end)

        def answer(frames: int) -> object:
            if end == "raise":
                raise failure
            flag = {"complete": pyaudiopp.paComplete, "abort": pyaudiopp.paAbort}.get(end, 0)
            return bytes(4 * frames - 4 * (end == "short")), flag

        calls = opened.calls
        opened.answer = answer
        self.card.step()
        opened.answer = lambda frames: (bytes(4 * frames), 0)
        ran = opened.has_callback and opened.state == "running"
        assert opened.calls - calls == ran
        if ran and (end in ("complete", "abort", "raise") or (end == "short" and opened.output)):
            opened.state = "finished"
            if end == "raise":
                opened.failure = failure

    @rule(blocks=st.integers(1, 5))
    def step(self, blocks: int) -> None:
        calls = [opened.calls for opened in self.opened]
        self.card.step(blocks)
        for opened, before in zip(self.opened, calls):
            runs = opened.has_callback and opened.state == "running"
            assert opened.calls - before == blocks * runs

    @precondition(lambda self: self.alive)
    @rule(wrong=st.sampled_from([{"rate": 1}, {"channels": 99}, {"format": 0}]))
    def fail_to_open(self, wrong: dict[str, int]) -> None:
        with pytest.raises(pyaudiopp.PortAudioError):
            self.alive[-1].open(output=True, **{**STEREO, **wrong})

    @invariant()
    def nothing_else_is_open(self) -> None:
        assert self.card.open_streams() == sum(opened.state != "closed" for opened in self.opened)


TestCalls = Calls.TestCase
