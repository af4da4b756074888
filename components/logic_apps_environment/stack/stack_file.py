"""Finds texts that YAML converted on their way from a stack file to the program, where only the file shows it.

``name: 1.10`` reaches the program as the text ``1.1``, and so does the key in ``tags: {1.10: x}``. Inside objects,
values keep the type that YAML gave them, so that the validation of the arguments rejects them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

from logic_apps_environment.stack.engine_values import plain_scalar
from logic_apps_environment.validation.rule import describe, redact
from logic_apps_environment.validation.texts import CONVERTED_VALUE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from logic_apps_environment.validation.rule import Problem


def converted_texts(
    stack_file: str, project: str, values: Mapping[str, str], text_keys: Collection[str]
) -> Iterator[Problem]:
    """Yields a problem for each text that is written otherwise in the stack file than it arrived.

    What cannot be compared, because the values come from elsewhere, is passed over.

    Args:
        stack_file: the content of the stack file.
        project: the project's name, which is the namespace of its keys.
        values: every configuration value of the stack by its full key, as the engine hands them over.
        text_keys: the keys whose values are text.
    """
    try:
        document = yaml.compose(stack_file, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        return
    for section, entries in _entries(document):
        for key, node in _entries(entries) if section.value == "config" else ():
            name = key.value.removeprefix(f"{project}:")
            arrived = values.get(f"{project}:{name}")
            if arrived is None:
                continue
            if name in text_keys:
                if _is_converted(node, arrived):
                    yield _problem(node, arrived, (name,))
            else:
                yield from _converted_keys(node, _decoded(arrived), (name,))


def _converted_keys(node: yaml.Node, arrived: object, path: tuple[str | int, ...]) -> Iterator[Problem]:
    if isinstance(node, yaml.SequenceNode) and isinstance(arrived, list):
        for position, (item, value) in enumerate(zip(node.value, arrived, strict=False)):
            yield from _converted_keys(item, value, (*path, position))
    if not isinstance(arrived, dict):
        return
    written = {key.value for key, _ in _entries(node)}
    for key, inner in _entries(node):
        name = key.value
        if name not in arrived:
            name = next((each for each in arrived if each not in written and _is_converted(key, each)), None)
            if name is None:
                continue
            yield _problem(key, name, (*path, name))
        yield from _converted_keys(inner, arrived[name], (*path, name))


def _entries(node: yaml.Node | None) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    """The keys and values of a mapping; none of anything else."""
    if not isinstance(node, yaml.MappingNode):
        return []
    return [(key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)]


def _is_converted(node: yaml.Node, arrived: str) -> bool:
    """Whether ``arrived`` is the value of a scalar that is not in quotes, in another spelling."""
    if not isinstance(node, yaml.ScalarNode) or node.style or node.value == arrived:
        return False
    meaning = _meaning(node.value)
    return meaning is not None and meaning == _meaning(arrived)


def _meaning(text: str) -> float | str | None:
    """The number or boolean that text without quotes stands for in the engine's YAML; None for text."""
    value = plain_scalar(text)
    if isinstance(value, bool):
        return str(value)
    return float(value) if isinstance(value, int | float) else None


def _problem(node: yaml.Node, arrived: str, path: tuple[str | int, ...]) -> Problem:
    written = redact(node.value)
    return CONVERTED_VALUE.violation(
        f"{describe(arrived)} is written as {written} in the stack file, and YAML converted it.",
        "text",
        f'"{written}"',
        f'Enclose it in quotes: "{written}".',
        path,
    )


def _decoded(text: str) -> Any:  # noqa: ANN401 - any value
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
