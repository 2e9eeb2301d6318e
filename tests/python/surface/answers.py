# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Turns the outcome of a question into text that does not depend on the package."""

import re
import zlib
from collections.abc import Callable
from typing import Any


class Answer(str):
    """Text that is already an answer."""

    __slots__ = ()


def tell(question: Callable[..., Any], *args: Any, **kwargs: Any) -> Answer:
    """Answer a question with its value, or with the exception it raised."""
    try:
        return describe(question(*args, **kwargs))
    except BaseException as error:  # SystemExit and KeyboardInterrupt are answers too
        return describe(error)


def describe(value: object) -> Answer:
    """Describe a value without addresses and without its package's name."""
    return Answer(_same_words(_describe(value)))


def _describe(value: object) -> str:
    if isinstance(value, Answer):
        return value
    if isinstance(value, BaseException):
        return _describe_error(value)
    if isinstance(value, type):
        return f"<class {value.__qualname__}>"
    if type(value) is bytes:
        return repr(value) if len(value) <= 32 else _describe_long(value)
    if type(value) in (list, tuple, set):
        assert isinstance(value, (list, tuple, set))
        items = [_describe(item) for item in value]
        brackets = {list: "[]", tuple: "()", set: "{}"}[type(value)]
        return brackets[0] + ", ".join(items) + brackets[1]
    if type(value) is dict:
        assert isinstance(value, dict)
        return "{" + ", ".join(f"{k!r}: {_describe(v)}" for k, v in value.items()) + "}"
    if type(value).__module__ in ("builtins", "numpy"):
        return repr(value)
    return f"<{type(value).__qualname__}>"


def _describe_long(data: bytes) -> str:
    if not any(data):
        return f"{len(data)} zero bytes"
    return f"{len(data)} bytes, crc {zlib.crc32(data):08x}"


def _describe_error(error: BaseException) -> str:
    # Our own exceptions count as the built-in ones that programs catch.
    base = next(cls for cls in type(error).__mro__ if cls.__module__ == "builtins")
    arguments = ", ".join(_describe(argument) for argument in error.args)
    text = f"{base.__name__}({arguments})"
    plain = base(*error.args)
    for name in ("errno", "strerror", "filename"):
        if getattr(error, name, None) != getattr(plain, name, None):
            text += f" {name}={getattr(error, name)!r}"
    if str(error) != str(plain):
        text += f" str={str(error)!r}"
    return text


def _same_words(text: str) -> str:
    text = re.sub(r"\bpyaudiopp\b", "pyaudio", text).replace("\n", "\\n")
    return re.sub(r"\b0x[0-9a-fA-F]{6,}\b", "0x...", text)
