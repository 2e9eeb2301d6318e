# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Type hints at run time: every one can be evaluated, and programs' annotations are true."""

from __future__ import annotations

import copy
import importlib
import inspect
import pickle
import pydoc
import subprocess
import sys
import types
import typing
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import pyaudiopp
from pyaudiopp import PyAudio, core
from pyaudiopp.simulation import Simulation

MODULES = ["pyaudiopp", "pyaudiopp.core", "pyaudiopp.simulation", "pyaudiopp.virtual_card",
           "pytest_pyaudiopp"]  # fmt: skip


def public_things() -> Iterator[tuple[str, Any]]:
    """The public functions, classes and methods."""
    for module_name in MODULES:
        module = importlib.import_module(module_name)
        for name in dir(module):
            thing = getattr(module, name)
            if name.startswith("_") or inspect.ismodule(thing) or not callable(thing):
                continue
            if not str(getattr(thing, "__module__", "")).startswith(("pyaudiopp", "pytest_pyaudi")):
                continue
            yield f"{module_name}.{name}", thing
            if inspect.isclass(thing):
                yield from members(f"{module_name}.{name}", thing)


def members(prefix: str, owner: type) -> Iterator[tuple[str, Any]]:
    for name, thing in vars(owner).items():
        if inspect.isclass(thing) and not name.startswith("_"):
            yield from members(f"{prefix}.{name}", thing)
        if isinstance(thing, property):
            thing = thing.fget
        if isinstance(thing, (staticmethod, classmethod)):
            thing = thing.__func__
        if isinstance(thing, types.FunctionType) and (
            name == "__init__" or not name.startswith("_")
        ):
            yield f"{prefix}.{name}", thing


def test_the_hints_of_everything_public_can_be_evaluated() -> None:
    things = dict(public_things())
    assert {"pyaudiopp.play", "pyaudiopp.PyAudio.open", "pyaudiopp.PyAudio.Stream.write",
            "pyaudiopp.simulation.Simulation.output_array"} <= set(things)  # fmt: skip
    for name, thing in things.items():
        try:
            typing.get_type_hints(thing)
        except Exception as error:
            pytest.fail(f"{name}: {error!r}")


def test_the_hints_say_what_they_can() -> None:
    assert typing.get_type_hints(PyAudio.open)["return"] is PyAudio.Stream
    assert typing.get_type_hints(PyAudio.Stream.__init__)["rate"] is int
    assert typing.get_type_hints(PyAudio.Stream.read)["return"] is bytes
    assert typing.get_type_hints(PyAudio.get_device_count)["return"] is int
    if sys.version_info >= (3, 10):
        timeout = typing.get_type_hints(PyAudio.Stream.read)["timeout"]
        assert timeout == typing.Optional[float]


def test_typing_is_not_imported_for_it() -> None:
    program = "import sys, pyaudiopp; sys.exit('typing' in sys.modules)"
    command = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        f"import sys; sys.path[:] = {sys.path!r}; {program}",
    ]
    subprocess.run(command, check=True)


# ---- inspect ----


@pytest.mark.parametrize(
    ("thing", "first"),
    [
        (PyAudio, "class PyAudio:"),
        (PyAudio.Stream, "class Stream:"),
        (pyaudiopp.Stream, "class Stream(PyAudio.Stream"),
        (PyAudio.open, "def open("),
        (PyAudio.Stream.write, "def write("),
        (pyaudiopp.play, "def play("),
        (pyaudiopp.NativeCallback, "class NativeCallback"),
        (pyaudiopp.get_sample_size, "def get_sample_size("),
    ],
)
def test_inspect_finds_the_source(thing: Any, first: str) -> None:
    source = inspect.getsource(thing)
    assert first in "\n".join(source.splitlines()[:2])
    assert inspect.getdoc(thing)
    assert inspect.signature(thing)


@pytest.mark.parametrize("kind", [PyAudio, PyAudio.Stream, pyaudiopp.Stream])
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_classes_are_named_by_their_public_module(kind: type, protocol: int) -> None:
    assert kind.__module__ == "pyaudiopp"
    assert f"{kind.__module__}" == "pyaudiopp"
    assert repr(kind) == f"<class 'pyaudiopp.{kind.__qualname__}'>"
    pickled = pickle.dumps(kind, protocol)
    assert b"_pyaudio" not in pickled
    assert pickle.loads(pickled) is kind
    assert copy.deepcopy(kind) is kind
    assert pydoc.locate(f"{kind.__module__}.{kind.__qualname__}") is kind


# ---- pyaudiopp.Stream as an annotation ----


class Unrelated(pyaudiopp.Stream):
    """A class of a program's own."""


def test_what_open_returns_is_a_stream(
    free: Simulation, p: PyAudio, stereo: dict[str, int]
) -> None:
    stream = p.open(output=True, **stereo)
    assert isinstance(stream, pyaudiopp.Stream)
    assert isinstance(stream, PyAudio.Stream)
    assert not isinstance(stream, Unrelated)
    for other in (None, 1, p, stream._stream, stream._handle, core.Stream, pyaudiopp.Stream):
        assert not isinstance(other, pyaudiopp.Stream)


def test_what_programs_see_of_the_two_classes_is_pyaudios(
    free: Simulation, p: PyAudio, stereo: dict[str, int]
) -> None:
    stream = p.open(output=True, **stereo)
    assert type(stream) is PyAudio.Stream
    assert type(stream) is not pyaudiopp.Stream
    assert issubclass(pyaudiopp.Stream, PyAudio.Stream)
    assert not issubclass(PyAudio.Stream, pyaudiopp.Stream)
    assert pyaudiopp.Stream.__mro__ == (pyaudiopp.Stream, PyAudio.Stream, object)
    assert repr(pyaudiopp.Stream) == "<class 'pyaudiopp.Stream'>"
    with pytest.warns(DeprecationWarning, match="Do not instantiate pyaudio.Stream directly"):
        reserved = pyaudiopp.Stream(p, output=True, **stereo)
    assert isinstance(reserved, pyaudiopp.Stream)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        assert isinstance(Unrelated(p, output=True, **stereo), Unrelated)


def annotated(stream: pyaudiopp.Stream) -> pyaudiopp.Stream:
    return stream


def with_pydantic() -> Callable[[Any], object]:
    pydantic = pytest.importorskip("pydantic")

    class Recorder(pydantic.BaseModel):  # type: ignore[misc, name-defined]
        model_config = pydantic.ConfigDict(arbitrary_types_allowed=True)
        stream: pyaudiopp.Stream

    Recorder.model_rebuild(_types_namespace={"pyaudiopp": pyaudiopp})
    return lambda stream: Recorder(stream=stream).stream


def with_beartype() -> Callable[[Any], object]:
    checked: Callable[[Any], object] = pytest.importorskip("beartype").beartype(annotated)
    return checked


def with_typeguard() -> Callable[[Any], object]:
    typeguard = pytest.importorskip("typeguard")
    return lambda stream: typeguard.check_type(stream, pyaudiopp.Stream)


@pytest.mark.parametrize("make", [with_pydantic, with_beartype, with_typeguard])
def test_checkers_take_what_open_returns_and_nothing_else(
    free: Simulation, p: PyAudio, stereo: dict[str, int], make: Callable[[], Any]
) -> None:
    check = make()
    stream = p.open(output=True, **stereo)
    assert check(stream) is stream
    for other in (p, stream._handle, None, "stream"):
        with pytest.raises(Exception, match=r"(?i)stream"):
            check(other)
