"""What is read from Azure's answer on network health.

The answer is written after the API description ``Microsoft.Logic`` 2019-05-01 and its example
IntegrationServiceEnvironments_NetworkHealth.json, with their quirks.
"""

from __future__ import annotations

from typing import Any

import pytest

from logic_apps_environment.commands.health.findings import (
    SubnetHealth,
    UnexpectedResponseError,
    Unreachable,
    read_health,
)
from logic_apps_environment.commands.health.report import print_report, rule_for


def dependency(accessibility: str) -> dict[str, Any]:
    endpoint = {"domainName": "graph.windows.net", "ports": ["80", "443"], "accessibility": accessibility}
    return {"category": "AzureActiveDirectory", "displayName": "Entra ID", "endpoints": [endpoint]}


def subnet(state: str = "Healthy", *accessibility: str, **outbound: Any) -> dict[str, Any]:
    return {
        "networkDependencyHealthState": state,
        "outboundNetworkDependencies": [dependency(each) for each in accessibility],
        "outboundNetworkHealth": {"state": "Healthy", **outbound},
    }


def only(health: dict[str, Any]) -> SubnetHealth:
    (read,) = read_health({"LA1": health})
    return read


@pytest.mark.parametrize("state", ["Healthy", "Available", "healthy"])
def test_a_subnet_is_healthy_in_both_of_azures_spellings(state: str) -> None:
    assert only(subnet(state, "Available")).is_healthy


def test_a_subnet_may_have_only_its_state() -> None:
    """As LA4 in the example."""
    assert only({"networkDependencyHealthState": "Healthy"}).is_healthy


@pytest.mark.parametrize("state", ["NotAvailable", "Unhealthy", "Unknown", "NotSpecified"])
def test_any_other_state_of_azure_is_not_healthy(state: str) -> None:
    assert not only(subnet(state)).is_healthy


def test_what_cannot_be_reached_is_named_with_its_ports_whatever_the_subnets_state() -> None:
    found = only(subnet("Healthy", "Available", "NotAvailable"))
    assert found.unreachable == (Unreachable("AzureActiveDirectory", "Entra ID", "graph.windows.net:80,443"),)
    assert not found.is_healthy


def test_azures_reasons_are_repeated() -> None:
    error = {
        "code": "Blocked",
        "message": "It is blocked.",
        "details": [{"message": "By one."}, {"message": "By two."}],
    }
    assert only(subnet("Unhealthy", error=error)).reasons == ("By one.", "By two.")
    assert only(subnet("Unhealthy", error=error | {"details": []})).reasons == ("Blocked: It is blocked.",)


def test_an_unhealthy_state_without_a_reason_is_reported() -> None:
    assert only({"networkDependencyHealthState": "Healthy", "outboundNetworkHealth": {"state": "Unhealthy"}}).reasons


@pytest.mark.parametrize("answer", [None, {}, [], {"LA1": None}, {"LA1": {}}, {"LA1": {"state": "Healthy"}}])
def test_a_response_without_subnet_or_state_is_not_healthy(answer: Any) -> None:
    with pytest.raises(UnexpectedResponseError):
        read_health(answer)


def test_the_rule_is_the_one_of_microsofts_table() -> None:
    """Microsoft's ISE article, "Network ports used by your ISE", outbound."""
    assert rule_for("AzureStorage") == "the outbound rule to Storage, ports 80, 443, 445"
    assert rule_for("SQL") == "the outbound rule to Sql, port 1433"
    assert rule_for("AccessEndpoints") == "all outbound rules"


def test_control_characters_in_the_report_are_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    escape = "\x1b]0;title\x07\r\nHealthy\u202e"
    answer = {
        f"subnet-1{escape}": {
            "networkDependencyHealthState": f"NotHealthy{escape}",
            "outboundNetworkDependencies": [
                {
                    "category": f"SQL{escape}",
                    "displayName": escape,
                    "endpoints": [{"domainName": escape, "ports": ["1433"], "accessibility": "NotAvailable"}],
                }
            ],
            "outboundNetworkHealth": {"error": {"details": [{"message": f"blocked{escape}"}]}},
        }
    }
    print_report(f"/subscriptions/1{escape}", read_health(answer), {})
    printed = capsys.readouterr().out
    assert all(character.isprintable() for character in printed.replace("\n", ""))
    assert not any(line.strip() == "Healthy" for line in printed.splitlines())
    assert "NotHealthy\\x1b" in printed
