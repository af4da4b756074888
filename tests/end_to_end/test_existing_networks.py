"""Environments in existing networks: in a company's virtual network, or in four subnets of it.

Tested here: what the real engine creates in them and what it leaves unchanged, that later previews are empty, and that
a preview reports mistakes before anything is requested.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from tests.end_to_end.conftest import Project, another_client_of
from tests.support.azure import DELEGATION, SUBSCRIPTION

if TYPE_CHECKING:
    from tests.support.azure import Azure

NETWORK_GROUP = f"{SUBSCRIPTION}/resourceGroups/rg-network"
COMPANY = f"{NETWORK_GROUP}/providers/Microsoft.Network/virtualNetworks/vnet-company"
HEALTH = (
    f"{SUBSCRIPTION}/resourceGroups/rg-logic-apps-dev/providers/Microsoft.Logic/integrationServiceEnvironments"
    "/ise-logic-apps-dev/health/network"
)
OURS = [{"name": f"ise-{number}", "addressPrefix": f"10.0.1.{32 * number}/27"} for number in range(4)]
FOUR_IDS = [f"{COMPANY}/subnets/free-{number}" for number in range(4)]


def put(azure: Azure, path: str, body: dict[str, Any]) -> None:
    answer = azure.put(path, body)
    assert answer.is_success, answer.text
    azure.get(path)


def make_company_network(project: Project, *, delegated: int = 1) -> None:
    """A virtual network of another team, with a subnet in use and four available ones."""
    with another_client_of(project) as azure:
        put(azure, NETWORK_GROUP, {"location": "westus2"})
        space = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}
        put(azure, COMPANY, {"location": "westus2", "properties": space})
        put(azure, f"{COMPANY}/subnets/theirs", {"properties": {"addressPrefix": "10.0.0.0/24"}})
        for number, identity in enumerate(FOUR_IDS):
            delegations = [DELEGATION] if number < delegated else []
            properties = {"addressPrefix": f"10.0.2.{32 * number}/27", "delegations": delegations}
            put(azure, identity, {"properties": properties})


def company_network(project: Project) -> list[str]:
    """The names of what is in the company's network."""
    with another_client_of(project) as azure:
        subnets = azure.get(COMPANY).json()["properties"]["subnets"]
    return sorted(subnet["name"] for subnet in subnets)


THEIRS = ["free-0", "free-1", "free-2", "free-3", "theirs"]


def test_four_subnets_are_created_in_an_existing_virtual_network_and_deleted_again(project: Project) -> None:
    make_company_network(project)
    traffic = {"securityGroup": {"name": "nsg-ise"}}
    project.configure(network={"virtualNetworkId": COMPANY, "subnets": OURS} | traffic)

    # The preview looks the network up and announces what will be made; the virtual network is not among it.
    announced = {name for name in project.preview() if "-nsg" not in name}
    assert announced == {"logic-apps-rg", *(f"logic-apps-subnet-{n}" for n in (1, 2, 3, 4)), "logic-apps-ise"}
    before = len(project.requests())
    project.up()
    writes = [write for write in project.writes(before) if "Allow" not in write]
    assert writes == [
        "PUT rg-logic-apps-dev",
        "PUT nsg-ise",
        *(f"PUT ise-{number}" for number in range(4)),
        "PUT ise-logic-apps-dev",
    ]
    assert company_network(project) == sorted([*THEIRS, *(f"ise-{number}" for number in range(4))])
    with another_client_of(project) as azure:
        health = azure.get(HEALTH).json()
    assert {state["networkDependencyHealthState"] for state in health.values()} == {"Healthy"}
    assert project.outputs()["virtual_network_id"] == COMPANY
    assert project.outputs()["resource_group_id"].endswith("/rg-logic-apps-dev")

    # Looked up again, its own subnets are no overlap.
    project.expect_nothing_to_do()

    # A renamed subnet waits for the deletion of the environment, as in a network that the stack creates.
    renamed = [*OURS[:3], OURS[3] | {"name": "ise-renamed"}]
    project.configure(network={"virtualNetworkId": COMPANY, "subnets": renamed} | traffic)
    before = len(project.requests())
    project.up()
    assert project.writes(before) == [
        "DELETE ise-logic-apps-dev",
        "DELETE ise-3",
        "PUT ise-renamed",
        "PUT ise-logic-apps-dev",
    ]

    project.succeed("destroy", "--yes", "--non-interactive", "--skip-preview")
    assert company_network(project) == THEIRS


def test_a_preview_shows_what_a_company_policy_attached_and_an_update_would_take_away(project: Project) -> None:
    make_company_network(project)
    project.configure(network={"virtualNetworkId": COMPANY, "subnets": OURS})
    project.up()
    theirs = {
        "networkSecurityGroup": f"{NETWORK_GROUP}/providers/Microsoft.Network/networkSecurityGroups/nsg-policy",
        "routeTable": f"{NETWORK_GROUP}/providers/Microsoft.Network/routeTables/rt-policy",
    }
    with another_client_of(project) as azure:
        for identity in theirs.values():
            put(azure, identity, {"location": "westus2"})
        for subnet in OURS:
            path = f"{COMPANY}/subnets/{subnet['name']}"
            properties = azure.get(path).json()["properties"]
            attached = {member: {"id": identity} for member, identity in theirs.items()}
            put(azure, path, {"properties": properties | attached})
        environment = azure.get(HEALTH.removesuffix("/health/network")).json()
        tags = environment.get("tags", {}) | {"costCenter": "7"}
        assert azure.patch(environment["id"], {"tags": tags}).is_success
    project.expect_an_empty_preview()

    project.configure(
        network={"virtualNetworkId": COMPANY, "subnets": OURS, "serviceEndpoints": ["Microsoft.Storage"]},
        tags={"environment": "test"},
    )
    printed = project.succeed("preview", "--non-interactive")
    for number in range(1, 5):
        assert (
            f"logic-apps-subnet-{number}: The update removes settings that were made outside of this program: "
            f"networkSecurityGroup ({theirs['networkSecurityGroup']}); routeTable ({theirs['routeTable']})."
        ) in printed
    assert "logic-apps-ise: The update removes" in printed
    assert "tags.costCenter (7)" in printed
    assert "[settings-removed]" in project.up()


def test_an_environment_uses_four_existing_subnets_and_leaves_them_unchanged(project: Project) -> None:
    make_company_network(project)
    project.configure(network={"subnetIds": FOUR_IDS})
    assert project.preview() == {"logic-apps-rg": "create", "logic-apps-ise": "create"}
    before = len(project.requests())
    project.up()
    assert project.writes(before) == ["PUT rg-logic-apps-dev", "PUT ise-logic-apps-dev"]
    assert list(project.outputs()["subnet_ids"].values()) == FOUR_IDS

    # At the second look-up, the subnets are in use by the environment itself.
    project.expect_nothing_to_do()

    # The order of the subnets belongs to what is fixed at creation.
    project.configure(network={"subnetIds": [FOUR_IDS[0], FOUR_IDS[2], FOUR_IDS[1], FOUR_IDS[3]]})
    assert project.preview()["logic-apps-ise"] != "update"
    before = len(project.requests())
    project.up()
    assert project.writes(before) == ["DELETE ise-logic-apps-dev", "PUT ise-logic-apps-dev"]

    # With another name, it is replaced in the subnets that it uses with the previous one; the preview shows it.
    project.configure(name="ise-renamed")
    assert "subnet-held-nearby" in project.succeed("preview", "--non-interactive")
    project.up()

    project.succeed("destroy", "--yes", "--non-interactive", "--skip-preview")
    assert company_network(project) == THEIRS


def refusal(project: Project) -> str:
    before = len(project.requests())
    printed = project.fail("preview", "--non-interactive")
    assert "Traceback" not in printed
    assert project.writes(before) == []
    return printed


def test_a_preview_names_all_mistakes_about_a_virtual_network_that_exists(project: Project) -> None:
    make_company_network(project)
    subnets = [OURS[0] | {"addressPrefix": "10.0.0.64/27"}, *OURS[1:3], OURS[3] | {"addressPrefix": "10.1.0.0/27"}]
    project.configure(location="northeurope", network={"virtualNetworkId": COMPANY, "subnets": subnets})
    printed = refusal(project)
    for expected in (
        "The configuration of this stack has 3 problems; resources that depend on these values were not created",
        "vnet-company is in westus2, but the environment is in northeurope. [network-location]",
        "10.0.0.64/27 overlaps 10.0.0.0/24, the range of theirs in vnet-company. [subnet-overlap]",
        "10.1.0.0/27 is not inside the address space 10.0.0.0/16 of vnet-company. [subnet-outside-address-space]",
    ):
        assert expected in printed

    project.configure(location="westus2", network={"virtualNetworkId": f"{COMPANY}-typo", "subnets": OURS})
    assert "vnet-company-typo does not exist" in refusal(project)
    elsewhere = COMPANY.replace(SUBSCRIPTION, "/subscriptions/22222222-2222-2222-2222-222222222222")
    project.configure(network={"virtualNetworkId": elsewhere, "subnets": OURS})
    assert "[network-subscription]" in refusal(project)


def test_a_preview_names_all_mistakes_about_four_subnets_that_exist(project: Project) -> None:
    make_company_network(project, delegated=2)
    project.configure(network={"subnetIds": FOUR_IDS})
    assert "free-0, free-1 are delegated to Microsoft.Logic/integrationServiceEnvironments" in refusal(project)

    # Another stack's environment uses two of the four, and one does not exist.
    with another_client_of(project) as azure:
        put(azure, FOUR_IDS[1], {"properties": {"addressPrefix": "10.0.2.32/27"}})
        group = f"{SUBSCRIPTION}/resourceGroups/rg-other"
        put(azure, group, {"location": "westus2"})
        other = f"{group}/providers/Microsoft.Logic/integrationServiceEnvironments/ise-other"
        body = {
            "location": "westus2",
            "sku": {"name": "Developer"},
            "properties": {
                "networkConfiguration": {
                    "accessEndpoint": {"type": "Internal"},
                    "subnets": [{"id": identity} for identity in FOUR_IDS],
                }
            },
        }
        put(azure, other, body)
    project.configure(network={"subnetIds": [*FOUR_IDS[:3], f"{COMPANY}/subnets/missing"]})
    printed = refusal(project)
    assert "The configuration of this stack has 4 problems" in printed
    for number in range(3):
        assert f"free-{number} is in use by the environment {other}. [subnet-held]" in printed
    assert "missing does not exist" in printed


def test_combinations_are_rejected_before_any_look_up(project: Project) -> None:
    network = {"subnetIds": FOUR_IDS, "name": "vnet", "addressSpace": ["10.0.0.0/24"], "securityGroup": {"name": "nsg"}}
    project.configure(network=network)
    printed = refusal(project)
    assert "has 3 problems" in printed
    for key in ("name", "addressSpace", "securityGroup"):
        assert f"network.{key}: cannot be used together with subnetIds." in printed


def test_an_environment_is_deleted_before_the_subnets_of_another_component(project: Project) -> None:
    program = """
        import pulumi
        from logic_apps_environment import EnvironmentNetwork, IntegrationServiceEnvironment
        from pulumi_azure_native import resources

        unprotected = pulumi.ResourceOptions(protect=False)
        suffix = pulumi.Config().get("suffix") or ""
        group = resources.ResourceGroup("group", resource_group_name="rg-shared", location="westus2")
        shared = EnvironmentNetwork(
            "shared",
            {
                "resource_group_name": group.name,
                "location": "westus2",
                "name": "vnet-shared",
                "address_space": ["10.0.0.0/24"],
                "subnets": [{"name": f"subnet-{number}{suffix}"} for number in range(4)],
            },
            unprotected,
        )
        IntegrationServiceEnvironment(
            "orders",
            {
                "resource_group_name": group.name,
                "name": "ise-orders",
                "location": "westus2",
                "sku": {"name": "Developer"},
                "endpoint": "Internal",
                "network": {"subnet_ids": shared.ordered_subnet_ids},
            },
            unprotected,
        )
    """
    (project.folder / "__main__.py").write_text(textwrap.dedent(program))
    project.succeed("preview", "--non-interactive")
    project.up()
    project.configure(suffix="-new")
    before = len(project.requests())
    project.up()
    writes = project.writes(before)
    assert (writes[0], writes[-1]) == ("DELETE ise-orders", "PUT ise-orders")
    assert sorted(writes[1:-1]) == sorted(
        each for number in range(4) for each in (f"DELETE subnet-{number}", f"PUT subnet-{number}-new")
    )
    project.succeed("preview", "--non-interactive", "--expect-no-changes")
