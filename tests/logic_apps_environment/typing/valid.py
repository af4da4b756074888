"""Usages that type checkers accept. Nothing runs this module; test_typing.py has it checked."""

from ipaddress import IPv4Network
from pathlib import Path

import pulumi
import pulumi_azure_native as azure

from logic_apps_environment import (
    CertificateArgs,
    ConnectorArgs,
    EncryptionKeyArgs,
    EndpointType,
    EnvironmentNetwork,
    EnvironmentNetworkArgs,
    EnvironmentNetworkArgsDict,
    IdentityArgs,
    IdentityType,
    IntegrationAccountArgs,
    IntegrationAccountSku,
    IntegrationServiceEnvironment,
    IntegrationServiceEnvironmentArgs,
    IntegrationServiceEnvironmentArgsDict,
    NetworkArgs,
    NetworkArgsDict,
    NextHopType,
    RouteArgs,
    RouteTableArgs,
    SecurityGroupArgs,
    SkuArgs,
    SkuArgsDict,
    SkuName,
    SubnetArgs,
    required_routes,
    required_security_rules,
)

config = pulumi.Config()
text = config.require("text")
late = config.require_secret("late")
either: pulumi.Input[str] = text

sku = SkuArgs(name="Premium")
SkuArgs(name=SkuName.PREMIUM, capacity=1)
SkuArgs(name=SkuName(text), capacity=None)
sku_dict: SkuArgsDict = {"name": "Developer"}

CertificateArgs(file="certificates/root.pem")
CertificateArgs(file=Path("certificates/root.pem"), kind="TrustedRoot")
CertificateArgs(public_certificate=late)
ConnectorArgs(name=text)
ConnectorArgs(name="sap", content_link=late)
IntegrationAccountArgs(sku="Standard")
IntegrationAccountArgs(sku=IntegrationAccountSku.FREE)
IdentityArgs(type="SystemAssigned")
IdentityArgs(type=IdentityType.USER_ASSIGNED, user_assigned=[text, late, either])
EncryptionKeyArgs(vault_id=late, name=text, version=either)

SubnetArgs(name="subnet-1")
SubnetArgs(name=text, address_prefix=IPv4Network("10.0.0.0/27"))
SecurityGroupArgs(name="nsg", callers=("203.0.113.0/24", late))
SecurityGroupArgs(id=late)
SecurityGroupArgs(name=late)
RouteArgs(address_prefix="0.0.0.0/0", next_hop_type="VirtualAppliance", next_hop_ip_address=late)
RouteTableArgs(name=either, routes={"internet": RouteArgs(address_prefix=text, next_hop_type=NextHopType.INTERNET)})
RouteTableArgs(name="rt", routes={"internet": {"address_prefix": "0.0.0.0/0", "next_hop_type": "Internet"}})
network = NetworkArgs(name="vnet", address_space=["10.0.0.0/24"])
NetworkArgs(virtual_network_id=late, subnets=[SubnetArgs(name="a"), {"name": "b", "address_prefix": "10.0.0.0/27"}])
NetworkArgs(subnet_ids=[late, text, either, late])
NetworkArgs(name=late, address_space=(IPv4Network("10.0.0.0/24"),), dns_servers=["10.0.1.4", late], security_group=None)
network_dict: NetworkArgsDict = {"name": text, "address_space": ["10.0.0.0/24"], "security_group": {"name": "nsg"}}

arguments = IntegrationServiceEnvironmentArgs(
    resource_group_name=late,
    name=text,
    location=either,
    sku=sku,
    endpoint="Internal",
    network=network,
    certificates={"root": CertificateArgs(file="root.pem"), "issuing": {"public_certificate": late}},
    identity=IdentityArgs(type="SystemAssigned"),
    encryption_key={"vault_id": late, "name": "key", "version": "0123456789abcdef0123456789abcdef"},
    managed_connectors=["sql", ConnectorArgs(name="ftp"), {"name": "sap", "content_link": late}],
    integration_accounts={"partners": {"sku": "Standard"}},
    tags={"environment": "dev", "owner": late},
)
environment = IntegrationServiceEnvironment("orders", arguments, pulumi.ResourceOptions(protect=False))
arguments_dict: IntegrationServiceEnvironmentArgsDict = {
    "resource_group_name": "rg",
    "name": "ise",
    "location": "westus2",
    "sku": {"name": "Premium", "capacity": 1},
    "endpoint": EndpointType.EXTERNAL,
    "network": network_dict,
    "tags": None,
}
IntegrationServiceEnvironment("orders", arguments_dict)
IntegrationServiceEnvironmentArgs(**arguments_dict)
IntegrationServiceEnvironment("orders", {**arguments_dict, "network": {"subnet_ids": [late] * 4}})
IntegrationServiceEnvironment("orders", config.require_object("environment"))
shared_dict: EnvironmentNetworkArgsDict = {"resource_group_name": "rg", "location": "westus2", "subnet_ids": [late] * 4}
shared = EnvironmentNetwork("shared", shared_dict, opts=None)
NetworkArgs(subnet_ids=shared.ordered_subnet_ids)
NetworkArgs(subnet_ids=pulumi.StackReference("organization/network/prod").require_output("subnet_ids"))
NetworkArgs(subnet_ids=pulumi.Output.all(late, late, late, late))
EnvironmentNetwork("shared", EnvironmentNetworkArgs(resource_group_name=late, location=text, subnet_ids=[late] * 4))
azure.network.NetworkSecurityGroup(
    "hub",
    resource_group_name="rg",
    security_rules=required_security_rules(sku="Premium", endpoint="Internal", address_space=["10.0.0.0/24"]),
)
azure.network.RouteTable(
    "hub",
    resource_group_name="rg",
    routes=[{"name": "all", "address_prefix": "0.0.0.0/0", "next_hop_type": "None"}, *required_routes()],
)
pulumi.export("id", environment.environment_id.apply(str.lower))
