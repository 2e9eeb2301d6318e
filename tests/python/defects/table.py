# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Run all programs on PyAudio and on pyaudiopp, and write docs/defects.md."""

from __future__ import annotations

import collections
import platform
import sys
from pathlib import Path

from defect import PROGRAMS
from outcomes import Outcome, missing, outcomes, pyaudio_version

import pyaudiopp

RUNS = 5
WORSE = ("skipped", "right", "wrong", "hang", "crash")
Results = dict[str, dict[str, list[Outcome]]]
PAGE = Path(__file__).resolve().parents[3] / "docs" / "defects.md"
INTRODUCTION = """\
# PyAudio's bugs, and what pyaudiopp does instead

Each row is a small program from `tests/python/defects`, run in its own process, on {portaudio},
CPython {python} and {system}.

- *crash*: a signal killed the process; *hang*: it had to be killed; *wrong*: it kept running but
  gave a wrong result, described after the colon.
- *fix* and *keep*: what pyaudiopp aims for. Behaviour that programs rely on is kept, however odd.
- †: a race, or otherwise down to luck, run {runs} times.

{sums}

`nox -s defects` regenerates this page; so does `python tests/python/defects/table.py` with
pyaudiopp and PyAudio 0.2.14 installed. `tests/python/defects/test_defects.py` runs the same
programs as tests.

## Bugs by number
"""
BEYOND = """
## PortAudio, threads, signals, forks, exits, servers

What happens under real use; these have no B numbers.
"""
HEAD = """
| | program | verdict | PyAudio {version} | pyaudiopp |
|---|---|---|---|---|
"""


def page(packages: list[str], results: Results) -> str:
    """The page."""
    version = pyaudio_version()
    names = {"pyaudio": f"PyAudio {version}", "pyaudiopp": f"pyaudiopp {pyaudiopp.__version__}"}
    text = INTRODUCTION.format(
        portaudio=pyaudiopp.get_portaudio_version_text().partition(",")[0],
        python=platform.python_version(),
        system=platform.system(),
        runs=RUNS,
        sums="\n".join(f"- {names[package]}: {count(results[package])}" for package in packages),
    )
    text += HEAD.format(version=version)
    beyond = False
    for name, program in PROGRAMS.items():
        if not program.defect.startswith("B") and not beyond:
            beyond = True
            text += BEYOND + HEAD.format(version=version)
        title = f"{program.title}<br>`{name}`" + (" †" if program.is_race else "")
        ends = [tally(results[package].get(name, [])) for package in ("pyaudio", "pyaudiopp")]
        cells = [program.defect, title, program.verdict, *ends]
        text += f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"
    return text


def tally(ends: list[Outcome]) -> str:
    """The outcomes of one program, most frequent first."""
    counted = collections.Counter(map(str, ends)).most_common()
    if len(counted) == 1:
        return counted[0][0]
    return "<br>".join(f"{times} of {len(ends)}: {end}" for end, times in counted) or "not run"


def count(results: dict[str, list[Outcome]]) -> str:
    """How many programs had each outcome, counting the worst of each."""
    kinds = [max(ends, key=lambda end: WORSE.index(end.kind)).kind for ends in results.values()]
    return ", ".join(f"{kinds.count(kind)} {kind}" for kind in WORSE if kind in kinds)


def main() -> int:
    """Run and write; return 1 if pyaudiopp is wrong anywhere."""
    if reason := missing():
        print(reason)
        return 1
    packages = [*(["pyaudio"] if pyaudio_version() else []), "pyaudiopp"]
    results = outcomes(packages, lambda program: RUNS if program.is_race else 1)
    PAGE.write_text(page(packages, results), encoding="utf-8")
    for package in packages:
        print(f"{package}: {count(results[package])}")
    failed = [
        f"pyaudiopp, {name}: {end}"
        for name, ends in results["pyaudiopp"].items()
        for end in ends
        if end.kind not in {"skipped", *PROGRAMS[name].ours}
    ]
    others = [
        f"PyAudio with an unexpected outcome, {name}: {end}"
        for name, ends in results.get("pyaudio", {}).items()
        for end in ends
        if end.kind not in {"skipped", *PROGRAMS[name].theirs}
    ]
    print(*failed, *others, sep="\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
