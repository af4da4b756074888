"""The same environment without the components: a program that uses only azure-native.

It reads the same configuration and creates the same resources with the same options. It validates nothing, plans no
addresses and has no traffic rules, connectors, identity or key.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pulumi
from pulumi import CustomTimeouts, ResourceOptions
from pulumi_azure_native import network, resources

NAME = "logic-apps"

config = pulumi.Config()
location = config.require("location")
sku: dict[str, Any] = config.require_object("sku")
virtual_network: dict[str, Any] = config.require_object("network")
certificates: dict[str, dict[str, str]] = config.get_object("certificates") or {}
tags: dict[str, str] = config.get_object("tags") or {}

group = resources.ResourceGroup(
    f"{NAME}-rg",
    resource_group_name=config.require_object("resourceGroup")["name"],
    location=location,
    tags=tags,
)

vnet = network.VirtualNetwork(
    f"{NAME}-vnet",
    resource_group_name=group.name,
    virtual_network_name=virtual_network["name"],
    location=location,
    address_space=network.AddressSpaceArgs(address_prefixes=virtual_network["addressSpace"]),
    tags=tags,
    opts=ResourceOptions(
        delete_before_replace=True,
        replacement_trigger=[subnet["addressPrefix"] for subnet in virtual_network["subnets"]],
    ),
)

subnets: list[network.Subnet] = []
for number, subnet in enumerate(virtual_network["subnets"], start=1):
    subnets.append(
        network.Subnet(
            f"{NAME}-subnet-{number}",
            resource_group_name=group.name,
            virtual_network_name=vnet.name,
            subnet_name=subnet["name"],
            address_prefix=subnet["addressPrefix"],
            delegations=[
                network.DelegationArgs(
                    name="integrationServiceEnvironments",
                    service_name="Microsoft.Logic/integrationServiceEnvironments",
                )
            ]
            if number == 1
            else None,
            opts=ResourceOptions(
                depends_on=subnets[-1:], replace_on_changes=["addressPrefix"], delete_before_replace=True
            ),
        )
    )

subnet_ids = [subnet.id for subnet in subnets]
environment = resources.Resource(
    f"{NAME}-ise",
    api_version="2019-05-01",
    resource_provider_namespace="Microsoft.Logic",
    parent_resource_path="",
    resource_type="integrationServiceEnvironments",
    resource_name_=pulumi.Output.all(*subnet_ids).apply(lambda _: config.require("name")),
    resource_group_name=group.name,
    location=location,
    sku=resources.SkuArgs(name=sku["name"], capacity=sku["capacity"]),
    tags=tags,
    properties={
        "networkConfiguration": {
            "accessEndpoint": {"type": config.require("endpoint")},
            "subnets": [{"id": subnet_id} for subnet_id in subnet_ids],
        },
        "certificates": {
            name: {
                "publicCertificate": base64.b64encode(Path(certificate["file"]).read_bytes()).decode(),
                "kind": "TrustedRoot",
            }
            for name, certificate in certificates.items()
        },
    },
    opts=ResourceOptions(
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

pulumi.export("environment_id", environment.id)
pulumi.export("subnet_ids", subnet_ids)
