"""Settings for clients of a simulator that ``serve`` runs.

The client secret is never printed; the settings name the file that contains it.
"""

import contextlib
import json
import shlex
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from logic_apps_sandbox.files import write_file
from logic_apps_sandbox.process_environment import azure_variables

if TYPE_CHECKING:
    from logic_apps_sandbox.arm import Simulator

SECRETS = ("ARM_CLIENT_SECRET", "AZURE_CLIENT_SECRET")
"""The variables whose values are only in a file."""

_FILE_NAME = "serving.json"
_PATIENCE = 5.0


class NotServedError(click.ClickException):
    """No simulator is being served. The message states what to do."""


@contextlib.contextmanager
def announced(directory: Path, simulator: "Simulator") -> Iterator[None]:
    """Publish the simulator's settings in its store while the block runs; of several simulators, the last one."""
    file = directory / _FILE_NAME
    text = json.dumps(_described(simulator), indent=2) + "\n"
    write_file(file, text)
    try:
        yield
    finally:
        with contextlib.suppress(FileNotFoundError):
            if file.read_text() == text:
                file.unlink()


def settings_as_json(directory: Path) -> str:
    """Return the variables for clients of the simulator on this store, and the files of the secret ones, as JSON.

    Raises:
        NotServedError: no simulator serves this store.
    """
    return json.dumps(_served(directory), indent=2)


def settings_as_exports(directory: Path) -> str:
    """Return the same as commands of a POSIX shell.

    Raises:
        NotServedError: no simulator serves this store.
    """
    described = _served(directory)
    plain = [f"export {name}={shlex.quote(value)}" for name, value in described["variables"].items()]
    secret = [f'export {name}="$(cat {shlex.quote(file)})"' for name, file in described["secretFiles"].items()]
    return "\n".join([*plain, *secret])


def how_to_connect(simulator: "Simulator") -> str:
    """Return what ``serve`` prints: the address, and settings for common clients to copy.

    Sources: azure-native's installation guide, "Configuration"; ``az cloud register --help``; azure-identity,
    "Environment variables".
    """
    settings, url = simulator.settings, f"https://{simulator.address}"
    secret = f'"$(cat {shlex.quote(str(settings.client_secret_file))})"'
    bundle = shlex.quote(str(settings.ca_bundle))
    return f"""\
The simulated Azure Resource Manager listens on {url}   (to stop it, press Ctrl-C)
To see resources and running operations, open this address in a browser that trusts the certificate authority
  {settings.ca_file}

Clients that read environment variables, such as the Azure SDKs for Python (docs/how-to/use-python-sdks.md):
  eval "$(logic-apps-sandbox settings)"

The azure-native provider of Pulumi (docs/how-to/use-the-real-provider.md):
  export SSL_CERT_FILE={bundle}
  pulumi config set azure-native:metadataHost {simulator.address}
  pulumi config set azure-native:disableInstanceDiscovery true
  pulumi config set azure-native:subscriptionId {settings.subscription_id}
  pulumi config set azure-native:tenantId {settings.tenant_id}
  pulumi config set azure-native:clientId {settings.client_id}
  pulumi config set --secret azure-native:clientSecret {secret}

Azure CLI (docs/how-to/use-az.md):
  export REQUESTS_CA_BUNDLE={bundle} AZURE_CORE_INSTANCE_DISCOVERY=false
  az cloud register --name sandbox --endpoint-resource-manager {url}
  az cloud set --name sandbox
  az login --service-principal --tenant {settings.tenant_id} \\
    --username {settings.client_id} --password {secret}

Endpoints of this cloud: {url}/metadata/endpoints?api-version=2022-09-01"""


def _described(simulator: "Simulator") -> dict[str, dict[str, str]]:
    variables = azure_variables(simulator.address, simulator.settings)
    return {
        "variables": {name: value for name, value in variables.items() if name not in SECRETS},
        "secretFiles": {name: str(simulator.settings.client_secret_file) for name in SECRETS},
    }


def _served(directory: Path) -> dict[str, dict[str, str]]:
    try:
        described: dict[str, dict[str, str]] = json.loads((directory / _FILE_NAME).read_text())
        host, _, port = described["variables"]["ARM_METADATA_HOSTNAME"].rpartition(":")
        # A simulator that was killed leaves the file behind.
        socket.create_connection((host, int(port)), _PATIENCE).close()
    except (FileNotFoundError, ConnectionError, TimeoutError, ValueError, KeyError, TypeError) as error:
        # A file that is not as `announced` writes it is of no simulator that runs.
        raise NotServedError(
            "no simulator is running with `serve`. Start one in another terminal, for example: logic-apps-sandbox "
            "serve --port 8443   (commands that `run` and `shell` start already have the settings)"
        ) from error
    return described
