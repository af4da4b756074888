"""Contained resources are created, updated and deleted with their environment, with the real CLI.

Each test is a sequence of steps that depend on each other; comments describe them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.end_to_end.conftest import REPOSITORY, Project, copy_of_the_project

if TYPE_CHECKING:
    from pathlib import Path

ENVIRONMENT = "ise-logic-apps-test"
SIGNATURE = "c2lnbmF0dXJl"
SAP = {"name": "sap", "contentLink": f"https://fabrikam.blob.core.windows.net/sap/libraries.zip?sig={SIGNATURE}"}

TAGGING = """
import pulumi

def tag(args):
    if args.type_ == "azure-native:resources:Resource":
        return pulumi.ResourceTransformResult({**args.props, "tags": {"team": "integration"}}, args.opts)

pulumi.runtime.register_resource_transform(tag)
"""


def writes_of_an_update(project: Project, **changes: object) -> list[str]:
    """Changes arguments and updates. What an update left to do would be among the writes of the next one."""
    project.configure(**changes)
    before = len(project.requests())
    project.up()
    return project.writes(before)


def test_connectors_are_created_updated_and_deleted_with_their_environment(tmp_path: Path, toolchain: Path) -> None:
    project = copy_of_the_project(tmp_path / "project", toolchain, "test")

    # They are added after the environment, and nothing is left to do, not even after a refresh.
    writes = writes_of_an_update(project, managedConnectors=["sql", SAP])
    assert writes[-3] == f"PUT {ENVIRONMENT}"
    assert set(writes[-2:]) == {"PUT sql", "PUT sap"}
    project.expect_nothing_to_do()
    assert set(project.outputs()["connector_ids"]) == {"sql", "sap"}

    # The signature of the link was sent: the simulator keeps it with the connector, not with the request.
    (sap,) = [request.body for request in project.requests() if request.method == "PUT" and "/sap?" in request.path]
    assert sap is not None
    recorded = sap["properties"]["deploymentParameters"]["contentLinkDefinition"]["uri"]
    assert recorded == SAP["contentLink"].replace(SIGNATURE, "(not recorded)")
    assert any(SIGNATURE.encode() in file.read_bytes() for file in (project.home / "arm").glob("store.sqlite3*"))
    # The state does not contain it.
    assert SIGNATURE not in project.succeed("stack", "export")

    # A changed environment leaves them alone; a changed list touches no others.
    assert writes_of_an_update(project, sku={"name": "Premium", "capacity": 1}) == [f"PUT {ENVIRONMENT}"]
    assert sorted(writes_of_an_update(project, managedConnectors=["sql", "ftp"])) == ["DELETE sap", "PUT ftp"]

    # They are deleted before the environment that is replaced, and created after it: here because of a subnet.
    network = project.configuration("network")
    network["subnets"][1]["name"] = "snet-renamed"
    writes = writes_of_an_update(project, network=network)
    assert set(writes[:2]) == {"DELETE sql", "DELETE ftp"}
    assert writes[2:6] == [f"DELETE {ENVIRONMENT}", "DELETE snet-app-service", "PUT snet-renamed", f"PUT {ENVIRONMENT}"]
    assert set(writes[6:]) == {"PUT sql", "PUT ftp"}

    # Nothing is left to do, and after a deletion nothing remains.
    project.expect_an_empty_preview()
    project.succeed("destroy", "--yes", "--non-interactive", "--skip-preview")
    assert project.resources() == []


def test_a_preview_warns_about_a_transform_that_tags_the_connectors(project: Project) -> None:
    """Azure refuses such tags (Microsoft, "Add resources to your ISE"), which would show only after some hours."""
    project.configure(managedConnectors=["sql"])
    program = project.folder / "__main__.py"
    program.write_text(f"{TAGGING}\n{program.read_text()}")
    printed = project.succeed("preview", "--non-interactive")
    assert "[connector-tagged]" in printed
    refusal = project.fail("up", "--yes", "--non-interactive", "--skip-preview")
    assert "IntergrationServiceEnvironmentManagedApiDefinitionTagsNotSupported" in refusal


def test_the_workflow_and_schema_of_the_how_to_are_replaced_with_the_environment(project: Project) -> None:
    page = (REPOSITORY / "docs/how-to/run-workflows.md").read_text()
    resources = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    program = project.folder / "__main__.py"
    program.write_text("\n".join([program.read_text(), *resources]))
    ise = "ise-logic-apps-dev"

    # The account comes after the environment, workflow and schema after it, and nothing is left to do.
    writes = writes_of_an_update(project, integrationAccounts={"partners": {"sku": "Standard"}})
    assert writes[-4:-2] == [f"PUT {ise}", "PUT partners"]
    assert set(writes[-2:]) == {"PUT receive-orders", "PUT order"}
    project.expect_nothing_to_do()

    # The SKU of the account changes in place.
    assert writes_of_an_update(project, integrationAccounts={"partners": {"sku": "Free"}}) == ["PUT partners"]

    # All are deleted before the environment is replaced, and recreated afterwards.
    writes = writes_of_an_update(project, endpoint="External")
    assert set(writes[:2]) == {"DELETE receive-orders", "DELETE order"}
    assert writes[2:6] == ["DELETE partners", f"DELETE {ise}", f"PUT {ise}", "PUT partners"]
    assert set(writes[6:]) == {"PUT receive-orders", "PUT order"}

    # Nothing is left to do, and after a deletion nothing remains.
    project.expect_an_empty_preview()
    project.succeed("destroy", "--yes", "--non-interactive", "--skip-preview")
    assert project.resources() == []
