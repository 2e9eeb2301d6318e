# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Finding a device by what people call it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, SupportsIndex, TypeVar

if TYPE_CHECKING:
    from pyaudiopp import PyAudio
    from pyaudiopp._pyaudio import Device, DeviceInfo

_Info = TypeVar("_Info", bound=Mapping[str, Any])


def find_device(p: PyAudio, device: Device, *, input: bool, output: bool) -> DeviceInfo:
    """Returns the one device that is meant; see `PyAudio.find_device`."""
    host_apis = [p.get_host_api_info_by_index(i)["name"] for i in range(p.get_host_api_count())]

    def name_of(info: DeviceInfo) -> str:
        return str(info["name"])

    def host_api_of(info: DeviceInfo) -> str:
        return str(host_apis[int(info["hostApi"])])

    devices = [p.get_device_info_by_index(i) for i in range(p.get_device_count())]
    fitting = [
        info
        for info in devices
        if (info["maxInputChannels"] or not input) and (info["maxOutputChannels"] or not output)
    ]
    # A list made since may have another device at that index.
    keys = ("index", "name", "hostApi")
    if isinstance(device, Mapping) and all(key in device for key in keys):
        found = [info for info in fitting if all(info[key] == device[key] for key in keys)]
    elif isinstance(device, str):
        found = called(device, fitting, name_of)
    elif isinstance(device, tuple) and len(device) == 2 and all(map(_is_name, device)):
        host_api, name = device
        found = called(name, called(host_api, fitting, host_api_of), name_of)
    elif isinstance(device, SupportsIndex):
        index = operator.index(device)
        found = [info for info in fitting if info["index"] == index]
    else:
        raise TypeError(
            "a device is told by its index, its name, (host API, name) or its dictionary, "
            f"not by {device!r}"
        )
    if len(found) == 1:
        return found[0]

    kind = "input " * input + "output " * output
    wanted = device["name"] if isinstance(device, Mapping) else device
    listed = "; ".join(
        f"{info['index']}: {info['name']!r} ({host_api_of(info)})" for info in found or fitting
    )
    if found:
        raise ValueError(
            f"{len(found)} {kind}devices match {wanted!r}, say which by (host API, name) or by "
            f"index: {listed}"
        )
    raise ValueError(f"no {kind}device matches {wanted!r}, there are: {listed or 'none'}")


def _is_name(part: object) -> bool:
    return isinstance(part, str)


def called(name: str, infos: list[_Info], name_of: Callable[[_Info], str]) -> list[_Info]:
    """Those of that name, or else those whose names contain it; in any case."""
    wanted = name.casefold()
    exact = [info for info in infos if name_of(info).casefold() == wanted]
    return exact or [info for info in infos if wanted in name_of(info).casefold()]
