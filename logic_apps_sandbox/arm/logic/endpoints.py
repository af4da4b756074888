"""Microsoft.Logic: the properties that the service adds to an integration service environment (ISE).

Source: the API description ``Microsoft.Logic`` 2019-05-01 (endpointsConfiguration, and its example).
"""

import hashlib
from collections.abc import Iterator
from ipaddress import IPv4Network

from logic_apps_sandbox.arm.core.session import Json, Session
from logic_apps_sandbox.arm.core.store import Resource
from logic_apps_sandbox.arm.logic.subnets import subnets_of_environment
from logic_apps_sandbox.arm.network.subnets import prefixes_of

_DOCUMENTATION_RANGES = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")


def service_properties(session: Session, resource: Resource) -> Json:
    """Return the properties that the service adds to a ready ISE. They follow from id and network and never change."""
    configuration = resource.properties["networkConfiguration"]
    subnets = subnets_of_environment(session, resource)
    ranges = [IPv4Network(str(prefixes_of(subnet)[0])) for subnet in subnets]
    return {
        "state": "Enabled",
        "integrationServiceEnvironmentId": _digest(resource).hex()[:32],
        "endpointsConfiguration": _endpoints(resource, configuration["accessEndpoint"]["type"], ranges),
        "networkConfiguration": {
            "accessEndpoint": configuration["accessEndpoint"],
            "subnets": [
                {
                    "id": str(subnet.id),
                    "name": f"{subnet.id.parent.name}/{subnet.name}",
                    "type": "Microsoft.Network/virtualNetworks/subnets",
                }
                for subnet in subnets
            ],
        },
    }


def _endpoints(resource: Resource, endpoint_type: str, ranges: list[IPv4Network]) -> Json:
    """Return the addresses of workflows and connectors.

    Outgoing lists mix public addresses with the ranges of subnets: the first for workflows, the second and third for
    connectors (example of the API description). The access endpoint of workflows is public, or inside their subnet;
    connectors have none.
    """
    public = _public_addresses(resource)

    def outgoing(subnets: list[IPv4Network]) -> list[Json]:
        return [{"address": address} for address in (next(public), next(public), *map(str, subnets))]

    workflow: Json = {"outgoingIpAddresses": outgoing(ranges[0:1])}
    # The fifth usable address: Azure keeps .0 to .3 and the last for itself, and the API description's example has .6
    # too.
    access = next(public) if endpoint_type == "External" else str(ranges[0][6])
    workflow["accessEndpointIpAddresses"] = [{"address": access}]
    return {"workflow": workflow, "connector": {"outgoingIpAddresses": outgoing(ranges[1:3])}}


def _digest(resource: Resource) -> bytes:
    return hashlib.sha256(resource.key.encode()).digest()


def _public_addresses(resource: Resource) -> Iterator[str]:
    """Return addresses of the documentation ranges of RFC 5737, starting at an offset that follows from the id."""
    pool = [str(address) for text in _DOCUMENTATION_RANGES for address in IPv4Network(text).hosts()]
    start = int.from_bytes(_digest(resource)[:4])
    return (pool[(start + index) % len(pool)] for index in range(len(pool)))
