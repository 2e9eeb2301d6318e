# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Everything in types-PyAudio's stub holds for pyaudiopp, so code checked against it is right."""

import ast
import inspect
import sys
from collections.abc import Iterator
from importlib import metadata
from types import ModuleType
from typing import Any, Union

import pytest

Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
Parameter = tuple[str, inspect._ParameterKind, bool]


def stub() -> list[ast.stmt]:
    """The stub's statements for this platform."""
    try:
        files = metadata.files("types-PyAudio") or []
    except metadata.PackageNotFoundError:
        pytest.skip("types-PyAudio is not installed")
    (path,) = (file for file in files if file.name == "__init__.pyi")
    return list(on_this_platform(ast.parse(path.read_text(encoding="utf-8")).body))


def on_this_platform(statements: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements, with each `if` replaced by its branch."""
    for statement in statements:
        if isinstance(statement, ast.If):
            condition = compile(ast.Expression(statement.test), "stub", "eval")
            branch = statement.body if eval(condition, {"sys": sys}) else statement.orelse
            yield from on_this_platform(branch)
        else:
            yield statement


def names(body: list[ast.stmt], path: str, place: Any) -> Iterator[tuple[str, ast.stmt, Any]]:
    """The public names of a stub, each with our counterpart, or None."""
    for statement in body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            name = statement.target.id
        elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            name = statement.name
        else:
            continue
        if name.startswith("_") and not name.endswith("__"):
            continue
        value = getattr(place, name, None)
        yield f"{path}{name}", statement, value
        if isinstance(statement, ast.ClassDef):
            yield from names(statement.body, f"{path}{name}.", value)


def parameters(function: Function) -> list[Parameter]:
    """The name and kind of each parameter of a stub's function, and whether it has a default."""
    arguments = function.args
    positional = [
        *((argument.arg, inspect.Parameter.POSITIONAL_ONLY) for argument in arguments.posonlyargs),
        *((argument.arg, inspect.Parameter.POSITIONAL_OR_KEYWORD) for argument in arguments.args),
    ]
    required = len(positional) - len(arguments.defaults)
    return [
        *((name, kind, index >= required) for index, (name, kind) in enumerate(positional)),
        *(
            (argument.arg, inspect.Parameter.KEYWORD_ONLY, default is not None)
            for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults)
        ),
    ]


def takes(ours: Any, wanted: list[Parameter]) -> bool:
    """Whether our function takes these parameters in these positions, and requires no others."""
    found = list(inspect.signature(ours).parameters.values())
    variadic = {parameter.kind for parameter in found}
    if {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD} <= variadic:
        return True  # forwards to a function that is compared on its own
    same = [
        (parameter.name, parameter.kind, parameter.default is not parameter.empty)
        for parameter in found[: len(wanted)]
    ]
    needed = [
        parameter for parameter in found[len(wanted) :] if parameter.default is parameter.empty
    ]
    return same == wanted and all(
        parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in needed
    )


@pytest.fixture
def pyaudiopp() -> ModuleType:
    module: ModuleType = pytest.importorskip("pyaudiopp")
    return module


def test_every_name_is_there(pyaudiopp: ModuleType) -> None:
    assert [path for path, _, value in names(stub(), "", pyaudiopp) if value is None] == []


def test_every_function_takes_what_the_stub_says(pyaudiopp: ModuleType) -> None:
    functions = [
        (p, s, v) for p, s, v in names(stub(), "", pyaudiopp) if isinstance(s, ast.FunctionDef)
    ]
    assert len(functions) > 30
    assert [
        path for path, statement, value in functions if not takes(value, parameters(statement))
    ] == []


def test_every_constant_is_a_plain_int(pyaudiopp: ModuleType) -> None:
    constants = [
        (p, v) for p, s, v in names(stub(), "", pyaudiopp) if p.startswith("pa") and "." not in p
    ]
    assert len(constants) == 59
    assert [path for path, value in constants if type(value) is not int] == []
