"""What YAML converted, where only the stack file shows it. The arrived values were read off the real engine."""

from __future__ import annotations

import json

import pytest

from logic_apps_environment import validate_configuration
from logic_apps_environment.stack.stack_file import converted_texts

PROJECT = "logic-apps-environment"


def found(stack_file: str, **values: object) -> dict[tuple[str | int, ...], str]:
    """What is found in a stack file of these lines, by path, when these values arrive."""
    arrived = {
        f"{PROJECT}:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in values.items()
    }
    problems = list(converted_texts(f"config:\n{stack_file}", PROJECT, arrived, ["name", "location"]))
    assert {problem.rule.identifier for problem in problems} <= {"converted-value"}
    return {problem.path: problem.remedy for problem in problems}


@pytest.mark.parametrize(
    ("written", "arrived"),
    [
        *(("1.10", "1.1"), ("007", "7"), ("0123", "83"), ("0x1F", "31"), ("0o17", "15"), ("0b11", "3")),
        *(("1e3", "1000"), ("1_000", "1000"), ("TRUE", "true"), ("+5", "5"), ("1.0", "1")),
        ("123456789012345678901234567890", "1.2345678901234568e+29"),
    ],
)
def test_a_number_or_boolean_in_another_notation_is_recognized(written: str, arrived: str) -> None:
    advice = f'Enclose it in quotes: "{written}".'
    assert found(f"  {PROJECT}:name: {written}", name=arrived) == {("name",): advice}
    assert found(f"  name: {written}", name=arrived) == {("name",): advice}
    assert found(f"  {PROJECT}:tags:\n    {written}: x", tags={arrived: "x"}) == {("tags", arrived): advice}
    inside = f"  {PROJECT}:network: {{a: [1, {{{written}: x}}]}}"
    assert found(inside, network={"a": [1, {arrived: "x"}]}) == {("network", "a", 1, arrived): advice}


@pytest.mark.parametrize(
    ("written", "arrived"),
    [
        ("1234", "1234"),
        ('"1.10"', "1.10"),
        ("'007'", "007"),
        ("yes", "yes"),
        ("Fabrikam-ISE", "Fabrikam-ISE"),
        ("1.5.0", "1.5.0"),
    ],
)
def test_what_arrives_as_it_is_written_is_not(written: str, arrived: str) -> None:
    assert (
        found(f"  {PROJECT}:name: {written}\n  {PROJECT}:tags: {{{written}: x}}", name=arrived, tags={arrived: "x"})
        == {}
    )


def test_values_from_elsewhere_are_not_compared() -> None:
    """As with --config-file, or from an environment of Pulumi ESC."""
    assert found(f"  {PROJECT}:name: 1.10\n  {PROJECT}:tags: {{1.10: x}}", name="Fabrikam-ISE", tags={"env": "x"}) == {}
    assert found(f"  {PROJECT}:name: 1.10") == {}
    assert found("  other:name: 1.10", name="1.1") == {}


@pytest.mark.parametrize(
    ("written", "arrives", "path", "remedy"),
    [
        ("tags: {version: 012}", {"version": 10}, ("tags", "version"), 'Enclose it in quotes: "012".'),
        ("tags: {live: True}", {"live": True}, ("tags", "live"), 'Enclose it in quotes: "True".'),
        ("managedConnectors: [sql, 0x1F]", ["sql", 31], ("managedConnectors", 1), ""),
        ("other: x", {"version": 10}, ("tags", "version"), 'Enclose the original value in quotes, such as "10".'),
    ],
)
def test_advice_to_use_quotes_has_the_text_of_the_stack_file(
    written: str, arrives: object, path: tuple[str | int, ...], remedy: str
) -> None:
    key = str(path[0])
    stack_file = f"config:\n  {PROJECT}:{written}\n"
    problems = validate_configuration(PROJECT, {f"{PROJECT}:{key}": json.dumps(arrives)}, stack_file=stack_file)
    (problem,) = [each for each in problems if each.path == path]
    assert problem.remedy.startswith(remedy)


@pytest.mark.parametrize("stack_file", ["", "a: [", "- a", "config: 5", "config:\n  ? [a]\n  : b", "a: " + "[" * 5000])
def test_a_stack_file_that_cannot_be_read_is_skipped(stack_file: str) -> None:
    assert list(converted_texts(stack_file, PROJECT, {f"{PROJECT}:name": "1.1"}, ["name"])) == []


def test_a_required_key_outside_of_config_is_named_as_misplaced() -> None:
    stack_file = f"{PROJECT}:name: ise-a\nlocation: westus2\nconfig:\n  {PROJECT}:endpoint: Internal\n"
    values = {f"{PROJECT}:endpoint": "Internal"}
    problems = validate_configuration(PROJECT, values, stack_file=stack_file)
    misplaced = {problem.path for problem in problems if 'below the key "config"' in problem.remedy}
    assert misplaced == {("name",), ("location",)}
    assert {problem.rule.identifier for problem in problems} == {"missing-value"}
    assert not any("config" in problem.remedy for problem in validate_configuration(PROJECT, values))
