# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Writes the results: Markdown for people, JSON for programs."""

from __future__ import annotations

import datetime
import importlib.metadata
import json
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from goals import Goal
from tables import Table
from targets import NotMeasured, Target

import pyaudiopp

PACKAGES = ("pyaudiopp", "PyAudio", "sounddevice", "numpy")


def surroundings(rounds: int) -> dict[str, str]:
    """Returns the machine and the versions."""
    packages = (f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    return {
        "date": datetime.date.today().isoformat(),
        "processor": f"{processor()}, {os.cpu_count()} cores",
        "system": f"{platform.system()} {platform.release()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "PortAudio": pyaudiopp.get_portaudio_version_text(),
        "packages": ", ".join(packages),
        "rounds": str(rounds),
    }


def processor() -> str:
    """Returns the CPU's name."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def write(
    directory: Path,
    goals: Sequence[Goal],
    tables: Mapping[str, Table],
    about: Mapping[str, str],
    plots: Sequence[Path],
) -> None:
    """Writes figures.md and figures.json."""
    lines = ["# Figures", "", "Made by `nox -s bench`; [README.md](../README.md) tells how.", ""]
    lines += [f"- {name}: {text}" for name, text in about.items()]
    lines += ["", "## Goals", "", *marks(goals, tables), ""]
    lines += [f"![{plot.stem.replace('_', ' ')}]({plot.name})\n" for plot in plots]
    for table in tables.values():
        lines += [f"## {table.title}", ""]
        if table.samples:
            lines += [*figures(table), ""]
        if ratios := quotients(table):
            how = "median by median" if table.by_median else "best by best"
            lines += [f"In terms of the others, {how}:", "", *ratios, ""]
        lines += [*gaps(table)]
    (directory / "figures.md").write_text("\n".join(lines).rstrip() + "\n")
    data = {
        "surroundings": dict(about),
        "goals": judged(goals, tables),
        "tables": {name: asdict(table) for name, table in tables.items()},
    }
    for table_data in data["tables"].values():  # type: ignore[attr-defined]
        del table_data["against"]
    (directory / "figures.json").write_text(json.dumps(data, indent=1) + "\n")


def judged(goals: Sequence[Goal], tables: Mapping[str, Table]) -> list[dict[str, object]]:
    """Returns the checks of all goals with figures and marks."""
    rows: list[dict[str, object]] = []
    for goal in goals:
        for check in goal.checks:
            figure, mark = check.judge(tables)
            rows.append(
                {
                    "goal": goal.number,
                    "title": f"{goal.title}: {check.title}",
                    "figure": figure,
                    "limit": check.limit,
                    "mark": mark,
                }
            )
    return rows


def marks(goals: Sequence[Goal], tables: Mapping[str, Table]) -> list[str]:
    """Returns the table of goals."""
    rows = [
        [
            str(row["goal"]),
            str(row["title"]),
            "" if row["figure"] is None else number(float(str(row["figure"]))),
            str(row["limit"]),
            str(row["mark"]),
        ]
        for row in judged(goals, tables)
    ]
    return markdown(["goal", "what", "figure", "limit", "mark"], rows)


def figures(table: Table) -> list[str]:
    """Returns the medians, with minimum and maximum if there are several rounds."""
    cases = list(table.samples)
    title = f"median (least - most){', ' if table.unit else ''}{table.unit}"
    return markdown(
        [title, *cases],
        [
            [name, *(spread(table.samples[case].get(name, [])) for case in cases)]
            for name in table.targets()
        ],
    )


def quotients(table: Table) -> list[str]:
    """Returns pyaudiopp's figures divided by those of the others."""
    cases = list(table.samples)
    rows = []
    for name in table.targets():
        if not name.startswith("pyaudiopp") or name.endswith("again"):
            continue
        for other in table.against:
            cells = [quotient(table, case, name, other) for case in cases]
            rows.append([f"{name} / {other.name}", *cells])
    return markdown(["ratio", *cases], rows) if rows else []


def quotient(table: Table, case: str, name: str, other: Target) -> str:
    """Returns a ratio, or an empty string."""
    try:
        return number(table.ratio(case, Target(name), other))
    except NotMeasured:
        return ""


def gaps(table: Table) -> list[str]:
    """Returns what could not be measured, and why."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for case, missing in table.missing.items():
        for name, reason in missing.items():
            reasons.setdefault((name, reason), []).append(case)
    lines = [
        f"- {name}, {', '.join(cases)}: not measured, {reason}"
        for (name, reason), cases in reasons.items()
    ]
    return [*lines, ""] if lines else []


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Returns a table."""
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


def spread(samples: Sequence[float]) -> str:
    """Returns the median and, if they differ, the minimum and maximum."""
    if not samples:
        return ""
    middle = number(statistics.median(samples))
    ends = [number(min(samples)), number(max(samples))]
    return middle if ends == [middle, middle] else f"{middle} ({ends[0]} - {ends[1]})"


def number(figure: float) -> str:
    """Formats a number with three or four digits."""
    if abs(figure) >= 1000:
        return f"{figure:,.0f}"
    return f"{figure:.4g}" if abs(figure) >= 10 else f"{figure:.3g}"
