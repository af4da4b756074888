"""A stack from its first preview to its destruction, for each committed stack file, through the real CLI.

Each test is one story, since every step needs the one before; the comments describe the steps.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.end_to_end.conftest import REPOSITORY, Project, copy_of_the_project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.conftest import Stacks

DOCUMENTED_BODY = json.loads((REPOSITORY / "tests/data/documented-request-body.json").read_text())

ALL = [
    "logic-apps-rg",
    "logic-apps-vnet",
    "logic-apps-subnet-1",
    "logic-apps-subnet-2",
    "logic-apps-subnet-3",
    "logic-apps-subnet-4",
    "logic-apps-ise",
]


@pytest.mark.parametrize(
    ("stack", "group", "network", "subnets", "environment"),
    [
        (
            "dev",
            "rg-logic-apps-dev",
            "vnet-logic-apps-dev",
            [f"subnet-{n}" for n in (1, 2, 3, 4)],
            "ise-logic-apps-dev",
        ),
        (
            "test",
            "rg-logic-apps-test",
            "vnet-logic-apps-test",
            ["snet-logic-apps", "snet-app-service", "snet-api-management", "snet-redis"],
            "ise-logic-apps-test",
        ),
        ("prod", "Fabrikam-RG", "Fabrikam-VNET", [f"subnet-{n}" for n in (1, 2, 3, 4)], "Fabrikam-ISE"),
    ],
)
def test_a_stack_is_previewed_created_kept_and_destroyed(
    stack: str,
    group: str,
    network: str,
    subnets: list[str],
    environment: str,
    stacks: Stacks,
    tmp_path: Path,
    toolchain: Path,
) -> None:
    new = copy_of_the_project(tmp_path / "new", toolchain, stack)
    files = {path.name: path.read_bytes() for path in new.folder.glob("Pulumi*.yaml")}

    # The first preview announces everything and touches nothing.
    assert new.preview() == dict.fromkeys(ALL, "create")
    assert new.resources() == []

    # One update creates every resource with one request, in the order of their dependencies.
    project = stacks.copy(stack, tmp_path / "project")
    assert project.writes() == [f"PUT {name}" for name in (group, network, *subnets, environment)]
    outputs = project.outputs()
    assert list(outputs["subnet_ids"]) == sorted(subnets)
    assert outputs["environment_id"].endswith(f"/{environment}")
    assert outputs["workflow_outgoing_ip_addresses"]

    # Nothing is left to do, and Azure is as the state has it.
    project.expect_nothing_to_do()

    # The Automation API reads the history with secrets after each update.
    if stack == "dev":
        (latest,) = json.loads(
            project.succeed("stack", "history", "--show-secrets", "--json", "--page-size", "1", "--page", "1")
        )
        assert latest["result"] == "succeeded"

    # The stack files are what they were.
    assert {path.name: path.read_bytes() for path in project.folder.glob("Pulumi*.yaml")} == files

    # A protected stack is not destroyed; the message says how to go on, and that is what helps.
    if stack == "prod":
        refusal = project.fail("destroy", "--yes", "--non-interactive", "--skip-preview")
        assert "protect" in refusal
        assert len(project.resources()) == len(ALL)
        project.configure(protect=False)
        project.up()

    # Destroyed in the opposite order; nothing remains.
    before = len(project.requests())
    project.succeed("destroy", "--yes", "--non-interactive", "--skip-preview")
    assert project.writes(before) == [f"DELETE {name}" for name in (environment, *reversed(subnets), network, group)]
    assert project.resources() == []


def test_the_request_that_creates_prod_is_the_documented_one(stacks: Stacks) -> None:
    requests = stacks.deployed("prod").requests()
    (request,) = [r for r in requests if r.method == "PUT" and r.path.split("?")[0].endswith("/Fabrikam-ISE")]
    address, _, query = request.path.partition("?")
    assert query == "api-version=2019-05-01"
    assert address.replace("//", "/").lower() == DOCUMENTED_BODY["id"].lower()

    assert request.body is not None
    sent = dict(request.body)
    assert sent.pop("tags") == {"environment": "prod"}
    expected = {key: DOCUMENTED_BODY[key] for key in ("location", "sku", "properties")} | {"location": "westus2"}
    # The document shows the beginning of a certificate.
    certificate = sent["properties"]["certificates"]["testCertificate"]
    documented = expected["properties"]["certificates"]["testCertificate"]
    assert certificate["publicCertificate"].startswith(documented["publicCertificate"].removesuffix("..."))
    assert sent == _with_certificate(expected, certificate["publicCertificate"])


def _with_certificate(body: dict[str, Any], certificate: str) -> dict[str, Any]:
    properties = body["properties"]
    entry = properties["certificates"]["testCertificate"] | {"publicCertificate": certificate}
    return body | {"properties": properties | {"certificates": {"testCertificate": entry}}}


def test_the_environment_is_created_with_the_pace_of_the_simulated_hours(project: Project) -> None:
    """Two simulated hours at a twentieth of a second each: long enough that the provider has to ask more than once."""
    finished = project.run("pulumi", "up", "--yes", "--non-interactive", "--skip-preview", "--stack", "dev", pace=0.05)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert any("operationStatuses" in request.path for request in project.requests())
    assert len(project.resources()) == len(ALL)
