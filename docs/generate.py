"""Write the generated parts of the documentation: ``make docs``. A test fails when they are not current.

A generated part is between two comments, ``<!-- generated: NAME -->`` and ``<!-- /generated -->``.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from docs.args_dicts import with_args_dicts
from docs.picture import picture, picture_in_readme
from docs.stack_schema import stack_schema
from logic_apps_environment import RULES, IntegrationServiceEnvironment, StackConfiguration
from logic_apps_environment.component_package.provider import schema
from logic_apps_environment.hooks.external_settings_rules import SETTINGS, TRANSFORM, ExternalSetting
from logic_apps_environment.validation.annotations import configuration_type, inner_model, is_mapping
from logic_apps_environment.validation.references import TITLES
from logic_apps_environment.validation.rule import Severity
from logic_apps_environment.validation.setting import setting_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from logic_apps_environment.validation.change_effects import Change
    from logic_apps_environment.validation.rule import Rule

REPOSITORY = Path(__file__).parents[1]


def configuration_table() -> str:
    """Return a table of the keys of each object in the configuration.

    docs/changes.md describes the effects of changes.
    """
    lines = []
    for path, model in _objects(StackConfiguration, ""):
        lines += [f"### `{path}`", ""] if path else []
        lines += ["| Key | Allowed values |", "|---|---|"]
        lines += [f"| {' | '.join(_configuration_row(model, name, path))} |" for name in model.model_fields]
        lines.append("")
    return "\n".join(lines[:-1])


def _objects(model: type[BaseModel], path: str) -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield the path and the model of every object in the configuration, outer objects before inner ones."""
    yield path.removesuffix("."), model
    for name in model.model_fields:
        if below := inner_model(model, name):
            yield from _objects(below, _inner_path(model, name, path))


def _configuration_row(model: type[BaseModel], name: str, path: str) -> tuple[str, ...]:
    """Return key, type and default; description; allowed values and example, or a link to the table of the object."""
    field, details, kind = model.model_fields[name], setting_of(model, name), configuration_type(model, name)
    default = "required" if field.is_required() else _spell_default(field.default)
    allowed = re.sub(r"^(?:the|an?) ", "", details.allowed)
    values = f"{allowed}<br>`{details.example}`"
    if inner_model(model, name):
        inner = _inner_path(model, name, f"{path}." if path else "").removesuffix(".")
        link = f"[`{inner}`](#{re.sub(r'[^a-z]', '', inner.lower())})"
        values = f"{allowed}<br>{link}" if kind == "array" or is_mapping(model, name) else link
    elif kind == "boolean":
        values = ""
    elif re.search(rf"\b{re.escape(details.example)}\b", allowed):
        values = allowed
    return f"`{field.alias}`: {', '.join(filter(None, (kind, default)))}<br>{field.description}", values


def _settings(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, type[BaseModel], str]]:
    """Yield every configuration key with its model and field; outer keys before inner ones."""
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
            return ""
        case bool():
            return f"`{str(value).lower()}`"
        case () | []:
            return "`[]`"
        case tuple():
            return ""
        case _:
            return f"`{value}`"


def outputs_table() -> str:
    """Return every output of the component and of a stack, with the docstring of its attribute."""
    source = (REPOSITORY / "components/logic_apps_environment/environment/component.py").read_text()
    meanings = dict(re.findall(r'^    (\w+): .*pulumi\.Output\[.*\]\n    """(.*)"""$', source, flags=re.MULTILINE))
    lines = ["| Output | Meaning |", "|---|---|"]
    lines += [
        f"| `{name}` | {meanings[name].replace('``', '`')} |" for name in IntegrationServiceEnvironment.output_names()
    ]
    return "\n".join(lines)


def changes_table() -> str:
    """Return the effects of changing each argument: arguments whose changes have the same effects share a row."""
    rows: dict[tuple[str, str], list[str]] = {}
    for key, model, name in _settings(StackConfiguration, ""):
        for condition, steps in groupby(setting_of(model, name).changes, key=lambda change: change.condition):
            rows.setdefault((condition, _effects(list(steps))), []).append(f"`{key}`")
    lines = ["| Argument | Change | Effect |", "|---|---|---|"]
    lines += [f"| {', '.join(keys)} | {condition} | {effects} |" for (condition, effects), keys in rows.items()]
    return "\n".join(lines)


def _effects(steps: list[Change]) -> str:
    """Return the steps of a change, such as ``created: the security group; in place: all subnets``, and the remarks."""
    effects = "; ".join(": ".join(filter(None, (step.effect, _parts(step)))) for step in steps)
    return ". ".join(filter(None, (effects, *(step.remark for step in steps))))


def _parts(step: Change) -> str:
    return ", ".join(part.removeprefix("the ") for part in step.parts)


def external_settings_table() -> str:
    """Return the settings of each resource type that an update removes, and those that it does not affect."""
    lines = ["| Resource | Removed or reset | Not affected |", "|---|---|---|"]
    for resource, settings in SETTINGS.items():
        others = [path for each in settings if not each.is_removed for path in each.paths]
        removed = ", ".join(_removed(setting) for setting in settings if setting.is_removed)
        if not others:
            removed = f"all properties ({settings[0].keep})"
        lines.append(f"| {re.split('[:/]', resource)[-1]} | {removed} | {', '.join(f'`{path}`' for path in others)} |")
    return "\n".join(lines)


def _removed(setting: ExternalSetting) -> str:
    keep = "" if setting.keep == TRANSFORM else f" ({setting.keep})"
    return ", ".join(f"`{path}`" for path in setting.paths) + keep


RULES_HEADINGS = {
    "unknown-key": "All values",
    "environment-name": "Names, region and SKU",
    "network-alternatives": "Network and subnets",
    "dns-server": "DNS, security group and routes",
    "certificate-source": "Certificates",
    "identity-type": "Identity and encryption key",
    "connector-name": "Connectors and integration accounts",
    "tag-count": "Tags and external settings",
}
"""The headings of docs/rules.md, each by the first rule below it."""


def rules_page() -> str:
    """Return docs/rules.md: every rule with identifier, severity, statement and source.

    The source that most rules below a heading have is stated once, below the heading.
    """
    lines = [
        "# Validation rules",
        "",
        "These rules are checked before anything is created. An error stops the deployment, because a",
        "[source](#sources) states that the value is rejected or unusable. A *warning* does not stop it. Messages",
        "contain the name of the rule. A *look-up* reads existing resources in Azure.",
    ]
    for heading, rules in _rules_by_heading().items():
        source, _ = Counter(_documents(rule) for rule in rules).most_common(1)[0]
        lines += ["", f"## {heading}", "", f"Default source: {_escaped(source)}.", ""]
        for rule in rules:
            warning = "" if rule.severity is Severity.ERROR else " *warning*"
            documents = _documents(rule)
            details = [documents] if documents != source else []
            details += ["look-up"] if rule.source.endswith(_LOOK_UP) else []
            remark = f" ({'; '.join(details)})" if details else ""
            lines.append(f"- `{rule.identifier}`{warning}: {_escaped(rule.statement + remark)}")
    lines += ["", "## Sources", "", "Titles in quotes are pages of Microsoft.", ""]
    lines += [f"- {source}: {title}" for source, title in TITLES.items()]
    return "\n".join(lines) + "\n"


_LOOK_UP = "; look-up"


def _documents(rule: Rule) -> str:
    """Return the documents that state a rule; those of references.py without the section."""
    documents = rule.source.removesuffix(_LOOK_UP).split("; ")
    return "; ".join(next((title for title in TITLES if each.startswith(title)), each) for each in documents)


def _rules_by_heading() -> dict[str, list[Rule]]:
    by_heading: dict[str, list[Rule]] = {}
    for rule in RULES:
        heading = RULES_HEADINGS.get(rule.identifier) or next(reversed(by_heading))
        by_heading.setdefault(heading, []).append(rule)
    return by_heading


def _escaped(text: str) -> str:
    return text.replace("<", "&lt;").replace(">", "&gt;")


def package_schema() -> str:
    """Return components/schema.json, the schema for programs in other languages."""
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


def generated(text: str) -> str:
    """Return ``text`` with current generated parts."""

    def renew(match: re.Match[str]) -> str:
        return f"{match[1]}\n{PARTS[match[2]]()}\n{match[3]}"

    return re.sub(r"(<!-- generated: (\w+) -->)\n.*?(<!-- /generated -->)", renew, text, flags=re.DOTALL)


def main() -> None:
    """Write all generated parts: of pages, the picture, docs/rules.md, the schemas and the types of arguments."""
    for page in PAGES:
        page.write_text(generated(page.read_text()))
    (REPOSITORY / "docs/environment.svg").write_text(picture())
    (REPOSITORY / "docs/rules.md").write_text(rules_page())
    (REPOSITORY / "components/schema.json").write_text(package_schema())
    for module, text in with_args_dicts().items():
        module.write_text(text)
    STACK_SCHEMA.write_text(stack_schema())


if __name__ == "__main__":
    main()
