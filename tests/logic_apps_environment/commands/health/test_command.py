"""`logic-apps-environment health` as a person runs it, on the simulator: its table, its exit status, its one message.

It signs in with the variables that ``logic-apps-sandbox run`` and ``make shell`` set.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from logic_apps_environment.commands.azure_client.client import AzureClient
from logic_apps_environment.commands.health.command import report_health
from logic_apps_sandbox.process_environment import azure_variables
from tests.logic_apps_sandbox.arm.conftest import azure
from tests.support.azure import GROUP, ISE, SUBNETS, VNET, Azure, subnet

if TYPE_CHECKING:
    import pytest

__all__ = ["azure"]  # the fixture

REPOSITORY = Path(__file__).parents[4]
SECURITY_GROUP = f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/nsg-ise"
DENY_STORAGE = {
    "name": "deny-storage",
    "properties": {
        "protocol": "*",
        "access": "Deny",
        "direction": "Outbound",
        "priority": 100,
        "sourceAddressPrefix": "*",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "Storage",
        "destinationPortRange": "*",
    },
}


def run(azure: Azure, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """The command with the login of the simulator and no other."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ARM_", "AZURE_"))}
    login = azure_variables(azure.simulator.address, azure.simulator.settings)
    return subprocess.run(
        [sys.executable, "-m", "logic_apps_environment.commands", "health", *arguments],
        cwd=REPOSITORY,
        env=kept | login | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def create(azure: Azure) -> None:
    azure.create_environment(type="Internal")
    assert azure.get(ISE).json()["properties"]["provisioningState"] == "Succeeded"


def test_a_healthy_environment_is_a_table_of_its_subnets_and_exit_status_0(azure: Azure) -> None:
    create(azure)
    finished = run(azure, ISE)
    assert finished.returncode == 0, finished.stderr
    assert [line.split() for line in finished.stdout.splitlines()[1:]] == [
        [f"subnet-{number}", "Healthy"] for number in (1, 2, 3, 4)
    ]


def test_the_path_of_the_providers_request_is_accepted_as_an_id(azure: Azure) -> None:
    """What azure-native keeps of an environment whose creation failed after Azure had accepted it."""
    create(azure)
    requested = ISE.replace("resourceGroups", "resourcegroups").replace("Microsoft.Logic/", "Microsoft.Logic//")
    finished = run(azure, requested)
    assert finished.returncode == 0, finished.stderr


def test_an_unhealthy_environment_has_exit_status_1_and_is_reported_with_unreachable_endpoints_and_rules(
    azure: Azure,
) -> None:
    create(azure)
    assert azure.put(
        SECURITY_GROUP, {"location": "westus2", "properties": {"securityRules": [DENY_STORAGE]}}
    ).is_success
    azure.get(SECURITY_GROUP)
    assert azure.put(SUBNETS[1], subnet("10.0.0.32/27", networkSecurityGroup={"id": SECURITY_GROUP})).is_success
    azure.get(VNET)
    finished = run(azure, ISE)
    assert finished.returncode == 1, finished.stderr
    lines = finished.stdout.splitlines()
    (blocked,) = [line for line in lines if "Storage:80,443,445 cannot be reached" in line]
    assert "security group nsg-ise: the outbound rule to Storage, ports 80, 443, 445" in blocked
    # The simulator, unlike Azure's example, names the blocking rule.
    assert "is blocked by rule 'deny-storage' of security group 'nsg-ise'" in finished.stdout
    assert [line.split()[:2] for line in lines if line.startswith("subnet-")] == [
        ["subnet-1", "Healthy"],
        ["subnet-2", "Unhealthy"],
        ["subnet-3", "Healthy"],
        ["subnet-4", "Healthy"],
    ]
    assert f'az rest --method post --url "{ISE}/restart?api-version=2019-05-01"' in finished.stdout


def expect_trouble(finished: subprocess.CompletedProcess[str], words: str) -> None:
    assert finished.returncode == 2
    assert finished.stdout == ""
    assert words in finished.stderr
    assert "Traceback" not in finished.stderr


def test_an_environment_that_does_not_exist_is_an_error(azure: Azure) -> None:
    expect_trouble(run(azure, ISE), "error: Azure returned status 404 for /subscriptions/")


def test_rejected_credentials_are_reported_in_one_message(azure: Azure) -> None:
    refused = run(azure, ISE, ARM_CLIENT_SECRET="wrong")
    expect_trouble(refused, "error: signing in to Azure failed: ")
    assert "az login" in refused.stderr


def test_an_unknown_cloud_is_reported_with_the_known_ones(azure: Azure) -> None:
    unknown = run(azure, ISE, ARM_METADATA_HOSTNAME="", ARM_ENVIRONMENT="moon")
    expect_trouble(unknown, "is 'moon': expected one of public, usgovernment, china.")


def test_a_subnet_that_azure_returns_without_an_id_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The API description does not require the ID of a ResourceReference."""
    responses = {
        ISE: {"properties": {"networkConfiguration": {"subnets": [{"type": "Microsoft.Network/virtualNetworks"}]}}},
        f"{ISE}/health/network": {"subnet-1": {"networkDependencyHealthState": "Unhealthy"}},
    }
    monkeypatch.setattr(AzureClient, "get", lambda _self, path, _version: (200, responses[path]))
    assert not report_health(ISE)
    assert "Unhealthy" in capsys.readouterr().out


def test_an_argument_that_is_no_id_of_an_environment_is_a_usage_error(azure: Azure) -> None:
    expect_trouble(run(azure, VNET), "is not the ID of an integration service environment")
