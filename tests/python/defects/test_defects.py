# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Each defect of PyAudio: pyaudiopp is right. What PyAudio does is in docs/defects.md."""

from __future__ import annotations

import pytest
from defect import PROGRAMS
from outcomes import Outcome, missing, outcomes

pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.skipif(bool(missing()), reason=missing() or "nothing is missing"),
]


@pytest.fixture(scope="module")
def results() -> dict[str, dict[str, list[Outcome]]]:
    """How the programs end; several run at once, since most of the time they wait."""
    return outcomes(["pyaudiopp"])


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program(results: dict[str, dict[str, list[Outcome]]], name: str) -> None:
    [outcome] = results["pyaudiopp"][name]
    if outcome.kind == "skipped":
        pytest.skip(outcome.detail)
    assert outcome.kind in PROGRAMS[name].ours, str(outcome)


def test_every_defect_has_a_program() -> None:
    assert {f"B{number}" for number in range(1, 39)} <= {p.defect for p in PROGRAMS.values()}
