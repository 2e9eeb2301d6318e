# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""A pytest plugin for Windows: not_run.md lists what is skipped, and why, or the run fails.

It fails too if a test file was not collected, or was skipped as a whole without a row that says so.
"""

from __future__ import annotations

import fnmatch
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

LIST = Path(__file__).with_name("not_run.md")
TESTS = Path(__file__).resolve().parents[1] / "python"


def read_list(text: str) -> dict[str, str]:
    """The reason for each pattern of tests."""
    rows = re.findall(r"^\| `(.+)` \| (.+) \|$", text, re.MULTILINE)
    return dict(rows)


def key(node: str) -> str:
    """A test's name below tests/python; a file's ends with "::"."""
    name = node.replace("\\", "/").rpartition("tests/python/")[2]
    return name if "::" in name else f"{name}::"


def reason_for(name: str, listed: dict[str, str]) -> str | None:
    """The pattern that a test's name matches."""
    return next((each for each in listed if fnmatch.fnmatchcase(name, escape(each))), None)


def escape(pattern: str) -> str:
    """Only the asterisk is special: names of tests contain brackets."""
    return pattern.replace("[", "[[]").replace("?", "[?]")


def problems(
    skipped: set[str], run: set[str], files: set[str], listed: dict[str, str]
) -> Iterator[str]:
    """What the list should say and does not, or says and should not."""
    used = set()
    for name in sorted(skipped):
        row = reason_for(name, listed)
        used.add(row)
        if row is None:
            yield f"skipped, and not on the list: {name}"
    for row in listed:
        if row not in used:
            yield f"on the list, and not skipped: {row}"
    seen = {name.partition("::")[0] for name in run}
    for file in sorted(files - seen):
        if f"{file}::*" not in listed:
            yield f"no test of this file ran: {file}"


class Skips:
    """Counts what a run skips; with pytest-xdist, its workers say which files."""

    def __init__(self, config: pytest.Config) -> None:
        self._listed = read_list(LIST.read_text(encoding="utf-8"))
        self._whole = not config.getoption("file_or_dir") or [
            Path(path).resolve() for path in config.getoption("file_or_dir")
        ] == [TESTS]
        self._outcomes: dict[str, set[str]] = defaultdict(set)

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        name = key(collection_path.as_posix())
        if f"{name}*" not in self._listed:
            return None  # the other plugins decide
        self._outcomes["skipped"].add(name)
        return True

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            if row := reason_for(key(item.nodeid), self._listed):
                item.add_marker(pytest.mark.skip(reason=self._listed[row]), append=False)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self._outcomes["skipped"].add(key(report.nodeid))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self._outcomes["skipped"].add(key(report.nodeid))
        elif report.when == "call" or report.failed:
            self._outcomes["run"].add(key(report.nodeid))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self._outcomes["skipped"] |= set(getattr(node, "workeroutput", {}).get("skipped", []))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["skipped"] = sorted(self._outcomes["skipped"])
        elif self._problems():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        counts = Counter(reason_for(name, self._listed) or "" for name in self._outcomes["skipped"])
        terminalreporter.section("not run on Windows")
        for row, count in counts.items():
            terminalreporter.line(f"{count:5}  {row}: {self._listed.get(row, 'not listed')}")
        for problem in self._problems():
            terminalreporter.line(problem, red=True)

    def _problems(self) -> list[str]:
        if not self._whole:
            return []
        files = {path.relative_to(TESTS).as_posix() for path in TESTS.rglob("test_*.py")}
        files = {file for file in files if not file.startswith("live/")}
        return list(problems(self._outcomes["skipped"], self._outcomes["run"], files, self._listed))


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Skips(config), "windows-skips")
