"""Register the arguments of a component as its inputs, which states, exports and policies contain.

Pulumi passes old and new inputs to the hook that reports replacements (report.py). The keys are those of stack
configuration. The inputs contain no secret and no certificate.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from ipaddress import IPv4Network
from typing import Any

import pulumi

from logic_apps_environment.validation.model import Model

SECRET = "[secret]"  # noqa: S105 - no password
"""Replaces a secret value, as in Pulumi's output."""

UNRESOLVED = "[unknown]"
"""Replaces an ``Output`` that failed, or that is unknown outside of a preview."""


def registered_inputs(arguments: Model) -> dict[str, Any]:
    """Return the inputs that a component registers for its arguments, without those that are not set."""
    return {key: _registered(value) for key, value in arguments.members_to_register().items() if not is_empty(value)}


def is_known(value: object) -> bool:
    """Whether a registered value is that of the argument."""
    return not isinstance(value, pulumi.Output | type(pulumi.UNKNOWN)) and value not in (SECRET, UNRESOLVED)


def _registered(value: Any) -> Any:  # noqa: ANN401 - any argument's value
    match value:
        case Model():
            return registered_inputs(value)
        case Mapping():
            return {key: _registered(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_registered(inner) for inner in value]
        case pulumi.Output():
            return pulumi.Output.from_input(_resolved(value))
        case StrEnum() | IPv4Network():
            return str(value)
        case _:
            return value


def is_empty(value: object) -> bool:
    """Whether the value of an argument counts as not set."""
    return value is None or (isinstance(value, Mapping | list | tuple) and not value)


async def _resolved(output: pulumi.Output[Any]) -> Any:  # noqa: ANN401 - any argument's value
    """Return the value of an ``Output`` without its dependencies and its failure, which the children have.

    A component that fails would hide the errors of its children, and a component with dependencies would change the
    order of deletions.
    """
    try:
        if await output.is_secret():
            return SECRET
        value = await output.future(with_unknowns=True)
    except Exception:  # noqa: BLE001 - the resource that uses the Output reports it
        return UNRESOLVED
    if not pulumi.contains_unknowns(value):
        return value
    return pulumi.UNKNOWN if pulumi.runtime.is_dry_run() else UNRESOLVED
