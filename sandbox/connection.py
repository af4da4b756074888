"""How clients that the sandbox does not start itself find a simulator that `serve` runs: settings to paste or to read.

The client secret is never printed: whatever needs it is told the file that holds it.
"""

import contextlib
import json
import shlex
import socket
from collections.abc import Iterator
from pathlib import Path

from sandbox.environment import Simulator, azure_variables
from sandbox.files import write_file

SECRETS = ("ARM_CLIENT_SECRET", "AZURE_CLIENT_SECRET")
"""The variables whose value stays in a file."""

_FILE_NAME = "serving.json"
_PATIENCE = 5.0


class NotServedError(Exception):
    """No simulator is up to which settings could lead. The message says what to do."""


@contextlib.contextmanager
def announced(directory: Path, simulator: Simulator) -> Iterator[None]:
    """While the block runs, the settings of this store lead to this simulator; of several, to the latest."""
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
    """The variables of clients of the simulator that serves this store, and the files with the secret ones.

    Raises:
        NotServedError: when none does.
    """
    return json.dumps(_served(directory), indent=2)


def settings_as_exports(directory: Path) -> str:
    """The same as commands of a POSIX shell.

    Raises:
        NotServedError: when none does.
    """
    described = _served(directory)
    plain = [f"export {name}={shlex.quote(value)}" for name, value in described["variables"].items()]
    secret = [f'export {name}="$(cat {shlex.quote(file)})"' for name, file in described["secretFiles"].items()]
    return "\n".join([*plain, *secret])


def how_to_connect(simulator: Simulator) -> str:
    """What `serve` prints: the address, and ready-to-paste settings of the usual clients.

    Sources: azure-native's installation guide, "Configuration"; `az cloud register --help`; azure-identity,
    "Environment variables".
    """
    settings, url = simulator.settings, f"https://{simulator.address}"
    secret = f'"$(cat {shlex.quote(str(settings.client_secret_file))})"'
    bundle = shlex.quote(str(settings.ca_bundle))
    return f"""\
The simulated Azure Resource Manager listens on {url}   (Ctrl-C ends it)
Open that address in a browser to see what exists and what is going on; its certificate is signed by
  {settings.ca_file}

Whatever reads environment variables, such as the Azure SDKs for Python (docs/how-to/use-python-sdks.md):
  eval "$(python -m sandbox settings)"

Pulumi's azure-native provider (docs/how-to/use-the-real-provider.md):
  export SSL_CERT_FILE={bundle}
  pulumi config set azure-native:metadataHost {simulator.address}
  pulumi config set azure-native:disableInstanceDiscovery true
  pulumi config set azure-native:subscriptionId {settings.subscription_id}
  pulumi config set azure-native:tenantId {settings.tenant_id}
  pulumi config set azure-native:clientId {settings.client_id}
  pulumi config set --secret azure-native:clientSecret {secret}

The az command line (docs/how-to/use-az.md):
  export REQUESTS_CA_BUNDLE={bundle} AZURE_CORE_INSTANCE_DISCOVERY=false
  az cloud register --name sandbox --endpoint-resource-manager {url} \\
    --endpoint-active-directory {url} --endpoint-active-directory-resource-id {url} \\
    --endpoint-active-directory-graph-resource-id {url} --endpoint-management {url}
  az cloud set --name sandbox
  az login --service-principal --tenant {settings.tenant_id} \\
    --username {settings.client_id} --password {secret}

Everything a client needs to know of this cloud: {url}/metadata/endpoints?api-version=2022-09-01"""


def _described(simulator: Simulator) -> dict[str, dict[str, str]]:
    variables = azure_variables(simulator.address, simulator.settings)
    return {
        "variables": {name: value for name, value in variables.items() if name not in SECRETS},
        "secretFiles": {name: str(simulator.settings.client_secret_file) for name in SECRETS},
    }


def _served(directory: Path) -> dict[str, dict[str, str]]:
    try:
        described: dict[str, dict[str, str]] = json.loads((directory / _FILE_NAME).read_text())
        host, _, port = described["variables"]["ARM_METADATA_HOSTNAME"].rpartition(":")
        # Ended without a chance to clean up behind itself, it would have left the file.
        socket.create_connection((host, int(port)), _PATIENCE).close()
    except (FileNotFoundError, ConnectionError, TimeoutError) as error:
        raise NotServedError(
            "no simulator is being served that settings could lead to. Start one in another terminal, for example: "
            "python -m sandbox serve --port 8443   (what `run` and `shell` start has the settings already)"
        ) from error
    return described
