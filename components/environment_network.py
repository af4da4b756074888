"""The network of an integration service environment.

Makes, in this order: a virtual network; four subnets, one after the other, the first of them delegated to the service.
It makes no resource group, no security group, no routes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
from pulumi import ResourceOptions
from pulumi_azure_native import network

from .arguments import EnvironmentNetworkArgs
from .outputs import WithOutputs
from .request_body import DELEGATION_SERVICE, RESOURCE_TYPE
from .subnet_release import subnet_release_hook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class EnvironmentNetwork(WithOutputs):
    """A virtual network with the four subnets that an integration service environment takes.

    Changing a subnet's name or range, the network's name or the location replaces what it concerns, deleting first:
    Azure changes neither on a network in use. The address space itself changes in place while the subnets keep their
    ranges.
    """

    resource_group_id: pulumi.Output[str]
    """Id of the resource group that the network is in."""

    virtual_network_id: pulumi.Output[str]
    """Id of the virtual network."""

    virtual_network_name: pulumi.Output[str]
    """Name of the virtual network."""

    subnet_ids: pulumi.Output[dict[str, str]]
    """Ids of the four subnets by their names."""

    virtual_network: network.VirtualNetwork
    """The virtual network, for what composes with it: peerings, links, further subnets."""

    subnets: Sequence[network.Subnet]
    """The four subnets in order; the first is the delegated one."""

    def __init__(
        self, name: str, args: EnvironmentNetworkArgs | Mapping[str, Any], opts: ResourceOptions | None = None
    ) -> None:
        """Registers the network.

        Args:
            name: logical name; children are named ``{name}-vnet`` and ``{name}-subnet-1`` to ``{name}-subnet-4``.
            args: the arguments, as a model or as a mapping in its spelling or in that of stack configuration.
            opts: options; parent, providers, protect, aliases and transforms reach the children as Pulumi says.

        Raises:
            ArgumentsError: ``args`` is a mapping that cannot be used; it names every problem.
        """
        args = args if isinstance(args, EnvironmentNetworkArgs) else EnvironmentNetworkArgs.checked(args)
        super().__init__("logic-apps-environment:index:EnvironmentNetwork", name, {}, opts)
        for warning in args.warnings():
            pulumi.log.warn(warning.spelled(), self)
        ranges = [str(subnet_range) for subnet_range in args.subnet_ranges]

        self.virtual_network = network.VirtualNetwork(
            f"{name}-vnet",
            resource_group_name=args.resource_group_name,
            virtual_network_name=args.name,
            location=args.location,
            address_space=network.AddressSpaceArgs(address_prefixes=[str(prefix) for prefix in args.address_space]),
            tags=args.tags or None,
            opts=ResourceOptions(
                parent=self,
                delete_before_replace=True,
                # A range can move out of the space only while no subnet is there: the network is then built again with
                # its subnets.
                replacement_trigger=ranges,
            ),
        )
        self.subnets = self._make_subnets(name, args, ranges)

        self.resource_group_id = self.virtual_network.id.apply(lambda network_id: network_id.split("/providers/", 1)[0])
        self.virtual_network_id = self.virtual_network.id
        self.virtual_network_name = self.virtual_network.name.apply(str)
        self.subnet_ids = pulumi.Output.all(
            **{subnet.name: resource.id for subnet, resource in zip(args.subnets, self.subnets, strict=True)}
        )
        self.register_outputs(self.outputs)

    def _make_subnets(self, name: str, args: EnvironmentNetworkArgs, ranges: Sequence[str]) -> Sequence[network.Subnet]:
        subnets: list[network.Subnet] = []
        for position, (subnet, address_prefix) in enumerate(zip(args.subnets, ranges, strict=True)):
            subnets.append(
                network.Subnet(
                    f"{name}-subnet-{position + 1}",
                    resource_group_name=args.resource_group_name,
                    virtual_network_name=self.virtual_network.name,
                    subnet_name=subnet.name,
                    address_prefix=address_prefix,
                    # Exactly one subnet is delegated when the environment is created by request (Microsoft's ISE
                    # article, "Prerequisites").
                    delegations=[network.DelegationArgs(name=RESOURCE_TYPE, service_name=DELEGATION_SERVICE)]
                    if position == 0
                    else None,
                    opts=ResourceOptions(
                        parent=self,
                        # Azure takes one write to a virtual network at a time and answers others with
                        # AnotherOperationInProgress.
                        depends_on=subnets[-1:],
                        # Azure refuses a new range on a subnet in use; the provider alone would announce it as a change
                        # in place.
                        replace_on_changes=["addressPrefix"],
                        delete_before_replace=True,
                        hooks=pulumi.ResourceHookBinding(on_error=[subnet_release_hook()]),
                    ),
                )
            )
        return tuple(subnets)
