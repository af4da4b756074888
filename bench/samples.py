"""How many samples a benchmark takes, and how it compares them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

Sample = TypeVar("Sample")


@dataclass(frozen=True)
class Effort:
    """Numbers of repetitions and sizes."""

    rounds: int
    validations: int
    environments: dict[int, int]
    """The rounds for each number of environments in one program."""
    bursts: int
    resources: int
    """The larger number of resources in the simulator."""


COMPLETE = Effort(7, 200, {1: 3, 10: 2, 100: 1}, bursts=11, resources=10_000)
QUICK = Effort(2, 20, {1: 1, 10: 1}, bursts=3, resources=1_000)


def alternate(
    rounds: int, measured: Mapping[str, Callable[[], Sample]], *, warm_up: bool = False
) -> dict[str, list[Sample]]:
    """Take one sample of each function in every round, every second round in reverse order.

    With ``warm_up``, a first sample of each is not counted: it reads from disk, compiles, and may create a stack.
    """
    if warm_up:
        alternate(1, measured)
    samples: dict[str, list[Sample]] = {name: [] for name in measured}
    for number in range(rounds):
        for name in list(measured)[:: -1 if number % 2 else 1]:
            samples[name].append(measured[name]())
    return samples


def ratio(samples: Sequence[float], baseline: Sequence[float]) -> float:
    """Return the median of the ratios of pairs, so that the load of the machine affects both halves of a pair."""
    return median(one / other for one, other in zip(samples, baseline, strict=True))
