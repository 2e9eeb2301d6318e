# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The surface that is there before anything runs: names, kinds, signatures, defaults, values."""

import inspect
import types
from typing import Any

import world
from answers import describe

# Where a module lies and how it was loaded is its own affair.
PLACES = {
    "__builtins__",
    "__cached__",
    "__doc__",
    "__file__",
    "__loader__",
    "__name__",
    "__package__",
    "__path__",
    "__spec__",
}
# What every class has, and what its own lines say already.
CLASS_PARTS = {
    "__dict__",
    "__doc__",
    "__module__",
    "__weakref__",
    "__firstlineno__",
    "__static_attributes__",
    "__annotations__",
}


def surface() -> dict[str, str]:
    """Each name's line, by the path to it."""
    lines: dict[str, str] = {}
    pyaudio = world.pyaudio()
    _module("pyaudio", pyaudio, lines)
    _module("pyaudio.pa", pyaudio.pa, lines)
    return lines


def _module(path: str, module: types.ModuleType, lines: dict[str, str]) -> None:
    lines[path] = _documented("module", module)
    for name, value in vars(module).items():
        if name not in PLACES:
            _name(f"{path}.{name}", value, lines)


def _name(path: str, value: object, lines: dict[str, str]) -> None:
    if isinstance(value, type):
        _class(path, value, lines)
    elif isinstance(value, (types.FunctionType, types.BuiltinFunctionType)):
        lines[path] = _documented(f"{type(value).__name__}{_signature(value)}", value)
    elif isinstance(value, types.ModuleType):
        lines[path] = f"module {value.__name__.split('.')[-1]}"
    elif isinstance(value, (staticmethod, classmethod, property)):
        lines[path] = _documented(type(value).__name__, value)
    else:
        lines[path] = f"{type(value).__name__} {describe(value)}"


def _class(path: str, cls: type, lines: dict[str, str]) -> None:
    bases = ", ".join(base.__qualname__ for base in cls.__mro__[1:])
    lines[path] = _documented(
        f"class {cls.__qualname__} of {type(cls).__name__}, then {bases}", cls
    )
    for name, value in vars(cls).items():
        if name not in CLASS_PARTS:
            _name(f"{path}.{name}", value, lines)


def _signature(function: Any) -> str:
    # PyAudio's C functions have none to show.
    return str(inspect.signature(function)) if isinstance(function, types.FunctionType) else ""


def _documented(text: str, value: object) -> str:
    return text if inspect.getdoc(value) else text + ", no docstring"
