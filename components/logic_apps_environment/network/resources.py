"""Register a virtual network and the subnets of an environment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pulumi
from pulumi import ResourceOptions
from pulumi_azure_native import network

from logic_apps_environment.azure.logic_api import ENVIRONMENT_TYPE, RESOURCE_TYPE
from logic_apps_environment.azure.outputs import WithOutputs
from logic_apps_environment.hooks.external_settings import external_settings_hook
from logic_apps_environment.network.environment_network_args import EnvironmentNetworkArgs
from logic_apps_environment.network.subnet_release import subnet_release_hook
from logic_apps_environment.validation.model import Input


@dataclass(frozen=True, slots=True)
class VirtualNetworkRef:
    """The virtual network of the subnets, created by the stack or existing.

    The custom DNS servers are those of an existing network; None if the arguments determine them.
    """

    resource_group_name: Input[str]
    name: Input[str]
    location: Input[str]
    dns_servers: pulumi.Output[tuple[str, ...]] | None = None


def create_virtual_network(name: str, args: EnvironmentNetworkArgs, parent: WithOutputs) -> network.VirtualNetwork:
    """Register the virtual network ``{name}-vnet``."""
    return network.VirtualNetwork(
        f"{name}-vnet",
        resource_group_name=args.resource_group_name,
        virtual_network_name=args.name,
        location=args.location,
        address_space=network.AddressSpaceArgs(address_prefixes=list(map(str, args.address_space or ()))),
        dhcp_options=network.DhcpOptionsArgs(dns_servers=list(args.dns_servers)) if args.dns_servers else None,
        tags=args.tags or None,
        opts=ResourceOptions(
            parent=parent,
            protect=parent.protects_children,
            delete_before_replace=True,
            # Azure removes a prefix from the address space only while no subnet is in it: if the range of a subnet
            # changes, the network is replaced with its subnets.
            replacement_trigger=[str(subnet_range) for subnet_range in args.subnet_ranges],
            hooks=external_settings_hook(f"{name}-vnet", parent),
        ),
    )


def create_subnets(
    name: str,
    args: EnvironmentNetworkArgs,
    parent: WithOutputs,
    *,
    virtual_network: VirtualNetworkRef,
    security_group_id: Input[str] | None,
    route_table_id: Input[str] | None,
    after: Iterable[pulumi.Resource],
) -> Sequence[network.Subnet]:
    """Register the subnets ``{name}-subnet-1`` to ``{name}-subnet-4``, after the resources in ``after``.

    ``name`` is the logical name of the network.
    """
    security_group = network.NetworkSecurityGroupArgs(id=security_group_id) if security_group_id else None
    route_table = network.RouteTableArgs(id=route_table_id) if route_table_id else None
    endpoints = [network.ServiceEndpointPropertiesFormatArgs(service=service) for service in args.service_endpoints]
    # Exactly one subnet is delegated when an environment is created by request (Microsoft's ISE article,
    # "Prerequisites").
    delegation = network.DelegationArgs(name=RESOURCE_TYPE, service_name=ENVIRONMENT_TYPE)
    subnets: list[network.Subnet] = []
    for number, (subnet, address_prefix) in enumerate(zip(args.subnets, args.subnet_ranges, strict=True), start=1):
        logical_name = f"{name}-subnet-{number}"
        subnets.append(
            network.Subnet(
                logical_name,
                resource_group_name=virtual_network.resource_group_name,
                virtual_network_name=virtual_network.name,
                subnet_name=subnet.name,
                address_prefix=str(address_prefix),
                delegations=[delegation] if number == 1 else None,
                network_security_group=security_group,
                route_table=route_table,
                service_endpoints=endpoints or None,
                opts=ResourceOptions(
                    parent=parent,
                    protect=parent.protects_children,
                    # Azure processes one write to a virtual network at a time and answers others with
                    # AnotherOperationInProgress.
                    depends_on=subnets[-1:] or list(after),
                    # Azure rejects a new range of a subnet in use; the provider alone would show an update in place.
                    replace_on_changes=["addressPrefix"],
                    delete_before_replace=True,
                    hooks=pulumi.ResourceHookBinding.merge(
                        subnet_release_hook(logical_name, parent), external_settings_hook(logical_name, parent)
                    ),
                ),
            )
        )
    return tuple(subnets)
