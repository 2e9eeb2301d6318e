# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""A sound system in memory, for programs and tests on machines without a sound card.

A program runs on it unchanged if a simulation is in use before the first `PyAudio` is created::

    import pyaudiopp
    from pyaudiopp import simulation

    with simulation.Simulation(clock="free_running") as card:
        card.feed_input(0, bytes(4 * 48000), channels=2, format=pyaudiopp.paInt16)
        p = pyaudiopp.PyAudio()
        ...
        p.terminate()
        played = card.output(0, pyaudiopp.paInt16)

For the rest of the process, call `use`. To choose it from outside, set
``PYAUDIOPP_BACKEND=simulation``, or ``PYAUDIOPP_BACKEND=simulation:FILE.json`` with a description
of the sound system::

    {"clock": "real_time",
     "host_apis": [{"type": 8, "name": "ALSA", "default_input": 0, "default_output": 0,
                    "devices": [{"name": "card", "max_input_channels": 2,
                                 "max_output_channels": 2, "default_sample_rate": 48000,
                                 "sample_rates": [44100, 48000],
                                 "low_latency": 0.01, "high_latency": 0.04,
                                 "loopback": true, "output_kept": 120}]}],
     "faults": [{"call": "Pa_ReadStream", "error": -9981, "nth": 10}]}

All keys except a fault's ``call`` are optional. They are the arguments of `Simulation`, `HostApi`
and `Device`, and the faults to inject.

What is undefined behaviour in PortAudio, such as two threads inside PortAudio calls on one stream,
aborts the process with a message. pyaudiopp keeps Python programs from getting there.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING, Any, cast

from pyaudiopp import _core
from pyaudiopp._portaudio import paFloat32, paInt8, paInt16, paInt32, paUInt8

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from typing_extensions import Buffer, TypeAlias

    _Array: TypeAlias = NDArray[Any]

    # The types that a JSON value may have: a name for messages, and the Python types.
    _Kind = tuple[str, tuple[type, ...]]
else:
    _Array = Buffer = object  # what typing.get_type_hints() finds, also without NumPy


@dataclass
class Device:
    """A simulated device.

    Attributes:
        name: Its name; bytes for a name that is not UTF-8.
        max_input_channels: 0 for a device without input.
        max_output_channels: 0 for a device without output.
        default_sample_rate: In frames per second.
        sample_rates: The rates it supports; empty for any from 1,000 to 384,000.
        low_latency: In seconds.
        high_latency: In seconds.
        loopback: Whether its inputs hear what its outputs play.
        output_kept: How many seconds of the latest output `Simulation.output` can return.
    """

    name: str | bytes = "Simulated device"
    max_input_channels: int = 2
    max_output_channels: int = 2
    default_sample_rate: float = 48000
    sample_rates: Sequence[float] = ()
    low_latency: float = 0.01
    high_latency: float = 0.04
    loopback: bool = False
    output_kept: float = 120


@dataclass
class HostApi:
    """A simulated host API.

    Attributes:
        type: One of PyAudio's constants, such as `paALSA`. A simulated ALSA drops what is queued
            when a stream stops, as PortAudio's ALSA code does; pyaudiopp drains it anyway.
        name: Its name.
        devices: Its devices; PortAudio numbers devices across all host APIs.
        default_input: The position in `devices` of the default input; None for the first device
            with input, -1 for none.
        default_output: The same for output.
    """

    type: int = 0
    name: str = "Simulation"
    devices: Sequence[Device] = field(default_factory=lambda: [Device()])
    default_input: int | None = None
    default_output: int | None = None


@dataclass
class Fault:
    """PortAudio calls that fail on a simulation, for `Simulation.inject`.

    A failing call does nothing else, with two exceptions: ``"Pa_CloseStream"`` and
    ``"Pa_Terminate"`` do their work before they return the error, and `paInputOverflowed` for
    ``"Pa_ReadStream"`` or `paOutputUnderflowed` for ``"Pa_WriteStream"`` is an xrun: the frames are
    moved. The same two errors for ``"PaStreamCallback"`` set a callback's flags; `paInternalError`
    there makes the audio thread spin instead of calling back until `clear_faults`, as PortAudio's
    ALSA code may when a device fails. Calls that cannot return an error return their failure value:
    a null pointer, a time or load of 0, no default device.

    To run out of memory, use `paInsufficientMemory` for ``"Pa_OpenStream"``. To make a long read
    fail halfway, use an error for the second of its many ``"Pa_ReadStream"`` calls.

    Attributes:
        call: The name of the PortAudio call, such as ``"Pa_OpenStream"``.
        error: One of PyAudio's error codes, such as `paDeviceUnavailable`.
        host_text: With `paUnanticipatedHostError`: the sound system's own message.
        host_code: With `paUnanticipatedHostError`: the sound system's own error code.
        nth: The first call that can fail: 1 is the next one.
        times: How many calls fail; None for all.
        probability: The probability that each call from the n-th on fails.
        seed: The random seed for that.
    """

    call: str
    error: int = -9999
    host_text: str | bytes = ""
    host_code: int = 0
    nth: int = 1
    times: int | None = 1
    probability: float = 1
    seed: int = 1


class Simulation:
    """A sound system in memory.

    It follows PortAudio's rules, and calls back on its own thread. Device numbers are those of
    `PyAudio.get_device_info_by_index`.

    Args:
        host_apis: Its host APIs; by default one with one stereo device.
        clock: ``"real_time"``, ``"free_running"`` (as fast as the program reads and writes) or
            ``"by_hand"`` (advanced by `step`).

    Raises:
        ValueError: The description is invalid; the text says why.
    """

    def __init__(
        self, host_apis: Sequence[HostApi] | None = None, clock: str = "real_time"
    ) -> None:
        described = [HostApi()] if host_apis is None else host_apis
        self._simulation = _core.Simulation(
            [_describe(api) for api in described], _text(clock, "clock")
        )

    def use(self) -> None:
        """Makes PortAudio start on this simulation from now on, until `stop_using`.

        Raises:
            RuntimeError: Another simulation is running.
        """
        global _chosen, _used
        with _choosing:
            self._simulation.use()
            _chosen, _used = True, self

    def __enter__(self) -> Simulation:
        self.use()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        stop_using()

    def set_host_apis(self, host_apis: Sequence[HostApi]) -> None:
        """Changes the devices that PortAudio finds when it next starts, as after plugging one in.

        Raises:
            ValueError: The description is invalid; the text says why.
        """
        self._simulation.set_host_apis([_describe(api) for api in host_apis])

    def set_clock(self, clock: str) -> None:
        """Changes the clock.

        Raises:
            RuntimeError: A stream is open.
        """
        self._simulation.set_clock(_text(clock, "clock"))

    def set_loopback(self, device: int, on: bool) -> None:
        """Connects or disconnects a device's outputs and its own inputs, from now on."""
        self._simulation.set_loopback(_core.int32(device, "device"), bool(on))

    def feed_input(
        self, device: int, data: Buffer, *, channels: int | None = None, format: int | None = None
    ) -> None:
        """Appends to what a device's inputs will hear; after that they hear silence.

        Args:
            device: The number of the device.
            data: Interleaved samples: any C-contiguous buffer. A partial frame is dropped.
            channels: Samples per frame; None, as for `pyaudiopp.play`, means the array's second
                dimension, or 1.
            format: One of PyAudio's sample formats; None means the array's item type, `paFloat32`
                for doubles, or `paInt16` for bytes.

        Raises:
            ValueError: There is no such device, it has fewer channels, or no sample format matches
                the array's item type.
        """
        if channels is None or format is None:
            from pyaudiopp._play_record import samples_of

            data, channels, format = samples_of(data, channels, format)
        self._simulation.feed_input(
            _core.int32(device, "device"),
            data,
            _core.int32(channels, "channels"),
            _format(format),
        )

    def feed_wave(self, device: int, path: str | os.PathLike[str]) -> None:
        """Appends a wave file's frames without converting the rate: see `feed_input`.

        Raises:
            OSError: The file cannot be read.
            wave.Error: It is not a wave file that `pyaudiopp.WaveFile` reads.
        """
        from pyaudiopp._wave import WaveFile

        with WaveFile(path) as file:
            self.feed_input(device, file.read(), channels=file.channels, format=file.format)

    def input_left(self, device: int) -> int:
        """Returns how many of the frames fed to a device have not been read yet."""
        return self._simulation.input_left(_core.int32(device, "device"))

    def output(self, device: int, format: int) -> bytes:
        """Returns what was played on a device since the last `clear_output`.

        Args:
            device: The number of the device.
            format: The sample format to return it in.

        Returns:
            Interleaved frames of all the device's output channels; streams that played at once are
            mixed.
        """
        return self._simulation.output(_core.int32(device, "device"), _format(format))

    def output_array(self, device: int, format: int = paInt16) -> _Array:
        """Returns the same as `output`, as a NumPy array of shape (frames, channels).

        Args:
            device: The number of the device.
            format: The sample format to return it in; not `paInt24`, which NumPy has no type for.

        Raises:
            ImportError: NumPy is not installed.
        """
        import numpy

        format = _format(format)
        if format not in _NUMPY_TYPES:
            raise ValueError(f"NumPy has no type for samples of format {format}")
        samples = numpy.frombuffer(self.output(device, format), _NUMPY_TYPES[format])
        return samples.reshape(-1, self._simulation.output_channels(int(device)))

    def output_frames(self, device: int) -> int:
        """Returns how many frames `output` returns now."""
        return self._simulation.output_frames(_core.int32(device, "device"))

    def clear_output(self, device: int) -> None:
        """Discards what was played on a device so far."""
        self._simulation.clear_output(_core.int32(device, "device"))

    def step(self, blocks: int = 1) -> None:
        """Clock "by_hand": advances time by this many blocks of every running stream.

        Returns when their callbacks have returned.

        Raises:
            RuntimeError: The clock is not "by_hand", or this is a callback.
        """
        blocks = _core.int32(blocks, "blocks")
        if blocks < 0:
            raise ValueError(f"blocks must be a number from 0 up, not {blocks}")
        self._simulation.step(blocks)

    def inject(self, fault: Fault) -> None:
        """Makes calls fail from now on; if several faults match a call, the first one applies.

        Raises:
            ValueError: There is no such call, or the fault is invalid.
        """
        if not isinstance(fault, Fault):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"fault must be a Fault, not {fault!r}")
        self._simulation.inject(_core.Fault(**_converted(asdict(fault), _FAULT)))

    def clear_faults(self) -> None:
        """Removes all pending faults."""
        self._simulation.clear_faults()

    def faults_hit(self) -> int:
        """Returns how many calls have failed, or callbacks got a flag, because of `inject`."""
        return self._simulation.faults_hit()

    def unplug(self, device: int) -> None:
        """Unplugs a device, as if its cable were pulled or its sound server died.

        Its streams are lost for good, and none can be opened on it until `plug_in`. It stays in the
        device list, which PortAudio makes only when it starts.
        """
        self._simulation.unplug(_core.int32(device, "device"))

    def plug_in(self, device: int) -> None:
        """Plugs a device in again, so that streams can be opened on it."""
        self._simulation.plug_in(_core.int32(device, "device"))

    def stall(self, seconds: float) -> None:
        """Clock "real_time": freezes the sound system, as on a machine that is too busy.

        No callback runs, no frame can be read or written; afterwards there are xruns. A new stall
        replaces the last one: 0 ends it.

        Raises:
            RuntimeError: The clock is not "real_time".
        """
        self._simulation.stall(_core.real(seconds, "seconds"))

    def jump(self, seconds: float) -> None:
        """Makes the stream clocks jump forwards; the sound is not affected."""
        self._simulation.jump(_core.real(seconds, "seconds"))

    def open_streams(self) -> int:
        """Returns how many streams are open, for tests that look for leaks."""
        return self._simulation.open_streams()


_choosing = RLock()
# Whether the program has made a choice, which overrides the environment's.
_chosen = False
_used: Simulation | None = None


def use(host_apis: Sequence[HostApi] | None = None, clock: str = "real_time") -> Simulation:
    """Creates a simulation, and makes PortAudio start on it from now on, until `stop_using`.

    Args:
        host_apis: As for `Simulation`.
        clock: As for `Simulation`.

    Raises:
        ValueError: The description is invalid; the text says why.
        RuntimeError: Another simulation is running.
    """
    made = Simulation(host_apis, clock)
    made.use()
    return made


def stop_using() -> None:
    """Makes PortAudio start on the machine's real sound system again."""
    global _chosen, _used
    with _choosing:
        _core.Simulation.stop_using()
        _chosen, _used = True, None


@contextmanager
def restored() -> Generator[None, None, None]:
    """Restores the choice of sound system at the end of the block."""
    use_environment()
    before = _used
    try:
        yield
    finally:
        if before is None:
            stop_using()
        else:
            before.use()


def use_environment() -> None:
    """Uses the simulation selected by ``PYAUDIOPP_BACKEND``, unless the program has chosen.

    Called when the first `PyAudio` is created.

    Raises:
        ValueError: The variable, or the file that it names, is invalid.
        OSError: The file cannot be read.
    """
    with _choosing:  # another thread may create its first PyAudio meanwhile
        if _chosen:
            return
        backend, _, path = os.environ.get("PYAUDIOPP_BACKEND", "").partition(":")
        if backend == "simulation":
            (load(path) if path else Simulation()).use()
        elif backend not in ("", "portaudio"):
            raise ValueError(
                f"PYAUDIOPP_BACKEND is {backend!r}: it must be portaudio, simulation or "
                "simulation:FILE.json"
            )


def load(path: str | os.PathLike[str]) -> Simulation:
    """Creates the simulation that a JSON file describes.

    Raises:
        ValueError: The description is invalid; the text says why.
        OSError: The file cannot be read.
    """
    with open(path, encoding="utf-8") as file:
        try:
            described = _checked("the file", json.load(file), _FILE)
            if "host_apis" in described:
                described["host_apis"] = [_host_api(api) for api in described["host_apis"]]
            faults = [_fault(fault) for fault in described.pop("faults", [])]
            made = Simulation(**described)
            for fault in faults:
                made.inject(fault)
            return made
        except (ValueError, TypeError, OverflowError) as error:  # the last two: too large for C++
            raise ValueError(f"{os.fspath(path)}: {error}") from error


_STRING = ("a string", (str,))
_INTEGER = ("an integer", (int,))
_NUMBER = ("a number", (int, float))
_BOOLEAN = ("true or false", (bool,))
_ARRAY = ("an array", (list,))
_POSITION = ("an integer or null", (int, type(None)))

_FILE = {"clock": _STRING, "host_apis": _ARRAY, "faults": _ARRAY}
_HOST_API = {
    "type": _INTEGER,
    "name": _STRING,
    "devices": _ARRAY,
    "default_input": _POSITION,
    "default_output": _POSITION,
}
_DEVICE = {
    "name": _STRING,
    "max_input_channels": _INTEGER,
    "max_output_channels": _INTEGER,
    "default_sample_rate": _NUMBER,
    "sample_rates": _ARRAY,
    "low_latency": _NUMBER,
    "high_latency": _NUMBER,
    "loopback": _BOOLEAN,
    "output_kept": _NUMBER,
}
_FAULT = {
    "call": _STRING,
    "error": _INTEGER,
    "host_text": _STRING,
    "host_code": _INTEGER,
    "nth": _INTEGER,
    "times": _POSITION,
    "probability": _NUMBER,
    "seed": _INTEGER,
}


def _host_api(described: Any) -> HostApi:
    arguments = _checked("a host API", described, _HOST_API)
    if "devices" in arguments:
        arguments["devices"] = [_device(device) for device in arguments["devices"]]
    return HostApi(**arguments)


def _device(described: Any) -> Device:
    arguments = _checked("a device", described, _DEVICE)
    for rate in arguments.get("sample_rates", []):
        _check_type("each of a device's 'sample_rates'", rate, _NUMBER)
    return Device(**arguments)


def _fault(described: Any) -> Fault:
    arguments = _checked("a fault", described, _FAULT)
    if "call" not in arguments:
        raise ValueError("a fault must have a 'call'")
    return Fault(**arguments)


def _checked(what: str, described: Any, known: Mapping[str, _Kind]) -> dict[str, Any]:
    if not isinstance(described, dict):
        raise ValueError(f"{what} must be an object, not {described!r}")
    given = cast("dict[str, Any]", described)
    for key, value in given.items():
        if key not in known:
            raise ValueError(f"{what} has no {key!r}: it may have {', '.join(known)}")
        _check_type(f"{what}'s {key!r}", value, known[key])
    return dict(given)


def _check_type(what: str, value: object, kind: _Kind) -> None:
    words, types = kind
    # JSON distinguishes true from 1; Python's isinstance does not.
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        raise ValueError(f"{what} must be {words}, not {value!r}")


def _text(value: str, name: str) -> str:
    if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"{name} must be a string, not {value!r}")
    return value


def _format(value: int) -> int:
    """Returns a sample format, masked to the bits that PortAudio has."""
    return _core.whole(value, "format", "an integer, such as paInt16") & 0xFFFFFFFF


def _converted(values: Mapping[str, Any], known: Mapping[str, _Kind]) -> dict[str, Any]:
    """Returns a description with its numbers as C++ has them."""
    converted = dict(values)
    for name, value in values.items():
        kind = known[name]
        if kind is _NUMBER:
            converted[name] = _core.real(value, name)
        elif kind is _INTEGER or (kind is _POSITION and value is not None):
            counts = name in ("nth", "times", "seed")
            converted[name] = (_core.whole if counts else _core.int32)(value, name)
            if counts and not 0 <= converted[name] < 2**63:
                raise ValueError(f"{name} must be a number from 0 to 2**63 - 1, not {value!r}")
        elif kind is _STRING and not isinstance(value, (str, bytes)):
            raise TypeError(f"{name} must be a string, not {value!r}")
        elif kind is _ARRAY:
            converted[name] = [_core.real(each, f"each of {name}") for each in value]
    return converted


_NUMPY_TYPES = {
    paFloat32: "float32",
    paInt32: "int32",
    paInt16: "int16",
    paInt8: "int8",
    paUInt8: "uint8",
}


def _describe(host_api: HostApi) -> _core.SimulatedHostApi:
    if not isinstance(host_api, HostApi):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"host_apis must be HostApi objects, not {host_api!r}")
    devices = []
    for device in host_api.devices:
        if not isinstance(device, Device):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"devices must be Device objects, not {device!r}")
        devices.append(_core.SimulatedDevice(**_converted(asdict(device), _DEVICE)))
    fields = {name: getattr(host_api, name) for name in _HOST_API if name != "devices"}
    return _core.SimulatedHostApi(devices=devices, **_converted(fields, _HOST_API))


if sys.version_info < (3, 10):
    from pyaudiopp import _types

    _types.hide_unions(globals(), *map(vars, (Device, HostApi, Fault, Simulation)))
