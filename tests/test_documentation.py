"""The documentation says what is: its generated parts are current, and what it names exists."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pulumi
from pulumi_azure_native import resources

from .components.recording import record

REPOSITORY = Path(__file__).parents[1]


def test_generated_parts_of_the_readme_are_current() -> None:
    generated = runpy.run_path(str(REPOSITORY / "docs/generate.py"))["generated"]
    readme = (REPOSITORY / "README.md").read_text()
    assert generated(readme) == readme, "run `make docs`"
    assert readme.count("<!-- generated: ") == 2
    assert "| `sku.capacity` |" in readme
    assert "| `next_certificate_expiry` |" in readme


def test_links_within_the_documentation_lead_somewhere() -> None:
    for page in [REPOSITORY / "README.md", *(REPOSITORY / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.relative_to(REPOSITORY)} links to {target}"


def test_every_make_target_that_the_readme_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text(), flags=re.MULTILINE))
    named = set(re.findall(r"`make ([a-z]+)", (REPOSITORY / "README.md").read_text()))
    assert named <= targets


def test_the_example_of_the_readme_makes_an_environment() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", (REPOSITORY / "README.md").read_text(), flags=re.DOTALL)

    def program() -> None:
        group = resources.ResourceGroup("group", resource_group_name="rg-orders")
        exec(compile(example, "README.md", "exec"), {"group": group, "pulumi": pulumi})  # noqa: S102 - our own page

    recording = record(program)
    assert recording["orders-ise"].inputs["resourceGroupName"] == "rg-orders"
    assert recording.stack_outputs["environment_id"].endswith("/integrationServiceEnvironments/ise-orders")
