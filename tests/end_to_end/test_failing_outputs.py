"""A program that contains an environment reports its own errors, whenever they occur."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.conftest import project_of

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.end_to_end

ENVIRONMENT = """
import pulumi
from logic_apps_environment import IntegrationServiceEnvironment

{before}
IntegrationServiceEnvironment("orders", {{
    "resource_group_name": "rg-orders",
    "name": {name},
    "location": "westus2",
    "sku": {{"name": "Premium"}},
    "endpoint": "Internal",
    "network": {{"name": "vnet-orders", "address_space": ["10.0.0.0/24"]}},
}})
"""

FAILING = """
from pulumi_azure_native import resources

failing = pulumi.Output.from_input("rg").apply(lambda name: {}[name])
resources.ResourceGroup("group", resource_group_name=failing)
"""


@pytest.mark.parametrize(
    ("before", "name", "expected"),
    [
        # The value of the Output is known at once, so the argument fails while the hooks are being registered.
        ("", 'pulumi.Output.from_input("ise dict!")', "environment-name"),
        ("", 'pulumi.Output.secret("ise dict!")', "environment-name"),
        (FAILING, '"ise-orders"', "KeyError: 'rg'"),
    ],
    ids=["invalid Output", "invalid secret", "failing Output of another resource"],
)
def test_an_error_in_an_output_is_reported_instead_of_a_crash(
    before: str, name: str, expected: str, tmp_path: Path, toolchain: Path
) -> None:
    project = project_of(ENVIRONMENT.format(before=before, name=name), tmp_path / "project", toolchain)
    printed = project.fail("preview", "--non-interactive")
    assert expected in printed
    assert "EOF" not in printed
