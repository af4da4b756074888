"""The ARM simulator: Azure Resource Manager over HTTPS on loopback.

`serving` runs it, `list_resources` and `recorded_requests` read its store. One module per Azure namespace
(`resources`, `network`, `logic`); the rest
is what ARM itself does. See docs/sandbox.md for behaviour and sources.
"""

from sandbox.arm.journal import RecordedRequest
from sandbox.arm.server import (
    ClientSettings,
    ListedResource,
    Simulator,
    SimulatorNotStartedError,
    list_resources,
    recorded_requests,
    serving,
)
from sandbox.arm.store import IncompatibleStoreError

__all__ = [
    "ClientSettings",
    "IncompatibleStoreError",
    "ListedResource",
    "RecordedRequest",
    "Simulator",
    "SimulatorNotStartedError",
    "list_resources",
    "recorded_requests",
    "serving",
]
