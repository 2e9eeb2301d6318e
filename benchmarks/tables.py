# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Figures by case and target, one per round."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from targets import NotMeasured, Target


@dataclass
class Table:
    """The results of a measure.

    Args:
        against: the targets that pyaudiopp's figures are divided by in the report.
        more_is_better: for rates; costs otherwise.
        by_median: if threads contend and rounds vary a lot, a ratio divides the medians, not the
            least disturbed rounds.
    """

    title: str
    unit: str
    against: Sequence[Target] = ()
    more_is_better: bool = False
    by_median: bool = False
    samples: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    missing: dict[str, dict[str, str]] = field(default_factory=dict)
    note: str = "left out of this run"

    def add(self, case: str, target: Target, figure: float) -> None:
        """Adds a round's figure."""
        self.samples.setdefault(case, {}).setdefault(target.name, []).append(figure)

    def of(self, case: str, target: Target) -> list[float]:
        """Returns the figures of all rounds.

        Raises:
            NotMeasured: if there are none.
        """
        try:
            return self.samples[case][target.name]
        except KeyError:
            reason = self.missing.get(case, {}).get(target.name, self.note)
            raise NotMeasured(reason) from None

    def median(self, case: str, target: Target) -> float:
        """Returns the median of the rounds."""
        return statistics.median(self.of(case, target))

    def best(self, case: str, target: Target) -> float:
        """Returns the figure of the least disturbed round."""
        return (max if self.more_is_better else min)(self.of(case, target))

    def ratio(self, case: str, target: Target, other: Target) -> float:
        """Returns the ratio of one target's figure to another's."""
        figure = self.median if self.by_median else self.best
        return figure(case, target) / figure(case, other)

    def targets(self) -> list[str]:
        """Returns the names of the targets that have figures."""
        return list(dict.fromkeys(name for row in self.samples.values() for name in row))


def interleave(
    rounds: int,
    pairs: Iterable[tuple[str, Target]],
    measure: Callable[[str, Target], None],
    *tables: Table,
) -> None:
    """Measures all targets in turn, round by round; the tables record what cannot be measured."""
    pairs = list(pairs)
    for _ in range(rounds):
        for case, target in pairs:
            if any(target.name in table.missing.get(case, ()) for table in tables):
                continue
            try:
                measure(case, target)
            except NotMeasured as reason:
                for table in tables:
                    table.missing.setdefault(case, {})[target.name] = str(reason)


def lowest_decile(figures: Iterable[float]) -> float:
    """Returns an estimate of the figures without disturbance by other work on the machine."""
    return statistics.quantiles(figures, n=10)[0]
