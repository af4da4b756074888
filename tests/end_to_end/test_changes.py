"""What a change of each argument does: the table of docs/changes.md, walked line by line through the real CLI.

For each line, the preview announces what the line says and nothing else, and the update asks ARM for exactly that, in
the line's order. That nothing is left to do afterwards shows in the next line's preview, after the last in one of
its own. How an argument is changed is here; what comes of it, in the table alone.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.sandbox.arm.azure import SUBSCRIPTION, azure_in

from .conftest import REPOSITORY, Project, copy_of_the_project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Way = Callable[[Project], dict[str, Any]]

pytestmark = pytest.mark.end_to_end


class Line(NamedTuple):
    """A line of the table."""

    argument: str
    when: str
    effect: str
    parts: tuple[str, ...]
    remark: str

    @property
    def case(self) -> tuple[str, str]:
        """Which change it is about."""
        return self.argument, self.when


def lines_of_the_table() -> list[Line]:
    text = (REPOSITORY / "docs/changes.md").read_text()
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in re.findall(r"^\| `.*$", text, re.MULTILINE)]
    return [
        Line(argument.strip("`"), when, effect, tuple(parts.split(", ")) if parts else (), remark)
        for argument, when, effect, parts, remark in rows
    ]


LINES = lines_of_the_table()

SUBNETS = [f"subnet-{number}" for number in range(1, 5)]

# The logical names of the resources that the table speaks of; "the subnet" is the one that is changed here.
RESOURCES = {
    "the environment": ["ise"],
    "the subnet": ["subnet-2"],
    "all subnets": SUBNETS,
    "the virtual network": ["vnet"],
    "the resource group": ["rg"],
}


def network(project: Project, **changes: Any) -> dict[str, Any]:
    return {"network": project.configuration("network") | changes}


def subnet(project: Project, position: int, **changes: str) -> dict[str, Any]:
    subnets = project.configuration("network")["subnets"]
    subnets[position] |= changes
    return network(project, subnets=subnets)


def moved(project: Project) -> dict[str, Any]:
    subnets = project.configuration("network")["subnets"]
    for number, each in enumerate(subnets):
        each["addressPrefix"] = f"10.30.0.{32 * number}/27"
    return network(project, addressSpace=["10.30.0.0/24"], subnets=subnets)


def certificate(**entry: str) -> Way:
    return lambda _: {"certificates": {"rootAuthority": entry}}


def value(**changes: Any) -> Way:
    return lambda _: changes


AUTHORITY = base64.b64encode((REPOSITORY / "certificates/issuing-authority.pem").read_bytes()).decode()

# How to make the change of each line, once or several times in a row; each starts from what the ones above have left.
WAYS: dict[tuple[str, str], list[Way]] = {
    ("name", ""): [value(name="ise-renamed")],
    ("location", ""): [value(location="northeurope")],
    ("sku.name", ""): [value(sku={"name": "Developer"}), value(sku={"name": "Premium"})],
    ("sku.capacity", ""): [value(sku={"name": "Premium", "capacity": 2})],
    ("endpoint", ""): [value(endpoint="External")],
    ("network.name", ""): [lambda project: network(project, name="vnet-renamed")],
    ("network.addressSpace", "while the subnets keep their ranges"): [
        lambda project: network(project, addressSpace=["10.20.0.0/24", "10.21.0.0/24"])
    ],
    ("network.addressSpace", "when the range of a subnet changes with it"): [moved],
    ("network.subnets[n].name", ""): [lambda project: subnet(project, 1, name="snet-renamed")],
    ("network.subnets[n].addressPrefix", ""): [lambda project: subnet(project, 3, addressPrefix="10.30.0.128/27")],
    ("certificates", ""): [value(certificates=None), certificate(file="certificates/root-authority.pem")],
    ("certificates.<name>.file", ""): [certificate(file="certificates/test-certificate.pem")],
    ("certificates.<name>.publicCertificate", ""): [certificate(publicCertificate=AUTHORITY)],
    ("tags", ""): [value(tags={"environment": "test", "owner": "integration"})],
    ("resourceGroup.name", ""): [value(resourceGroup={"name": "rg-renamed"})],
    ("protect", ""): [value(protect=True), value(protect=False)],
    ("acknowledgeRetirement", ""): [value(acknowledgeRetirement=True)],
}

# Lines with a test of their own.
KIND = ("certificates.<name>.kind", "")
GROUP_LET_GO = ("resourceGroup.create", "true to false")
GROUP_TAKEN_OVER = ("resourceGroup.create", "false to true")


def line(case: tuple[str, str]) -> Line:
    """The table's line about a case."""
    (found,) = [each for each in LINES if each.case == case]
    return found


def test_every_line_of_the_table_is_walked() -> None:
    assert sorted(each.case for each in LINES) == sorted([*WAYS, KIND, GROUP_LET_GO, GROUP_TAKEN_OVER])


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory, toolchain: Path) -> Iterator[Project]:
    """The stack ``test``, made once for this module. Each test changes it and leaves it as its stack file then says."""
    project = copy_of_the_project(tmp_path_factory.mktemp("changes") / "project", toolchain, "test")
    project.up()
    yield project
    project.succeed("preview", "--non-interactive", "--expect-no-changes")
    project.succeed("destroy", "--yes", "--non-interactive", "--skip-preview")
    assert project.resources() == []


def names(project: Project) -> dict[str, str]:
    """The resources' logical names by those that they have in Azure."""
    configured = project.configuration("network")
    return {
        project.configuration("name"): "ise",
        configured["name"]: "vnet",
        project.configuration("resourceGroup")["name"]: "rg",
    } | {each["name"]: name for each, name in zip(configured["subnets"], SUBNETS, strict=True)}


def announced(project: Project) -> dict[str, str]:
    """What the preview announces beyond "same"."""
    return {name.removeprefix("logic-apps-"): op for name, op in project.preview().items() if op != "same"}


def expected_writes(expected: Line) -> list[str]:
    """The writes that a line stands for, in order: the table's order deletes, the opposite one builds."""
    parts = [RESOURCES[part] for part in expected.parts]
    made = [f"PUT {name}" for group in reversed(parts) for name in group]
    if expected.effect == "replaced":
        return [f"DELETE {name}" for group in parts for name in reversed(group)] + made
    return made


@pytest.mark.parametrize("case", WAYS, ids=" ".join)
def test_a_change_does_what_its_line_says(deployed: Project, case: tuple[str, str]) -> None:
    expected = line(case)
    operations = {
        "in place": {"update"},
        "replaced": {"replace", "create-replacement", "delete-replaced"},
        "nothing": set(),
    }[expected.effect]
    for way in WAYS[case]:
        known = names(deployed)
        deployed.configure(**way(deployed))
        known |= names(deployed)

        operation_by_resource = announced(deployed)
        assert sorted(operation_by_resource) == sorted(name for part in expected.parts for name in RESOURCES[part])
        assert set(operation_by_resource.values()) <= operations

        before = len(deployed.requests())
        deployed.up()
        writes = [f"{method} {known[name]}" for method, name in map(str.split, deployed.writes(before))]
        if expected.effect == "in place":
            writes.sort(key=expected_writes(expected).index)  # what does not stand on another is updated in any order
        assert writes == expected_writes(expected)


def test_another_kind_of_certificate_is_refused_at_the_preview(deployed: Project) -> None:
    assert line(KIND).effect == "refused"
    certificates = deployed.configuration("certificates")
    deployed.configure(
        certificates={"rootAuthority": {"file": "certificates/root-authority.pem", "kind": "ClientCertificate"}}
    )
    before = len(deployed.requests())
    assert "[certificate-kind]" in deployed.fail("preview", "--non-interactive")
    assert deployed.writes(before) == []
    deployed.configure(certificates=certificates)


def test_a_resource_group_that_the_stack_makes_no_longer_is_deleted_with_everything_in_it(project: Project) -> None:
    expected = line(GROUP_LET_GO)
    assert (expected.effect, expected.parts) == ("deleted", ("the resource group",))
    project.up()
    project.configure(resourceGroup={"name": "rg-logic-apps-dev", "create": False})
    assert announced(project) == {"rg": "delete"}
    before = len(project.requests())
    project.up()
    assert project.writes(before) == ["DELETE rg-logic-apps-dev"]
    assert project.resources() == []


def test_a_resource_group_that_exists_is_not_made_by_the_stack_afterwards(project: Project) -> None:
    assert line(GROUP_TAKEN_OVER).effect == "refused"
    with azure_in(project.home / "arm", pace=0) as azure:
        azure.put(f"{SUBSCRIPTION}/resourceGroups/rg-logic-apps-dev", {"location": "westus2"})
    project.configure(resourceGroup={"name": "rg-logic-apps-dev", "create": False})
    project.up()
    before = len(project.requests())
    project.configure(resourceGroup={"name": "rg-logic-apps-dev", "create": True})
    assert "cannot create already existing resource" in project.fail(
        "up", "--yes", "--non-interactive", "--skip-preview"
    )
    assert project.writes(before) == []
    project.configure(resourceGroup={"name": "rg-logic-apps-dev", "create": False})
    project.succeed("preview", "--non-interactive", "--expect-no-changes")


def test_a_protected_stack_refuses_to_be_rebuilt_or_deleted_and_says_how_to_go_on(
    tmp_path: Path, toolchain: Path
) -> None:
    project = copy_of_the_project(tmp_path / "project", toolchain, "prod")
    project.up()
    before = len(project.requests())

    # The engine's own words, at the preview already; the page says which flag they mean.
    refusal = project.fail("destroy", "--yes", "--non-interactive", "--run-program")
    assert "remove the `protect` flag" in refusal
    project.configure(endpoint="Internal")
    refusal = project.fail("up", "--yes", "--non-interactive")
    assert "unable to replace resource" in refusal
    assert "remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`" in refusal
    assert project.writes(before) == []

    # Taking the protection away together with a change is too late, as the page says.
    project.succeed("config", "set", "logic-apps-environment:protect", "false")
    project.configure(endpoint="External", location="northeurope")
    assert "is currently marked for protection" in project.fail("up", "--yes", "--non-interactive")
    assert project.writes(before) == []

    # What the page says to do.
    project.configure(location="westus2")
    project.up()
    project.configure(endpoint="Internal")
    before = len(project.requests())
    project.up()
    assert project.writes(before) == ["DELETE Fabrikam-ISE", "PUT Fabrikam-ISE"]
