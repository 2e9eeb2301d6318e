# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Names of devices and host APIs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

_Info = TypeVar("_Info", bound=Mapping[str, Any])


def called(name: str, infos: list[_Info], name_of: Callable[[_Info], str]) -> list[_Info]:
    """Returns the infos with that name or, if none, those whose names contain it; ignores case."""
    from unicodedata import normalize

    def folded(name: str) -> str:
        return normalize("NFC", name.casefold())

    wanted = folded(name)
    exact = [info for info in infos if folded(name_of(info)) == wanted]
    return exact or [info for info in infos if wanted in folded(name_of(info))]


def decode_name(name: bytes) -> str | bytes:
    """Returns a device's name as text, or as bytes if its encoding is unknown.

    PortAudio's names are UTF-8 where it knows the encoding; old drivers use the locale's. A name
    that is too long for PortAudio ends within a character.
    """
    try:
        return name.decode()
    except UnicodeDecodeError as error:
        whole = name[: error.start]
        if error.reason == "unexpected end of data" and not whole.isascii():
            return whole.decode() + "\N{REPLACEMENT CHARACTER}"
        import locale
    try:
        return name.decode(locale.getpreferredencoding(False))
    except (UnicodeDecodeError, LookupError):
        return name
