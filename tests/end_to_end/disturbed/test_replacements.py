"""The CLI is killed while it replaces the environment, and the file of the state is damaged; `recover` and `up` follow.

For every argument whose change replaces the environment (docs/changes.md), the CLI is killed while Azure deletes the
environment and while Azure creates it, for some of them also at the network and at the resource group. Each time the
file of the state is intact, one write older, empty or truncated, like after a power cut. At the end Azure and the state
are as after an undisturbed update, and nothing was created twice.
"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.end_to_end.conftest import Project, copy_of_the_project
from tests.end_to_end.disturbed.interruption import (
    AFTER,
    UP,
    Outcome,
    copy_of,
    created,
    differing,
    interrupt,
    outcome,
    recover,
    state_file,
)
from tests.end_to_end.test_changes import (
    LINES,
    OURS,
    existing_subnets,
    identity,
    key,
    make_networks,
    moved,
    network,
    subnet,
    theirs,
    value,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.end_to_end.test_changes import Case, Way

pytestmark = pytest.mark.faults


class Replacement(NamedTuple):
    """A change that replaces the environment."""

    before: str
    """The stack that is changed: a name of `STACKS`."""
    change: Way


# Finished stacks: each is another one, or the stack `test`, after a change.
STACKS: dict[str, tuple[str, Way]] = {
    "own network": ("", value()),
    "system-assigned identity": ("own network", value(identity={"type": "SystemAssigned"})),
    "user-assigned identity": ("own network", identity("ise")),
    "other identity": ("own network", identity("other")),
    "own key": ("other identity", key("ise", "vault-orders")),
    "existing network": ("own network", lambda _: {"network": theirs("vnet-one")}),
    "existing subnets": ("own network", lambda _: {"network": existing_subnets("vnet-one")}),
}

CHOSEN = "when it is added or removed"
FROM_OWN = "instead of `name`"

REPLACEMENTS: dict[tuple[Case, str], Replacement] = {
    (("name", ""), ""): Replacement("own network", value(name="ise-renamed")),
    (("location", ""), ""): Replacement("own network", value(location="eastus")),
    (("sku.name", ""), ""): Replacement("own network", value(sku={"name": "Developer"})),
    (("endpoint", ""), ""): Replacement("own network", value(endpoint="External")),
    (("network.name", ""), ""): Replacement("own network", lambda project: network(project, name="vnet-renamed")),
    (("network.addressSpace", "when the range of a subnet changes with it"), ""): Replacement("own network", moved),
    (("network.subnets[n].name", ""), ""): Replacement(
        "own network", lambda project: subnet(project, 1, name="snet-renamed")
    ),
    (("network.subnets[n].addressPrefix", ""), ""): Replacement(
        "own network", lambda project: subnet(project, 3, addressPrefix="10.20.0.128/27")
    ),
    (("resourceGroup.name", ""), ""): Replacement("own network", value(resourceGroup={"name": "rg-renamed"})),
    (("network.virtualNetworkId", FROM_OWN), ""): Replacement("own network", lambda _: {"network": theirs("vnet-one")}),
    (("network.subnetIds", FROM_OWN), ""): Replacement(
        "own network", lambda _: {"network": existing_subnets("vnet-one")}
    ),
    (("network.virtualNetworkId", ""), ""): Replacement(
        "existing network", lambda _: {"network": theirs("vnet-other")}
    ),
    (("network.subnetIds", "instead of `virtualNetworkId`"), ""): Replacement(
        "existing network", lambda _: {"network": existing_subnets("vnet-one")}
    ),
    (("network.name", "instead of `virtualNetworkId`"), ""): Replacement(
        "existing network", lambda _: {"network": OURS}
    ),
    (("network.subnetIds", ""), ""): Replacement(
        "existing subnets", lambda _: {"network": existing_subnets("vnet-other")}
    ),
    (("network.virtualNetworkId", "instead of `subnetIds`"), ""): Replacement(
        "existing subnets", lambda _: {"network": theirs("vnet-one")}
    ),
    (("network.name", "instead of `subnetIds`"), ""): Replacement("existing subnets", lambda _: {"network": OURS}),
    (("identity", CHOSEN), "added"): Replacement("own network", value(identity={"type": "SystemAssigned"})),
    (("identity", CHOSEN), "taken away"): Replacement("system-assigned identity", value(identity=None)),
    (("identity.type", ""), ""): Replacement("system-assigned identity", identity("ise")),
    (("identity.userAssigned", ""), ""): Replacement("user-assigned identity", identity("other")),
    (("encryptionKey", CHOSEN), "added"): Replacement("other identity", key("ise", "vault-orders")),
    (("encryptionKey", CHOSEN), "taken away"): Replacement("own key", value(encryptionKey=None)),
    (("encryptionKey.vaultId", ""), ""): Replacement("own key", key("ise", "vault-others")),
    (("encryptionKey.name", ""), ""): Replacement("own key", key("ise-renamed", "vault-orders")),
    (("encryptionKey.version", ""), ""): Replacement("own key", key("ise", "vault-orders")),
}


class Point(NamedTuple):
    """Where the CLI is killed: when Azure has done the first request of this kind, before the answer arrives."""

    case: Case
    variant: str
    method: str
    path: str

    def __str__(self) -> str:
        return " ".join(filter(None, [*self.case, self.variant, self.method, self.path.strip("*/")]))


ENVIRONMENT, SUBNET = "*/integrationserviceenvironments/*", "*/subnets/*"

POINTS = [
    *(Point(*which, method, ENVIRONMENT) for which in REPLACEMENTS for method in ("DELETE", "PUT")),
    Point(("network.name", ""), "", "DELETE", SUBNET),
    Point(("network.name", ""), "", "DELETE", "*/virtualnetworks/vnet-logic-apps-test"),
    Point(("network.name", ""), "", "PUT", "*/virtualnetworks/vnet-renamed"),
    Point(("network.name", ""), "", "PUT", SUBNET),
    Point(("network.subnets[n].name", ""), "", "DELETE", SUBNET),
    Point(("network.subnets[n].name", ""), "", "PUT", SUBNET),
    Point(("resourceGroup.name", ""), "", "DELETE", "*/resourcegroups/rg-logic-apps-test"),
    Point(("resourceGroup.name", ""), "", "PUT", "*/resourcegroups/rg-renamed"),
]


FORMS: dict[str, Callable[[bytes, bytes], bytes]] = {
    "intact": lambda content, _: content,
    "one write older": lambda _, before: before,
    "empty": lambda *_: b"",
    "cut off": lambda content, _: content[: len(content) // 2],
}
"""The file of the state after the interruption, from its content and that of the file with the state before."""


class World:
    """Makes finished, changed and interrupted stacks, each once."""

    def __init__(self, folder: Path, toolchain: Path) -> None:
        self._folder = folder
        self._toolchain = toolchain
        self._stacks: dict[str, Project] = {}
        self._changed: dict[tuple[Case, str], Project] = {}
        self._undisturbed: dict[tuple[Case, str], tuple[Outcome, list[str]]] = {}
        self._interrupted: tuple[Point, Project] | None = None
        self._recovered: list[Outcome] = []

    def stack(self, name: str) -> Project:
        """A finished stack, to be copied."""
        if name not in self._stacks:
            before, way = STACKS[name]
            if before:
                project = copy_of(self.stack(before), self._new())
                project.configure(**way(project))
            else:
                project = copy_of_the_project(self._new(), self._toolchain, "test")
                make_networks(project)
            project.up()
            self._stacks[name] = project
        return self._stacks[name]

    def changed(self, which: tuple[Case, str]) -> Project:
        """A finished stack whose configuration has the change, to be copied."""
        if which not in self._changed:
            before, change = REPLACEMENTS[which]
            project = copy_of(self.stack(before), self._new())
            project.configure(**change(project))
            self._changed[which] = project
        return self._changed[which]

    def undisturbed(self, which: tuple[Case, str]) -> tuple[Outcome, list[str]]:
        """What an update that is not interrupted leaves, and what it creates."""
        if which not in self._undisturbed:
            project = copy_of(self.changed(which), self._new())
            project.up()
            names = sorted(created(project))
            self._undisturbed[which] = outcome(project), names
        return self._undisturbed[which]

    def interrupted(self, point: Point) -> Project:
        """The stack after the kill, to be copied; the one of the point before is deleted."""
        if self._interrupted is None or self._interrupted[0] != point:
            if self._interrupted is not None:
                shutil.rmtree(self._interrupted[1].folder)
            project = copy_of(self.changed(point[:2]), self._new())
            assert interrupt(project, UP, 1, AFTER, method=point.method, path=point.path), f"{point} never came"
            self._interrupted = point, project
            self._recovered = []
        return self._interrupted[1]

    def is_first(self, recovered: Outcome) -> bool:
        """Whether this is the first time that the last interruption was recovered to this; if not, so is the end."""
        known = any(not differing(recovered, each) for each in self._recovered)
        self._recovered.append(recovered)
        return not known

    def _new(self) -> Path:
        folder = self._folder / str(sum(1 for _ in self._folder.iterdir()))
        while folder.exists():
            folder = folder.with_name(f"{folder.name}x")
        return folder


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, toolchain: Path) -> World:
    return World(tmp_path_factory.mktemp("world"), toolchain)


def test_every_change_that_replaces_the_environment_is_interrupted() -> None:
    replacing = {line.case for line in LINES if line.effect == "replaced" and "environment" in line.parts}
    assert {case for case, _ in REPLACEMENTS} == replacing


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("point", POINTS, ids=str)
def test_an_interrupted_replacement_is_recovered_whatever_is_left_of_the_state(
    point: Point, form: str, world: World, tmp_path: Path
) -> None:
    project = copy_of(world.interrupted(point), tmp_path / "project")
    file = state_file(project)
    before = file.with_name(f"{file.name}.bak")
    file.write_bytes(FORMS[form](file.read_bytes(), before.read_bytes()))

    finished = recover(project)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert environments_without_state(project) == []
    if world.is_first(outcome(project)):
        project.succeed(*UP)
        wanted, names = world.undisturbed(point[:2])
        assert differing(outcome(project), wanted) == []
        assert sorted(created(project)) == names
    shutil.rmtree(project.folder)


def environments_without_state(project: Project) -> list[str]:
    """The environments in Azure that the state does not have."""
    latest: dict[str, Any] = json.loads(state_file(project).read_bytes())["checkpoint"]["latest"]
    known = {
        str(each.get("id")).lower()
        for each in latest.get("resources") or []
        if not each.get("pendingReplacement")
    }  # fmt: skip
    return [
        identifier
        for identifier in project.resources()
        if "/integrationserviceenvironments/" in identifier.lower() and identifier.lower() not in known
    ]
