# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Plots the results."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from statistics import median

import matplotlib

matplotlib.use("Agg")

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from measures import BUSY, SHORT_INTERVAL, split
from tables import Table
from targets import (
    BUFFERED_50,
    BUFFERED_200,
    DIRECT,
    FLOOR,
    NATIVE,
    NUMPY,
    PYAUDIO,
    RAW,
)

# A target has the same colour in every plot; Okabe and Ito's palette, safe for colour-blind
# readers.
COLOURS = {
    FLOOR: "#555555",
    PYAUDIO: "#d55e00",
    RAW: "#e69f00",
    NUMPY: "#f0c766",
    DIRECT: "#0072b2",
    NATIVE: "#56b4e9",
    BUFFERED_200: "#009e73",
    BUFFERED_50: "#8fd3b6",
}


def draw(directory: Path, tables: Mapping[str, Table]) -> list[Path]:
    """Plots whatever the tables have figures for; returns the files."""
    drawn = []
    for name, plot, key in (
        ("callbacks_per_second", callbacks_per_second, "rate"),
        ("cost_per_block_size", cost_per_block_size, "callbacks"),
        ("delivered_under_load", delivered_under_load, "delivered"),
    ):
        if key not in tables or not tables[key].samples:
            continue
        figure = Figure(figsize=(8, 4.5), layout="constrained")
        plot(figure.subplots(), tables[key])
        drawn.append(directory / f"{name}.png")
        figure.savefig(drawn[-1], dpi=120)
    return drawn


def callbacks_per_second(axes: Axes, table: Table) -> None:
    """Bars: callbacks per second of one stream."""
    row = table.samples["out256"]
    targets = [target for target in reversed(COLOURS) if target.name in row]
    rates = [median(row[target.name]) for target in targets]
    bars = axes.barh(
        [target.name for target in targets], rates, color=[COLOURS[target] for target in targets]
    )
    axes.bar_label(bars, fmt="{:,.0f}", padding=4)
    axes.margins(x=0.15)
    axes.set_xlabel("thousand callbacks per second: output of 256 frames, free-running device")
    axes.spines[["top", "right"]].set_visible(False)


def cost_per_block_size(axes: Axes, table: Table) -> None:
    """Lines: the cost of a callback by block size."""
    for target, colour in COLOURS.items():
        points = sorted(
            (split(case)[1], median(row[target.name]))
            for case, row in table.samples.items()
            if case.startswith("out") and target.name in row
        )
        if points:
            axes.plot(*zip(*points), marker="o", color=colour, label=target.name)
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_yticks([0.2, 0.5, 1, 2, 5, 10])
    axes.yaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.set_xlabel("frames in a block")
    axes.set_ylabel("CPU per callback, µs")
    finish(axes)


def delivered_under_load(axes: Axes, table: Table) -> None:
    """Lines: the share of blocks that arrive beside busy threads."""
    for target, colour in COLOURS.items():
        points = [
            (BUSY[case], median(row[target.name]))
            for case, row in table.samples.items()
            if case != SHORT_INTERVAL and target.name in row
        ]
        if points:
            axes.plot(*zip(*points), marker="o", color=colour, label=target.name)
    axes.set_ylim(0, 105)
    axes.set_xticks(sorted(set(BUSY.values())))
    axes.set_xlabel("busy Python threads")
    axes.set_ylabel("blocks delivered, %")
    finish(axes)


def finish(axes: Axes) -> None:
    """Adds a grid and labels."""
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.figure.legend(loc="outside right center", frameon=False)
