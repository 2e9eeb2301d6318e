# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The performance goals: the measures each needs, and its limits."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from measures import LONGEST, SESSION, SHORT_INTERVAL, STREAM
from tables import Table
from targets import (
    BUFFERED_50,
    BUFFERED_200,
    BUFFERED_300,
    DIRECT,
    DIRECT_AGAIN,
    FLOOR,
    FLOOR_AGAIN,
    NATIVE,
    PYAUDIO,
    RAW,
    NotMeasured,
    Target,
)

Figure = Callable[[Mapping[str, Table]], float]


@dataclass(frozen=True)
class Check:
    """A figure of a goal, and its allowed range."""

    title: str
    figure: Figure
    at_most: float = math.inf
    at_least: float = -math.inf

    @property
    def limit(self) -> str:
        """The requirement as text."""
        if self.at_least == -math.inf and self.at_most == math.inf:
            return "reported"
        if self.at_least == -math.inf:
            return f"at most {self.at_most:g}"
        if self.at_most == math.inf:
            return f"at least {self.at_least:g}"
        if self.at_most == self.at_least:
            return f"{self.at_most:g}"
        return f"{self.at_least:g} to {self.at_most:g}"

    def judge(self, tables: Mapping[str, Table]) -> tuple[float | None, str]:
        """Returns the figure and the mark: met, missed by how much, or not measured and why."""
        try:
            figure = self.figure(tables)
        except NotMeasured as reason:
            return None, f"not measured: {reason}"
        if self.at_least <= figure <= self.at_most:
            return figure, "met"
        distance = figure - (self.at_most if figure > self.at_most else self.at_least)
        return figure, f"**missed** by {distance:+.3g}"


@dataclass(frozen=True)
class Goal:
    """A goal: its number, text, measures and checks."""

    number: str
    title: str
    measures: tuple[str, ...]
    checks: tuple[Check, ...]


def table(tables: Mapping[str, Table], name: str) -> Table:
    """Returns a table.

    Raises:
        NotMeasured: if it was left out.
    """
    if name not in tables:
        raise NotMeasured("left out of this run")
    return tables[name]


def ratio(name: str, case: str, target: Target, other: Target) -> Figure:
    """The ratio of one target to another."""
    return lambda tables: table(tables, name).ratio(case, target, other)


def median(name: str, case: str, target: Target) -> Figure:
    """The median of the rounds."""
    return lambda tables: table(tables, name).median(case, target)


def above(name: str, case: str, target: Target, other: Target) -> Figure:
    """How much more one target is than another."""
    one, two = median(name, case, target), median(name, case, other)
    return lambda tables: one(tables) - two(tables)


def above_reported(target: Target) -> Figure:
    """The round trip minus the reported latency, both relative to direct callbacks."""
    trip = above("latency", "round trip", target, DIRECT)
    reported = above("latency_reported", "round trip", target, DIRECT)
    return lambda tables: trip(tables) - reported(tables)


def against(other: Target, at_most: float, *cases: str, table: str = "callbacks") -> list[Check]:
    """Checks pyaudiopp's share of another target's time."""
    return [
        Check(f"{case} / {other.name}", ratio(table, case, DIRECT, other), at_most)
        for case in cases
    ]


SHAPES = ("out256", "in256", "dup256")

GOALS = (
    Goal(
        "G1",
        "System calls per callback above the C floor",
        ("system_calls",),
        (Check("out256", above("system_calls", "out256", DIRECT, FLOOR), 0),),
    ),
    Goal(
        "G2",
        "Instructions in user space per callback above the C floor",
        ("instructions",),
        (Check("out256", above("instructions", "out256", DIRECT, FLOOR), 3200),),
    ),
    Goal(
        "G3",
        "CPU per callback against PyAudio",
        ("callbacks",),
        (*against(PYAUDIO, 0.10, *SHAPES),),
    ),
    Goal(
        "G4",
        "CPU per callback against sounddevice",
        ("callbacks",),
        (*against(RAW, 0.45, *SHAPES),),
    ),
    Goal(
        "G5",
        "CPU per callback against the C floor",
        ("callbacks",),
        (*against(FLOOR, 2.0, *SHAPES), *against(FLOOR, 2.8, "out64")),
    ),
    Goal(
        "G6",
        "`write`",
        ("blocking",),
        (
            *against(PYAUDIO, 0.55, "write256", table="blocking"),
            *against(FLOOR, 1.35, "write256", table="blocking"),
        ),
    ),
    Goal(
        "G7",
        "`read`",
        ("blocking",),
        (
            *against(PYAUDIO, 0.80, "read256", table="blocking"),
            *against(FLOOR, 1.5, "read256", table="blocking"),
        ),
    ),
    Goal(
        "G8",
        "Large reads and writes",
        ("blocking",),
        (*against(FLOOR, 1.05, "read65536", "write65536", table="blocking"),),
    ),
    Goal(
        "G9",
        "Short blocks of a ring under load, %",
        ("load",),
        (
            Check("200 ms, 4 busy", median("short", "4 busy", BUFFERED_200), 0.5),
            Check("300 ms, 4 busy", median("short", "4 busy", BUFFERED_300), 0),
            Check("50 ms, 1 busy", median("short", "1 busy", BUFFERED_50), 0),
        ),
    ),
    Goal(
        "G10",
        "Short blocks of a short ring, %",
        ("load",),
        (Check(f"50 ms, {SHORT_INTERVAL}", median("short", SHORT_INTERVAL, BUFFERED_50), 0),),
    ),
    Goal(
        "G11",
        "Native callbacks delivered, 4 busy",
        ("load",),
        (
            Check(
                "native / C floor",
                ratio("delivered", "4 busy", NATIVE, FLOOR),
                at_least=0.995,
            ),
        ),
    ),
    Goal(
        "G12",
        "Direct callbacks delivered, 4 busy",
        ("load",),
        (
            Check(
                "direct / PyAudio",
                ratio("delivered", "4 busy", DIRECT, PYAUDIO),
                at_least=0.6,
            ),
        ),
    ),
    Goal(
        "G13",
        "Callbacks per second of many streams",
        ("streams",),
        tuple(
            Check(
                f"{many} streams / PyAudio",
                ratio("streams", f"{many} streams", DIRECT, PYAUDIO),
                at_least=least,
            )
            for many, least in ((4, 10), (16, 10), (64, 2.5))
        ),
    ),
    Goal(
        "G14",
        "Import",
        ("imports",),
        (
            *against(PYAUDIO, 2, "import", table="import"),
            Check("memory, MB", median("import_memory", "resident", DIRECT), 4),
            Check("PortAudio started", median("import_started", "import", DIRECT), 0),
        ),
    ),
    Goal(
        "G15",
        "Frames added to a round trip",
        ("latency",),
        (
            Check("direct - C floor", above("latency", "round trip", DIRECT, FLOOR), 0),
            *(
                Check(f"{ring.name} - what it reports", above_reported(ring), 0, 0)
                for ring in (BUFFERED_50, BUFFERED_200)
            ),
        ),
    ),
    Goal(
        "G16",
        "Opening and closing",
        ("lifecycle",),
        (
            *against(FLOOR, 1.35, STREAM, table="lifecycle"),
            *against(FLOOR, 1.05, SESSION, table="lifecycle"),
        ),
    ),
    Goal(
        "G17",
        "Direct callbacks delivered",
        ("load",),
        tuple(
            Check(f"{case} / C floor", ratio("delivered", case, DIRECT, FLOOR), at_least=least)
            for case, least in (("1 busy", 0.995), ("4 busy", 0.99))
        ),
    ),
    Goal(
        "G18",
        "Work of the threads beside direct callbacks",
        ("load",),
        (Check("4 busy / PyAudio", ratio("work", "4 busy", DIRECT, PYAUDIO), at_least=0.85),),
    ),
    Goal(
        "G24",
        "Longest wait for the interpreter",
        ("waits",),
        (Check("4 busy / PyAudio", ratio("waits", LONGEST, DIRECT, PYAUDIO)),),
    ),
    # Measuring the same program twice shows how far the other figures can be trusted.
    Goal(
        "control",
        "The same target twice, out256",
        ("callbacks",),
        (
            Check("C floor", ratio("callbacks", "out256", FLOOR_AGAIN, FLOOR), 1.04, 0.96),
            Check("pyaudiopp", ratio("callbacks", "out256", DIRECT_AGAIN, DIRECT), 1.04, 0.96),
        ),
    ),
)
