# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The programs in README.md and docs/: they run, and the C++ one is what is built and heard."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import wave
from pathlib import Path

import pytest

import pyaudiopp

ROOT = Path(__file__).resolve().parents[2]
TONE = ROOT / "tests" / "cpp" / "consumer" / "tone.cpp"
PAGES = ["README.md", "docs/quick-start.md"]
COMPILED = ["docs/callbacks.md"]


def blocks(page: str, language: str) -> list[str]:
    """The code of that language on a page."""
    return re.findall(rf"^```{language}\n(.*?)^```", (ROOT / page).read_text(), re.M | re.S)


PROGRAMS = [
    pytest.param(code, id=f"{page}-{number}")
    for page in [*PAGES, *COMPILED]
    for number, code in enumerate(blocks(page, "python"))
]


@pytest.mark.parametrize("code", PROGRAMS)
def test_a_program_runs(code: str, tmp_path: Path) -> None:
    if "import numba" in code:
        pytest.importorskip("numba")
    (tmp_path / "devices.json").write_text(
        '{"clock": "free_running", "host_apis": [{"devices": [{"name": "pulse"}]}]}'
    )
    with wave.open(str(tmp_path / "tune.wav"), "wb") as file:
        file.setparams((2, 2, 48000, 0, "NONE", ""))
        file.writeframes(bytes(4 * 4800))
    environment = dict(os.environ)
    if "simulation." not in code:  # it does not bring its own
        environment["PYAUDIOPP_BACKEND"] = "simulation:devices.json"
    done = subprocess.run(
        [sys.executable, "-c", code.replace("+ 5\n", "+ 0.3\n")],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
@pytest.mark.parametrize("code", blocks("docs/callbacks.md", "c"))
def test_a_c_function_compiles(code: str) -> None:
    command = ["cc", "-std=c99", "-Wall", "-Werror", "-fsyntax-only", "-x", "c", "-"]
    include = ["-I", pyaudiopp.get_include()]
    subprocess.run([*command, *include], input=code, text=True, timeout=60, check=True)


@pytest.mark.parametrize("page", PAGES)
def test_the_cpp_program_is_the_one_that_is_built_and_heard(page: str) -> None:
    program = TONE.read_text().partition("\n\n")[2]
    assert program in blocks(page, "cpp")


def links() -> list[tuple[str, str]]:
    pages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]
    pages += [f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")]
    return [
        (page, target)
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text())
    ]


@pytest.mark.parametrize(("page", "target"), links())
def test_a_link_leads_somewhere(page: str, target: str) -> None:
    assert (ROOT / page).parent.joinpath(target).exists()
