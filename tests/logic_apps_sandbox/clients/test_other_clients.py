"""Azure's clients outside of this project's Python packages: the SDKs for JavaScript, Go and Java, and the Azure CLI.

`make test-clients` runs them. Each needs its tool and a package registry; the first run installs the client in
`.sandbox/clients`, which takes minutes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from logic_apps_sandbox import arm
from logic_apps_sandbox.process_environment import azure_variables

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
INSTALLED = HERE.parents[2] / ".sandbox" / "clients"
AZURE_CLI = "azure-cli==2.91.0"
INSTALL_LIMIT, RUN_LIMIT = 1200, 300
"""Seconds."""

pytestmark = [pytest.mark.clients, pytest.mark.timeout(INSTALL_LIMIT + RUN_LIMIT)]


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[arm.Simulator]:
    """An empty simulator in which whatever is due is due at once, and whose subnets are released at once."""
    with ExitStack() as stack:
        arm.control_of(tmp_path / "arm").change_settings(subnet_hold_hours=0)
        yield stack.enter_context(arm.serving(tmp_path / "arm", pace=0))


def require(tool: str, what: str) -> None:
    """Fail with what is missing."""
    if shutil.which(tool) is None:
        pytest.fail(f"{tool} is not on the PATH. Install {what} to run this test.", pytrace=False)


def run(command: list[str], folder: Path, limit: int, **variables: str) -> str:
    """Run a command and return its output; fail with its errors."""
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **variables}, capture_output=True, text=True, timeout=limit, check=False
    )
    if done.returncode:
        pytest.fail(f"{' '.join(command)} failed ({done.returncode}):\n{done.stdout}\n{done.stderr}", pytrace=False)
    return done.stdout


def copied(name: str) -> Path:
    """The folder of a client in which its packages are installed."""
    return Path(shutil.copytree(HERE / name, INSTALLED / name, dirs_exist_ok=True))


def settings_of(simulator: arm.Simulator) -> dict[str, str]:
    """The environment variables that clients read."""
    return azure_variables(simulator.address, simulator.settings)


def test_the_sdk_for_javascript(simulator: arm.Simulator) -> None:
    require("npm", "Node.js")
    folder = copied("javascript")
    run(["npm", "install", "--no-audit", "--no-fund"], folder, INSTALL_LIMIT)
    trusted = str(simulator.settings.ca_file)
    printed = run(["node", "client.mjs"], folder, RUN_LIMIT, **settings_of(simulator), NODE_EXTRA_CA_CERTS=trusted)
    assert printed.splitlines() == [
        "subnets 4",
        "environment Succeeded",
        "callback POST",
        "runs 501 NotImplemented",
        "deleted 404",
    ]


def test_the_sdk_for_go(simulator: arm.Simulator) -> None:
    require("go", "Go")
    folder = copied("go")
    run(["go", "build", "-o", "client", "."], folder, INSTALL_LIMIT)
    printed = run([str(folder / "client")], folder, RUN_LIMIT, **settings_of(simulator))
    assert printed.splitlines() == ["subnets 4", "environment Succeeded", "runs 501", "deleted 404"]


def test_the_sdk_for_java(simulator: arm.Simulator) -> None:
    require("mvn", "Maven")
    require("keytool", "a JDK")
    folder = copied("java")
    run(["mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib"], folder, INSTALL_LIMIT)
    trusted = folder / "trusted.p12"
    trusted.unlink(missing_ok=True)
    store = ["-keystore", str(trusted), "-storepass", "sandbox"]
    run(["keytool", "-importcert", "-noprompt", "-file", str(simulator.settings.ca_file), *store], folder, RUN_LIMIT)
    trust = [f"-Djavax.net.ssl.trustStore={trusted}", "-Djavax.net.ssl.trustStorePassword=sandbox"]
    printed = run(["java", *trust, "-cp", "lib/*", "Client.java"], folder, RUN_LIMIT, **settings_of(simulator))
    assert printed.splitlines() == ["subnets 4", "environment Succeeded", "resources 2", "deleted 404"]


def test_the_azure_cli(simulator: arm.Simulator, tmp_path: Path) -> None:
    """The commands of docs/how-to/use-az.md."""
    az = azure_cli()
    variables = {
        "REQUESTS_CA_BUNDLE": str(simulator.settings.ca_bundle),
        "AZURE_CORE_INSTANCE_DISCOVERY": "false",
        "AZURE_CORE_COLLECT_TELEMETRY": "false",
        "AZURE_CONFIG_DIR": str(tmp_path / "az"),
    }

    def call(*arguments: str) -> str:
        return run([str(az), *arguments, "--output", "json"], tmp_path, RUN_LIMIT, **variables)

    settings = simulator.settings
    call("cloud", "register", "--name", "sandbox", "--endpoint-resource-manager", f"https://{simulator.address}")
    call("cloud", "set", "--name", "sandbox")
    call(
        "login", "--service-principal", "--tenant", settings.tenant_id,
        "--username", settings.client_id, "--password", settings.client_secret,
    )  # fmt: skip
    call("group", "create", "--name", "demo", "--location", "westus2")
    call(*["network", "vnet", "create", "-g", "demo", "-n", "vnet-demo", "--address-prefixes", "10.0.0.0/24"])
    call("identity", "create", "-g", "demo", "-n", "identity-demo")
    call("network", "private-endpoint", "list")
    call(
        "keyvault",
        "create",
        "-g",
        "demo",
        "-n",
        "vault-demo",
        "--no-self-perms",
        "--enable-rbac-authorization",
        "false",
    )
    policy = ["--object-id", settings.tenant_id, "--key-permissions", "get", "list", "wrapKey", "unwrapKey"]
    call("keyvault", "set-policy", "-g", "demo", "-n", "vault-demo", *policy)
    subnets = []
    for number in range(4):
        name, prefix = f"subnet-{number}", f"10.0.0.{32 * number}/27"
        delegation = ["--delegations", "Microsoft.Logic/integrationServiceEnvironments"] if number == 0 else []
        network = ["--vnet-name", "vnet-demo", "--name", name, "--address-prefixes", prefix]
        created = json.loads(call("network", "vnet", "subnet", "create", "-g", "demo", *network, *delegation))
        subnets.append({"id": created["id"]})
    body = {
        "location": "westus2",
        "sku": {"name": "Premium", "capacity": 1},
        "properties": {"networkConfiguration": {"accessEndpoint": {"type": "Internal"}, "subnets": subnets}},
    }
    (tmp_path / "environment.json").write_text(json.dumps(body))
    environment = [
        "--resource-group", "demo", "--name", "ise-demo", "--api-version", "2019-05-01",
        "--resource-type", "Microsoft.Logic/integrationServiceEnvironments",
    ]  # fmt: skip
    call("resource", "create", *environment, "--is-full-object", "--properties", "@environment.json")
    listed = json.loads(call("resource", "list"))
    assert {each["name"]: each["provisioningState"] for each in listed} == {
        "identity-demo": None,
        "ise-demo": "Succeeded",
        "vault-demo": "Succeeded",
        "vnet-demo": "Succeeded",
    }
    assert all(each["createdTime"] for each in listed)
    call("resource", "delete", *environment)
    call("group", "delete", "--name", "demo", "--yes")
    assert json.loads(call("group", "list")) == []


def azure_cli() -> Path:
    """The installed Azure CLI."""
    folder = INSTALLED / "az"
    if not (folder / "bin" / "az").exists():
        run([sys.executable, "-m", "venv", "--clear", str(folder)], HERE, INSTALL_LIMIT)
        run([str(folder / "bin" / "pip"), "install", "--quiet", AZURE_CLI], HERE, INSTALL_LIMIT)
    return folder / "bin" / "az"
