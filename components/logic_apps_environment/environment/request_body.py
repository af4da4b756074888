"""The ``properties`` of the request that creates an integration service environment, and the addresses in the response.

Source: Microsoft's "Create an integration service environment by using the Logic Apps REST API" (2020-05-29), "Request
body". ``id``, ``name`` and ``type`` of the document are in the path of the request, ``location`` and ``sku`` beside
``properties``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from logic_apps_environment.certificates.rules import TRUSTED_ROOT
from logic_apps_environment.encryption.args import EncryptionKeyArgs
from logic_apps_environment.validation.model import Input

FIXED_AT_CREATION = (
    "location",
    "identity",
    "sku.name",
    "properties.networkConfiguration.accessEndpoint.type",
    "properties.networkConfiguration.subnets",
    "properties.encryptionConfiguration",
)
"""Property paths that the service cannot change on an existing ISE (Microsoft's ISE article of 2022-08-20).

The provider alone would update them in place.
"""

SERVICE_FILLED = (
    "properties.provisioningState",
    "properties.state",
    "properties.integrationServiceEnvironmentId",
    "properties.endpointsConfiguration",
    "properties.networkConfiguration.virtualNetworkAddressSpace",
    "properties.networkConfiguration.subnets[*].name",
    "properties.networkConfiguration.subnets[*].type",
)
"""Property paths that the service sets (API description 2019-05-01)."""


def environment_properties(
    *,
    endpoint_type: str,
    subnet_ids: Sequence[Input[str]],
    public_certificates: Input[Mapping[str, str]],
    encryption_key: EncryptionKeyArgs | None = None,
    vault_id: Input[str] | None = None,
) -> dict[str, Any]:
    """Return ``properties`` of the request.

    Args:
        endpoint_type: ``External`` or ``Internal``.
        subnet_ids: the IDs of the four subnets, in order.
        public_certificates: base64 of PEM text by the certificate's name, always the complete set, because an upload
            replaces all previous ones (the REST how-to, edition of 2022-11-04). Without certificates, the key is
            omitted, as in the document. Whether this or an empty object removes existing certificates is undocumented.
        encryption_key: the customer-managed key, if there is one (Microsoft's page on customer-managed keys for ISEs,
            request body).
        vault_id: the ID of the key vault, which resolves after the vault and the key have been validated.
    """
    properties: dict[str, Any] = {
        "networkConfiguration": {
            "accessEndpoint": {"type": endpoint_type},
            "subnets": [{"id": subnet_id} for subnet_id in subnet_ids],
        }
    }
    if isinstance(public_certificates, pulumi.Output):
        properties["certificates"] = public_certificates.apply(_certificate_entries)
    elif public_certificates:
        properties["certificates"] = _certificate_entries(public_certificates)
    if encryption_key is not None:
        properties["encryptionConfiguration"] = {
            "encryptionKeyReference": {
                "keyVault": {"id": vault_id},
                "keyName": encryption_key.name,
                "keyVersion": encryption_key.version,
            }
        }
    return properties


def _certificate_entries(public_certificates: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {
        name: {"publicCertificate": certificate, "kind": TRUSTED_ROOT}
        for name, certificate in public_certificates.items()
    }


def addresses(properties: Mapping[str, Any] | None, part: str, direction: str) -> list[str]:
    """Return IP addresses of an environment; empty if the service lists none, or after a failed creation.

    The part is ``workflow`` or ``connector``, the direction ``outgoingIpAddresses`` or ``accessEndpointIpAddresses``.
    """
    configuration = ((properties or {}).get("endpointsConfiguration") or {}).get(part) or {}
    return [entry["address"] for entry in configuration.get(direction) or []]
