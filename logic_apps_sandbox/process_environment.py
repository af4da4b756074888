"""The environment variables with which commands use the sandbox instead of Azure, without a real login."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from logic_apps_sandbox.azure_cli import azure_cli_variables
from logic_apps_sandbox.layout import HOME_VARIABLE, Layout

if TYPE_CHECKING:
    from logic_apps_sandbox.arm import ClientSettings


REAL_LOGIN_PREFIXES = ("ARM_", "AZURE_")
"""Variables of Azure clients. All are removed first: for example, ARM_USE_OIDC would take precedence over the sandbox's
credentials (azure-native's installation guide, "Configuration")."""

REAL_LOGIN = frozenset(
    {
        # Pulumi Cloud and other backends ("Environment variables", Pulumi CLI documentation).
        "PULUMI_ACCESS_TOKEN",
        "PULUMI_API",
        "PULUMI_BACKEND_URL",
        # Take precedence over PULUMI_CONFIG_PASSPHRASE_FILE.
        "PULUMI_CONFIG_PASSPHRASE",
        "PULUMI_CONFIG_PASSPHRASE_FILE",
        # The user's plugins and settings.
        "PULUMI_HOME",
        # Takes precedence over REQUESTS_CA_BUNDLE and SSL_CERT_FILE in some clients.
        "CURL_CA_BUNDLE",
        # The Python interpreter of another environment.
        "PYTHONHOME",
    }
)

LOOPBACK = ("127.0.0.1", "localhost")


def azure_variables(address: str, settings: "ClientSettings") -> dict[str, str]:
    """Return variables with which azure-native, azure-identity and TLS libraries use the simulator at ``host:port``."""
    return {
        # azure-native and Terraform's providers.
        "ARM_METADATA_HOSTNAME": address,
        "ARM_METADATA_HOST": address,
        "ARM_DISABLE_INSTANCE_DISCOVERY": "true",
        "ARM_SUBSCRIPTION_ID": settings.subscription_id,
        "ARM_TENANT_ID": settings.tenant_id,
        "ARM_CLIENT_ID": settings.client_id,
        "ARM_CLIENT_SECRET": settings.client_secret,
        # azure-identity of the Azure SDKs.
        "AZURE_AUTHORITY_HOST": f"https://{address}",
        "AZURE_SUBSCRIPTION_ID": settings.subscription_id,
        "AZURE_TENANT_ID": settings.tenant_id,
        "AZURE_CLIENT_ID": settings.client_id,
        "AZURE_CLIENT_SECRET": settings.client_secret,
        # OpenSSL, Go and httpx; Python requests and the az command line.
        "SSL_CERT_FILE": str(settings.ca_bundle),
        "REQUESTS_CA_BUNDLE": str(settings.ca_bundle),
    }


def pulumi_variables(layout: Layout) -> dict[str, str]:
    """Return variables with the sandbox's Pulumi home, backend and passphrase, which also prevent network access."""
    return {
        HOME_VARIABLE: str(layout.home),
        "PULUMI_HOME": str(layout.pulumi_home),
        "PULUMI_BACKEND_URL": layout.state.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(layout.passphrase),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }


def command_environment(
    variables: Mapping[str, str],
    *,
    layout: Layout,
    python: Path,
    cli: Path | None,
    address: str,
    settings: "ClientSettings",
) -> dict[str, str]:
    """Return all environment variables of a command in the sandbox.

    Args:
        variables: those of the sandbox's own process.
        layout: the folders of the sandbox.
        python: the interpreter in the folder ``bin`` of the virtual environment.
        cli: the Pulumi CLI; None if it is not installed.
        address: ``host:port`` of the simulator.
        settings: the credentials and certificates of the simulator.
    """
    kept = {
        name: value
        for name, value in variables.items()
        if name not in REAL_LOGIN and not name.startswith(REAL_LOGIN_PREFIXES)
    }
    first = [str(layout.launchers), str(python.parent), *([str(cli.parent)] if cli else [])]
    rest = [each for each in kept.get("PATH", os.defpath).split(os.pathsep) if each not in first[:2]]
    direct = ",".join(
        dict.fromkeys([*filter(None, kept.get("NO_PROXY", kept.get("no_proxy", "")).split(",")), *LOOPBACK])
    )
    return {
        **kept,
        **pulumi_variables(layout),
        **azure_variables(address, settings),
        **azure_cli_variables(layout.azure_cli),
        "PATH": os.pathsep.join(dict.fromkeys([*first, *rest])),
        "VIRTUAL_ENV": str(python.parent.parent),
        # A proxy cannot reach the loopback interface of this machine.
        "NO_PROXY": direct,
        "no_proxy": direct,
    }
