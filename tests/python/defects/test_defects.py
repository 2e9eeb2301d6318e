# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Each defect of PyAudio: pyaudiopp is right, and PyAudio 0.2.14 does what docs/defects.md says."""

from __future__ import annotations

import pytest
from defect import PROGRAMS
from outcomes import Outcome, missing, outcomes, pyaudio_version

PACKAGES = ["pyaudiopp", *(["pyaudio"] if pyaudio_version() == "0.2.14" else [])]

pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.skipif(bool(missing()), reason=missing() or "nothing is missing"),
]


@pytest.fixture(scope="module")
def results() -> dict[str, dict[str, list[Outcome]]]:
    """How the programs end; several run at once, since most of the time they wait."""
    return outcomes(PACKAGES)


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("package", PACKAGES)
def test_a_program(results: dict[str, dict[str, list[Outcome]]], package: str, name: str) -> None:
    [outcome] = results[package][name]
    if outcome.kind == "skipped":
        pytest.skip(outcome.detail)
    expected = PROGRAMS[name].theirs if package == "pyaudio" else PROGRAMS[name].ours
    assert outcome.kind in expected, str(outcome)


def test_every_defect_has_a_program() -> None:
    assert {f"B{number}" for number in range(1, 39)} <= {p.defect for p in PROGRAMS.values()}
