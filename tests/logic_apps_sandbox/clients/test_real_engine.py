"""The real Pulumi engine creates the resources around an environment through the provider emulator."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from logic_apps_sandbox import arm

REPOSITORY = Path(__file__).parents[3]

PROJECT = """
name: resources-around-an-environment
runtime: {name: python, options: {virtualenv: .venv}}
"""

PROGRAM = """
import pulumi
from pulumi_azure_native import logic, network, resources

tags = {"round": pulumi.Config().get("round") or "1"}
rg = resources.ResourceGroup("rg", resource_group_name="Fabrikam-RG", location="westus2")
group = {"resource_group_name": rg.name, "location": rg.location}
rule = {
    "access": "Allow", "direction": "Inbound", "protocol": "*", "source_port_range": "*",
    "destination_address_prefix": "VirtualNetwork",
}
services = {
    "LogicAppsManagement": "454", "LogicApps": "454", "AzureConnectors": "454", "AppServiceManagement": "454-455",
    "AzureTrafficManager": "454",
}
nsg = network.NetworkSecurityGroup("nsg", network_security_group_name="nsg", tags=tags, **group)
rules = []
for number, (service, ports) in enumerate({**services, "ApiManagement": "3443"}.items()):
    rules.append(network.SecurityRule(
        service, resource_group_name=rg.name, network_security_group_name=nsg.name, priority=100 + number,
        source_address_prefix=service, destination_port_range=ports, **rule,
        opts=pulumi.ResourceOptions(depends_on=rules[-1:]),
    ))
ways = network.RouteTable("ways", route_table_name="ways", tags=tags, **group)
way = network.Route("out", resource_group_name=rg.name, route_table_name=ways.name, address_prefix="0.0.0.0/0",
                    next_hop_type="Internet")
vnet = network.VirtualNetwork("vnet", virtual_network_name="vnet", address_space={"address_prefixes": ["10.0.0.0/24"]},
                              **group)
subnets = []
for number in range(4):
    service = "Microsoft.Logic/integrationServiceEnvironments"
    subnets.append(network.Subnet(
        f"subnet-{number}", resource_group_name=rg.name, virtual_network_name=vnet.name,
        address_prefix=f"10.0.0.{32 * number}/27",
        network_security_group={"id": nsg.id}, route_table={"id": ways.id},
        delegations=[] if number else [{"name": "ise", "service_name": service}],
        opts=pulumi.ResourceOptions(depends_on=[way, *rules, *subnets[-1:]]),
    ))
ise = resources.Resource(
    "ise", api_version="2019-05-01", parent_resource_path="", resource_provider_namespace="Microsoft.Logic",
    resource_type="integrationServiceEnvironments", resource_name_="ise", sku={"name": "Developer", "capacity": 0},
    properties={"networkConfiguration": {
        "accessEndpoint": {"type": "Internal"}, "subnets": [{"id": subnet.id} for subnet in subnets]}},
    **group,
)
logic.IntegrationServiceEnvironmentManagedApi(
    "servicebus", resource_group=rg.name, integration_service_environment_name=ise.name, location=rg.location)
account = logic.IntegrationAccount("account", integration_account_name="account", sku={"name": "Standard"},
                                   integration_service_environment={"id": ise.id}, **group)
workflow = logic.Workflow(
    "orders", workflow_name="orders", definition={"contentVersion": "1.0.0.0"}, tags=tags,
    integration_account={"id": account.id}, integration_service_environment={"id": ise.id}, **group)
pulumi.export("state", workflow.state)
pulumi.export("addresses", workflow.endpoints_configuration.apply(
    lambda endpoints: [address.address for address in endpoints.workflow.access_endpoint_ip_addresses]))
"""


@pytest.fixture
def project(tmp_path: Path, toolchain: Path) -> Path:
    """A separate Pulumi project with the toolchain of the repository's sandbox."""
    (tmp_path / "Pulumi.yaml").write_text(PROJECT)
    (tmp_path / "__main__.py").write_text(PROGRAM)
    (tmp_path / ".venv").symlink_to(REPOSITORY / ".venv")
    (tmp_path / ".sandbox").mkdir()
    (tmp_path / ".sandbox" / "toolchain").symlink_to(toolchain)
    return tmp_path


def pulumi(project: Path, *arguments: str) -> str:
    """Run a Pulumi command in the project's sandbox; it has to succeed."""
    finished = subprocess.run(
        [
            sys.executable,
            "-m",
            "logic_apps_sandbox",
            "run",
            "--pace",
            "0",
            "--",
            "pulumi",
            *arguments,
            "--color",
            "never",
        ],
        cwd=project,
        env={"PATH": "/usr/bin:/bin", "HOME": str(project), "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=240,
        check=False,
    )
    assert finished.returncode == 0, f"pulumi {' '.join(arguments)}:\n{finished.stdout}\n{finished.stderr}"
    return finished.stdout


def test_the_resources_around_an_environment_are_created_updated_and_destroyed(project: Path) -> None:
    pulumi(project, "stack", "init", "dev")
    up = ("up", "--yes", "--skip-preview", "--non-interactive")
    pulumi(project, *up)
    assert json.loads(pulumi(project, "stack", "output", "--json")) == {"state": "Enabled", "addresses": ["10.0.0.6"]}
    pulumi(project, "preview", "--expect-no-changes", "--non-interactive")
    pulumi(project, "refresh", "--expect-no-changes", "--yes", "--skip-preview", "--non-interactive")

    # An update of a group or table also sends its external rules and routes, so nothing is lost.
    pulumi(project, "config", "set", "round", "2")
    assert "3 updated" in pulumi(project, *up)
    names = {resource.id.rpartition("/")[2] for resource in arm.list_resources(project / ".sandbox" / "arm")}
    assert {"LogicApps", "AzureConnectors", "out", "servicebus", "account", "orders"} <= names
    pulumi(project, "refresh", "--expect-no-changes", "--yes", "--skip-preview", "--non-interactive")

    pulumi(project, "destroy", "--yes", "--skip-preview", "--non-interactive")
    assert arm.list_resources(project / ".sandbox" / "arm") == []
