"""Functions that all look-ups of existing resources share."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi_azure_native import authorization

# azure-native's text of ARM's "not found" responses (its source, client_azcore.go).
_NOTHING_THERE = ("Status=404", "ResourceNotFound", "ResourceGroupNotFound")


def none_if_unknown(value: Any) -> pulumi.Output[Any]:  # noqa: ANN401 - any argument, with Outputs in it
    """Return ``value``; None while it is unknown in a preview, such as the name of a resource group to be created.

    The rules that do not depend on it are checked in the preview, and all rules when it resolves.
    """
    return pulumi.Output.from_input(value).apply(
        lambda known: None if pulumi.contains_unknowns(known) else known, run_with_unknowns=True
    )


async def subscription_of(options: pulumi.InvokeOutputOptions) -> str:
    """Return the ID of the provider's subscription."""
    return str((await returned(authorization.get_client_config_output(opts=options))).subscription_id)


def is_not_found(error: Exception) -> bool:
    """Whether a function of azure-native failed because the resource does not exist."""
    return any(mark in str(error) for mark in _NOTHING_THERE)


def reason_of(error: Exception) -> str:
    """Return the last line of the engine's error, which contains the provider's message."""
    lines = str(error).strip().splitlines()
    return lines[-1].strip() if lines else type(error).__name__


async def returned(asked: pulumi.Output[Any]) -> Any:  # noqa: ANN401 - the result of any function
    """Return the result of a function whose arguments are all known, so that it is called even in a preview.

    Raises:
        RunError: the function failed.
    """
    # A failed Output that is not recovered fails the program, even if the error is handled.
    result = await asked.recover(lambda error: error).future()
    if isinstance(result, Exception):
        raise pulumi.RunError(f"The existing network could not be looked up: {result}") from result
    return result
