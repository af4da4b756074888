"""azure-identity and azure-mgmt-resource: tokens, the life of a resource group, the provider's registration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceNotFoundError
from azure.identity import ClientSecretCredential

from tests.logic_apps_sandbox.clients.conftest import GROUP, LOCATION, VNET, refusal

if TYPE_CHECKING:
    from tests.logic_apps_sandbox.clients.conftest import Clients


def test_a_resource_group_lives_from_creation_to_deletion(clients: Clients) -> None:
    groups = clients.resources.resource_groups
    assert groups.check_existence(GROUP) is False
    created = groups.create_or_update(GROUP, {"location": "West US 2", "tags": {"team": "a"}})
    assert (created.name, created.location, created.tags) == (GROUP, LOCATION, {"team": "a"})
    assert created.properties is not None
    assert created.properties.provisioning_state == "Succeeded"
    assert groups.check_existence(GROUP) is True
    assert groups.get(GROUP).id == created.id
    assert groups.update(GROUP, {"tags": {"team": "b"}}).tags == {"team": "b"}
    assert [group.name for group in groups.list()] == [GROUP]
    groups.begin_delete(GROUP).result()
    assert groups.check_existence(GROUP) is False
    assert list(groups.list()) == []


def test_a_missing_group_raises_the_not_found_error_of_the_client(clients: Clients) -> None:
    with pytest.raises(ResourceNotFoundError) as raised:
        clients.resources.resource_groups.get("nowhere")
    assert refusal(raised)[0] == "ResourceGroupNotFound"
    assert refusal(raised)[1] == "Resource group 'nowhere' could not be found."


def test_groups_are_listed_in_pages(clients: Clients) -> None:
    groups = clients.resources.resource_groups
    for number in range(5):
        groups.create_or_update(f"group-{number}", {"location": LOCATION})
    pages = [[group.name for group in page] for page in groups.list(top=2).by_page()]
    assert pages == [["group-0", "group-1"], ["group-2", "group-3"], ["group-4"]]


def test_lists_are_filtered(clients: Clients) -> None:
    clients.create_network()
    clients.network.network_security_groups.begin_create_or_update(GROUP, "nsg", {"location": LOCATION}).result()
    clients.network.virtual_networks.update_tags(GROUP, VNET, {"tags": {"team": "a"}})
    resources, groups = clients.resources.resources, clients.resources.resource_groups

    def names(query: str) -> list[str]:
        return [found.name for found in resources.list(filter=query)]

    assert names("resourceType eq 'microsoft.network/networksecuritygroups'") == ["nsg"]
    assert names("tagName eq 'team' and tagValue eq 'a'") == [VNET]
    assert names("tagName eq 'team' and tagValue eq 'b'") == []
    assert names("tagValue eq 'a'") == [VNET]
    assert names("location eq 'West US 2' and name eq 'nsg'") == ["nsg"]
    assert [group.name for group in groups.list(filter="tagName eq 'team'")] == []
    with pytest.raises(HttpResponseError) as raised:
        names("startswith(name, 'g')")
    assert refusal(raised)[0] == "NotImplemented"


def test_a_group_is_deleted_with_everything_in_it(clients: Clients) -> None:
    clients.create_network()
    assert [resource.name for resource in clients.resources.resources.list_by_resource_group(GROUP)] == [VNET]
    clients.resources.resource_groups.begin_delete(GROUP).result()
    assert list(clients.network.virtual_networks.list_all()) == []


def test_the_deletion_of_a_group_in_use_fails_with_the_reason(clients: Clients) -> None:
    subnet_ids = clients.create_network()
    other = "Other-RG"
    clients.resources.resource_groups.create_or_update(other, {"location": LOCATION})
    body = {
        "location": LOCATION,
        "sku": {"name": "Developer"},
        "properties": {
            "networkConfiguration": {
                "accessEndpoint": {"type": "Internal"},
                "subnets": [{"id": subnet_id} for subnet_id in subnet_ids],
            }
        },
    }
    generic = clients.resources.resources
    generic.begin_create_or_update(
        other, "Microsoft.Logic", "", "integrationServiceEnvironments", "ise", body, api_version="2019-05-01"
    ).result()
    with pytest.raises(HttpResponseError) as raised:
        clients.resources.resource_groups.begin_delete(GROUP).result()
    assert refusal(raised)[0] == "ResourceGroupDeletionBlocked"
    assert VNET in refusal(raised)[1]


def test_resource_providers_are_listed_and_registered(clients: Clients) -> None:
    providers = clients.resources.providers
    assert {provider.namespace for provider in providers.list()} == {
        "Microsoft.Resources",
        "Microsoft.Network",
        "Microsoft.Logic",
        "Microsoft.KeyVault",
        "Microsoft.ManagedIdentity",
    }
    assert providers.register("Microsoft.Logic").registration_state == "Registered"
    types = {kind.resource_type for kind in providers.get("Microsoft.Logic").resource_types or ()}
    assert "integrationServiceEnvironments" in types


def test_a_wrong_secret_is_an_authentication_error(clients: Clients) -> None:
    settings = clients.simulator.settings
    credential = ClientSecretCredential(
        settings.tenant_id,
        settings.client_id,
        "wrong",
        authority=f"https://{clients.simulator.address}",
        disable_instance_discovery=True,
        connection_verify=str(settings.ca_file),
    )
    with credential, pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
        credential.get_token(f"https://{clients.simulator.address}/.default")
