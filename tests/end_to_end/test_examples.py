"""Each program of examples/, unchanged, from its first update to its destruction, with the real CLI."""

from __future__ import annotations

import re
import shutil
from ipaddress import ip_network
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.conftest import REPOSITORY, Project, copy_of_an_example
from tests.end_to_end.disturbed.interruption import recover

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def example(tmp_path: Path, toolchain: Path) -> Callable[[str], Project]:
    """Copies an example."""
    return lambda name: copy_of_an_example(name, tmp_path / "project", toolchain)


def expect_no_changes_and_destroy(project: Project) -> None:
    """A second preview finds nothing to do; destroying leaves nothing."""
    project.expect_an_empty_preview()
    project.destroy()
    assert project.resources() == []


def test_every_example_is_listed_and_tested() -> None:
    examples = REPOSITORY / "examples"
    programs = {file.parent.relative_to(examples).as_posix() for file in examples.rglob("Pulumi.yaml")}
    listed = (examples / "README.md").read_text()
    assert programs
    for program in programs:
        assert f"]({program}/)" in listed
        assert any(f'"{program}"' in tests.read_text() for tests in Path(__file__).parent.glob("test_*.py"))


def test_the_examples_share_no_group_and_no_range_so_that_all_can_be_deployed_together() -> None:
    groups, ranges = [], []
    for project in (REPOSITORY / "examples").rglob("Pulumi.yaml"):
        texts = [file.read_text() for file in (*project.parent.glob("*.py"), *project.parent.glob("Pulumi*.yaml"))]
        groups += sorted(set(re.findall(r"\brg-[a-z-]+", " ".join(texts))))
        ranges += [ip_network(found) for found in set(re.findall(r"[0-9.]+/24", " ".join(texts)))]
    assert len(groups) == len(set(groups)) == 10
    # An environment in the network of another stack has no network, two in one program have two.
    assert len(ranges) == 12
    assert not any(one.overlaps(other) for one, other in combinations(ranges, 2))


def test_an_environment_shares_its_network_with_other_resources(example: Callable[[str], Project]) -> None:
    project = example("beside-other-resources")
    project.up()
    outputs = project.outputs()
    assert outputs["jump_host_subnet_id"].endswith("/virtualNetworks/vnet-orders/subnets/snet-jump-host")
    # The fifth subnet came after the four of the environment: Azure takes one write to a network at a time.
    writes = project.writes()
    assert writes.index("PUT subnet-4") < writes.index("PUT snet-jump-host")
    expect_no_changes_and_destroy(project)


def test_two_environments_of_one_program_share_nothing(example: Callable[[str], Project]) -> None:
    project = example("two-environments")
    project.up()
    for region in ("westus2", "eastus2"):
        outputs = project.outputs()[region]
        group = f"/resourceGroups/rg-orders-{region}/"
        assert group in outputs["environment_id"]
        assert [group in subnet for subnet in outputs["subnet_ids"].values()] == [True] * 4
    expect_no_changes_and_destroy(project)


def test_a_provider_of_the_component_creates_all_its_children(example: Callable[[str], Project]) -> None:
    project = example("explicit-provider")
    project.up()
    providers = [resource["provider"] for resource in project.state() if resource["type"].startswith("azure-native:")]
    assert len(providers) == len(["group", "network", *range(4), "environment"])
    assert {provider.rpartition("::")[0].rpartition("::")[2] for provider in providers} == {"orders"}
    expect_no_changes_and_destroy(project)


def test_a_transform_tags_every_resource_that_supports_tags(example: Callable[[str], Project]) -> None:
    project = example("tags-everywhere")
    project.up()
    tags = {
        request.path.split("?")[0].rstrip("/").rsplit("/", 1)[1]: request.body["tags"]
        for request in project.requests()
        if request.method == "PUT" and request.body and "tags" in request.body
    }
    own = {"owner": "orders", "stack": "dev"}
    # Neither subnets nor rules, routes and connectors.
    assert tags == {
        "rg-orders-tags": {"owner": "integration", "stack": "dev"},
        **dict.fromkeys(["vnet-orders", "nsg-orders", "rt-orders", "ise-orders"], own),
    }
    written = " ".join(project.writes())
    assert all(name in written for name in ("PUT subnet-1", "PUT AllowLogicApps", "PUT internet", "PUT sql"))
    expect_no_changes_and_destroy(project)


def test_an_environment_uses_the_network_of_another_teams_stack(tmp_path: Path, toolchain: Path) -> None:
    network = copy_of_an_example("network-of-another-stack/network", tmp_path / "network", toolchain)
    environment = copy_of_an_example("network-of-another-stack/environment", tmp_path / "environment", toolchain)
    # One sandbox for both, as there is one Azure and one backend.
    shutil.rmtree(environment.home)
    environment.home.symlink_to(network.home)

    network.up()
    subnets = network.outputs()["environment_subnet_ids"]
    before = len(environment.requests())
    environment.up()
    assert environment.writes(before) == ["PUT rg-orders-environment", "PUT ise-orders"]
    (request,) = [each for each in environment.requests() if each.method == "PUT" and "ise-orders" in each.path]
    assert request.body is not None
    sent = request.body["properties"]["networkConfiguration"]["subnets"]
    assert sent == [{"id": identity} for identity in subnets]

    # Neither team's preview finds anything to do after the other's update.
    network.expect_an_empty_preview()
    environment.expect_an_empty_preview()
    before = len(environment.requests())
    environment.destroy()
    assert environment.writes(before) == ["DELETE ise-orders", "DELETE rg-orders-environment"]
    network.destroy()
    assert network.resources() == []


def use_program(project: Project, name: str) -> None:
    """Replaces the program of the example ``adopt-existing-code`` by another of its programs."""
    stack_file = project.folder / "Pulumi.dev.yaml"
    stack_file.write_text(re.sub(r"(code:program:) \w+", rf"\1 {name}", stack_file.read_text()))


def expect_the_component_to_keep_everything(project: Project, before: int) -> None:
    use_program(project, "after")
    assert project.preview() == {}, "a preview names only what changes"
    project.up()
    assert project.writes(before) == []
    names = {resource["urn"].rpartition("::")[2] for resource in project.state() if resource["custom"]}
    assert {"orders-vnet", *(f"orders-subnet-{number}" for number in range(1, 5)), "orders-ise"} <= names


def test_plain_code_moves_into_the_component_without_a_write_request(example: Callable[[str], Project]) -> None:
    project = example("adopt-existing-code")
    project.up()
    expect_the_component_to_keep_everything(project, len(project.requests()))


@pytest.mark.faults
def test_a_typed_environment_moves_into_the_component_by_recovery(example: Callable[[str], Project]) -> None:
    project = example("adopt-existing-code")
    use_program(project, "before_typed")
    project.up()
    (environment,) = (each["urn"] for each in project.state() if each["urn"].endswith("::environment"))
    before = len(project.requests())

    # The commands of docs/how-to/move-existing-code.md.
    project.succeed("state", "delete", environment, "--yes")
    use_program(project, "after")
    recovered = recover(project)
    assert recovered.returncode == 0, recovered.stdout + recovered.stderr
    assert "left alone" not in recovered.stdout
    expect_the_component_to_keep_everything(project, before)
