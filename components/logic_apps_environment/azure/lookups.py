"""What all look-ups of existing resources share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_azure_native import authorization

from logic_apps_environment.validation.errors import NOT_REQUESTED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from logic_apps_environment.validation.model import Input
    from logic_apps_environment.validation.notation import Notation
    from logic_apps_environment.validation.rule import Problem

# How azure-native spells ARM's answer that there is nothing (its source, client_azcore.go).
_NOTHING_THERE = ("Status=404", "ResourceNotFound", "ResourceGroupNotFound")


def none_if_unknown(value: Input[str] | None) -> pulumi.Output[str | None]:
    """``value``; None while a preview does not know it, such as the name of a resource group that is about to be made.

    What can be judged without it is judged then, and all of it when it arrives.
    """
    return pulumi.Output.from_input(value).apply(
        lambda known: None if pulumi.contains_unknowns(known) else known, run_with_unknowns=True
    )


async def subscription_of(options: pulumi.InvokeOutputOptions) -> str:
    """The id of the subscription that the provider works in."""
    return str((await returned(authorization.get_client_config_output(opts=options))).subscription_id)


def raise_errors(problems: Iterable[Problem], notation: Notation) -> None:
    """Raises the errors among these problems of an existing network.

    Args:
        problems: errors and warnings.
        notation: that of the arguments of the network.

    Raises:
        ArgumentsError: there is at least one error.
    """
    errors = [problem for problem in problems if problem.is_error]
    if errors:
        raise notation.error("The existing network", errors, NOT_REQUESTED)


def is_not_found(error: Exception) -> bool:
    """Whether a function of azure-native failed because there is nothing under the id or name that it was asked for."""
    return any(mark in str(error) for mark in _NOTHING_THERE)


async def returned(asked: pulumi.Output[Any]) -> Any:  # noqa: ANN401 - the result of any function
    """What a function returned. All of its arguments are known, so that it has been called even in a preview."""
    try:
        return await asked.future()
    except Exception as error:
        raise pulumi.RunError(f"The existing network could not be looked up: {error}") from error
