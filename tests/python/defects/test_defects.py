# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""pyaudiopp has none of PyAudio's bugs; docs/defects.md shows what PyAudio does."""

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
    """The outcomes; several programs run at once, because they mostly wait."""
    return outcomes(["pyaudiopp"])


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program(results: dict[str, dict[str, list[Outcome]]], name: str) -> None:
    [outcome] = results["pyaudiopp"][name]
    if outcome.kind == "skipped":
        pytest.skip(outcome.detail)
    assert outcome.kind in PROGRAMS[name].ours, str(outcome)


def test_every_defect_has_a_program() -> None:
    assert {f"B{number}" for number in range(1, 39)} <= {p.defect for p in PROGRAMS.values()}
