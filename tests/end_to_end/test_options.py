"""The effects of the component's options on its children.

With the real engine, because Pulumi's mocks have no aliases, transforms and order of deletion. That the component
copies no options itself is tested in tests/logic_apps_environment/test_environment.py; an explicit provider is one of
the examples (test_examples.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.conftest import Project, project_of

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import pulumi
from logic_apps_environment import IntegrationServiceEnvironment
from pulumi_azure_native import network, resources

ARGUMENTS = {
    "resource_group_name": "rg-orders",
    "location": "westus2",
    "name": "ise-orders",
    "sku": {"name": "Developer"},
    "endpoint": "Internal",
    "network": {"name": "vnet-orders", "address_space": ["10.0.0.0/24"]},
}
group = resources.ResourceGroup("group", resource_group_name="rg-orders", location="westus2")
after_group = pulumi.ResourceOptions(depends_on=[group])
"""


@pytest.fixture
def project(tmp_path: Path, toolchain: Path) -> Project:
    """An empty program."""
    return project_of("", tmp_path / "project", toolchain)


def test_children_follow_the_aliases_of_a_component_that_was_renamed_and_moved(project: Project) -> None:
    program = PROGRAM + 'IntegrationServiceEnvironment("orders", ARGUMENTS, after_group)\n'
    project.write_program(program)
    project.up()
    before = len(project.requests())

    project.write_program(
        PROGRAM
        + """
class Platform(pulumi.ComponentResource):
    def __init__(self):
        super().__init__("company:index:Platform", "platform")
        IntegrationServiceEnvironment("billing", ARGUMENTS, pulumi.ResourceOptions(
            parent=self,
            depends_on=[group],
            aliases=[pulumi.Alias(name="orders", parent=pulumi.ROOT_STACK_RESOURCE)],
        ))

Platform()
"""
    )
    assert project.preview() == {}, "a preview names only what changes"
    project.up()
    assert project.writes(before) == []
    assert [resource["urn"].rpartition("::")[2] for resource in project.state() if "Subnet" in resource["type"]] == [
        f"billing-subnet-{position}" for position in (1, 2, 3, 4)
    ]


def test_dependencies_of_the_component_are_created_before_its_children_and_deleted_after_them(project: Project) -> None:
    project.write_program(
        PROGRAM
        + """
nsg = network.NetworkSecurityGroup("nsg", resource_group_name=group.name, network_security_group_name="first")
IntegrationServiceEnvironment("orders", ARGUMENTS, pulumi.ResourceOptions(depends_on=[nsg], protect=False))
"""
    )
    project.up()
    subnets = ["subnet-1", "subnet-2", "subnet-3", "subnet-4"]
    assert project.writes() == [f"PUT {name}" for name in ("rg-orders", "first", "vnet-orders", *subnets, "ise-orders")]
    before = len(project.requests())
    project.destroy()
    assert project.writes(before) == [
        f"DELETE {name}" for name in ("ise-orders", *reversed(subnets), "vnet-orders", "first", "rg-orders")
    ]


def test_protection_and_deletion_options_apply_to_all_children(project: Project) -> None:
    project.write_program(
        PROGRAM
        + """
IntegrationServiceEnvironment("orders", ARGUMENTS, pulumi.ResourceOptions(
    depends_on=[group], protect=True, retain_on_delete=True, deleted_with=group,
))
"""
    )
    project.up()
    children = {"orders-vnet", *(f"orders-subnet-{position}" for position in (1, 2, 3, 4)), "orders-ise"}
    for option in ("protect", "retainOnDelete", "deletedWith"):
        holds_for = {resource["urn"].rpartition("::")[2] for resource in project.state() if resource.get(option)}
        assert holds_for == {"orders", *children}, option
    # A program without the component would delete it.
    project.write_program(PROGRAM)
    before = len(project.requests())
    refusal = project.fail("up", "--yes", "--non-interactive", "--skip-preview")
    assert "protected" in refusal
    assert project.writes(before) == []


def test_transforms_of_the_component_change_inputs_and_options_of_its_children_and_of_nothing_else(
    project: Project,
) -> None:
    project.write_program(
        PROGRAM
        + """
def tag(args):
    if args.type_ != "azure-native:network:VirtualNetwork":
        return None
    return pulumi.ResourceTransformResult({**args.props, "tags": {"owner": "network-team"}}, opts=None)

def keep(args):
    if args.type_ not in ("azure-native:network:Subnet", "azure-native:resources:Resource"):
        return None
    return pulumi.ResourceTransformResult(
        args.props, pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(retain_on_delete=True))
    )

network.VirtualNetwork("other", resource_group_name=group.name, virtual_network_name="vnet-other",
    location="westus2", address_space={"address_prefixes": ["10.9.0.0/24"]})
IntegrationServiceEnvironment("orders", ARGUMENTS,
    pulumi.ResourceOptions.merge(after_group, pulumi.ResourceOptions(transforms=[tag, keep])))
"""
    )
    project.up()
    state = {resource["urn"].rpartition("::")[2]: resource for resource in project.state() if resource["custom"]}
    assert state["orders-vnet"]["inputs"]["tags"] == {"owner": "network-team"}
    assert "tags" not in state["other"]["inputs"]
    kept = {name for name, resource in state.items() if resource.get("retainOnDelete")}
    assert kept == {*(f"orders-subnet-{position}" for position in (1, 2, 3, 4)), "orders-ise"}
    # The options of the component itself remain.
    assert state["orders-ise"]["customTimeouts"] == {"create": 21600, "update": 21600, "delete": 21600}
    assert state["orders-subnet-1"]["replaceOnChanges"] == ["addressPrefix"]
    project.expect_an_empty_preview()
