"""Which deployment hooks are registered with: the name of a hook belongs to one hook in each."""

from __future__ import annotations

from contextvars import ContextVar

from pulumi.runtime.settings import get_monitor

_endpoint: ContextVar[str] = ContextVar("endpoint", default="")
_served: dict[str, _Deployment] = {}


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
