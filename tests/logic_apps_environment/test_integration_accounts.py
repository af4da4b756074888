"""Integration accounts: requests, and options of the resources.

Tested here: arguments and registrations, on the recording monitor. Creation and deletion with their environment are
tested in tests/end_to_end/test_inside.py.
"""

from __future__ import annotations

from pulumi_azure_native import resources

from logic_apps_environment import IntegrationServiceEnvironment
from tests.logic_apps_environment.test_environment import FABRIKAM, environment
from tests.support.recording import ENVIRONMENT_COMPONENT, SUBSCRIPTION, Recording, record
from tests.support.rule_examples import accounts, problems_with

PROVIDERS = f"{SUBSCRIPTION}/resourceGroups/Fabrikam-RG/providers/Microsoft.Logic"
ISE = f"{PROVIDERS}/integrationServiceEnvironments/Fabrikam-ISE"


def with_accounts(**skus: str) -> Recording:
    return record(environment(integration_accounts={name: {"sku": sku} for name, sku in skus.items()}))


def test_an_account_names_its_environment() -> None:
    """API description 2019-05-01, IntegrationAccount: a reference, and nothing more than its id."""
    assert with_accounts(partners="Standard")["fabrikam-account-partners"].inputs == {
        "apiVersion": "2019-05-01",
        "location": "westus2",
        "parentResourcePath": "",
        "properties": {"integrationServiceEnvironment": {"id": ISE}},
        "resourceGroupName": "Fabrikam-RG",
        "resourceName": "partners",
        "resourceProviderNamespace": "Microsoft.Logic",
        "resourceType": "integrationAccounts",
        "sku": {"name": "Standard"},
        "tags": {"department": "integration"},
    }


def test_an_account_is_replaced_together_with_the_environment() -> None:
    """Its name replaces a resource; while the environment is about to be replaced, it is unknown to the engine."""
    recording = with_accounts(partners="Standard")
    request = recording["fabrikam-account-partners"].request
    assert recording["fabrikam-ise"].urn in request.propertyDependencies["resourceName"].urns
    assert request.deleteBeforeReplace
    assert request.parent == recording.component(ENVIRONMENT_COMPONENT).urn


def test_the_ids_of_the_accounts_are_an_output() -> None:
    outputs = with_accounts(partners="Standard", suppliers="Standard").component(ENVIRONMENT_COMPONENT).outputs
    assert outputs is not None
    assert outputs["integration_account_ids"] == {
        "partners": f"{PROVIDERS}/integrationAccounts/partners",
        "suppliers": f"{PROVIDERS}/integrationAccounts/suppliers",
    }


def test_a_name_inside_is_the_name_and_depends_on_the_environment() -> None:
    def program() -> None:
        whole = IntegrationServiceEnvironment("fabrikam", FABRIKAM)
        resources.ResourceGroup("inside", resource_group_name=whole.name_inside("receive-orders"))

    recording = record(program)
    assert recording["inside"].inputs["resourceGroupName"] == "receive-orders"
    assert "fabrikam-ise" in recording.dependencies("inside")


def test_mistakes_are_named_at_their_account() -> None:
    found = problems_with(accounts(one="Free", two="Basic", three="Standard"))
    assert [(problem.path, problem.rule.identifier) for problem in found] == [
        (("integrationAccounts", "two", "sku"), "integration-account-sku"),
        (("integrationAccounts", "one", "sku"), "integration-account-premium"),
    ]
    found = problems_with(accounts(one="Free", three="Standard"))
    assert [problem.path for problem in found] == [("integrationAccounts", "one", "sku")]
