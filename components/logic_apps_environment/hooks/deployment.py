"""Registers hooks once in each deployment: the name of a hook belongs to one hook in each."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

from pulumi.runtime.settings import get_monitor

from logic_apps_environment.hooks.callback_server import stop_callback_server_only_after_start

if TYPE_CHECKING:
    from collections.abc import Callable

Made = TypeVar("Made")

_endpoint: ContextVar[str] = ContextVar("endpoint", default="")
_served: dict[str, _Deployment] = {}
_made: WeakKeyDictionary[object, dict[str, Any]] = WeakKeyDictionary()


class _Deployment:
    """A deployment that the component package serves."""


def serve(endpoint: str) -> None:
    """Makes what follows in this context part of the deployment whose resource monitor has this address.

    The component package gets a monitor of its own for each component of a program; their address is the same.
    """
    _endpoint.set(endpoint)


def deployment() -> object:
    """The deployment, as a key: of a program, its only monitor."""
    endpoint = _endpoint.get()
    return _served.setdefault(endpoint, _Deployment()) if endpoint else get_monitor()


def once_in_deployment(name: str, make: Callable[[], Made]) -> Made:
    """Return what belongs to the hook ``name`` in this deployment; ``make`` creates it the first time.

    Args:
        name: the name of the hook.
        make: registers the hook.
    """
    stop_callback_server_only_after_start()
    made = _made.setdefault(deployment(), {})
    if name not in made:
        made[name] = make()
    found: Made = made[name]
    return found
