# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""What the commands share: PortAudio's start, the device that is meant, and what it does wrong."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from pyaudiopp import PortAudioError, PyAudio, paFloat32, paInt16, paInt32
from pyaudiopp._cli.status import SILENT, USAGE, Failure, complain, explain

# A device that gives or takes nothing for so many seconds is stuck.
PATIENCE = 5.0

# PortAudio starts within a second, but waits for a sound server that does not answer.
_START_SECONDS = 10.0

# By NumPy's and soundfile's names.
FORMATS = {"int16": paInt16, "int32": paInt32, "float32": paFloat32}


def start(tell: Callable[[str], object] = complain) -> PyAudio:
    """Starts PortAudio. Meanwhile Ctrl-C ends the process.

    Args:
        tell: Called on another thread when it takes long, with what it seems to wait for.

    Raises:
        Failure: It does not start, and why.
    """
    try:
        with _starting(tell):
            return PyAudio()
    except (OSError, ValueError) as error:  # ValueError: what PYAUDIOPP_BACKEND asks for
        raise Failure(f"PortAudio does not start: {explain(error)}") from error


@contextmanager
def _starting(tell: Callable[[str], object]) -> Generator[None, None, None]:
    server = os.environ.get("PULSE_SERVER")
    text = "PortAudio waits for a sound server, which does not answer"
    timer = threading.Timer(
        _START_SECONDS, tell, [f"{text} (PULSE_SERVER is {server})" if server else text]
    )
    timer.daemon = True
    timer.start()
    # Python's own handler would run after the start only.
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
    """Returns what PortAudio knows of the device that the options mean.

    Args:
        p: A PyAudio.
        direction: "input" or "output".
        device: A number, a name or a part of it; None for the default one.
        host_api: A host API's name or a part of it; None for all.

    Raises:
        Failure: There is no such device, or several.
    """
    if device is None:
        return _default(p, direction, host_api)
    wanted: Any = int(device) if device.isdecimal() else device
    try:
        return p.find_device(
            wanted if host_api is None else (host_api, device), **{direction: True}
        )
    except ValueError as error:
        raise Failure(explain(error), USAGE) from error


def _default(p: PyAudio, direction: str, host_api: str | None) -> dict[str, Any]:
    key = f"default{direction.title()}Device"
    names: list[str] = []
    for number in range(p.get_host_api_count()):
        info = p.get_host_api_info_by_index(number)
        name, device = str(info["name"]), int(info[key])
        names.append(name)
        if host_api is not None and host_api.casefold() in name.casefold() and device >= 0:
            return p.get_device_info_by_index(device)
    if host_api is not None:
        listed = ", ".join(names)
        raise Failure(f"no host API like {host_api!r} has an {direction} device: {listed}", USAGE)
    ask = (
        p.get_default_input_device_info
        if direction == "input"
        else p.get_default_output_device_info
    )
    try:
        return ask()
    except OSError as error:
        text = f"there is no {direction} device; `pyaudiopp doctor` tells more"
        raise Failure(text, SILENT) from error


@contextmanager
def trying(purpose: str) -> Generator[None, None, None]:
    """Tells in a sentence why a device does not do what it is asked for meanwhile.

    Raises:
        Failure: "cannot <purpose>", and PortAudio's error with what the device takes.
    """
    try:
        yield
    except TimeoutError as error:
        text = "the device neither gives nor takes sound"
        raise Failure(f"cannot {purpose}: {text}") from error
    except PortAudioError as error:
        raise Failure(f"cannot {purpose}: {explain(error)}") from error
