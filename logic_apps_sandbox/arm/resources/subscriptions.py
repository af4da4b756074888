"""ARM's responses about tenants, the subscription, its locations and its resource providers.

Source: Azure REST API reference, "Subscriptions", "Tenants", "Providers".
"""

from collections.abc import Iterable

from logic_apps_sandbox.arm.core.account import SUBSCRIPTION_ID, TENANT_ID
from logic_apps_sandbox.arm.core.locations import LOCATIONS
from logic_apps_sandbox.arm.core.resource_type import ResourceType
from logic_apps_sandbox.arm.core.session import Json, Response, collection

_SUBSCRIPTION: Json = {
    "id": f"/subscriptions/{SUBSCRIPTION_ID}",
    "subscriptionId": SUBSCRIPTION_ID,
    "tenantId": TENANT_ID,
    "displayName": "Sandbox",
    "state": "Enabled",
    "authorizationSource": "RoleBased",
    "managedByTenants": [],
}


def tenants() -> Response:
    """Serve ``GET /tenants``."""
    return collection(
        [{"id": f"/tenants/{TENANT_ID}", "tenantId": TENANT_ID, "displayName": "Sandbox", "tenantCategory": "Home"}]
    )


def subscriptions() -> Response:
    """Serve ``GET /subscriptions``."""
    return collection([_SUBSCRIPTION])


def subscription() -> Response:
    """Serve ``GET /subscriptions/{s}``."""
    return Response(200, _SUBSCRIPTION)


def locations() -> Response:
    """Serve ``GET /subscriptions/{s}/locations``."""
    return collection(
        [
            {
                "id": f"/subscriptions/{SUBSCRIPTION_ID}/locations/{name}",
                "name": name,
                "type": "Region",
                "displayName": display_name,
                "regionalDisplayName": display_name,
            }
            for name, display_name in LOCATIONS.items()
        ]
    )


def provider(namespace: str, state: str, types: Iterable[ResourceType]) -> Json:
    """Serve ``GET /subscriptions/{s}/providers/{namespace}``; ``state`` is that of its registration."""
    return {
        "id": f"/subscriptions/{SUBSCRIPTION_ID}/providers/{namespace}",
        "namespace": namespace,
        "registrationPolicy": "RegistrationRequired",
        "registrationState": state,
        "resourceTypes": [
            {
                "resourceType": resource_type.name,
                "locations": list(LOCATIONS.values()),
                "apiVersions": sorted(resource_type.api_versions, reverse=True),
            }
            for resource_type in types
        ],
    }
