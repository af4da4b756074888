"""Register hooks once in each deployment, in which the name of a hook must be unique."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.settings import get_monitor

from logic_apps_environment.hooks.callback_server import stop_callback_server_late
from logic_apps_environment.suggested_commands import SuggestedCommands

Registered = TypeVar("Registered")

_endpoint: ContextVar[str] = ContextVar("endpoint", default="")
_served: dict[str, dict[str, Any]] = {}
"""The hooks of the deployments that the component package serves, by the addresses of their monitors."""
_registered: WeakKeyDictionary[object, dict[str, Any]] = WeakKeyDictionary()
"""The hooks of a program, by its only monitor."""


def use_deployment(endpoint: str) -> None:
    """Assign the current context to the deployment whose resource monitor has this address.

    The component package gets a monitor object for each component of a program, all with the same address.
    """
    _endpoint.set(endpoint)


def register_once(name: str, register: Callable[[], Registered]) -> Registered:
    """Register the hook with this name once in each deployment, and return the result of ``register``."""
    stop_callback_server_late()
    endpoint = _endpoint.get()
    registered = _served.setdefault(endpoint, {}) if endpoint else _registered.setdefault(get_monitor(), {})
    if name not in registered:
        registered[name] = register()
    found: Registered = registered[name]
    return found


def suggested_commands() -> SuggestedCommands:
    """Return the commands for the stack of the program, which Pulumi runs in the project's folder."""
    return SuggestedCommands.of(pulumi.get_stack(), Path.cwd(), os.environ)
