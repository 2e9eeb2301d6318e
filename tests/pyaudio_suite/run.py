# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Runs PyAudio 0.2.14's own test suite on a virtual sound card, against either package or both.

inside.py changes three things from outside, without editing the suite: its ALSA helper does
nothing, its loopback devices are the default ones, and its streams have two channels.

The suite comes from PyAudio's source package, downloaded into build/ once and never committed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shlex
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from pyaudiopp.virtual_card import VirtualCard, prefer_real_time

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "pyaudio_suite"
VERSION = "0.2.14"
SHA256 = "78dfff3879b4994d1f4fc6485646a57755c6ee3c19647a491f790a0895bd2f87"
TARGETS = ("pyaudio", "pyaudiopp")
WIRE_TESTS = "stream_wire_tests."
TRIES = 3
SECONDS_PER_RUN = 600


@dataclass
class Result:
    """The outcome of a test."""

    outcome: str
    text: str
    seconds: float

    @property
    def failed(self) -> bool:
        return self.outcome == "failed"


def fetch_tests() -> Path:
    """Returns the suite's directory; downloads the source package if necessary."""
    tests = BUILD / f"PyAudio-{VERSION}" / "tests"
    if tests.is_dir():
        return tests
    BUILD.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:",
         "--dest", str(BUILD), f"PyAudio=={VERSION}"],
        check=True,
    )  # fmt: skip
    archive = BUILD / f"PyAudio-{VERSION}.tar.gz"
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != SHA256:
        raise SystemExit(f"{archive.name} has the SHA-256 {digest}, expected {SHA256}")
    with tarfile.open(archive) as package:
        package.extractall(BUILD)
    return tests


def run(target: str, tests: Path, python: list[str]) -> dict[str, Result]:
    """Runs the suite and returns each test's result.

    The wire tests compare what comes back with what was played, but feed the card at the last
    moment: if one fails and underruns were counted, it is repeated, and the output says so.
    """
    results: dict[str, Result] = {}
    names: list[str] = []
    for attempt in range(1, TRIES + 1):
        with VirtualCard() as card:
            results.update(run_once(target, tests, names, card, python))
            underruns = card.underruns
        names = [name for name, result in results.items() if result.failed and WIRE_TESTS in name]
        if not names or not underruns:
            break
        print(f"{target}, try {attempt}: {underruns} underruns, and failed: {', '.join(names)}")
    return results


def run_once(
    target: str, tests: Path, names: list[str], card: VirtualCard, python: list[str]
) -> dict[str, Result]:
    """Runs the named tests, or all, in a process on the card."""
    inside = Path(__file__).with_name("inside.py")
    log = BUILD / f"{target}.log"
    # By pipes: in Wine 8, Python does not start with a file in their place.
    done = subprocess.run(
        [*python, str(inside), target, str(tests), *names],
        env={**os.environ, **card.environment()},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS_PER_RUN,
    )
    log.write_text(done.stderr)
    results = {}
    for line in filter(lambda line: line.startswith("{"), done.stdout.splitlines()):
        record = json.loads(line)
        results[record["test"]] = Result(record["outcome"], record["text"], record["seconds"])
    ended = f"the process ended with status {done.returncode}, see {log}"
    for result in results.values():
        if result.outcome == "started":
            result.outcome, result.text = "failed", ended
    if done.returncode != 0 and not any(result.failed for result in results.values()):
        results["the whole run"] = Result("failed", ended, 0)
    return results


def report(target: str, results: dict[str, Result]) -> None:
    """Prints a line for each test, with the reason if it did not pass."""
    print(f"PyAudio's suite against {target}")
    for name, result in results.items():
        print(f"  {result.outcome:7}  {result.seconds:5.2f} s  {name}")
        if result.outcome != "passed":
            print("".join(f"           {line}\n" for line in result.text.splitlines()), end="")
    print(f"{target}: {totals(results)}\n")


def totals(results: dict[str, Result]) -> str:
    """The closing line, such as "38 passed, 0 failed, 7 skipped"."""
    outcomes = [result.outcome for result in results.values()]
    return ", ".join(f"{outcomes.count(kind)} {kind}" for kind in ("passed", "failed", "skipped"))


def regressions(reference: dict[str, Result], ours: dict[str, Result]) -> list[str]:
    """Lists where pyaudiopp is worse: tests that fail, or that only PyAudio passes."""
    worse = [f"{name}: failed" for name, result in ours.items() if result.failed]
    for name, result in reference.items():
        mine = ours[name].outcome if name in ours else "missing"
        if result.outcome == "passed" and mine in ("skipped", "missing"):
            worse.append(f"{name}: {mine}, and PyAudio passes it")
    return worse


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--target", choices=TARGETS, default="pyaudiopp", help="what to test (default: pyaudiopp)"
    )
    parser.add_argument(
        "--compare",
        action="store_true",
        help="run both; fail where pyaudiopp is worse than PyAudio",
    )
    parser.add_argument(
        "--python",
        type=shlex.split,
        default=[sys.executable],
        metavar="COMMAND",
        help='the Python that runs the suite, such as "wine python.exe" (default: this one)',
    )
    options = parser.parse_args()

    tests = fetch_tests()
    prefer_real_time()
    runs = {}
    for target in TARGETS if options.compare else (options.target,):
        runs[target] = run(target, tests, options.python)
        report(target, runs[target])
    if not options.compare:
        results = runs[options.target]
        print(totals(results))
        return int(any(result.failed for result in results.values()))
    worse = regressions(runs["pyaudio"], runs["pyaudiopp"])
    print("\n".join(worse) if worse else "pyaudiopp passes whatever PyAudio passes")
    print(totals(runs["pyaudiopp"]))
    return int(bool(worse))


if __name__ == "__main__":
    sys.exit(main())
