"""Validation of address ranges in Microsoft.Network.

Codes and texts: InvalidAddressPrefixFormat from azure-service-operator #997, the Netcfg codes from azure-docs PR
#123869.
"""

from ipaddress import IPv4Network, IPv6Network, ip_network
from itertools import combinations

from logic_apps_sandbox.arm.core.errors import ArmError
from logic_apps_sandbox.arm.core.resource_id import ResourceId
from logic_apps_sandbox.arm.core.store import Resource

Network = IPv4Network | IPv6Network

# Microsoft, "Azure Virtual Network FAQ": ranges that cannot be added, and the smallest subnet.
_REFUSED = tuple(
    ip_network(text)
    for text in ("224.0.0.0/4", "255.255.255.255/32", "127.0.0.0/8", "169.254.0.0/16", "168.63.129.16/32")
)
_MAX_SUBNET_PREFIX_LENGTH = {4: 29, 6: 64}


def read_prefix(text: str, resource_id: ResourceId) -> Network:
    """Parse a range in CIDR notation.

    Raises ArmError for anything else, for host bits, and for ranges that Azure does not support.
    """
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        network = None
    # `ip_network` also takes a bare address and a netmask, Azure does not.
    if network is None or not text.partition("/")[2].isdecimal():
        raise ArmError(
            400,
            "InvalidAddressPrefixFormat",
            f"Address prefix {text[:80]} of resource {resource_id} is not formatted correctly. "
            "It should follow CIDR notation, for example 10.0.0.0/24.",
        )
    if text.partition("/")[0] != str(network.network_address):
        # The code is not documented. The text names the valid range.
        raise ArmError(
            400,
            "InvalidCIDRNotation",
            f"The address prefix {text} in resource {resource_id} has an invalid CIDR notation. "
            f"For the given prefix length, the address prefix should be {network}.",
        )
    if refused := next((r for r in _REFUSED if r.version == network.version and r.overlaps(network)), None):
        # Microsoft documents that Azure rejects these ranges, but not the code.
        raise ArmError(
            400,
            "AddressPrefixNotAllowed",
            f"Address prefix {text} of resource {resource_id} overlaps with {refused}, which Azure reserves.",
        )
    return network


def ranges_of(network: Resource) -> list[Network]:
    """Return the address space of a stored virtual network."""
    return [read_prefix(text, network.id) for text in network.properties["addressSpace"]["addressPrefixes"]]


def range_of(text: str) -> Network | None:
    """Return a range or a single address; None for anything else, and for a range with host bits set."""
    try:
        return ip_network(text)
    except ValueError:
        return None


def check_address_space(prefixes: list[Network], network_id: ResourceId) -> None:
    """Reject ranges of a virtual network that overlap each other."""
    if overlap := _first_overlap([("", prefix) for prefix in prefixes]):
        # The code is not documented.
        raise ArmError(
            400,
            "NetcfgInvalidVirtualNetworkSite",
            f"The address prefixes {overlap[0][1]} and {overlap[1][1]} of {network_id} overlap.",
        )


def check_subnets(virtual_network: str, space: list[Network], subnets: list[tuple[str, Network]]) -> None:
    """Reject subnet ranges (name, range) that are too small, outside the address space, or overlap."""
    for name, network in subnets:
        if network.prefixlen > _MAX_SUBNET_PREFIX_LENGTH[network.version]:
            raise ArmError(
                400,
                "NetcfgInvalidSubnet",
                f"Subnet '{name}' is not valid in virtual network '{virtual_network}': {network} is too small. "
                f"The smallest subnet is /{_MAX_SUBNET_PREFIX_LENGTH[network.version]}.",
            )
        if not any(is_inside(network, prefix) for prefix in space):
            raise ArmError(
                400,
                "NetcfgSubnetRangeOutsideVnet",
                f"Subnet '{name}' is not valid because its IP address range is outside the IP address range of "
                f"virtual network '{virtual_network}'.",
            )
    if overlap := _first_overlap(subnets):
        raise ArmError(
            400,
            "NetcfgSubnetRangesOverlap",
            f"Subnet '{overlap[1][0]}' is not valid because its IP address range overlaps with that of an existing "
            f"subnet in virtual network '{virtual_network}'.",
        )


def is_inside(network: Network, space: Network) -> bool:
    """Return whether all addresses of ``network`` are in ``space``; false for different address families."""
    if isinstance(network, IPv4Network):
        return isinstance(space, IPv4Network) and network.subnet_of(space)
    return isinstance(space, IPv6Network) and network.subnet_of(space)


def _first_overlap(networks: list[tuple[str, Network]]) -> tuple[tuple[str, Network], tuple[str, Network]] | None:
    return next(
        ((a, b) for a, b in combinations(networks, 2) if a[1].version == b[1].version and a[1].overlaps(b[1])), None
    )
