"""Writes the parts of the documentation that are made from the code: ``make docs``. A test says when they are stale.

A generated part stands between two comments, ``<!-- generated: NAME -->`` and ``<!-- /generated -->``.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from docs.args_dicts import args_dicts
from docs.picture import picture, picture_in_readme
from docs.stack_schema import stack_schema
from logic_apps_environment import RULES, IntegrationServiceEnvironment, StackConfiguration
from logic_apps_environment.component_package.provider import schema
from logic_apps_environment.hooks.external_settings_rules import SETTINGS
from logic_apps_environment.validation.annotations import configuration_type, inner_model, is_mapping
from logic_apps_environment.validation.references import TITLES
from logic_apps_environment.validation.setting import setting_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

REPOSITORY = Path(__file__).parents[1]


def configuration_table() -> str:
    """Every configuration key with its type, default, description, allowed values and example.

    Each object has a section with its own table, so that the keys are short. docs/changes.md describes the effects of
    changes.
    """
    lines = []
    for path, model in _objects(StackConfiguration, ""):
        lines += [f"### `{path}`", ""] if path else []
        lines += ["| Key | Type, default | Description | Allowed values, example |", "|---|---|---|---|"]
        lines += [f"| {' | '.join(_configuration_row(model, name))} |" for name in model.model_fields]
        lines.append("")
    return "\n".join(lines[:-1])


def _objects(model: type[BaseModel], path: str) -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield the path and the model of every object in the configuration, outer objects before inner ones."""
    yield path.removesuffix("."), model
    for name in model.model_fields:
        if below := inner_model(model, name):
            yield from _objects(below, _inner_path(model, name, path))


def _configuration_row(model: type[BaseModel], name: str) -> tuple[str, ...]:
    field, details = model.model_fields[name], setting_of(model, name)
    return (
        f"`{field.alias}`",
        f"{configuration_type(model, name)}<br>{'required' if field.is_required() else _spell_default(field.default)}",
        field.description or "",
        f"{details.allowed}<br>`{details.example}`",
    )


def _settings(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, type[BaseModel], str]]:
    """Every configuration key, with the model and the field that it stands for; outer keys before inner ones."""
    for name, field in model.model_fields.items():
        key = f"{prefix}{field.alias}"
        yield key, model, name
        if below := inner_model(model, name):
            yield from _settings(below, _inner_path(model, name, prefix))


def _inner_path(model: type[BaseModel], name: str, prefix: str) -> str:
    """Return the prefix of the keys in the object, or the collection of objects, that a field contains."""
    key = f"{prefix}{model.model_fields[name].alias}"
    if is_mapping(model, name):
        return f"{key}.<name>."
    return f"{key}[n]." if configuration_type(model, name) == "array" else f"{key}."


def _spell_default(value: object) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return f"`{str(value).lower()}`"
        case () | []:
            return "`[]`"
        case tuple():
            return "planned"
        case _:
            return f"`{value}`"


def outputs_table() -> str:
    """Every output of the component and of a stack, with its meaning: the attributes' docstrings."""
    source = (REPOSITORY / "components/logic_apps_environment/environment/component.py").read_text()
    meanings = dict(re.findall(r'^    (\w+): .*pulumi\.Output\[.*\]\n    """(.*)"""$', source, flags=re.MULTILINE))
    lines = ["| Output | Meaning |", "|---|---|"]
    lines += [
        f"| `{name}` | {meanings[name].replace('``', '`')} |" for name in IntegrationServiceEnvironment.output_names()
    ]
    return "\n".join(lines)


def changes_table() -> str:
    """What a change does, for each argument whose changes are told line by line."""
    lines = ["| Argument | Which change | Effect | On what | Remark |", "|---|---|---|---|---|"]
    lines += [
        f"| `{key}` | {change.condition} | {change.effect} | {', '.join(change.parts)} | {change.remark} |"
        for key, model, name in _settings(StackConfiguration, "")
        for change in setting_of(model, name).changes
    ]
    return "\n".join(lines)


def external_settings_table() -> str:
    """What an update does with what others set on a resource, for each property of each resource type."""
    lines = ["| Resource | Property | What an update does with what others set | How to keep it |", "|---|---|---|---|"]
    lines += [
        f"| {resource.rpartition(':')[2]} | {', '.join(f'`{path}`' for path in setting.paths)} | {setting.effect} | "
        f"{setting.keep} |"
        for resource, settings in SETTINGS.items()
        for setting in settings
    ]
    return "\n".join(lines)


def rules_page() -> str:
    """docs/rules.md: every rule with identifier, severity, statement and source."""
    lines = [
        "# Validation rules",
        "",
        "The rules that are checked before anything is created. An *error* stops the deployment, because the source",
        "states that the value is rejected or unusable. After a *warning*, the deployment continues. Messages contain",
        "the name of the rule. A *look-up* reads existing resources in Azure. `make docs` generates this page.",
        "",
        "| Rule | Severity | Statement | Source |",
        "|---|---|---|---|",
    ]
    lines += [f"| `{r.identifier}` | {r.severity} | {_cell(r.statement)} | {_cell(r.source)} |" for r in RULES]
    lines += ["", "## Sources", "", "Titles in quotes are pages of Microsoft.", ""]
    lines += [f"- {source}: {title}" for source, title in TITLES.items()]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;")


def package_schema() -> str:
    """components/schema.json: what programs in other languages know of the components."""
    return json.dumps(schema(), indent=2) + "\n"


PARTS = {
    "picture": picture_in_readme,
    "configuration": configuration_table,
    "outputs": outputs_table,
    "changes": changes_table,
    "external_settings": external_settings_table,
}
PAGES = (REPOSITORY / "README.md", REPOSITORY / "docs/configuration.md", REPOSITORY / "docs/changes.md")
"""The pages with generated parts."""
STACK_SCHEMA = REPOSITORY / "docs/stack.schema.json"
ARGS_DICTS = REPOSITORY / "components/logic_apps_environment/args_dicts.py"


def generated(text: str) -> str:
    """``text`` with every generated part made anew."""

    def renew(match: re.Match[str]) -> str:
        return f"{match[1]}\n{PARTS[match[2]]()}\n{match[3]}"

    return re.sub(r"(<!-- generated: (\w+) -->)\n.*?(<!-- /generated -->)", renew, text, flags=re.DOTALL)


def main() -> None:
    """Writes all generated parts: of pages, the picture, docs/rules.md, the schemas and ``args_dicts.py``."""
    for page in PAGES:
        page.write_text(generated(page.read_text()))
    (REPOSITORY / "docs/environment.svg").write_text(picture())
    (REPOSITORY / "docs/rules.md").write_text(rules_page())
    (REPOSITORY / "components/schema.json").write_text(package_schema())
    ARGS_DICTS.write_text(args_dicts())
    STACK_SCHEMA.write_text(stack_schema())


if __name__ == "__main__":
    main()
