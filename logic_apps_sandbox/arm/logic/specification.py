"""Microsoft.Logic: the content of the request body of an integration service environment (ISE).

Sources: the API description ``Microsoft.Logic`` 2019-05-01; Microsoft, "Create integration service environments (ISEs)
with Logic Apps REST API" (the how-to), Request body.
"""

from dataclasses import dataclass
from typing import Any

from logic_apps_sandbox.arm.core.errors import invalid_request_content
from logic_apps_sandbox.arm.core.json_body import JsonObject
from logic_apps_sandbox.arm.core.resource_id import ResourceId, parse_resource_id
from logic_apps_sandbox.arm.core.session import Json
from logic_apps_sandbox.arm.core.store import Resource
from logic_apps_sandbox.arm.logic.certificates import read_certificates
from logic_apps_sandbox.arm.logic.encryption import read_encryption
from logic_apps_sandbox.arm.logic.subnets import SUBNETS
from logic_apps_sandbox.arm.managedidentity import identities as managed_identities

MAX_UNITS = {"Premium": 10, "Developer": 0}
"""By SKU: the largest capacity."""

_ENDPOINT_TYPES = ("Internal", "External")
_PROPERTIES = {
    "provisioningState", "state", "integrationServiceEnvironmentId", "endpointsConfiguration", "networkConfiguration",
    "encryptionConfiguration", "certificates",
}  # fmt: skip


@dataclass(frozen=True)
class Specification:
    """The properties that a client requests, without those that the service adds."""

    sku_name: str
    capacity: int
    endpoint_type: str
    subnet_ids: tuple[ResourceId, ...]
    encryption: Json | None
    identity: Json | None
    certificates: Json | None

    @property
    def fixed(self) -> dict[str, Any]:
        """The parts that cannot change after creation, by their path.

        The order of subnets has no meaning (terraform-provider-azurerm has a set). Ids ignore case.
        """
        return {
            "sku.name": self.sku_name,
            "properties.networkConfiguration.accessEndpoint.type": self.endpoint_type,
            "properties.networkConfiguration.subnets": {subnet.key for subnet in self.subnet_ids},
            "properties.encryptionConfiguration": self.encryption and _with_lower_case_id(self.encryption),
        }


def read_specification(body: JsonObject) -> Specification:
    """Validate the body of a PUT without regard to existing resources; raises ArmError InvalidRequestContent."""
    sku = body.required_member("sku")
    sku.refuse_unknown({"name", "capacity"})
    sku_name = sku.one_of("name", MAX_UNITS)
    capacity = sku.integer("capacity") or 0
    if not 0 <= capacity <= MAX_UNITS[sku_name]:
        raise invalid_request_content(f"'sku.capacity' of a {sku_name} environment must be 0 to {MAX_UNITS[sku_name]}.")

    properties = body.required_member("properties")
    properties.refuse_unknown(_PROPERTIES)
    configuration = properties.required_member("networkConfiguration")
    configuration.refuse_unknown({"virtualNetworkAddressSpace", "accessEndpoint", "subnets"})
    endpoint_type = configuration.required_member("accessEndpoint").one_of("type", _ENDPOINT_TYPES)
    return Specification(
        sku_name,
        capacity,
        endpoint_type,
        _read_subnet_ids(configuration),
        read_encryption(properties),
        managed_identities.read(body),
        read_certificates(properties),
    )


def _read_subnet_ids(configuration: JsonObject) -> tuple[ResourceId, ...]:
    given = configuration.objects("subnets") or []
    where = configuration.where("subnets")
    if len(given) != SUBNETS:
        raise invalid_request_content(f"'{where}' must name exactly {SUBNETS} subnets, {len(given)} were given.")
    read = []
    for item in given:
        item.refuse_unknown({"id", "name", "type"})
        text = item.required_text("id")
        subnet_id = parse_resource_id(text)
        if subnet_id is None or subnet_id.type.lower() != "microsoft.network/virtualnetworks/subnets":
            raise invalid_request_content(
                f"'{item.where('id')}' is '{text[:200]}', which is not the id of a subnet. Example: "
                f"/subscriptions/{{subscription}}/resourceGroups/"
                "{group}/providers/Microsoft.Network/virtualNetworks/{network}/subnets/{subnet}"
            )
        read.append(subnet_id)
    if len({subnet_id.key for subnet_id in read}) != SUBNETS:
        raise invalid_request_content(f"'{where}' names the same subnet twice; all {SUBNETS} must be different.")
    if len({subnet_id.parent.key for subnet_id in read}) != 1:
        raise invalid_request_content(f"'{where}' must name subnets of one virtual network.")
    return tuple(read)


def requested_properties(specification: Specification) -> Json:
    """Return the properties as the client requested them."""
    properties: Json = {
        "networkConfiguration": {
            "accessEndpoint": {"type": specification.endpoint_type},
            "subnets": [{"id": str(subnet_id)} for subnet_id in specification.subnet_ids],
        }
    }
    if specification.encryption is not None:
        properties["encryptionConfiguration"] = specification.encryption
    if specification.certificates is not None:
        properties["certificates"] = specification.certificates
    return properties


def envelope_members(specification: Specification, environment: ResourceId) -> Json:
    """Return the members beside ``properties`` that come from the specification."""
    given = specification.identity
    identity = {} if given is None else {"identity": managed_identities.shown(given, environment)}
    return {"sku": {"name": specification.sku_name, "capacity": specification.capacity}, **identity}


def written_by_client(resource: Resource) -> Json:
    """Return the document of a stored environment without the properties that the service adds."""
    return {
        name: {k: v for k, v in value.items() if k in _PROPERTIES} if name == "properties" else value
        for name, value in resource.document.items()
    }


def merge(old: Json, patch: Json) -> Json:
    """Merge objects member by member; null keeps the present value.

    Except ``certificates``: the last upload replaces all earlier ones (the how-to, 2022 text).
    """
    merged = dict(old)
    for name, value in patch.items():
        if isinstance(value, dict) and isinstance(old.get(name), dict) and name != "certificates":
            merged[name] = merge(old[name], value)
        elif value is not None:
            merged[name] = value
    return merged


def _with_lower_case_id(encryption: Json) -> Json:
    reference = encryption["encryptionKeyReference"]
    return {**reference, "keyVault": {"id": reference["keyVault"]["id"].lower()}}
