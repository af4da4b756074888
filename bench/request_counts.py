"""Requests to Resource Manager in the simulator's request log, against the fewest that the provider can make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .sections import Section, Verdict, table
from .workspace import PROGRAM_OF_THE_PROJECT, PROGRAMS, workspace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from logic_apps_sandbox.arm import RecordedRequest

    from .effort import Effort
    from .workspace import Workspace

COMMANDS = ("up", "second up", "refresh", "destroy")

CREATION_AT_ONCE, CREATION_WITH_POLLING, DELETION_AT_ONCE, DELETION_WITH_POLLING = 3, 5, 1, 2


@dataclass(frozen=True)
class Derived:
    """The fewest requests for one resource.

    Attributes:
        creation: of creating it.
        deletion: of deleting it.
    """

    creation: int
    deletion: int


# azure-native provider source, crud.go and client_azcore.go; Azure SDK for Go, azcore: poller. A creation looks
# whether the resource exists (GET), writes it (PUT) and reads it (GET). Where ARM marks the PUT as long-running, the
# poller asks for the status at least once and, since it was a PUT, reads the resource at the end. A deletion is a
# DELETE, and at least one look where it is long-running. An ISE's DELETE is not (azure-mgmt-logic: 200 or 204).
DERIVED: Mapping[str, Derived] = {
    "resource group": Derived(CREATION_AT_ONCE, DELETION_WITH_POLLING),
    "virtual network": Derived(CREATION_WITH_POLLING, DELETION_WITH_POLLING),
    "subnet 1": Derived(CREATION_WITH_POLLING, DELETION_WITH_POLLING),
    "subnet 2": Derived(CREATION_WITH_POLLING, DELETION_WITH_POLLING),
    "subnet 3": Derived(CREATION_WITH_POLLING, DELETION_WITH_POLLING),
    "subnet 4": Derived(CREATION_WITH_POLLING, DELETION_WITH_POLLING),
    "environment": Derived(CREATION_WITH_POLLING, DELETION_AT_ONCE),
}

FEWEST: Mapping[str, tuple[int, str]] = {
    "up": (
        sum(each.creation for each in DERIVED.values()),
        "resource group: GET, PUT, GET; each of the six others: GET, PUT, status, GET by poller, GET by provider",
    ),
    "second up": (0, "the engine compares with its state only"),
    "refresh": (len(DERIVED), "one GET for each resource"),
    "destroy": (
        sum(each.deletion for each in DERIVED.values()),
        "resource group, network and subnets: DELETE, status; environment: DELETE completes at once",
    ),
}


def measure(folder: Path, _effort: Effort) -> Section:
    """The requests of each command, of this project and of the program by hand; and the longest chain of `up`."""
    with (
        workspace(folder / "counted", PROGRAM_OF_THE_PROJECT) as mine,
        workspace(folder / "counted-by-hand", PROGRAMS / "by_hand.py") as by_hand,
    ):
        (counts, chain), (counts_by_hand, _) = _count(mine), _count(by_hand)
    fewest_in_chain = FEWEST["up"][0]
    verdicts = [
        Verdict(
            f"Requests of `{command}`" if command != "second up" else "Requests of a second `up`",
            "minimum of the real provider",
            f"equal: {fewest}",
            f"{counts[command]}",
            counts[command] == fewest,
        )
        for command, (fewest, _) in FEWEST.items()
    ]
    verdicts.append(
        Verdict(
            "Critical path of `up` in requests",
            "resource group, network, four subnets in sequence, environment",
            f"at most {fewest_in_chain}",
            f"{chain}",
            chain <= fewest_in_chain,
        )
    )
    rows = [
        (f"`{command}`", counts[command], counts_by_hand[command], fewest, why)
        for command, (fewest, why) in FEWEST.items()
    ]
    text = (
        "Counted in the simulator's record, without sign-in (three requests for each start of the provider). Each "
        "operation is polled once, because it completes at once. The minimum follows from the provider's source "
        "(crud.go) and azcore's poller. The critical path is the longest chain of dependent resources in the state, "
        "weighted with their requests. It contains all seven resources, because Azure accepts one write to a network "
        "at a time."
    )
    head = ("Command", "This project", "Hand-written", "Minimum", "Requests of the minimum")
    return Section("Requests", f"{text}\n\n{table(head, rows)}", verdicts)


def _count(project: Workspace) -> tuple[dict[str, int], int]:
    counts: dict[str, int] = {}
    chain = seen = 0
    for command in COMMANDS:
        project.pulumi(command.removeprefix("second "))
        made = project.requests(after=seen)
        counts[command] = len(made)
        if command == "up":
            chain = longest_chain(project.state(), made)
        seen = max([seen, *(request.number for request in made)])
    return counts, chain


def longest_chain(state: Sequence[Mapping[str, Any]], requests: Sequence[RecordedRequest]) -> int:
    """The requests of the longest chain of resources that wait for one another.

    Args:
        state: the resources as `pulumi stack export` shows them.
        requests: the requests that made them. One about an operation counts for the resource that was written last
            before it: the writes of a chain follow one another.
    """
    own = _requests_by_resource([str(each["id"]) for each in state if each.get("custom") and "id" in each], requests)
    by_urn = {each["urn"]: each for each in state}
    longest: dict[str, int] = {}

    def length(urn: str) -> int:
        if urn not in longest:
            resource = by_urn[urn]
            below = [length(each) for each in resource.get("dependencies", ())]
            longest[urn] = own.get(str(resource.get("id", "")).lower(), 0) + max(below, default=0)
        return longest[urn]

    return max(length(urn) for urn in by_urn)


def _requests_by_resource(identities: Sequence[str], requests: Sequence[RecordedRequest]) -> dict[str, int]:
    counts = dict.fromkeys((identity.lower() for identity in identities), 0)
    written = ""
    for request in requests:
        # The generic resource without a parent has two slashes in its path (docs/sandbox-behaviour.md).
        path = request.path.partition("?")[0].replace("//", "/").lower()
        if path in counts:
            counts[path] += 1
            written = path
        elif written:
            counts[written] += 1
    return counts
