"""Microsoft.Network: virtual networks and subnets.

Source: Azure REST API reference, "Virtual Networks" and "Subnets" (2024-05-01); long-running methods as
azure-mgmt-network marks them;
codes and texts of refusals from the issues and pages that the functions name.
"""

from __future__ import annotations

import json
import re
import uuid
from ipaddress import ip_address
from typing import TYPE_CHECKING

from sandbox.arm import operations, subnet_holds
from sandbox.arm.address_space import Network, check_address_space, check_subnets, read_prefix
from sandbox.arm.errors import ArmError, resource_not_found
from sandbox.arm.json_body import JsonObject
from sandbox.arm.resource_type import ResourceType, merged_tags, read_envelope
from sandbox.arm.session import Json, Request, Response
from sandbox.arm.store import Resource

if TYPE_CHECKING:
    from collections.abc import Collection

    from sandbox.arm.operations import Operation
    from sandbox.arm.resource_id import ResourceId
    from sandbox.arm.session import Session

NAMESPACE = "Microsoft.Network"

_API_VERSIONS = (
    "2019-11-01", "2020-11-01", "2021-05-01", "2021-08-01", "2022-01-01", "2022-07-01", "2022-09-01", "2023-02-01",
    "2023-04-01",     "2023-05-01", "2023-06-01", "2023-09-01", "2023-11-01", "2024-01-01", "2024-03-01",
    "2024-05-01", "2024-07-01",
    "2024-10-01",     "2025-01-01", "2025-03-01",
)  # fmt: skip
# From this api-version on, a PUT of a virtual network without `subnets` keeps those that exist (azure-native #611,
# bicep-types-az #1687).
_KEEPS_SUBNETS_SINCE = "2023-09-01"

# Simulated seconds.
_VIRTUAL_NETWORK_WRITE, _SUBNET_WRITE, _DELETION = 6.0, 4.0, 10.0

# Microsoft, "Naming rules and restrictions for Azure resources", Microsoft.Network.
_VIRTUAL_NETWORK_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,62}\w", re.ASCII)
_SUBNET_NAME = re.compile(r"[A-Za-z0-9]([\w.-]{0,78}\w)?", re.ASCII)

# What the service alone writes; a client may send it back (azure-native copies subnets from a GET into its next PUT).
_READ_ONLY_SUBNET = {
    "provisioningState", "purpose", "ipConfigurations", "ipConfigurationProfiles", "privateEndpoints",
    "resourceNavigationLinks", "serviceAssociationLinks", "interfaceIpConfigurations",
}  # fmt: skip
_READ_ONLY_VIRTUAL_NETWORK = {"provisioningState", "resourceGuid", "defaultPublicNatGateway", "flowLogs", "subnets"}


# OPEN: the name that Azure gives to the link between a subnet and an ISE is not documented.
_LINK_NAME = "LogicAppsISE"


def invalid_request_format(message: str) -> ArmError:
    """400 for a body that Network cannot read (form of the error: azure-powershell #9920)."""
    return ArmError(
        400, "InvalidRequestFormat", "Cannot parse the request.", details=[{"code": "InvalidJson", "message": message}]
    )


class VirtualNetworks(ResourceType):
    """`Microsoft.Network/virtualNetworks`; its subnets are resources of their own and appear inside it."""

    namespace = NAMESPACE
    name = "virtualNetworks"
    api_versions = _API_VERSIONS

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:
        """Create or replace; `subnets` is the whole list when given, and see `_KEEPS_SUBNETS_SINCE` when not."""
        _check_name(resource_id.name, _VIRTUAL_NETWORK_NAME, "2 to 64")
        body = _network_body(request)
        envelope = read_envelope(body, self, resource_id, existing)
        resource_id = envelope.id
        session = request.session
        properties = body.member("properties") or JsonObject({}, "properties", invalid_request_format)
        prefixes = _address_space(properties, resource_id)
        _check_dns_servers(properties)
        _check_kinds(
            properties,
            flags=("enableDdosProtection", "enableVmProtection"),
            lists=("virtualNetworkPeerings", "ipAllocations"),
        )
        before = subnets_of(session, resource_id)
        after = self._subnets(properties, request, resource_id, before)
        _check_change_of_subnets(session, resource_id, prefixes, before, after)
        _refuse_while_busy(request, resource_id, envelope.location)

        stored = Resource(
            resource_id,
            envelope.document(
                {
                    "enableDdosProtection": False,
                    "virtualNetworkPeerings": [],
                    **_without(properties.value, _READ_ONLY_VIRTUAL_NETWORK),
                    "provisioningState": "Updating",
                    "resourceGuid": existing.properties["resourceGuid"] if existing else str(uuid.uuid4()),
                }
            ),
        )
        for gone in {s.id for s in before} - {s.id for s in after}:
            session.store.remove(gone)
        for resource in (stored, *after):
            session.store.save(resource)
        operation = operations.start(session, resource_id, "Write", _VIRTUAL_NETWORK_WRITE, locks=resource_id)
        return _accepted(request, operation, envelope.location, 200 if existing else 201, self.present(session, stored))

    def patch(self, request: Request, resource: Resource) -> Response:
        """Change the tags ("Virtual Networks - Update Tags"); answered at once."""
        _refuse_while_busy(request, resource.id, resource.location)
        tags = merged_tags(resource, _network_body(request))
        changed = Resource(resource.id, {**resource.document, **({} if tags is None else {"tags": tags})})
        request.session.store.save(changed)
        return self.get(request, changed)

    def delete(self, request: Request, resource: Resource) -> Response:
        """Begin to delete the network with its subnets; refused while one is in use."""
        session = request.session
        _refuse_while_busy(request, resource.id, resource.location)
        for subnet in subnets_of(session, resource.id):
            _refuse_removal(session, subnet)
        session.store.save(resource.with_properties(provisioningState="Deleting"))
        operation = operations.start(session, resource.id, "Delete", _DELETION, locks=resource.id)
        return _accepted(request, operation, resource.location, 202, None)

    def present(self, session: Session, resource: Resource) -> Json:
        """With the subnets as they are now."""
        subnets = [present_subnet(session, subnet) for subnet in subnets_of(session, resource.id)]
        return _with_etag(resource.with_properties(subnets=subnets).document)

    def remove(self, session: Session, resource: Resource) -> None:
        """Remove the network with its subnets."""
        for subnet in subnets_of(session, resource.id):
            _refuse_removal(session, subnet)
        session.store.remove(resource.id)

    def complete(self, session: Session, operation: Operation) -> None:
        """The end of a write or a deletion."""
        resource = session.store.resource(operation.resource)
        if resource is None:
            return
        if operation.kind == "Delete":
            session.store.remove(resource.id)
            return
        for written in (resource, *subnets_of(session, resource.id)):
            session.store.save(written.with_properties(provisioningState="Succeeded"))

    @staticmethod
    def _subnets(
        properties: JsonObject, request: Request, network_id: ResourceId, before: list[Resource]
    ) -> list[Resource]:
        """The subnets after the PUT."""
        given = properties.objects("subnets")
        if given is None:
            return before if request.api_version >= _KEEPS_SUBNETS_SINCE else []
        known = {subnet.key: subnet for subnet in before}
        after: dict[str, Resource] = {}
        for item in given:
            subnet_id = network_id.child("subnets", item.required_text("name"))
            if subnet_id.key in after:
                raise ArmError(
                    400,
                    "InvalidRequestFormat",
                    "Cannot parse the request.",
                    details=[
                        {
                            "code": "DuplicateResourceName",
                            "message": f"Resource {network_id} has two child resources named {subnet_id.name}.",
                        }
                    ],
                )
            existing = known.get(subnet_id.key)
            after[subnet_id.key] = read_subnet(item, existing.id if existing else subnet_id)
        return list(after.values())


class Subnets(ResourceType):
    """`Microsoft.Network/virtualNetworks/subnets`; one write at a time to a virtual network and all its subnets."""

    namespace = NAMESPACE
    name = "virtualNetworks/subnets"
    api_versions = _API_VERSIONS
    has_location = False

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:
        """Create or replace."""
        session = request.session
        network = existing_resource(session, resource_id.parent)
        body = _network_body(request)
        envelope = read_envelope(body, self, resource_id, existing)
        subnet = read_subnet(body, envelope.id)
        before = subnets_of(session, network.id)
        after = [s for s in before if s.key != subnet.key] + [subnet]
        prefixes = [read_prefix(text, network.id) for text in network.properties["addressSpace"]["addressPrefixes"]]
        _check_change_of_subnets(session, network.id, prefixes, before, after)
        _refuse_while_busy(request, network.id, network.location)
        session.store.save(subnet)
        operation = operations.start(session, subnet.id, "Write", _SUBNET_WRITE, locks=network.id)
        return _accepted(request, operation, network.location, 200 if existing else 201, self.present(session, subnet))

    def delete(self, request: Request, resource: Resource) -> Response:
        """Begin to delete; refused while the subnet is in use."""
        session = request.session
        network = existing_resource(session, resource.id.parent)
        _refuse_while_busy(request, network.id, network.location)
        _refuse_removal(session, resource)
        session.store.save(resource.with_properties(provisioningState="Deleting"))
        operation = operations.start(session, resource.id, "Delete", _DELETION, locks=network.id)
        return _accepted(request, operation, network.location, 202, None)

    def present(self, session: Session, resource: Resource) -> Json:
        """With what uses the subnet now."""
        return present_subnet(session, resource)

    def remove(self, session: Session, resource: Resource) -> None:
        """Remove the subnet."""
        _refuse_removal(session, resource)
        session.store.remove(resource.id)

    def complete(self, session: Session, operation: Operation) -> None:
        """The end of a write or a deletion."""
        subnet = session.store.resource(operation.resource)
        if subnet is None:
            return
        if operation.kind == "Delete":
            session.store.remove(subnet.id)
        else:
            session.store.save(subnet.with_properties(provisioningState="Succeeded"))


def operation_status(request: Request, location: str, operation_id: str) -> Response:
    """`…/providers/Microsoft.Network/locations/{location}/operations/{id}`, where `Azure-AsyncOperation` points to."""
    operation = _find_operation(request, location, operation_id)
    status_id = "/" + "/".join(request.segments)
    document = operations.status_document(request.session, operation, status_id)
    return Response(200, document, operations.retry_headers(request.session, operation))


def operation_result(request: Request, location: str, operation_id: str) -> Response:
    """`…/operationResults/{id}`, where `Location` points to: 202 while it runs, then 204 or the error."""
    operation = _find_operation(request, location, operation_id)
    if operation.running:
        here = f"{request.base_url}/{'/'.join(request.segments)}?api-version={request.api_version}"
        return Response(202, headers={"Location": here, **operations.retry_headers(request.session, operation)})
    if operation.error:
        return Response(409, {"error": operation.error})
    return Response(204)


def subnets_of(session: Session, network_id: ResourceId) -> list[Resource]:
    """The subnets of a virtual network, by name."""
    return session.store.children(network_id, f"{NAMESPACE}/virtualNetworks/subnets")


def existing_resource(session: Session, resource_id: ResourceId) -> Resource:
    """A resource that has to be there: the router, or a lock, sees to it."""
    found = session.store.resource(resource_id)
    if found is None:
        raise resource_not_found(resource_id.relative_name, resource_id.group)
    return found


def prefixes_of(subnet: Resource) -> list[Network]:
    """The ranges of a stored subnet."""
    return [read_prefix(text, subnet.id) for text in _prefix_texts(subnet)]


def delegated_services(subnet: Resource) -> list[str]:
    """The services that a subnet is delegated to."""
    return [delegation["properties"]["serviceName"] for delegation in subnet.properties["delegations"]]


def read_subnet(body: JsonObject, subnet_id: ResourceId) -> Resource:
    """A subnet from the body of a PUT, with what the service adds; raises ArmError."""
    _check_name(subnet_id.name, _SUBNET_NAME, "1 to 80")
    properties = body.required_member("properties")
    one, many = properties.text("addressPrefix"), properties.texts("addressPrefixes")
    if not one and not many:
        raise invalid_request_format(
            f"'{properties.where('addressPrefix')}' or '{properties.where('addressPrefixes')}' is required."
        )
    for text in [one] if one else many or []:
        read_prefix(text, subnet_id)
    _check_kinds(
        properties,
        flags=("defaultOutboundAccess",),
        lists=("serviceEndpoints", "serviceEndpointPolicies", "ipAllocations"),
    )
    for policy in ("privateEndpointNetworkPolicies", "privateLinkServiceNetworkPolicies"):
        properties.text(policy)
    for reference in ("networkSecurityGroup", "routeTable", "natGateway"):
        if linked := properties.member(reference):
            linked.required_text("id")
    return Resource(
        subnet_id,
        {
            "id": str(subnet_id),
            "name": subnet_id.name,
            "type": subnet_id.type,
            "properties": {
                "privateEndpointNetworkPolicies": "Disabled",
                "privateLinkServiceNetworkPolicies": "Enabled",
                **_without(properties.value, _READ_ONLY_SUBNET),
                "delegations": _delegations(properties, subnet_id),
                "provisioningState": "Updating",
            },
        },
    )


def present_subnet(session: Session, subnet: Resource) -> Json:
    """The document of a subnet that clients see, alone and inside its virtual network."""
    holder = subnet_holds.holder_of(session, subnet.id)
    if holder is None:
        return _with_etag(subnet.document)
    link_id = f"{subnet.id}/serviceAssociationLinks/{_LINK_NAME}"
    link: Json = {
        "id": link_id,
        "name": _LINK_NAME,
        "type": f"{subnet.id.type}/serviceAssociationLinks",
        "properties": {
            "provisioningState": "Succeeded",
            "linkedResourceType": "Microsoft.Logic/integrationServiceEnvironments",
            "link": holder,
            "allowDelete": False,
            "locations": [],
        },
    }
    return _with_etag(subnet.with_properties(serviceAssociationLinks=[_with_etag(link)]).document)


def _network_body(request: Request) -> JsonObject:
    return JsonObject(request.content or {}, refuse=invalid_request_format)


def _check_name(name: str, allowed: re.Pattern[str], length: str) -> None:
    if not allowed.fullmatch(name):
        raise ArmError(
            400,
            "InvalidResourceName",
            f"Resource name {name[:100]} is invalid. The name has {length} characters; it begins with a letter or a "
            f"digit, ends with "
            "a letter, a digit or '_', and contains only these, '.' and '-'.",
        )


def _address_space(properties: JsonObject, network_id: ResourceId) -> list[Network]:
    space = properties.required_member("addressSpace")
    texts = space.texts("addressPrefixes")
    if not texts:
        raise invalid_request_format(f"'{space.where('addressPrefixes')}' is required and not empty.")
    prefixes = [read_prefix(text, network_id) for text in texts]
    check_address_space(prefixes, network_id)
    return prefixes


def _check_dns_servers(properties: JsonObject) -> None:
    options = properties.member("dhcpOptions")
    for text in (options.texts("dnsServers") if options else None) or ():
        try:
            ip_address(text)
        except ValueError:
            raise invalid_request_format(
                f"'{text[:80]}' in 'properties.dhcpOptions.dnsServers' is not an IP address."
            ) from None


def _check_kinds(properties: JsonObject, *, flags: tuple[str, ...], lists: tuple[str, ...]) -> None:
    """The members that the simulator keeps as given have at least the kind of value that Azure expects."""
    for name in flags:
        properties.flag(name)
    for name in lists:
        properties.objects(name)


def _delegations(properties: JsonObject, subnet_id: ResourceId) -> list[Json]:
    """The delegations in Azure's form, read-only fields filled."""
    return [_delegation(item, subnet_id) for item in properties.objects("delegations") or ()]


def _delegation(item: JsonObject, subnet_id: ResourceId) -> Json:
    name, service = item.required_text("name"), item.required_member("properties").required_text("serviceName")
    delegation: Json = {
        "id": f"{subnet_id}/delegations/{name}",
        "name": name,
        "type": f"{subnet_id.type}/delegations",
        "properties": {
            "provisioningState": "Succeeded",
            "serviceName": service,
            # Microsoft's list of delegation actions names this one for Microsoft.Logic; the simulator knows no other
            # service's.
            "actions": ["Microsoft.Network/virtualNetworks/subnets/action"],
        },
    }
    return _with_etag(delegation)


def _check_change_of_subnets(
    session: Session, network_id: ResourceId, space: list[Network], before: list[Resource], after: list[Resource]
) -> None:
    """Whether the subnets may become these: ranges, and what is in use."""
    check_subnets(network_id.name, space, [(subnet.name, prefix) for subnet in after for prefix in prefixes_of(subnet)])
    becomes = {subnet.key: subnet for subnet in after}
    for subnet in before:
        new = becomes.get(subnet.key)
        if new is None:
            _refuse_removal(session, subnet)
        elif holder := subnet_holds.holder_of(session, subnet.id):
            _refuse_change_in_use(subnet, new, holder)


def _refuse_removal(session: Session, subnet: Resource) -> None:
    """Text: azure-sdk-for-go #2199."""
    if holder := subnet_holds.holder_of(session, subnet.id):
        raise ArmError(
            400,
            "InUseSubnetCannotBeDeleted",
            f"Subnet {subnet.name} is in use by {holder} and cannot be deleted. "
            "In order to delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.",
            details=[],
        )


def _refuse_change_in_use(subnet: Resource, new: Resource, holder: str) -> None:
    """Ranges and delegations of a subnet in use stay (text of the second: azure-docs #39112)."""
    kept = set(_prefix_texts(new))
    for prefix in _prefix_texts(subnet):
        if prefix not in kept:
            raise ArmError(
                400,
                "InUsePrefixCannotBeDeleted",
                f"IpPrefix {prefix} on Subnet {subnet.name} has active allocations and cannot be deleted.",
                details=[],
            )
    old_services, new_services = delegated_services(subnet), delegated_services(new)
    if sorted(s.lower() for s in old_services) != sorted(s.lower() for s in new_services):
        # OPEN: the status is not printed in the sources; the other refusals of a subnet in use are 400.
        raise ArmError(
            400,
            "SubnetDelegationsCannotChangeWhenSubnetUsedByResource",
            f"Delegations of subnet {subnet.id} cannot be changed from [{', '.join(old_services)}] "
            f"to [{', '.join(new_services)}] because it is being used by the resource {holder}.",
            details=[],
        )


def _prefix_texts(subnet: Resource) -> list[str]:
    one = subnet.properties.get("addressPrefix")
    return [one] if one else list(subnet.properties["addressPrefixes"])


def _refuse_while_busy(request: Request, network_id: ResourceId, location: str) -> None:
    """One write at a time to a virtual network and its subnets (text: azapi #503)."""
    if operation := operations.holding_lock(request.session, network_id):
        raise ArmError(
            409,
            "AnotherOperationInProgress",
            "Another operation on this or dependent resource is in progress. To retrieve status of the operation "
            "use uri: "
            f"{_operation_url(request, 'operations', location, operation)}.",
            details=[],
            headers=operations.retry_headers(request.session, operation),
        )


def _accepted(request: Request, operation: Operation, location: str, status: int, body: Json | None) -> Response:
    headers = {
        "Azure-AsyncOperation": _operation_url(request, "operations", location, operation),
        **operations.retry_headers(request.session, operation),
    }
    if body is None:
        headers["Location"] = _operation_url(request, "operationResults", location, operation)
    return Response(status, body, headers)


def _operation_url(request: Request, collection: str, location: str, operation: Operation) -> str:
    return (
        f"{request.base_url}/subscriptions/{operation.resource.subscription}/providers/{NAMESPACE}/locations/{location}/"
        f"{collection}/{operation.id}?api-version={request.api_version}"
    )


def _find_operation(request: Request, location: str, operation_id: str) -> Operation:
    operation = operations.find(request.session, operation_id, NAMESPACE)
    if operation is None:
        # OPEN: the code is not documented.
        raise ArmError(
            404, "OperationNotFound", f"The operation '{operation_id}' was not found in location '{location}'."
        )
    return operation


def _without(value: Json, names: Collection[str]) -> Json:
    return {name: item for name, item in value.items() if name not in names and item is not None}


def _with_etag(document: Json) -> Json:
    """An entity tag that is the same for the same content, whoever asks."""
    content = json.dumps(document, sort_keys=True)
    tagged = {"etag": f'W/"{uuid.uuid5(uuid.NAMESPACE_URL, content)}"', **_without(document, ("etag",))}
    # Azure shows id and name first.
    return {"name": tagged.pop("name"), "id": tagged.pop("id"), **tagged}
