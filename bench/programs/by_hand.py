"""The same environment without the components: a program that uses only azure-native.

It reads the same configuration and creates the same resources with the same options. It validates nothing, plans no
addresses and has no traffic rules, connectors, identity or key. ``environments_by_hand.py`` uses its functions.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pulumi
from pulumi import CustomTimeouts, Output, ResourceOptions
from pulumi_azure_native import network, resources

NAME = "logic-apps"


def create_network(
    name: str, group: resources.ResourceGroup, settings: dict[str, Any], parent: pulumi.Resource | None = None
) -> list[Output[str]]:
    """Create a virtual network with its subnets, and return the IDs of these."""
    vnet = network.VirtualNetwork(
        f"{name}-vnet",
        resource_group_name=group.name,
        virtual_network_name=settings["name"],
        location=settings["location"],
        tags=settings.get("tags"),
        address_space=network.AddressSpaceArgs(address_prefixes=settings["addressSpace"]),
        opts=ResourceOptions(
            parent=parent,
            delete_before_replace=True,
            replacement_trigger=[subnet["addressPrefix"] for subnet in settings["subnets"]],
        ),
    )
    delegation = network.DelegationArgs(
        name="integrationServiceEnvironments", service_name="Microsoft.Logic/integrationServiceEnvironments"
    )
    subnets: list[network.Subnet] = []
    for number, subnet in enumerate(settings["subnets"], start=1):
        options = ResourceOptions(
            parent=parent,
            depends_on=subnets[-1:],
            replace_on_changes=["addressPrefix"],
            delete_before_replace=True,
        )
        created = network.Subnet(
            f"{name}-subnet-{number}",
            resource_group_name=group.name,
            virtual_network_name=vnet.name,
            subnet_name=subnet["name"],
            address_prefix=subnet["addressPrefix"],
            delegations=[delegation] if number == 1 else None,
            opts=options,
        )
        subnets.append(created)
    return [subnet.id for subnet in subnets]


def create_environment(
    name: str,
    group: resources.ResourceGroup,
    subnet_ids: list[Output[str]],
    settings: dict[str, Any],
    parent: pulumi.Resource | None = None,
) -> Output[str]:
    """Create an environment in its subnets, and return its ID."""
    environment = resources.Resource(
        f"{name}-ise",
        api_version="2019-05-01",
        resource_provider_namespace="Microsoft.Logic",
        parent_resource_path="",
        resource_type="integrationServiceEnvironments",
        resource_name_=Output.all(*subnet_ids).apply(lambda _: settings["name"]),
        resource_group_name=group.name,
        location=settings["location"],
        tags=settings.get("tags"),
        sku=resources.SkuArgs(**settings["sku"]),
        properties={
            "networkConfiguration": {
                "accessEndpoint": {"type": settings["endpoint"]},
                "subnets": [{"id": subnet_id} for subnet_id in subnet_ids],
            },
            **settings["properties"],
        },
        opts=ResourceOptions(
            parent=parent,
            custom_timeouts=CustomTimeouts(create="6h", update="6h", delete="6h"),
            replace_on_changes=[
                "location",
                "identity",
                "sku.name",
                "properties.networkConfiguration.accessEndpoint.type",
                "properties.networkConfiguration.subnets",
                "properties.encryptionConfiguration",
            ],
            delete_before_replace=True,
            ignore_changes=[
                "properties.provisioningState",
                "properties.state",
                "properties.integrationServiceEnvironmentId",
                "properties.endpointsConfiguration",
                "properties.networkConfiguration.virtualNetworkAddressSpace",
                "properties.networkConfiguration.subnets[*].name",
                "properties.networkConfiguration.subnets[*].type",
            ],
        ),
    )
    return environment.id


def main() -> None:
    """Create the environment of the stack."""
    config = pulumi.Config()
    common: dict[str, Any] = {"location": config.require("location"), "tags": config.get_object("tags") or {}}
    group_name = config.require_object("resourceGroup")["name"]
    group = resources.ResourceGroup(f"{NAME}-rg", resource_group_name=group_name, **common)
    subnet_ids = create_network(NAME, group, {**config.require_object("network"), **common})
    certificates = {
        name: {
            "publicCertificate": base64.b64encode(Path(certificate["file"]).read_bytes()).decode(),
            "kind": "TrustedRoot",
        }
        for name, certificate in (config.get_object("certificates") or {}).items()
    }
    settings = {
        **common,
        "name": config.require("name"),
        "sku": config.require_object("sku"),
        "endpoint": config.require("endpoint"),
        "properties": {"certificates": certificates},
    }
    pulumi.export("environment_id", create_environment(NAME, group, subnet_ids, settings))
    pulumi.export("subnet_ids", subnet_ids)


if __name__ == "__main__":
    main()
