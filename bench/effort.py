"""How much is measured: in a whole run, and in a quick one that only shows that everything runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Effort:
    """Numbers of repetitions and sizes.

    Attributes:
        commands: rounds of each comparison of Pulumi commands.
        imports: rounds of each comparison of imports.
        judgements: how often a configuration is judged.
        environments: rounds for each number of environments in one program.
        bursts: rounds of bursts of requests to the simulator.
        many_resources: the larger number of resources in the simulator.
        set_up: whether the set-up from nothing is measured, which downloads and builds.
    """

    commands: int
    imports: int
    judgements: int
    environments: dict[int, int]
    bursts: int
    many_resources: int
    set_up: bool


WHOLE = Effort(
    commands=7,
    imports=9,
    judgements=200,
    environments={1: 3, 10: 2, 100: 1},
    bursts=11,
    many_resources=10_000,
    set_up=True,
)
QUICK = Effort(
    commands=2,
    imports=3,
    judgements=20,
    environments={1: 1, 10: 1},
    bursts=3,
    many_resources=1_000,
    set_up=False,
)
