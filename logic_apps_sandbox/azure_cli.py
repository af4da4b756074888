"""Settings of the Azure CLI in the sandbox: a separate folder, in which az is signed in to the simulator.

Sources: azure-cli-core 2.91, ``cloud.py`` (clouds.config), ``_profile.py`` (azureProfile.json) and ``auth/identity.py``
(service_principal_entries.json); Microsoft, "Azure CLI configuration", for the environment variables.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from logic_apps_sandbox.files import PRIVATE, write_file

if TYPE_CHECKING:
    from logic_apps_sandbox.arm import ClientSettings

_CLOUD = "sandbox"

_ENDPOINTS = (
    "management",
    "resource_manager",
    "active_directory",
    "active_directory_resource_id",
    "active_directory_graph_resource_id",
)


def azure_cli_variables(folder: Path) -> dict[str, str]:
    """Return the environment variables with which az uses the settings in ``folder``."""
    return {
        "AZURE_CONFIG_DIR": str(folder),
        "AZURE_CLOUD_NAME": _CLOUD,
        "AZURE_CORE_COLLECT_TELEMETRY": "false",
        # az would ask Microsoft whether the simulator is a known authority.
        "AZURE_CORE_INSTANCE_DISCOVERY": "false",
    }


def write_azure_cli_settings(folder: Path, address: str, settings: "ClientSettings") -> None:
    """Write the cloud and the login of az; ``address`` is ``host:port`` of the simulator."""
    endpoints = "".join(f"endpoint_{name} = https://{address}\n" for name in _ENDPOINTS)
    write_file(folder / "clouds.config", f"[{_CLOUD}]\n{endpoints}")
    subscription = {
        "id": settings.subscription_id,
        "name": _CLOUD,
        "state": "Enabled",
        "isDefault": True,
        "tenantId": settings.tenant_id,
        "environmentName": _CLOUD,
        "user": {"name": settings.client_id, "type": "servicePrincipal"},
    }
    write_file(folder / "azureProfile.json", json.dumps({"subscriptions": [subscription]}, indent=2))
    login = {
        "client_id": settings.client_id,
        "tenant": settings.tenant_id,
        "client_secret": settings.client_secret,
    }
    write_file(folder / "service_principal_entries.json", json.dumps([login]), mode=PRIVATE)
