# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Measures the installed pyaudiopp against PortAudio itself, PyAudio and sounddevice.

python benchmarks/run.py [--quick] [--only GOAL...] [--rounds N] [--output DIRECTORY]
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import plots
import report
import targets
from goals import GOALS
from measures import MEASURES, Effort, Tables


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="four minutes, rough figures")
    parser.add_argument(
        "--only",
        nargs="+",
        metavar="GOAL",
        choices=[goal.number for goal in GOALS],
        help="only what these goals need, such as G3 G9",
    )
    parser.add_argument("--rounds", type=int, help="how often each target has its turn (5)")
    parser.add_argument(
        "--output",
        type=Path,
        help="where the figures go: benchmarks/results for all of it, build/bench/results for less",
    )
    options = parser.parse_args()

    goals = [goal for goal in GOALS if not options.only or goal.number in options.only]
    wanted = {name for goal in goals for name in goal.measures}
    rounds = options.rounds or (2 if options.quick else 5)
    effort = Effort(rounds, 25, 2.0, True) if options.quick else Effort(rounds, 80, 5.0)
    part = options.quick or options.only
    output = options.output or (targets.BUILD if part else targets.HERE) / "results"
    output.mkdir(parents=True, exist_ok=True)

    tables: Tables = {}
    with targets.environment(targets.build()):
        about = report.surroundings(rounds)
        for name, measure in MEASURES.items():
            if name not in wanted:
                continue
            start = time.monotonic()
            print(f"== {measure.__doc__}", flush=True)
            tables.update(measure(effort))
            print(f"   {time.monotonic() - start:.0f} s", flush=True)
    drawn = plots.draw(output, tables)
    report.write(output, goals, tables, about, drawn)
    print("\n".join(["", *report.marks(goals, tables), "", f"All figures: {output}/figures.md"]))


if __name__ == "__main__":
    main()
