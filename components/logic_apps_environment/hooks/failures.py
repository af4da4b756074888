"""Explain failed creations and updates before azure-native reports them.

After a failed operation, azure-native reads the generic resource with an API version that Microsoft.Logic does not
support, so its message begins with NoRegisteredProviderFound and a list of regions; the cause comes last (its source,
crud.go: partialError). The same happens if a resource exists that it has to create.
"""

from __future__ import annotations

import asyncio
import re

import pulumi
from pulumi.resource import DependencyResource

from logic_apps_environment.hooks.deployment import register_once, suggested_commands
from logic_apps_environment.suggested_commands import SuggestedCommands

_HOOK = "logic-apps-environment-failure"

_NOUNS = {"create": "creation", "update": "update"}

_READ_FAILED = re.compile(
    r'resource created but read failed (?:Status=\d+ Code=".*?" Message=".*?"|[^"]*?): (?P<cause>.*)', re.DOTALL
)
_INTERRUPTED = re.compile(r"context canceled|operation timed out")
_BUSY = re.compile(r'Status=409 Code="(?:Conflict|AnotherOperationInProgress)"')
_EXISTS = re.compile(r"cannot create already existing resource|cannot check existence .*NoRegisteredProviderFound")


def failure_hook() -> pulumi.ResourceHookBinding:
    """Return the binding of a hook that explains the failure of a resource's creation or update."""
    return pulumi.ResourceHookBinding(on_error=[register_once(_HOOK, lambda: pulumi.ErrorHook(_HOOK, _explain))])


async def _explain(failure: pulumi.ErrorHookArgs) -> bool:
    """Log the explanation, if there is one; never retry."""
    commands = suggested_commands()
    message = explanation(failure.failed_operation, failure.errors[0], commands) if failure.errors else ""
    if message:
        before = asyncio.all_tasks()
        pulumi.log.error(message, DependencyResource(failure.urn))
        # The SDK sends the message in a task. The engine logs its own error when this function has returned.
        await asyncio.gather(*(asyncio.all_tasks() - before))
    return False


def explanation(operation: str, error: str, commands: SuggestedCommands) -> str:
    """Return the cause of a failure and what to do; empty if azure-native's message needs no explanation.

    The operation is ``create``, ``update`` or ``delete``.
    """
    read_failed = _READ_FAILED.search(error)
    cause = read_failed["cause"].strip() if read_failed else error
    recovery = f"run `{commands.recover}`, which waits for Azure, then `{commands.up}`"
    # The subnets' release has its own hook (network/subnet_release.py).
    if operation not in _NOUNS or "in use" in cause:
        return ""
    if _INTERRUPTED.search(cause):
        return f"The {_NOUNS[operation]} was interrupted. Azure continues it. To continue, {recovery}."
    if _BUSY.search(cause):
        return f"Azure has not completed an earlier operation on this resource. To continue, {recovery}."
    if _EXISTS.search(cause):
        return f"The resource exists in Azure and is not in the state. To continue, {recovery}."
    if read_failed:
        return f"Azure could not {operation} the resource: {cause}\nCorrect the cause, then run `{commands.up}`."
    return ""
