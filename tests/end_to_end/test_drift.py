"""Changes outside of Pulumi show in a refresh and are reverted by an update; changes by Azure itself are not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.end_to_end.conftest import another_client_of
from tests.support.azure import SUBSCRIPTION

if TYPE_CHECKING:
    from tests.end_to_end.conftest import Project, Stacks

GROUP = f"{SUBSCRIPTION}/resourceGroups/rg-logic-apps-test"
ENVIRONMENT = f"{GROUP}/providers/Microsoft.Logic/integrationServiceEnvironments/ise-logic-apps-test"
NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet-logic-apps-test"


@pytest.fixture(scope="module")
def deployed(stacks: Stacks, tmp_path_factory: pytest.TempPathFactory) -> Project:
    return stacks.copy("test", tmp_path_factory.mktemp("drift") / "project")


def state_of_azure(project: Project) -> list[dict[str, Any]]:
    with another_client_of(project) as azure:
        return [_without_etags(azure.get(path).json()) for path in (GROUP, NETWORK, ENVIRONMENT)]


def _without_etags(value: Any) -> Any:
    match value:
        case dict():
            return {key: _without_etags(inner) for key, inner in value.items() if key not in ("etag", "resourceGuid")}
        case list():
            return [_without_etags(inner) for inner in value]
        case _:
            return value


# The change in each resource outside of Pulumi, and the properties in which the preview shows it.
CHANGES: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "logic-apps-ise": (
        ENVIRONMENT,
        {
            "tags": {"environment": "test", "by": "hand"},
            "sku": {"name": "Premium", "capacity": 3},
            "properties": {"certificates": {}},
        },
        [
            *("properties.certificates.issuingAuthority", "properties.certificates.rootAuthority"),
            *("sku.capacity", "tags.by"),
        ],
    ),
    "logic-apps-vnet": (NETWORK, {"tags": {}}, ["tags.environment"]),
    "logic-apps-rg": (GROUP, {"tags": {"environment": "other"}}, ["tags.environment"]),
}


def test_changes_outside_of_pulumi_are_shown_exactly_and_reverted(deployed: Project) -> None:
    before = state_of_azure(deployed)
    with another_client_of(deployed) as azure:
        for path, change, _ in CHANGES.values():
            assert azure.patch(path, change).is_success
            azure.get(path)
    deployed.fail("refresh", "--yes", "--non-interactive", "--skip-preview", "--expect-no-changes")
    steps = json.loads(deployed.succeed("preview", "--json"))["steps"]
    announced = {step["urn"].rpartition("::")[2]: step for step in steps if step["op"] != "same"}
    assert {name: step["op"] for name, step in announced.items()} == dict.fromkeys(CHANGES, "update")
    for name, (_, _, found) in CHANGES.items():
        assert sorted(announced[name]["detailedDiff"]) == found
    deployed.up()
    assert state_of_azure(deployed) == before
    deployed.expect_an_empty_preview()


def test_an_environment_that_was_deleted_in_azure_is_created_again(deployed: Project) -> None:
    before = state_of_azure(deployed)
    with another_client_of(deployed) as azure:
        assert azure.delete(ENVIRONMENT).is_success
    deployed.refresh()
    assert {name: op for name, op in deployed.preview().items() if op != "same"} == {"logic-apps-ise": "create"}
    deployed.up()
    assert state_of_azure(deployed) == before


def test_changes_by_the_service_itself_need_no_update(deployed: Project) -> None:
    """A restart changes states of the environment for a while, as other maintenance of the service does."""
    with another_client_of(deployed) as azure:
        assert azure.send("POST", f"{ENVIRONMENT}/restart").is_success
    deployed.refresh()
    deployed.expect_an_empty_preview()
