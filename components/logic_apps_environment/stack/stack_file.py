"""Find in a stack file what the engine does not show: strings that YAML converts, and keys outside of ``config``.

The program receives ``name: 1.10`` as the string ``1.1``, and the key in ``tags: {1.10: x}`` likewise. Values inside
objects keep the type that YAML gives them, so the validation of the arguments rejects them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import yaml

from logic_apps_environment.stack.engine_values import plain_scalar
from logic_apps_environment.validation.rule import KeyPath, Problem, describe, redact
from logic_apps_environment.validation.schema_rules import MISSING_VALUE
from logic_apps_environment.validation.texts import CONVERTED_VALUE, ORIGINAL_IN_QUOTES


def converted_texts(
    stack_file: str, project: str, values: Mapping[str, str], text_keys: Collection[str]
) -> Iterator[Problem]:
    """Yield a problem for each string that differs from the text in the stack file, in which ``text_keys`` are strings.

    ``values`` has every configuration value by its full key, as the engine passes it. Those that do not come from the
    stack file are skipped.
    """
    for key, node in _entries(_configuration(stack_file)):
        name = key.value.removeprefix(f"{project}:")
        passed = values.get(f"{project}:{name}")
        if passed is None:
            continue
        if name not in text_keys:
            yield from _converted_keys(node, _decoded(passed), (name,))
        elif _is_converted(node, passed):
            yield _problem(node, passed, (name,))


def with_original_texts(problems: Iterable[Problem], stack_file: str, project: str) -> list[Problem]:
    """Return the problems, whose advice to enclose a value in quotes has the text of the stack file.

    The program receives ``012`` as the number 10, whose text would be another one.
    """
    found = list(problems)
    if not any(each.remedy.startswith(ORIGINAL_IN_QUOTES) for each in found):
        return found
    config = _configuration(stack_file)

    def original(problem: Problem) -> Problem:
        key, *below = problem.path
        node = _member(config, f"{project}:{key}") or _member(config, key)
        for step in below:
            node = _member(node, step)
        if not isinstance(node, yaml.ScalarNode) or node.style:
            return problem
        return replace(problem, remedy=f'Enclose it in quotes: "{redact(node.value)}".')

    return [original(each) if each.remedy.startswith(ORIGINAL_IN_QUOTES) else each for each in found]


def with_misplaced_keys(problems: list[Problem], stack_file: str, project: str) -> list[Problem]:
    """Return the problems; those of missing keys say if the stack file has the key outside of ``config``."""
    missing = {problem.path[0] for problem in problems if problem.rule is MISSING_VALUE and len(problem.path) == 1}
    if not missing:
        return problems
    outside = {key.value.removeprefix(f"{project}:") for key, _ in _entries(_document(stack_file))}
    remedy = 'Move it below the key "config" of the stack file. Pulumi reads no other place.'
    return [
        replace(each, remedy=remedy) if each.rule is MISSING_VALUE and each.path[0] in missing & outside else each
        for each in problems
    ]


def _document(stack_file: str) -> yaml.Node | None:
    """Return the stack file; None if the text is not YAML."""
    try:
        return yaml.compose(stack_file, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        return None


def _configuration(stack_file: str) -> yaml.Node | None:
    """Return the section ``config``; None if there is none, or if the text is not YAML."""
    return _member(_document(stack_file), "config")


def _member(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    """Return a value of a mapping or an item of a sequence; None if there is none."""
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        item: yaml.Node = node.value[step]
        return item
    return next((value for key, value in _entries(node) if key.value == step), None)


def _converted_keys(node: yaml.Node, passed: object, path: KeyPath) -> Iterator[Problem]:
    if isinstance(node, yaml.SequenceNode) and isinstance(passed, list):
        for position, (item, value) in enumerate(zip(node.value, passed, strict=False)):
            yield from _converted_keys(item, value, (*path, position))
    if not isinstance(passed, dict):
        return
    written = {key.value for key, _ in _entries(node)}
    for key, inner in _entries(node):
        name = key.value
        if name not in passed:
            name = next((each for each in passed if each not in written and _is_converted(key, each)), None)
            if name is None:
                continue
            yield _problem(key, name, (*path, name))
        yield from _converted_keys(inner, passed[name], (*path, name))


def _entries(node: yaml.Node | None) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    """Return the keys and values of a mapping; nothing for other nodes."""
    if not isinstance(node, yaml.MappingNode):
        return []
    return [(key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)]


def _is_converted(node: yaml.Node, passed: str) -> bool:
    """Whether ``passed`` is the value of a scalar without quotes, in another notation."""
    if not isinstance(node, yaml.ScalarNode) or node.style or node.value == passed:
        return False
    meaning = _meaning(node.value)
    return meaning is not None and meaning == _meaning(passed)


def _meaning(text: str) -> float | str | None:
    """Return the number or boolean that text without quotes means in the engine's YAML; None for a string."""
    value = plain_scalar(text)
    if isinstance(value, bool):
        return str(value)
    return float(value) if isinstance(value, int | float) else None


def _problem(node: yaml.Node, passed: str, path: KeyPath) -> Problem:
    written = redact(node.value)
    return CONVERTED_VALUE.violation(
        f"YAML converted {written}, which is not in quotes in the stack file, to {describe(passed)}.",
        "a string",
        remedy=f'Enclose it in quotes: "{written}".',
        path=path,
    )


def _decoded(text: str) -> Any:  # noqa: ANN401 - any value
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
