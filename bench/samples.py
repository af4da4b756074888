"""Taking samples in turns, and what is said of them."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


Sample = TypeVar("Sample")


@dataclass(frozen=True)
class Comparison:
    """Samples of something and of what it is compared with; those of one position were taken right after each other.

    Attributes:
        what: what was measured.
        against: what it is compared with.
        unit: the unit of the samples.
        samples: of what was measured, in the order of measuring.
        baseline: of what it is compared with.
        at_most: the highest ratio that is aimed at; None where the ratio is only stated.
    """

    what: str
    against: str
    unit: str
    samples: Sequence[float]
    baseline: Sequence[float]
    at_most: float | None = None

    @property
    def ratio(self) -> float:
        """The median of the ratios of the pairs: a load that comes and goes is in both halves of a pair."""
        return median(mine / theirs for mine, theirs in zip(self.samples, self.baseline, strict=True))

    @property
    def is_met(self) -> bool | None:
        """Whether the aim is met; None without one."""
        return None if self.at_most is None else self.ratio <= self.at_most


def in_turns(repetitions: int, measured: Mapping[str, Callable[[], Sample]]) -> dict[str, list[Sample]]:
    """Samples of each, one of each in every round.

    Every second round goes the other way around, so that none always has the caches that another one leaves.

    Args:
        repetitions: the number of rounds.
        measured: what takes one sample and returns it, by name.
    """
    samples: dict[str, list[Sample]] = {name: [] for name in measured}
    for number in range(repetitions):
        for name in list(measured) if number % 2 == 0 else reversed(list(measured)):
            samples[name].append(measured[name]())
    return samples
