"""Any stack file is accepted, or rejected with messages about its actual values and missing keys."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import given

from tests.support.certificate_factory import private_key
from tests.support.generated_configurations import anything, plausible
from tests.support.rule_examples import PROJECT, problems_with

if TYPE_CHECKING:
    from logic_apps_environment import Problem

_KEY = "".join(line for line in private_key("Root").splitlines() if not line.startswith("-----"))
KEY_PARTS = {_KEY[start : start + 12] for start in range(len(_KEY) - 12)}


def exists_or_is_missing(configuration: dict[str, Any], place: tuple[str | int, ...]) -> bool:
    """Whether the path is that of a value of the configuration, or of an absent key of an existing object."""
    value: Any = configuration
    for step in place[:-1]:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return False
    last = place[-1]
    return isinstance(value, dict) or (isinstance(value, list) and isinstance(last, int) and last < len(value))


def expect_usable_messages(configuration: dict[str, Any], problems: list[Problem]) -> None:
    for problem in problems:
        text = problem.format(f"{PROJECT}:")
        text.encode("utf-8")  # lone surrogates would break every log
        assert len(text) < 4000
        assert text.isprintable() or set(text) - {"\n"} == set(text.replace("\n", ""))
        assert exists_or_is_missing(configuration, problem.path), problem.path
        assert not any(part in text for part in KEY_PARTS)


@given(anything())
def test_any_configuration_is_accepted_or_rejected_with_messages_that_name_existing_keys(
    configuration: dict[str, Any],
) -> None:
    given_as_json = json.loads(json.dumps({key: value for key, value in configuration.items() if value is not None}))
    expect_usable_messages(given_as_json, problems_with(configuration))


@given(plausible())
def test_a_plausible_configuration_is_accepted_or_rejected_in_the_same_way(configuration: dict[str, Any]) -> None:
    expect_usable_messages(configuration, problems_with(configuration))
