"""What a change of each argument does: the preview says it, the update does it, and ARM sees it in the right order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .conftest import Project, copy_of_the_project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.end_to_end

SUBNETS = ["snet-logic-apps", "snet-app-service", "snet-api-management", "snet-redis"]
NETWORK = "vnet-logic-apps-test"
ENVIRONMENT = "ise-logic-apps-test"


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory, toolchain: Path) -> Iterator[Project]:
    """The stack ``test``, made once for this module. Each test changes it and leaves it as its stack file then says."""
    project = copy_of_the_project(tmp_path_factory.mktemp("changes") / "project", toolchain, "test")
    project.up()
    yield project
    project.succeed("destroy", "--yes", "--non-interactive", "--skip-preview")
    assert project.resources() == []


def change(project: Project, **changes: Any) -> tuple[dict[str, str], list[str]]:
    """Changes arguments; returns what the preview announced beyond "same", and the writes that the update then caused.

    Asserts that nothing is left to do afterwards.
    """
    project.configure(**changes)
    announced = {name.removeprefix("logic-apps-"): op for name, op in project.preview().items() if op != "same"}
    before = len(project.requests())
    project.up()
    writes = project.writes(before)
    project.succeed("preview", "--non-interactive", "--expect-no-changes")
    return announced, writes


def rebuilt(*, network: bool, subnets: list[str], name: str = ENVIRONMENT) -> list[str]:
    """The writes of a change that rebuilds the environment, these subnets and perhaps the network, in order."""
    network_name = [NETWORK] if network else []
    return [
        *(f"DELETE {gone}" for gone in (ENVIRONMENT, *reversed(subnets), *network_name)),
        *(f"PUT {made}" for made in (*network_name, *subnets, name)),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"sku": {"name": "Premium", "capacity": 2}},
        {"certificates": {"rootAuthority": {"file": "certificates/root-authority.pem"}}},
        {"certificates": None},
    ],
    ids=["capacity", "one certificate less", "no certificates"],
)
def test_these_change_the_environment_in_place(deployed: Project, changes: dict[str, Any]) -> None:
    announced, writes = change(deployed, **changes)
    assert announced == {"ise": "update"}
    assert writes == [f"PUT {ENVIRONMENT}"]


def test_tags_change_in_place_on_everything_that_carries_them(deployed: Project) -> None:
    announced, writes = change(deployed, tags={"environment": "test", "owner": "integration"})
    assert announced == {"rg": "update", "vnet": "update", "ise": "update"}
    assert sorted(writes) == sorted(["PUT rg-logic-apps-test", f"PUT {NETWORK}", f"PUT {ENVIRONMENT}"])


def test_a_larger_address_space_changes_the_network_in_place(deployed: Project) -> None:
    network = deployed.configuration("network") | {"addressSpace": ["10.20.0.0/24", "10.21.0.0/24"]}
    announced, writes = change(deployed, network=network)
    assert announced == {"vnet": "update"}
    assert writes == [f"PUT {NETWORK}"]


def test_another_endpoint_type_rebuilds_the_environment_alone(deployed: Project) -> None:
    announced, writes = change(deployed, endpoint="External")
    assert set(announced) == {"ise"}
    assert announced["ise"] != "update"
    assert writes == rebuilt(network=False, subnets=[])


def test_another_sku_rebuilds_the_environment_alone(deployed: Project) -> None:
    announced, writes = change(deployed, sku={"name": "Developer", "capacity": 0})
    assert set(announced) == {"ise"}
    assert writes == rebuilt(network=False, subnets=[])


def test_another_name_rebuilds_the_environment_alone(deployed: Project) -> None:
    announced, writes = change(deployed, name="ise-renamed")
    assert set(announced) == {"ise"}
    assert writes == rebuilt(network=False, subnets=[], name="ise-renamed")
    change(deployed, name=ENVIRONMENT)


def test_another_name_of_a_subnet_rebuilds_the_environment_and_the_subnet(deployed: Project) -> None:
    network = deployed.configuration("network")
    network["subnets"][1]["name"] = "snet-renamed"
    _, writes = change(deployed, network=network)
    assert writes == [
        f"DELETE {ENVIRONMENT}",
        "DELETE snet-app-service",
        "PUT snet-renamed",
        f"PUT {ENVIRONMENT}",
    ]
    network["subnets"][1]["name"] = "snet-app-service"
    change(deployed, network=network)


def test_another_range_rebuilds_environment_subnets_and_network(deployed: Project) -> None:
    network = deployed.configuration("network")
    network["subnets"][3]["addressPrefix"] = "10.20.0.128/27"
    _, writes = change(deployed, network=network)
    assert writes == rebuilt(network=True, subnets=SUBNETS)


def test_another_address_space_rebuilds_environment_subnets_and_network(deployed: Project) -> None:
    network = deployed.configuration("network")
    for number, subnet in enumerate(network["subnets"]):
        subnet["addressPrefix"] = f"10.30.0.{32 * number}/27"
    _, writes = change(deployed, network=network | {"addressSpace": ["10.30.0.0/24"]})
    assert writes == rebuilt(network=True, subnets=SUBNETS)


def test_another_name_of_the_network_rebuilds_environment_subnets_and_network(deployed: Project) -> None:
    network = deployed.configuration("network")
    _, writes = change(deployed, network=network | {"name": "vnet-renamed"})
    assert [write.replace("vnet-renamed", NETWORK) for write in writes] == rebuilt(network=True, subnets=SUBNETS)
    change(deployed, network=network | {"name": NETWORK})


def test_another_location_rebuilds_everything(deployed: Project) -> None:
    _, writes = change(deployed, location="northeurope")
    group = "rg-logic-apps-test"
    inside = rebuilt(network=True, subnets=SUBNETS)
    deletes, puts = inside[: len(inside) // 2], inside[len(inside) // 2 :]
    assert writes == [*deletes, f"DELETE {group}", f"PUT {group}", *puts]


def test_another_name_of_the_resource_group_rebuilds_everything(deployed: Project) -> None:
    _, writes = change(deployed, resourceGroup={"name": "rg-renamed"})
    inside = rebuilt(network=True, subnets=SUBNETS)
    deletes, puts = inside[: len(inside) // 2], inside[len(inside) // 2 :]
    assert writes == [*deletes, "DELETE rg-logic-apps-test", "PUT rg-renamed", *puts]
    change(deployed, resourceGroup={"name": "rg-logic-apps-test"})


def test_protection_changes_without_a_request(deployed: Project) -> None:
    for protect in (True, False):
        deployed.configure(protect=protect)
        before = len(deployed.requests())
        deployed.up()
        assert deployed.writes(before) == []


def test_a_protected_stack_refuses_to_be_rebuilt_and_says_how_to_go_on(tmp_path: Path, toolchain: Path) -> None:
    project = copy_of_the_project(tmp_path / "project", toolchain, "prod")
    project.up()
    before = len(project.requests())
    project.configure(endpoint="Internal")
    refusal = project.fail("up", "--yes", "--non-interactive", "--skip-preview")
    assert "protect" in refusal
    assert project.writes(before) == []

    # What the README says to do.
    project.succeed("config", "set", "logic-apps-environment:protect", "false")
    project.configure(endpoint="External")
    project.up()
    project.configure(endpoint="Internal")
    before = len(project.requests())
    project.up()
    assert project.writes(before) == ["DELETE Fabrikam-ISE", "PUT Fabrikam-ISE"]
