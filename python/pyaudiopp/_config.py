# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Turns the arguments that `PyAudio.open` adds to PyAudio's into one StreamConfig.

Not imported by ``import pyaudiopp``.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import index
from typing import TYPE_CHECKING, Any, NamedTuple

from pyaudiopp import _core
from pyaudiopp import _portaudio as pa
from pyaudiopp._devices import decode_name

if TYPE_CHECKING:
    from typing import Union

    from typing_extensions import TypeAlias

    from pyaudiopp._types import DeviceName, Latency

    Device: TypeAlias = Union[DeviceName, _core.Device]


class Side(NamedTuple):
    """The arguments of `open` for one direction; None where not given."""

    channels: int | None
    format: int | None
    latency: Latency | None
    device: Device | None


def configure(
    arguments: dict[str, Any],
    sides: Mapping[str, Side],
    latency: Latency | None,
    flags: int,
    callback_buffer: float | None,
) -> _core.StreamConfig:
    """Returns the configuration of a stream.

    Args:
        arguments: PyAudio's arguments of `open`, except the callback.
        sides: The arguments for "input" and "output".
        latency: As in `open`.
        flags: PortAudio's PaStreamFlags.
        callback_buffer: As in `open`.

    Raises:
        ValueError, TypeError, OSError: As `PyAudio.Stream` does.
    """
    for name, side in sides.items():
        given = [key for key, value in side._asdict().items() if value is not None]
        if given and not arguments[name]:
            raise ValueError(f"{name}_{given[0]} needs {name}=True")
        if side.device is not None:
            if arguments[f"{name}_device_index"] is not None:
                raise ValueError(f"pass either {name}_device or {name}_device_index, not both")
            # A Device remembers the list that it comes from; if that is outdated, open refuses it.
            arguments[f"{name}_device_index"] = (
                side.device
                if isinstance(side.device, _core.Device)
                else _find_side(side.device, name)
            )
    config = _core.pyaudio_config(**arguments)
    for name, side in sides.items():
        part: _core.StreamSide | None = getattr(config, name)
        if part is None:
            continue
        if side.channels is not None:
            part.channels = _core.int32(side.channels, f"{name}_channels")
        if side.format is not None:
            part.format = _core.whole(side.format, f"{name}_format", "an integer, such as paInt16")
        part.latency = (
            _seconds(latency, "latency", name, part)
            if side.latency is None
            else _seconds(side.latency, f"{name}_latency", name, part)
        )
    config.flags = flags
    if callback_buffer is not None:
        config.callback_buffer = _count_frames(callback_buffer, config.sample_rate)
    return config


def find_device(device: Device, *, input: bool, output: bool) -> _core.Device:
    """Returns the one device that matches; see `PyAudio.find_device`."""
    if isinstance(device, Mapping) and {"index", "name", "hostApi"}.issubset(device):
        info: Mapping[str, Any] = device
        device = _core.Device(info["index"], _own_name(info), info["hostApi"])
    return _core.find_device(device, input, output)


def _find_side(device: Device, name: str) -> _core.Device:
    try:
        return find_device(device, input=name == "input", output=name == "output")
    except TypeError as error:
        raise TypeError(f"{name}_device: {error}") from None


def _own_name(info: Mapping[str, Any]) -> str | bytes:
    """Returns the name in a device's dictionary, as PortAudio's bytes if the locale decoded it."""
    name: str | bytes = info["name"]
    try:
        own = pa.get_device_info(info["index"]).name
    except (OSError, OverflowError, TypeError):
        return name
    return own if decode_name(own) == name else name


def _seconds(
    latency: Latency | None, argument: str, name: str, side: _core.StreamSide
) -> float | None:
    if latency is None or latency == "low":
        return None
    if latency == "high":
        device = side.device
        if device is None and isinstance(side.host_options, _core.MmeOptions):
            device = side.host_options.devices[0][0]  # as PortAudio's low latency
        high: float = getattr(device, f"default_high_{name}_latency")
        return high
    expected = f"'low', 'high' or a number of seconds from 0 to {_core.longest_latency:g}"
    seconds = -1 if isinstance(latency, str) else _core.real(latency, argument, expected)
    if not 0 <= seconds <= _core.longest_latency:
        raise ValueError(f"{argument}: a latency must be {expected}, not {latency!r}")
    return seconds


def _count_frames(buffer: float, rate: float) -> int:
    expected = "frames (int) or seconds (float), from 0 to 2**30 frames"
    try:
        frames: float = index(buffer)  # type: ignore[arg-type]  # NumPy's integers are no int
    except TypeError:
        frames = -(-_core.real(buffer, "callback_buffer", expected) * rate // 1)
    if isinstance(buffer, bool) or not 0 <= frames <= _core.longest_callback_buffer:
        raise ValueError(f"callback_buffer must be {expected}, not {buffer!r}")
    return int(frames)
