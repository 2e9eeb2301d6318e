# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""What the commands share: starting PortAudio, finding a device, reporting its errors."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyaudiopp import PortAudioError, PyAudio, paFloat32, paInt16, paInt32
from pyaudiopp._cli.status import SILENT, USAGE, Failure, complain, explain
from pyaudiopp._devices import called

if TYPE_CHECKING:
    from pyaudiopp._types import HostApiInfo

# A device that moves no sound for this many seconds is stuck.
PATIENCE = 5.0

# PortAudio starts within a second, unless a sound server does not answer.
_START_SECONDS = 10.0

# Standard input or output, as a file's name.
STANDARD = Path("-")

# By NumPy's and soundfile's names.
FORMATS = {"int16": paInt16, "int32": paInt32, "float32": paFloat32}

# The names of sample formats in options: the type to play or record, and libsndfile's subtype.
SUBTYPES = {
    "uint8": ("int16", "PCM_U8"),
    "int16": ("int16", "PCM_16"),
    "int24": ("int32", "PCM_24"),
    "int32": ("int32", "PCM_32"),
    "float32": ("float32", "FLOAT"),
}


def start(tell: Callable[[str], object] = complain) -> PyAudio:
    """Starts PortAudio. While it starts, Ctrl-C ends the process.

    Args:
        tell: Called on another thread if it takes long, with the likely reason.

    Raises:
        Failure: PortAudio cannot start; the text says why.
    """
    try:
        with _starting(tell):
            return PyAudio()
    except (OSError, ValueError) as error:  # ValueError: a bad PYAUDIOPP_BACKEND
        raise Failure(f"cannot start PortAudio: {explain(error)}") from error


@contextmanager
def _starting(tell: Callable[[str], object]) -> Generator[None, None, None]:
    server = os.environ.get("PULSE_SERVER")
    text = "PortAudio is waiting for a sound server that does not answer"
    timer = threading.Timer(
        _START_SECONDS, tell, [f"{text} (PULSE_SERVER is {server})" if server else text]
    )
    timer.daemon = True
    timer.start()
    # Python's own handler would run only after the start.
    handler = signal.getsignal(signal.SIGINT)
    mine = handler is signal.default_int_handler and (
        threading.current_thread() is threading.main_thread()
    )
    if mine:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        if mine:
            signal.signal(signal.SIGINT, handler)
        timer.cancel()


def find(p: PyAudio, direction: str, device: str | None, host_api: str | None) -> dict[str, Any]:
    """Returns the dictionary of the device that the options select.

    Args:
        p: A PyAudio.
        direction: "input" or "output".
        device: A number, a name or part of it; None for the default device.
        host_api: A host API's name or part of it; None for all.

    Raises:
        Failure: No device matches, or several do.
    """
    if host_api is not None:
        return _find_in(p, direction, device, host_api)
    if device is not None:
        return _named(p, direction, int(device) if device.isdecimal() else device)
    ask = (
        p.get_default_input_device_info
        if direction == "input"
        else p.get_default_output_device_info
    )
    try:
        return ask()
    except OSError as error:
        text = f"there is no {direction} device; try `pyaudiopp doctor`"
        raise Failure(text, SILENT) from error


def _find_in(p: PyAudio, direction: str, device: str | None, host_api: str) -> dict[str, Any]:
    key = f"default{direction.title()}Device"
    there = [p.get_host_api_info_by_index(number) for number in range(p.get_host_api_count())]
    fitting = [info for info in there if device is not None or int(info[key]) >= 0]
    found = called(host_api, fitting, lambda info: str(info["name"]))
    if not found:
        text = f"no host API matching {host_api!r} has an {direction} device"
        raise Failure(f"{text}: {_names(there)}", USAGE)
    if device is not None and not device.isdecimal():
        return _named(p, direction, (host_api, device))
    if device is not None:
        info = _named(p, direction, int(device))
        if info["hostApi"] not in [its["index"] for its in found]:
            raise Failure(f"device {device} does not belong to {_names(found)}", USAGE)
        return info
    if len(found) > 1:
        text = f"{len(found)} host APIs with an {direction} device match {host_api!r}"
        raise Failure(f"{text}: {_names(found)}", USAGE)
    return p.get_device_info_by_index(int(found[0][key]))


def _named(p: PyAudio, direction: str, device: Any) -> dict[str, Any]:
    try:
        return p.find_device(device, **{direction: True})
    except ValueError as error:
        text = explain(error).replace("by (host API, name)", "by --host-api")
        raise Failure(text, USAGE) from error


def _names(host_apis: list[HostApiInfo]) -> str:
    return ", ".join(str(info["name"]) for info in host_apis)


@contextmanager
def trying(purpose: str) -> Generator[None, None, None]:
    """Turns a device's errors within the block into a one-sentence failure.

    Raises:
        Failure: "cannot <purpose>", then PortAudio's error and what the device supports.
    """
    try:
        yield
    except TimeoutError as error:
        text = "the device neither delivers nor accepts sound"
        raise Failure(f"cannot {purpose}: {text}") from error
    except PortAudioError as error:
        raise Failure(f"cannot {purpose}: {explain(error)}") from error
