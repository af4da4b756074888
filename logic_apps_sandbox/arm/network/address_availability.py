"""Microsoft.Network: whether a private address of a virtual network is available.

Sources: Azure REST API reference, "Virtual Networks - Check IP Address Availability" (2024-05-01); Microsoft, "Azure
Virtual Network FAQ" (Azure reserves the first four addresses and the last one of each subnet).
"""

from ipaddress import IPv4Address, IPv6Address, ip_address

from logic_apps_sandbox.arm.core.session import Json, Request
from logic_apps_sandbox.arm.core.store import Resource
from logic_apps_sandbox.arm.network.address_space import Network
from logic_apps_sandbox.arm.network.bodies import network_error
from logic_apps_sandbox.arm.network.subnets import prefixes_of, subnets_of

_RESERVED_AT_START, _OFFERED = 4, 5


def address_availability(request: Request, network: Resource) -> Json:
    """Return whether the address in the query is available, and other addresses if Azure reserves it.

    Undocumented: the codes for an invalid address, or one in no subnet; which addresses of its subnets an environment
    uses. Here, all addresses except the reserved ones are available.

    Raises:
        ArmError: InvalidIPAddressFormat, PrivateIPAddressNotInAnySubnet (400).
    """
    text = request.query.get("ipaddress", "")
    try:
        address = ip_address(text)
    except ValueError:
        raise network_error(
            "InvalidIPAddressFormat",
            f"'ipAddress' is '{text[:80]}', but must be an IP address. Example: ipAddress=10.0.0.4",
        ) from None
    prefix = _prefix_with(request, network, address)
    if prefix is None:
        raise network_error(
            "PrivateIPAddressNotInAnySubnet",
            f"Private static IP address {address} does not belong to the range of any subnet of virtual network "
            f"{network.id}.",
        )
    offset, last = int(address) - int(prefix.network_address), prefix.num_addresses - 1
    if _RESERVED_AT_START <= offset < last:
        return {"available": True, "availableIPAddresses": [], "isPlatformReserved": False}
    others = [str(prefix[each]) for each in range(_RESERVED_AT_START, last)[:_OFFERED]]
    return {"available": False, "availableIPAddresses": others, "isPlatformReserved": True}


def _prefix_with(request: Request, network: Resource, address: IPv4Address | IPv6Address) -> Network | None:
    prefixes = (prefix for subnet in subnets_of(request.session, network.id) for prefix in prefixes_of(subnet))
    return next((prefix for prefix in prefixes if address in prefix), None)
