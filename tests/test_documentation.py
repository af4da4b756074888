"""The documentation says what is: its generated parts are current, and what it names exists."""

from __future__ import annotations

import json
import re
import runpy
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from logic_apps_environment import validate_configuration
from tests.support.recording import record
from tests.support.rule_examples import problems_with

REPOSITORY = Path(__file__).parents[1]


def test_generated_parts_are_current() -> None:
    generate = runpy.run_path(str(REPOSITORY / "docs/generate.py"))
    for page in generate["PAGES"]:
        assert generate["generated"](page.read_text()) == page.read_text(), f"{page}: run `make docs`"


def test_types_of_arguments_are_current() -> None:
    generate = runpy.run_path(str(REPOSITORY / "docs/generate.py"))
    for module, text in generate["with_args_dicts"]().items():
        assert module.read_text() == text, f"{module}: run `make docs`"


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        ("docs/configuration.md", ["### `sku`", "| `capacity`: integer", "| `next_certificate_expiry` |"]),
        ("docs/changes.md", ["| `sku.capacity`, ", "| `resourceGroup.create` | true to false | nothing. "]),
    ],
)
def test_pages_have_their_generated_tables(page: str, lines: list[str]) -> None:
    text = (REPOSITORY / page).read_text()
    assert all(line in text for line in lines)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub derives them: lower case, no punctuation, hyphens for spaces."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_links_within_the_documentation_lead_to_a_file_and_to_a_heading_in_it() -> None:
    names = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "examples/README.md"]
    pages = [*(REPOSITORY / name for name in names), *(REPOSITORY / "docs").rglob("*.md")]
    for page in pages:
        for path, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", page.read_text()):
            target = page.parent / path if path else page
            assert target.exists(), f"{page.relative_to(REPOSITORY)} links to {path}"
            assert not anchor or anchor in anchors(target), f"{page.relative_to(REPOSITORY)} links to {path}#{anchor}"


@pytest.mark.parametrize("page", ["docs/how-it-is-built.md", "CONTRIBUTING.md"])
def test_every_module_that_the_map_and_the_recipes_name_exists(page: str) -> None:
    library, sandbox = REPOSITORY / "components/logic_apps_environment", REPOSITORY / "logic_apps_sandbox"
    folders = [REPOSITORY, library, library / "commands", sandbox, sandbox / "arm", REPOSITORY / "tests"]
    named = set(re.findall(r"`([a-z_]+/[a-z_/]*(?:\.\w+)?)`", (REPOSITORY / page).read_text()))
    assert len(named) > 10
    for path in named:
        assert any((folder / path).exists() for folder in folders), f"{page} names {path}"


def test_every_make_target_that_the_readme_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text(), flags=re.MULTILINE))
    named = set(re.findall(r"`make ([a-z]+)", (REPOSITORY / "README.md").read_text()))
    assert named <= targets


def test_the_stack_file_of_the_readme_has_all_that_a_stack_needs_and_breaks_no_rule() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", (REPOSITORY / "README.md").read_text(), flags=re.DOTALL)
    values = {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in yaml.safe_load(text)["config"].items()
    }
    found = validate_configuration("logic-apps-environment", values)
    assert [problem.rule.identifier for problem in found] == ["service-retired"]


def test_the_readme_can_be_read_in_five_minutes() -> None:
    """At 200 words a minute, tables and code included."""
    assert len((REPOSITORY / "README.md").read_text().split()) <= 1000


def test_the_program_of_the_readme_runs_by_itself_and_creates_an_environment() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", (REPOSITORY / "README.md").read_text(), flags=re.DOTALL)
    recording = record(lambda: exec(compile(example, "README.md", "exec"), {}))  # noqa: S102 - our own page
    assert recording["billing-ise"].inputs["resourceGroupName"] == "rg-billing"
    assert recording.stack_outputs["environment_id"].endswith("/integrationServiceEnvironments/ise-billing")


def test_the_problems_that_the_how_to_on_keys_shows_are_the_reviewed_messages() -> None:
    page = (REPOSITORY / "docs/how-to/use-your-own-key.md").read_text()
    messages = (REPOSITORY / "tests/data/messages.txt").read_text()
    shown = re.findall(r"^\d\. (.*\n   Allowed: .*\n   What to do: .*)$", page, flags=re.MULTILINE)
    assert len(shown) == 2
    for problem in shown:
        assert f"error: {problem}\n" in messages


TEMPLATE = REPOSITORY / "templates/python"


def test_the_template_asks_for_every_configuration_key_of_its_program_and_the_defaults_deploy() -> None:
    template = yaml.safe_load((TEMPLATE / "Pulumi.yaml").read_text())["template"]
    assert list(template["config"]) == ["name", "location", "addressSpace"]
    assert all(key["description"] for key in template["config"].values())
    recording = record(
        lambda: runpy.run_path(str(TEMPLATE / "__main__.py")) and None,
        configuration={f"logic-apps-environment:{name}": key["default"] for name, key in template["config"].items()},
    )
    assert recording["group"].inputs == {"resourceGroupName": "rg-ise-orders", "location": "westus2"}
    assert recording["environment-vnet"].inputs["addressSpace"] == {"addressPrefixes": ["10.0.0.0/24"]}
    assert recording.stack_outputs["environment_id"].endswith("/integrationServiceEnvironments/ise-orders")


HOW_TO_FIREWALL = (REPOSITORY / "docs/how-to/single-outbound-address.md").read_text()


def test_the_program_with_a_single_outbound_address_routes_the_subnets_to_the_firewall() -> None:
    (program,) = re.findall(r"```python\n(.*?)```", HOW_TO_FIREWALL, flags=re.DOTALL)
    recording = record(lambda: exec(compile(program, "single-outbound-address.md", "exec"), {}))  # noqa: S102 - our own page
    route = recording["orders-rt-partner"].inputs
    (firewall_subnet,) = [r for r in recording.registrations if r.inputs.get("subnetName") == "AzureFirewallSubnet"]
    assert ip_address(route["nextHopIpAddress"]) == ip_network(firewall_subnet.inputs["addressPrefix"])[4]
    # One write at a time: the firewall's subnet after the environment's.
    assert recording["orders-subnet-4"].urn in firewall_subnet.request.dependencies


def test_the_stack_file_that_routes_all_traffic_through_a_firewall_breaks_no_rule() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", HOW_TO_FIREWALL, flags=re.DOTALL)
    network: dict[str, Any] = yaml.safe_load(text)["logic-apps-environment:network"]
    assert problems_with({"network": network}) == []
    for tag in [name for name in network["routeTable"]["routes"] if name != "everything"]:
        routes = {name: route for name, route in network["routeTable"]["routes"].items() if name != tag}
        without = network | {"routeTable": network["routeTable"] | {"routes": routes}}
        assert [p.rule.identifier for p in problems_with({"network": without})] == ["route-management-traffic"]
