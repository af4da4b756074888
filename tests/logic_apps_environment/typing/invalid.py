"""Usages that type checkers reject. Each line names the error of mypy and the error of Pyright.

Both report an error that is named and does not occur. Nothing runs this module; test_typing.py has it checked.
"""

import pulumi

from logic_apps_environment import (
    CertificateArgs,
    ConnectorArgs,
    EncryptionKeyArgs,
    EnvironmentNetwork,
    EnvironmentNetworkArgs,
    IdentityArgs,
    IntegrationAccountArgs,
    IntegrationServiceEnvironment,
    NetworkArgs,
    RouteArgs,
    RouteTableArgs,
    SecurityGroupArgs,
    SkuArgs,
    SkuName,
    SubnetArgs,
)
from logic_apps_environment import IntegrationServiceEnvironmentArgs as Args

config = pulumi.Config()
text = config.require("text")
late = config.require_secret("late")
sku = SkuArgs(name="Premium")
vnet = NetworkArgs(name="vnet", address_space=["10.0.0.0/24"])

SkuArgs()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
SkuArgs(name=5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
SkuArgs(name="Premum")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
SkuArgs(name=text)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
SkuArgs(name=late)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
SkuArgs(name="Premium", bogus=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
SkuArgs(name="Premium", capacity="one")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
SkuArgs(name="Premium", Capacity=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
CertificateArgs(file=b"certificates/root.pem")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
CertificateArgs(file=late)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
CertificateArgs(publicCertificate=late)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
CertificateArgs(public_certificate=late, kind="Root")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
ConnectorArgs(content_link=late)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
IntegrationAccountArgs(sku="Basic")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
IdentityArgs(type="UserAssigned", user_assigned=5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
IdentityArgs(type=SkuName.PREMIUM)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
EncryptionKeyArgs(vault_id=late, name="key")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
SubnetArgs(name="subnet-1", address_prefix=24)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
SecurityGroupArgs(name="nsg", callers=[5])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
RouteArgs(address_prefix="0.0.0.0/0", next_hop_type="Firewall")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
RouteTableArgs(name="rt", routes=[RouteArgs(address_prefix="0.0.0.0/0", next_hop_type="Internet")])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
NetworkArgs(name="vnet", adress_space=["10.0.0.0/24"])  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
NetworkArgs(name="vnet", address_space=[24])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
NetworkArgs(name="vnet", security_group="nsg")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
NetworkArgs(name="vnet", security_group={"nam": "nsg"})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
NetworkArgs(name="vnet", subnets=[{"address_prefix": "10.0.0.0/27"}])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
EnvironmentNetworkArgs(resource_group_name=late, location="westus2", sku_name="Standard")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
EnvironmentNetworkArgs(subnet_ids=[late], location="westus2")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Args(resource_group_name="rg", name="ise", location="westus2", sku=sku, network=vnet, endpoint="Internl")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
EnvironmentNetworkArgs(resource_group_name="rg", location="westus2", subnet_ids=[late], tags={"cost_center": 5})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
Args(resource_group_name="rg", name=text, location=text, sku=sku, network=vnet, endpoint="Internal", certificates=[])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
IntegrationServiceEnvironment("y", NetworkArgs(name="vnet"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
IntegrationServiceEnvironment("y", {"name": "ise"})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
IntegrationServiceEnvironment("y")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
EnvironmentNetwork("y", SkuArgs(name="Premium"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
EnvironmentNetwork("y", {"resource_group_name": "rg", "location": 5})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
