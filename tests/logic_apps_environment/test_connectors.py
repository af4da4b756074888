"""Managed connectors: notations, requests, and options of the resources.

Tested here: arguments and registrations, on the recording monitor. Creation and deletion with their environment are
tested in tests/end_to_end/test_inside.py.
"""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from pulumi.runtime import rpc

from logic_apps_environment import (
    ArgumentsError,
    ConnectorArgs,
    IntegrationServiceEnvironment,
    IntegrationServiceEnvironmentArgs,
)
from tests.logic_apps_environment.test_environment import environment
from tests.support.recording import ENVIRONMENT_COMPONENT, SUBSCRIPTION, Recording, record
from tests.support.rule_examples import problems_with

LINK = "https://fabrikam.blob.core.windows.net/sap/libraries.zip?sp=r&sig=c2lnbmF0dXJl"


def with_connectors(*connectors: Any, **changes: Any) -> Recording:
    return record(environment(managed_connectors=list(connectors), **changes))


def test_each_connector_is_a_managed_api_of_the_environment() -> None:
    """API description 2019-05-01, managedApis; Azure quickstart template: a location and empty properties."""
    connector = with_connectors("sql")["fabrikam-connector-sql"].inputs
    assert connector == {
        "apiVersion": "2019-05-01",
        "location": "westus2",
        "parentResourcePath": "integrationServiceEnvironments/Fabrikam-ISE",
        "properties": {},
        "resourceGroupName": "Fabrikam-RG",
        "resourceName": "sql",
        "resourceProviderNamespace": "Microsoft.Logic",
        "resourceType": "managedApis",
    }


def test_connectors_come_after_the_environment_and_not_after_each_other() -> None:
    recording = with_connectors("sql", "ftp")
    for name in ("fabrikam-connector-sql", "fabrikam-connector-ftp"):
        assert "fabrikam-ise" in recording.dependencies(name)
        assert not {each for each in recording.dependencies(name) if "connector" in each}
        assert recording[name].parent == recording.component(ENVIRONMENT_COMPONENT).urn


def test_a_connector_is_replaced_together_with_the_environment() -> None:
    """Its address replaces a resource; while the environment is about to be replaced, it is unknown to the engine."""
    recording = with_connectors("sql")
    request = recording["fabrikam-connector-sql"].request
    assert recording["fabrikam-ise"].urn in request.propertyDependencies["parentResourcePath"].urns
    assert request.deleteBeforeReplace


def test_connectors_have_no_tags_when_everything_else_has() -> None:
    assert "tags" not in with_connectors("sql", tags={"team": "integration"})["fabrikam-connector-sql"].inputs


def test_a_name_an_object_and_a_model_are_the_same_connector() -> None:
    spelled: list[Any] = ["sql", {"name": "sql"}, ConnectorArgs(name="sql")]
    assert len({str(with_connectors(each)["fabrikam-connector-sql"].inputs) for each in spelled}) == 1


def test_the_link_to_saps_libraries_is_sent_as_a_secret() -> None:
    """Microsoft's SAP page: the address of the package with its shared access signature."""
    inputs = with_connectors({"name": "sap", "content_link": LINK})["fabrikam-connector-sap"].inputs
    assert rpc.is_rpc_secret(inputs["properties"])
    sent = rpc.unwrap_rpc_secret(inputs["properties"])
    assert sent == {"deploymentParameters": {"contentLinkDefinition": {"uri": LINK}}}


def test_a_link_that_is_an_output_is_validated_when_it_resolves_and_not_repeated() -> None:
    connector = lambda: [{"name": "sap", "content_link": pulumi.Output.secret("ftp://x?sig=c2lnbmF0dXJl")}]  # noqa: E731
    with pytest.raises(ArgumentsError, match=r"\[connector-content-link\]") as caught:
        record(environment(managed_connectors=connector))
    assert "c2lnbmF0dXJl" not in str(caught.value)


def test_the_ids_of_the_connectors_are_an_output() -> None:
    recording = with_connectors("sql", "ftp")
    outputs = recording.component(ENVIRONMENT_COMPONENT).outputs
    assert outputs is not None
    path = f"{SUBSCRIPTION}/resourceGroups/Fabrikam-RG/providers/Microsoft.Logic/integrationServiceEnvironments"
    assert outputs["connector_ids"] == {
        "sql": f"{path}/Fabrikam-ISE/managedApis/sql",
        "ftp": f"{path}/Fabrikam-ISE/managedApis/ftp",
    }


def test_the_connectors_are_available_by_name() -> None:
    def program() -> None:
        whole = IntegrationServiceEnvironment("fabrikam", _arguments(managed_connectors=["sql"]))
        pulumi.export("sql", whole.connectors["sql"].name)

    assert record(program).stack_outputs["sql"] == "sql"


def _arguments(**changes: Any) -> Any:
    return {
        "resource_group_name": "Fabrikam-RG",
        "name": "Fabrikam-ISE",
        "location": "westus2",
        "sku": {"name": "Premium"},
        "endpoint": "Internal",
        "network": {"name": "Fabrikam-VNET", "address_space": ["10.0.0.0/24"]},
    } | changes


def test_mistakes_are_reported_at_the_given_value() -> None:
    found = problems_with({"managedConnectors": ["sql", "a b", {"name": ""}, {"nam": "ftp"}, 5, "SQL"]})
    assert [(problem.path, problem.rule.identifier) for problem in found] == [
        (("managedConnectors", 1), "connector-name"),
        (("managedConnectors", 2, "name"), "connector-name"),
        (("managedConnectors", 3, "name"), "missing-value"),
        (("managedConnectors", 3, "nam"), "unknown-key"),
        (("managedConnectors", 4), "wrong-kind"),
        (("managedConnectors", 5), "connector-repeated"),
    ]


def test_a_warning_names_what_was_given_also_of_models_that_are_used_again() -> None:
    given = ["servicebuss", " sql", {"name": "sqll"}, {"name": "sap"}]
    found = problems_with({"managedConnectors": given})
    assert [(problem.path, problem.rule.identifier) for problem in found] == [
        (("managedConnectors", 1), "surrounding-space"),
    ]
    given[1] = "sql"
    args = IntegrationServiceEnvironmentArgs(**_arguments(managed_connectors=given))
    again = IntegrationServiceEnvironmentArgs(**_arguments(managed_connectors=args.managed_connectors))
    for each in (args, again):
        assert [(problem.path, problem.rule.identifier) for problem in each.warnings] == [
            (("managedConnectors", 0), "connector-unknown"),
            (("managedConnectors", 2, "name"), "connector-unknown"),
            (("managedConnectors", 3), "connector-sap-libraries"),
        ]


def test_a_misspelled_connector_is_reported_and_still_requested() -> None:
    (problem,) = problems_with({"managedConnectors": ["servicebuss"]})
    assert 'Did you mean "servicebus"?' in problem.statement
    assert "fabrikam-connector-servicebuss" in with_connectors("servicebuss").names


@pytest.mark.parametrize("connectors", [[LINK], LINK, [{"name": LINK}], [{"name": "sap", "contentLink": [LINK]}]])
def test_a_signature_in_the_wrong_place_is_not_repeated(connectors: Any) -> None:
    found = problems_with({"managedConnectors": connectors})
    assert found
    assert not [problem for problem in found if "c2lnbmF0dXJl" in problem.format()]


def test_a_stack_may_keep_its_connectors_encrypted_because_of_the_link() -> None:
    assert (
        problems_with({"managedConnectors": [{"name": "sap", "contentLink": LINK}]}, secret="managedConnectors") == []
    )
