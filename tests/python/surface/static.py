# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The static surface: names, kinds, signatures, defaults, values."""

import inspect
import types
from typing import Any

import world
from answers import describe

# A module's location and loader do not matter.
MODULE_PARTS = {
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
# What every class has, or its own line already says.
CLASS_PARTS = {
    "__annotations__",
    "__dict__",
    "__doc__",
    "__firstlineno__",
    "__module__",
    "__static_attributes__",
    "__weakref__",
}


def surface() -> dict[str, str]:
    """Maps the path of each name to its line."""
    lines: dict[str, str] = {}
    pyaudio = world.pyaudio()
    for path, module in {"pyaudio": pyaudio, "pyaudio.pa": pyaudio.pa}.items():
        _members(path, {**vars(module), **_exported(module)}, MODULE_PARTS, lines)
    return lines


def _exported(module: types.ModuleType) -> dict[str, object]:
    """The names from `import *`, including those resolved on access."""
    names: dict[str, object] = {}
    exec(f"from {module.__name__} import *", names)
    return {name: value for name, value in names.items() if name != "__builtins__"}


def _members(path: str, members: Any, left_out: set[str], lines: dict[str, str]) -> None:
    for name, value in members.items():
        if name not in left_out:
            lines[f"{path}.{name}"] = _line(name, value)
            if isinstance(value, type):
                _members(f"{path}.{name}", vars(value), CLASS_PARTS, lines)


def _line(name: str, value: object) -> str:
    if isinstance(value, types.ModuleType):
        return f"module {value.__name__.split('.')[-1]}"
    if isinstance(value, type):
        bases = ", ".join(base.__qualname__ for base in value.__mro__[1:])
        text = f"class {value.__qualname__} of {type(value).__name__}, then {bases}"
    elif isinstance(value, types.FunctionType):
        text = f"function{_signature(value)}"
    elif isinstance(value, types.BuiltinFunctionType):
        text = "function in C"  # PyAudio's have no signature
    elif isinstance(value, (staticmethod, classmethod, property)):
        text = type(value).__name__
    else:
        return f"{type(value).__name__} {describe(value)}"
    is_public = not name.startswith("_")
    return text if inspect.getdoc(value) or not is_public else f"{text}, no docstring"


def _signature(function: types.FunctionType) -> str:
    """The parameters with their defaults; PyAudio has no annotations."""
    signature = inspect.signature(function)
    bare = [each.replace(annotation=each.empty) for each in signature.parameters.values()]
    return str(signature.replace(parameters=bare, return_annotation=signature.empty))
