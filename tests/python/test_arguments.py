# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Every argument of every public function, with values of every kind.

`python tests/python/test_arguments.py` prints the table: function by argument by value. In a cell,
"ok" is a value that was taken, "value" one of the right type that the call refused for what it is,
and "refused" a value of a wrong type; the test checks that each of the latter names the argument,
what was expected and what was given.
"""

from __future__ import annotations

import contextlib
import decimal
import fractions
import functools
import io
import sys
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

import pyaudiopp
from pyaudiopp import PyAudio, core, simulation
from pyaudiopp.virtual_card import JackDummy, VirtualCard

FRAMES = 480
STEREO: dict[str, Any] = {"rate": 48000, "channels": 2, "format": pyaudiopp.paInt16}


class Index:
    """An integer only through `__index__`."""

    def __init__(self, number: float) -> None:
        self.number = int(number)

    def __index__(self) -> int:
        return self.number

    def __repr__(self) -> str:
        return f"Index({self.number})"


# ---- values ----

# Whole numbers: each makes the argument's own good value.
WHOLE: dict[str, Callable[[int], Any]] = {
    "int": int,
    "float": float,
    "np.int16": np.int16,
    "np.int64": np.int64,
    "np.uint32": np.uint32,
    "np.float32": np.float32,
    "np.float64": np.float64,
    "0-d array": np.array,
    "Decimal": decimal.Decimal,
    "Fraction": fractions.Fraction,
    "__index__": Index,
}
BOOLS: dict[str, Callable[[int], Any]] = {
    "bool": bool,
    "np.bool_": np.bool_,
}
# What is no whole number, and no number at all.
BROKEN: dict[str, Any] = {"0.5": 0.5, "np.float32(0.5)": np.float32(0.5), "nan": float("nan")}
OTHERS: dict[str, Any] = {
    "'8'": "8",
    "b'8'": b"8",
    "[8]": [8],
    "np.array([8])": np.array([8.0]),
    "1j": 1j,
    "object()": object(),
}
NONE = {"None": None}
HUGE = {"10**30": 10**30}


class Argument(NamedTuple):
    """One argument of one function."""

    function: str
    name: str
    kind: str  # what it must be: int, real, bool, text, object
    good: Any  # a value that is taken
    call: Callable[[Any], object]
    none: bool = False  # whether None is a value
    also: str = ""  # values that are taken too, or refused for what they are, not for their type
    called: str = ""  # what the error calls it, if not by its name


# ---- functions ----


def arguments(card: simulation.Simulation) -> Iterator[Argument]:
    """Every argument of the public functions, with a call on a fresh object."""
    p = PyAudio()
    session = core.Session()
    yield from open_arguments(p)
    yield from pyaudio_arguments(p)
    yield from stream_arguments(p)
    yield from convenience_arguments()
    yield from core_arguments(session)
    yield from simulation_arguments(card)


def opening(p: PyAudio, name: str, **more: Any) -> Callable[[Any], object]:
    def call(value: Any) -> None:
        p.open(**{**STEREO, "input": True, "output": True, **more, name: value}).close()

    return call


def open_arguments(p: PyAudio) -> Iterator[Argument]:
    def callback(*_: object) -> tuple[None, int]:
        return None, pyaudiopp.paComplete

    for name, kind, good, none in [
        ("rate", "int", 48000, False),
        ("channels", "int", 2, False),
        ("format", "int", 8, False),
        ("frames_per_buffer", "int", 480, True),
        ("input", "bool", 1, True),
        ("output", "bool", 1, True),
        ("input_channels", "int", 2, True),
        ("output_channels", "int", 2, True),
        ("input_format", "int", 8, True),
        ("output_format", "int", 8, True),
        ("latency", "real", 0.25, True),
        ("input_latency", "real", 0.25, True),
        ("output_latency", "real", 0.25, True),
        ("timeout", "real", 0.25, True),
    ]:
        yield Argument("PyAudio.open", name, kind, good, opening(p, name), none)
    for name in ("input_device_index", "output_device_index"):  # PyAudio truncates fractions
        also = "0.5 np.float32(0.5) np.array([8])"
        yield Argument("PyAudio.open", name, "int", 0, opening(p, name), True, also)
    for name in ("input_device", "output_device"):
        also = "'8' 0.5"
        yield Argument("PyAudio.open", name, "device", 0, opening(p, name), True, also)
    buffered = opening(p, "callback_buffer", stream_callback=callback)
    yield Argument("PyAudio.open", "callback_buffer", "real", 1, buffered, True)
    called = opening(p, "stream_callback")
    yield Argument("PyAudio.open", "stream_callback", "object", callback, called, True)
    finished = opening(p, "finished_callback", stream_callback=callback)
    yield Argument("PyAudio.open", "finished_callback", "object", print, finished, True)


def pyaudio_arguments(p: PyAudio) -> Iterator[Argument]:
    a = functools.partial(Argument)
    yield a("get_sample_size", "format", "int", 8, pyaudiopp.get_sample_size)
    yield a("PyAudio.get_sample_size", "format", "int", 8, p.get_sample_size)
    width = pyaudiopp.get_format_from_width
    yield a("get_format_from_width", "width", "int", 2, width)
    yield a("PyAudio.get_format_from_width", "width", "int", 2, p.get_format_from_width)
    yield a("PyAudio.get_device_info_by_index", "device_index", "int", 0,
            p.get_device_info_by_index)  # fmt: skip
    yield a("PyAudio.get_host_api_info_by_index", "host_api_index", "int", 0,
            p.get_host_api_info_by_index)  # fmt: skip
    yield a("PyAudio.get_host_api_info_by_type", "host_api_type", "int", 0,
            p.get_host_api_info_by_type)  # fmt: skip
    by_both = p.get_device_info_by_host_api_device_index
    yield a("PyAudio.get_device_info_by_host_api_device_index", "host_api_index", "int", 0,
            lambda value: by_both(value, 0))  # fmt: skip
    yield a("PyAudio.get_device_info_by_host_api_device_index", "host_api_device_index", "int", 0,
            lambda value: by_both(0, value))  # fmt: skip
    yield a("PyAudio.find_device", "device", "device", 0, p.find_device, also="'8'")
    yield a("PyAudio.close", "stream", "object", None, p.close, also="None")
    supported = {"input_device": 0, "input_channels": 2, "input_format": 8, "output_device": 0,
                 "output_channels": 2, "output_format": 8}  # fmt: skip

    def ask(name: str, value: Any) -> object:
        return p.is_format_supported(**{"rate": 48000, **supported, name: value})

    yield a("PyAudio.is_format_supported", "rate", "real", 48000, functools.partial(ask, "rate"))
    for name, good in supported.items():
        none = name.endswith("device")
        call = functools.partial(ask, name)
        yield a("PyAudio.is_format_supported", name, "int", good, call, none)


def stream_arguments(p: PyAudio) -> Iterator[Argument]:
    pyaudios = p.open(input=True, output=True, **STEREO)
    streams: list[tuple[str, Any, str, str, str]] = [
        ("PyAudio.Stream", pyaudios, "num_frames", "exception_on_overflow", "num_frames"),
        ("core.Stream", pyaudios._handle, "frames", "raise_xrun", "frames"),
    ]
    data = bytes(64)
    for owner, stream, frames, xrun, most in streams:
        if owner == "core.Stream":
            session = core.Session()
            side = core.StreamSide(channels=2)
            stream = core.Stream(session, core.StreamConfig(input=side, output=side))
            stream.start()
        a = functools.partial(Argument)
        write_xrun = xrun if owner == "core.Stream" else "exception_on_underflow"
        keywords = functools.partial
        yield a(f"{owner}.read", frames, "int", 4, stream.read)
        yield a(f"{owner}.read", xrun, "bool", 1,
                lambda v, s=stream, n=xrun: s.read(4, **{n: v}))  # fmt: skip
        yield a(f"{owner}.read", "timeout", "real", 2,
                lambda v, s=stream: s.read(4, timeout=v), True)  # fmt: skip
        yield a(f"{owner}.write", most, "int", 4,
                lambda v, s=stream, n=most: s.write(data, **{n: v}), True)  # fmt: skip
        yield a(f"{owner}.write", write_xrun, "bool", 1,
                lambda v, s=stream, n=write_xrun: s.write(data, **{n: v}))  # fmt: skip
        yield a(f"{owner}.write", "timeout", "real", 2,
                lambda v, s=stream: s.write(data, timeout=v), True)  # fmt: skip
        yield a(f"{owner}.read_into", "timeout", "real", 2,
                lambda v, s=stream: s.read_into(bytearray(16), timeout=v), True)  # fmt: skip
        del keywords


def convenience_arguments() -> Iterator[Argument]:
    a = functools.partial(Argument)
    sound = bytes(64)
    play, record = pyaudiopp.play, pyaudiopp.record
    yield a("play", "rate", "int", 48000, lambda v: play(sound, v))
    yield a("play", "channels", "int", 2, lambda v: play(sound, 48000, channels=v), True)
    yield a("play", "format", "int", 8, lambda v: play(sound, 48000, format=v), True)
    yield a("play", "device", "device", 0, lambda v: play(sound, 48000, device=v), True, "'8'",
            "output_device")  # fmt: skip
    yield a(
        "play",
        "data",
        "object",
        b"",
        lambda v: play(v, 48000),
        also="b'8' np.float32(0.5) np.array([8])",
    )
    yield a("record", "seconds", "real", 0, lambda v: record(v, 48000))
    yield a("record", "rate", "int", 48000, lambda v: record(0.01, v))
    yield a("record", "channels", "int", 2, lambda v: record(0.01, 48000, channels=v))
    yield a("record", "format", "int", 8, lambda v: record(0.01, 48000, format=v), also="'8'")
    yield a("record", "device", "device", 0, lambda v: record(0.01, 48000, device=v), True, "'8'",
            "input_device")  # fmt: skip


def core_arguments(session: core.Session) -> Iterator[Argument]:
    a = functools.partial(Argument)
    device = session.devices()[0]
    yield a("core.Session.device", "index", "int", 0, session.device)
    yield a("core.Session.host_api", "index", "int", 0, session.host_api, also="None")
    yield a("core.Session.host_api", "type", "int", 0, lambda v: session.host_api(type=v),
            also="None")  # fmt: skip
    yield a("core.Session.find_device", "device", "device", 0, session.find_device, also="'8'")
    yield a("core.Session.check_supported", "config", "object", core.StreamConfig(
        output=core.StreamSide()), session.check_supported)  # fmt: skip
    yield a("core.Session.is_supported", "config", "object", core.StreamConfig(
        output=core.StreamSide()), session.is_supported)  # fmt: skip
    yield a("core.Device", "index", "int", 0, lambda v: core.Device(v, "name", 0))
    yield a("core.Device", "host_api", "int", 0, lambda v: core.Device(0, "name", v))
    yield a("core.Device", "name", "text", "name", lambda v: core.Device(0, v, 0), also="b'8'")
    sides: dict[str, tuple[str, Any, bool]] = {
        "device": ("object", device, True),
        "channels": ("int", 2, False),
        "format": ("int", 8, False),
        "latency": ("real", 0.25, True),
    }
    for name, (kind, good, none) in sides.items():
        yield a("core.StreamSide", name, kind, good,
                lambda v, n=name: core.StreamSide(**{n: v}), none)  # fmt: skip
        yield a("core.StreamSide attribute", name, kind, good,
                lambda v, n=name: setattr(core.StreamSide(), n, v), none)  # fmt: skip
    configs: dict[str, tuple[str, Any, bool]] = {
        "input": ("object", core.StreamSide(), True),
        "output": ("object", core.StreamSide(), True),
        "sample_rate": ("real", 48000, False),
        "frames_per_buffer": ("int", 480, False),
        "flags": ("int", 1, False),
        "callback_buffer": ("int", 480, False),
    }
    for name, (kind, good, none) in configs.items():
        yield a("core.StreamConfig", name, kind, good,
                lambda v, n=name: core.StreamConfig(**{n: v}), none)  # fmt: skip
        yield a("core.StreamConfig attribute", name, kind, good,
                lambda v, n=name: setattr(core.StreamConfig(), n, v), none)  # fmt: skip
    config = core.StreamConfig(output=core.StreamSide())
    yield a("core.Stream", "session", "object", session, lambda v: core.Stream(v, config))
    yield a("core.Stream", "config", "object", config, lambda v: core.Stream(session, v))
    yield a("core.Stream", "callback", "object", lambda *_: (None, 1),
            lambda v: core.Stream(session, config, v), True)  # fmt: skip


def simulation_arguments(card: simulation.Simulation) -> Iterator[Argument]:
    a = functools.partial(Argument)
    sound = bytes(16)
    by_device: dict[str, Callable[[Any], object]] = {
        "set_loopback": lambda v: card.set_loopback(v, False),
        "feed_input": lambda v: card.feed_input(v, sound, channels=2, format=8),
        "input_left": card.input_left,
        "output": lambda v: card.output(v, 8),
        "output_array": lambda v: card.output_array(v, 8),
        "output_frames": card.output_frames,
        "clear_output": card.clear_output,
        "unplug": card.unplug,
        "plug_in": card.plug_in,
    }
    for name, call in by_device.items():
        yield a(f"Simulation.{name}", "device", "int", 0, call)
    yield a("Simulation.feed_input", "channels", "int", 2,
            lambda v: card.feed_input(0, sound, channels=v, format=8), True)  # fmt: skip
    yield a("Simulation.feed_input", "format", "int", 8,
            lambda v: card.feed_input(0, sound, channels=2, format=v), True)  # fmt: skip
    yield a("Simulation.output", "format", "int", 8, lambda v: card.output(0, v))
    yield a("Simulation.output_array", "format", "int", 8, lambda v: card.output_array(0, v))
    other = simulation.Simulation(clock="by_hand")
    yield a("Simulation.step", "blocks", "int", 1, other.step)
    other = simulation.Simulation()
    yield a("Simulation.stall", "seconds", "real", 0, other.stall)
    yield a("Simulation.jump", "seconds", "real", 0, other.jump)
    yield a("Simulation.set_clock", "clock", "text", "real_time", other.set_clock, also="'8'")
    yield a("Simulation.inject", "fault", "object", simulation.Fault("Pa_OpenStream"),
            other.inject)  # fmt: skip

    def describing(name: str, value: Any) -> object:
        device = simulation.Device(**{name: value})
        return simulation.Simulation([simulation.HostApi(devices=[device])])

    for name in ("max_input_channels", "max_output_channels"):
        yield a("simulation.Device", name, "int", 2, functools.partial(describing, name))
    for name, good in {"default_sample_rate": 48000, "low_latency": 0.25, "high_latency": 0.25,
                       "output_kept": 1}.items():  # fmt: skip
        yield a("simulation.Device", name, "real", good, functools.partial(describing, name))
    for name in ("type", "default_input", "default_output"):
        yield a("simulation.HostApi", name, "int", 0,
                lambda v, n=name: simulation.Simulation([simulation.HostApi(**{n: v})]),
                name != "type")  # fmt: skip
    for name, good in {"error": -9999, "nth": 1, "times": 1, "seed": 1}.items():
        yield a("simulation.Fault", name, "int", good,
                lambda v, n=name: other.inject(simulation.Fault("Pa_OpenStream", **{n: v})),
                name == "times")  # fmt: skip
    yield a("simulation.Fault", "probability", "real", 1,
            lambda v: other.inject(simulation.Fault("Pa_OpenStream", probability=v)))  # fmt: skip
    if not VirtualCard.missing():
        yield a("VirtualCard", "rate", "int", 48000, lambda v: VirtualCard(rate=v))
        yield a("VirtualCard", "channels", "int", 2, lambda v: VirtualCard(channels=v))
    if not JackDummy.missing():
        yield a("JackDummy", "rate", "int", 48000, lambda v: JackDummy(rate=v))
        yield a("JackDummy", "period", "int", 128, lambda v: JackDummy(period=v))


# ---- the command line ----


def options() -> Iterator[tuple[str, Any]]:
    """The options of the commands that are numbers."""
    click = pytest.importorskip("click")
    from pyaudiopp._cli.app import cli

    for name, command in cli.commands.items():
        for option in command.params:
            if isinstance(option.type, (click.IntRange, click.FloatRange)):
                yield f"pyaudiopp {name}", option


OPTION_VALUES = ["G", "G.0", "Ge0", " G ", "G.5", "x", "", "nan", "inf", "1e400", "-1e9"]


def option_outcome(option: Any, value: str) -> tuple[str, str]:
    """The cell of the table for a command's option, and the words of the error."""
    import click

    try:
        option.type.convert(value, option, None)
    except click.BadParameter as error:
        return "refused", error.format_message()
    return "ok", ""


def good_value(option: Any) -> str:
    """A whole number in an option's range."""
    least, most = option.type.min, option.type.max
    return str(int(1 if least is None else least + 1) if most is None or most > 0 else int(most))


def test_every_option_takes_whole_numbers_and_names_itself() -> None:
    found = list(options())
    assert len(found) > 15
    for command, option in found:
        is_whole = "Whole" in type(option.type).__name__
        good = good_value(option)
        for pattern in OPTION_VALUES:
            value = pattern.replace("G", good)
            cell, words = option_outcome(option, value)
            where = f"{command} {option.opts[-1]} {value!r}: {cell} {words}"
            if pattern in ("G", "G.0", "Ge0", " G ") or (pattern == "G.5" and not is_whole):
                in_range = option.type.max is None or float(value) <= option.type.max
                assert cell == "ok" or not in_range, where
                continue
            if pattern == "-1e9" and option.type.min is None:
                continue
            assert cell == "refused", where
            assert option.opts[-1] in words, where
            assert "is not" in words, where
            assert value.strip() in words or pattern == "-1e9", where


# ---- the walk ----


def values_for(argument: Argument) -> Iterator[tuple[str, Any, str]]:
    """Names of values, the values, and what is expected: "ok", "refused" or "any"."""
    also = argument.also.split(" ")
    if argument.kind in ("int", "real", "device", "bool"):
        number = argument.good
        if number == int(number):
            for name, make in WHOLE.items():
                if name == "np.int16" and abs(number) > 32767:
                    continue
                if number < 0 and name.startswith("np.uint"):
                    continue
                yield name, make(number), "ok"
        if argument.kind == "bool" or number in (0, 1):
            for name, make in BOOLS.items():
                # A buffer of True seconds is a mistake.
                is_time = argument.name == "callback_buffer"
                yield name, make(number), "any" if is_time else "ok"
        yield from ((name, value, "any") for name, value in HUGE.items())
        for name, value in BROKEN.items():
            is_value = argument.kind == "real" or name in also
            yield name, value, "any" if is_value else "refused"
    else:
        yield "its own", argument.good, "any" if argument.also == "None" else "ok"
        for name, value in BROKEN.items():
            yield name, value, "any" if name in also else "refused"
    for name, value in {**OTHERS, **NONE}.items():
        if name in also or (name == "None" and argument.none):
            yield name, value, "any"
        elif argument.kind == "text" and isinstance(value, str):
            yield name, value, "ok"
        else:
            yield name, value, "refused"


def outcome(argument: Argument, value: Any) -> tuple[str, str]:
    """The cell of the table, and the words of the error."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            argument.call(value)
    except Exception as error:
        words = "\n".join([str(error), *getattr(error, "__notes__", ())])
        kind = "refused" if isinstance(error, (TypeError, ValueError, OverflowError)) else "value"
        return kind, words
    return "ok", ""


def complaint(argument: Argument, name: str, value: Any, expected: str) -> str:
    """What is wrong with a cell; empty if nothing."""
    cell, words = outcome(argument, value)
    where = f"{argument.function}({argument.name}={name}): {cell} {words}"
    if expected == "ok" and cell != "ok":
        return f"not taken: {where}"
    if expected == "refused" and cell != "refused":
        return f"not refused: {where}"
    if expected == "refused":
        called = argument.called or argument.name
        if called.rpartition("_")[2] not in words and called not in words:
            return f"not named: {where}"
        if not any(word in words for word in ("must", "needs", "takes", "match", "identify")):
            return f"expectation missing: {where}"
        given = repr(value)[:40] in words or str(value)[:40] in words
        if type(value) is object or argument.function == "core.Stream":
            given |= type(value).__name__ in words
        if not given:
            return f"value missing: {where}"
    is_huge = name in HUGE and cell == "refused" and argument.kind == "int"
    if is_huge and argument.name not in words:
        return f"not named: {where}"
    return ""


@pytest.fixture
def walk(free: simulation.Simulation) -> list[Argument]:
    return list(arguments(free))


# The walk keeps its streams open for the next calls.
@pytest.mark.filterwarnings("ignore::pytest_pyaudiopp.OpenStreamWarning")
def test_every_argument_takes_whole_numbers_and_names_itself(walk: list[Argument]) -> None:
    wrong = [
        problem
        for argument in walk
        for name, value, expected in values_for(argument)
        if (problem := complaint(argument, name, value, expected))
    ]
    assert not wrong, f"{len(wrong)}:\n" + "\n".join(wrong)
    assert len(walk) > 100


def print_table(walk: list[Argument]) -> None:
    """Prints the table in Markdown."""
    names = [*WHOLE, *BOOLS, *HUGE, *BROKEN, *OTHERS, *NONE]
    print("| function | argument | its own |", " | ".join(names), "|")
    print("|---" * (len(names) + 3) + "|")
    count = 0
    for argument in walk:
        cells = {name: outcome(argument, value)[0] for name, value, _ in values_for(argument)}
        count += len(cells)
        row = [cells.get(name, "") for name in ("its own", *names)]
        print(f"| {argument.function} | {argument.name} |", " | ".join(row), "|")
    print(f"\n{len(walk)} arguments, {count} calls\n")
    print("| command | option |", " | ".join(OPTION_VALUES), "|")
    print("|---" * (len(OPTION_VALUES) + 2) + "|")
    for command, option in options():
        given = [value.replace("G", good_value(option)) for value in OPTION_VALUES]
        cells_of = [option_outcome(option, value)[0] for value in given]
        print(f"| {command} | {option.opts[-1]} |", " | ".join(cells_of), "|")


if __name__ == "__main__":
    with simulation.use(clock="free_running") as used:
        print_table(list(arguments(used)))
    sys.exit()
