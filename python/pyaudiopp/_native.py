# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Compiled functions as stream callbacks: finds their addresses and checks their types.

Does not import the packages that make them: a program that has such an object has imported its
package.
"""

from __future__ import annotations

import os
import re
import sys
from types import BuiltinFunctionType
from typing import Any, final

from pyaudiopp import _core

_CAPSULE = "pyaudiopp.stream_callback"
_SIGNATURE = (
    "int (const void *input, void *output, unsigned long frame_count, "
    "const pyaudiopp_time_info *time_info, unsigned long status_flags, void *user_data)"
)
# The kinds of the result and the arguments: i, an int; p, a pointer; L, an unsigned long.
_KINDS = "i" + "ppLpLp"
_SIGNATURE_TEXT = re.compile(r"int\(\w+\*,\w+\*,ulong,\w+\*,(ulong|PaStreamCallbackFlags),\w+\*\)")


@final
class NativeCallback:
    """A compiled function for `stream_callback`, with its user data.

    The function runs on the audio thread, without the GIL. Its signature is PortAudio's
    ``PaStreamCallback``, as in the header ``pyaudiopp/stream_callback.h`` in `get_include()`. The
    stream keeps function and user data alive as long as it is open.

    Args:
        function: A ctypes function pointer, a numba ``cfunc``, a cffi function pointer, a SciPy
            ``LowLevelCallable``, or a PyCapsule named ``"pyaudiopp.stream_callback"``.
        user_data: An address; a ctypes pointer, array or structure; a cffi pointer or array; a
            PyCapsule; or any contiguous buffer, such as a NumPy array, or a bytearray, which can
            then not be resized. None: the user data that `function` contains, if any.

    Raises:
        TypeError: `function` is not compiled, or has another signature; or `user_data` has no
            address.
        ValueError: `function` is a null pointer, or a capsule with another name.
    """

    __slots__ = ("_function", "_kept", "_user_data")

    def __init__(self, function: Any, user_data: Any = None) -> None:
        found = _find_function(function)
        if found is None:
            raise TypeError(
                f"function must be compiled, not {function!r}: use a PyCapsule, a ctypes function "
                "pointer, a numba cfunc, a cffi function pointer or a SciPy LowLevelCallable"
            )
        self._function, own_data = found
        if not self._function:
            raise ValueError(f"the stream callback {function!r} is a null pointer")
        self._user_data, held = _find_data(own_data if user_data is None else user_data)
        self._kept = (function, held)


def get_include() -> str:
    """Returns the folder of the C header ``pyaudiopp/stream_callback.h``."""
    return os.path.join(os.path.dirname(__file__), "include")


def as_native(callback: object) -> NativeCallback | None:
    """Returns a compiled callback as a NativeCallback; None if it is not compiled."""
    if isinstance(callback, NativeCallback):
        return callback
    return NativeCallback(callback) if _find_function(callback) else None


def _is(thing: object, module: str, name: str) -> bool:
    """Whether it is an instance of a class whose module has been imported."""
    kind = getattr(sys.modules.get(module), name, None)
    return isinstance(kind, type) and isinstance(thing, kind)


def _find_function(function: Any) -> tuple[int, Any] | None:
    """Returns a function's address and its own user data, after checking its type."""
    if isinstance(function, NativeCallback):
        return function._function, function._user_data
    if capsule := _core.open_capsule(function):
        name, address, context = capsule
        if name != _CAPSULE and not _is_signature(name):
            raise ValueError(
                f"a PyCapsule {name!r} is not a stream callback: its name must be {_CAPSULE!r}"
            )
        return address, context
    if _is(function, "scipy", "LowLevelCallable"):
        return _find_low_level(function)
    if _is(function, "numba.core.ccallback", "CFunc"):
        return _find_function(function.ctypes)
    if _is(function, "ctypes", "_CFuncPtr"):
        _check(function, *_ctypes_signature(function))
        return _ctypes_address(function), None
    if isinstance(function, BuiltinFunctionType) and _is(function.__self__, "_cffi_backend", "Lib"):
        return _find_function(_cffi().addressof(function.__self__, function.__name__))
    if _is(function, "_cffi_backend", "_CDataBase"):
        _check(function, *_cffi_signature(function))
        return _cffi_address(function), None
    return None


def _find_low_level(function: Any) -> tuple[int, Any] | None:
    if capsule := _core.open_capsule(function.function):
        if function.signature != _CAPSULE and not _is_signature(function.signature):
            raise _wrong_type(function, function.signature)
        found: tuple[int, Any] | None = capsule[1:]
    else:
        found = _find_function(function.function)
    return found if found is None or function.user_data is None else (found[0], function.user_data)


def _find_data(data: Any) -> tuple[int, object]:
    """Returns the address of user data, and the object that keeps it alive."""
    if data is None:
        return 0, None
    if isinstance(data, int):
        return data, None
    if capsule := _core.open_capsule(data):
        return capsule[1], data
    if any(_is(data, "ctypes", name) for name in ("_Pointer", "_CFuncPtr", "c_void_p", "c_char_p")):
        return _ctypes_address(data), data
    if _is(data, "_cffi_backend", "_CDataBase"):
        if _cffi().typeof(data).kind not in ("pointer", "array", "function"):
            raise TypeError(f"user_data must be a pointer, not {data!r}")
        return _cffi_address(data), data
    try:
        view = memoryview(data)
    except TypeError:
        raise TypeError(
            f"user_data must be an address, a pointer or a buffer, not {data!r}"
        ) from None
    return _core.address_of(view), view


def _check(function: object, kinds: str, given: str) -> None:
    if kinds != _KINDS:
        raise _wrong_type(function, given)


def _wrong_type(function: object, given: object) -> TypeError:
    return TypeError(f"the stream callback {function!r} is {given}, not {_SIGNATURE}")


def _is_signature(text: str | None) -> bool:
    """Whether a signature, as Cython and SciPy write it in C, is ours."""
    words = re.sub(r"\b(const|struct)\b|\s", "", re.sub(r"unsigned\s+long", "ulong", text or ""))
    return _SIGNATURE_TEXT.fullmatch(words) is not None


def _ctypes_address(pointer: Any) -> int:
    ctypes: Any = sys.modules["ctypes"]
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


def _ctypes_signature(function: Any) -> tuple[str, str]:
    ctypes: Any = sys.modules["ctypes"]
    if function._flags_ & ctypes._FUNCFLAG_PYTHONAPI:
        return "", "a function that needs the interpreter lock (PyDLL or PYFUNCTYPE)"
    if function.argtypes is None:
        return "", "of unknown type (argtypes and restype are not set)"
    types = [function.restype, *function.argtypes]
    names = [getattr(kind, "__name__", repr(kind)) for kind in types]
    given = f"{names[0]} ({', '.join(names[1:])})"

    def kind_of(kind: Any) -> str:
        if not isinstance(kind, type):
            return "?"
        if issubclass(kind, (ctypes._Pointer, ctypes.c_void_p, ctypes.c_char_p)):
            return "p"
        if not issubclass(kind, ctypes._SimpleCData):
            return "?"
        code, size = getattr(kind, "_type_", "?"), ctypes.sizeof(kind)
        if code in "ILQ" and size == ctypes.sizeof(ctypes.c_ulong):
            return "L"
        return "i" if code in "il" and size == ctypes.sizeof(ctypes.c_int) else "?"

    return "".join(map(kind_of, types)), given


def _cffi() -> Any:
    return sys.modules["_cffi_backend"].FFI()


def _cffi_address(pointer: Any) -> int:
    return int(_cffi().cast("uintptr_t", pointer))


def _cffi_signature(function: Any) -> tuple[str, str]:
    ffi = _cffi()
    kind = ffi.typeof(function)
    if kind.kind != "function" or kind.ellipsis:
        return "", kind.cname

    def kind_of(kind: Any) -> str:
        if kind.kind == "pointer":
            return "p"
        if kind.kind != "primitive":
            return "?"
        size, signed = ffi.sizeof(kind), int(ffi.cast(kind, -1)) < 0
        if not signed and size == ffi.sizeof("unsigned long"):
            return "L"
        return "i" if signed and size == ffi.sizeof("int") else "?"

    return "".join(map(kind_of, [kind.result, *kind.args])), kind.cname
