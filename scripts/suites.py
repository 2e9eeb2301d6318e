# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Runs the test suites and checks one after another, and adds up the results.

Usage: suites.py [SUITE...]; all of them by default. The exit status is 1 if anything failed.
    scripts/test builds what they need. Suites never run in parallel, because the live tests fail if
    a sound is late.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "build" / "results"
CPP_DIRECTORIES = ("cpp", "python/bindings", "tests/cpp", "examples/cpp", "benchmarks/cpp")


@dataclass
class Totals:
    """The number of tests with each outcome."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Totals) -> Totals:
        return Totals(
            self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped
        )

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


@dataclass
class Suite:
    """A command whose results are in a JUnit file, a closing line, or the exit status."""

    title: str
    command: list[str]
    counts: str = "status"

    def run(self, name: str) -> Totals:
        """Runs the command, shows its output, and counts the results."""
        report = RESULTS / f"{name}.xml"
        report.unlink(missing_ok=True)
        command = [argument.replace("REPORT", str(report)) for argument in self.command]
        last = b""
        pipe = subprocess.PIPE
        with subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=subprocess.STDOUT) as process:
            assert process.stdout is not None
            for last in process.stdout:
                sys.stdout.buffer.write(last)
                sys.stdout.buffer.flush()
        status = process.returncode
        if self.counts == "junit":
            totals = count_junit(report)
        elif self.counts == "line":
            totals = count_line(last.decode(errors="replace"))
        else:
            totals = Totals(passed=1) if status == 0 else Totals(failed=1)
        # A suite that fails as a whole, or finds nothing to run, counts as a failure too.
        if totals.failed == 0 and (status != 0 or totals == Totals()):
            totals.failed = 1
        return totals


def count_junit(report: Path) -> Totals:
    """Counts the test cases in a JUnit file from pytest or CTest."""
    totals = Totals()
    if not report.exists():
        return totals
    for case in xml.etree.ElementTree.parse(report).iter("testcase"):
        kinds = {child.tag for child in case}
        if kinds & {"failure", "error"}:
            totals.failed += 1
        elif "skipped" in kinds:
            totals.skipped += 1
        else:
            totals.passed += 1
    return totals


def count_line(line: str) -> Totals:
    """Reads a closing line such as "38 passed, 0 failed, 7 skipped"."""
    match = re.fullmatch(r"(\d+) passed, (\d+) failed, (\d+) skipped\s*", line)
    return Totals(*map(int, match.groups())) if match else Totals()


def suites() -> dict[str, Suite]:
    """All suites by short name, in the order they run."""
    python = [sys.executable, "-m"]
    on_card = [sys.executable, "python/pyaudiopp/virtual_card", "--real-time", "--"]
    ctest = ["ctest", "--test-dir", "build/dev", "--no-tests=error", "--output-on-failure",
             "--timeout", "120", "--output-junit", "REPORT", "--label-regex"]  # fmt: skip
    pytest = [*python, "pytest", "--junit-xml=REPORT"]
    return {
        "cpp": Suite("C++ unit tests", [*ctest, "unit|stress"], "junit"),
        "python": Suite(
            "Python tests on the simulation",
            [*pytest, "-n2", "tests/python", "--ignore=tests/python/live"],
            "junit",
        ),
        "cpp-package": Suite("Users' C++ projects", [*ctest, "package"], "junit"),
        # cpp-package has just built these projects, without real-time priority.
        "cpp-live": Suite(
            "C++ live tests", [*on_card, *ctest, "live", "--fixture-exclude-any", ".*"], "junit"
        ),
        "python-live": Suite("Live tests and examples", [*pytest, "tests/python/live"], "junit"),
        "pyaudio": Suite(
            "PyAudio's own suite",
            [sys.executable, "tests/pyaudio_suite/run.py", "--compare"],
            "line",
        ),
        "docs": Suite(
            "Documentation site and its links",
            [*python, "sphinx", "-qEW", "--keep-going", "-c", "docs", ".", "build/docs/html"],
        ),
        "ruff-check": Suite("ruff check", [*python, "ruff", "check"]),
        "ruff-format": Suite("ruff format", [*python, "ruff", "format", "--check"]),
        "mypy": Suite("mypy", [*python, "mypy"]),
        "stubtest": Suite(
            "stubtest",
            [
                *python,
                "mypy.stubtest",
                "pyaudiopp",
                "--allowlist",
                "tests/python/stubtest_allowlist.txt",
            ],
        ),
        "clang-format": Suite(
            "clang-format", [*tool("clang-format"), "--dry-run", "-Werror", *cpp_files()]
        ),
        "codespell": Suite("codespell", [*tool("codespell")]),
        "workflows": Suite(
            "GitHub's workflows against its schema",
            [
                *tool("check-jsonschema"),
                "--builtin-schema=vendor.github-workflows",
                *sorted(map(str, ROOT.glob(".github/workflows/*.yml"))),
            ],
        ),
        "actionlint": Suite("actionlint on the workflows", [*tool("actionlint")]),
        "zizmor": Suite(
            "zizmor on the workflows",
            [*tool("zizmor"), "--offline", "--quiet", ".github/workflows"],
        ),
        "elsewhere": Suite(
            "Compiled for macOS and musl", [sys.executable, "scripts/elsewhere.py"], "line"
        ),
        "windows": Suite(
            "Built for Windows; C++ unit tests by Wine",
            [sys.executable, "scripts/windows.py", "cpp-quick"],
            "line",
        ),
    }


def tool(name: str) -> list[str]:
    """The pinned program beside our interpreter, whatever PATH says."""
    return [str(Path(sys.executable).with_name(name))]


def cpp_files() -> list[str]:
    """The C++ sources and headers."""
    return sorted(
        str(path.relative_to(ROOT))
        for directory in CPP_DIRECTORIES
        for path in (ROOT / directory).rglob("*")
        if path.suffix in (".cpp", ".hpp")
    )


def are_known(names: list[str], known: dict[str, Suite]) -> bool:
    """Whether all suites exist; else says which do."""
    if unknown := [name for name in names if name not in known]:
        print(f"unknown suite {unknown[0]}; use one of: {', '.join(known)}", file=sys.stderr)
    return not unknown


def main(names: list[str]) -> int:
    known = suites()
    if not are_known(names, known):
        return 2
    directory = os.environ["TMPDIR"] = tempfile.mkdtemp(prefix="pyaudiopp-")
    try:
        return run(names or list(known), known)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def run(names: list[str], known: dict[str, Suite]) -> int:
    """Runs suites and prints the totals; returns the exit status."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    # The interpreter's directory first, so that tests start our programs by name.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    results = []
    for name in names:
        print(f"\n== {known[name].title}", flush=True)
        start = time.monotonic()
        results.append((known[name].title, known[name].run(name), time.monotonic() - start))

    print("\n== Totals")
    for title, totals, seconds in results:
        mark = "FAILED" if totals.failed else "ok"
        print(f"{mark:6}  {title:32}  {totals!s:40}  {seconds:6.1f} s")
    total = sum((totals for _, totals, _ in results), Totals())
    print(total, flush=True)
    return int(total.failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
