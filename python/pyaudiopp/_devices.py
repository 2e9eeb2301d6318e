# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Finding a device by what people call it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pyaudiopp import PyAudio

T = TypeVar("T")


def find_device(p: PyAudio, device: object, *, input: bool, output: bool) -> dict[str, Any]:
    """Returns the one device that is meant; see `PyAudio.find_device`."""
    host_apis = [
        p.get_host_api_info_by_index(index)["name"] for index in range(p.get_host_api_count())
    ]
    devices = [p.get_device_info_by_index(index) for index in range(p.get_device_count())]
    fitting = [
        info
        for info in devices
        if (info["maxInputChannels"] or not input) and (info["maxOutputChannels"] or not output)
    ]

    if isinstance(device, Mapping):
        # A list made since may have another device at that index.
        keys = ("index", "name", "hostApi")
        found = [info for info in fitting if all(info[key] == device[key] for key in keys)]
    elif isinstance(device, str):
        found = called(device, fitting, lambda info: info["name"])
    elif isinstance(device, tuple):
        host_api, name = device
        of_api = called(host_api, fitting, lambda info: host_apis[info["hostApi"]])
        found = called(name, of_api, lambda info: info["name"])
    else:
        index = operator.index(device)  # type: ignore[arg-type]  # or raises TypeError
        found = [info for info in fitting if info["index"] == index]
    if len(found) == 1:
        return found[0]

    kind = " ".join(word for word, on in (("input", input), ("output", output)) if on)
    wanted = device["name"] if isinstance(device, Mapping) else device
    listed = "; ".join(
        f"{info['index']}: {info['name']!r} ({host_apis[info['hostApi']]})"
        for info in found or fitting
    )
    if found:
        raise ValueError(
            f"{len(found)} {kind} devices match {wanted!r}, say which by (host API, name) or by "
            f"index: {listed}".replace("  ", " ")
        )
    raise ValueError(
        f"no {kind} device matches {wanted!r}, there are: {listed or 'none'}".replace("  ", " ")
    )


def called(name: str, things: Iterable[T], name_of: Callable[[T], str | bytes]) -> list[T]:
    """The things of that name, or else those whose names contain it; in any case."""
    wanted = name.casefold()
    names = [(str(name_of(thing)).casefold(), thing) for thing in things]
    exact = [thing for found, thing in names if found == wanted]
    return exact or [thing for found, thing in names if wanted in found]
