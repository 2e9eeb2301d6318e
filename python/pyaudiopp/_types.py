# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Names for types, only for type checkers."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Literal, Optional, Protocol, Union

    from typing_extensions import Buffer, CapsuleType, TypeAlias

    # The extension's stubs import this module, so it imports nothing from the package.

    class NumPyArray(Protocol):
        """A NumPy array, which type checkers accept as a Buffer only from Python 3.12 on."""

        @property
        def __array_interface__(self) -> dict[str, Any]: ...

    class CompiledCallback(Protocol):
        """A `NativeCallback`, as the extension sees it: the addresses of function and data."""

        @property
        def _function(self) -> int: ...

        @property
        def _user_data(self) -> int: ...

    class Readable(Protocol):
        """A binary file."""

        def read(self, size: int, /) -> bytes: ...

    Samples: TypeAlias = Union[Buffer, NumPyArray]
    StreamCallback: TypeAlias = Union[
        Callable[
            [Optional[bytes], int, Mapping[str, float], int],
            tuple[Union[Samples, str, None], int],
        ],
        CompiledCallback,
        CapsuleType,
    ]
    # The same as in types-PyAudio: programs that pass against it pass against pyaudiopp.
    DeviceInfo: TypeAlias = dict[str, Union[str, int, float]]
    HostApiInfo: TypeAlias = dict[str, Union[str, int]]
    DeviceName: TypeAlias = Union[
        int, str, tuple[str, str], list[str], Mapping[str, Union[str, int, float]]
    ]
    Latency: TypeAlias = Union[Literal["low", "high"], float]


def hide_unions(*namespaces: Mapping[str, Any]) -> None:
    """Replaces unions by object, since Python before 3.10 cannot evaluate X | Y."""
    for namespace in namespaces:
        for thing in list(namespace.values()):
            if not str(getattr(thing, "__module__", "")).startswith("pyaudiopp"):
                continue
            hints = getattr(thing, "__annotations__", {})
            for name, hint in hints.items():
                if isinstance(hint, str) and "|" in hint:
                    hints[name] = "object"
