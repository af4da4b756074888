"""The ARM simulator: Azure Resource Manager over HTTPS on loopback.

`serving` runs it, `control_of` gives its control interface, `list_resources` and `recorded_requests` read its store.
Each Azure namespace declares its resource types, listed in `resource_providers`; the other modules are ARM itself. See
docs/sandbox.md for how it is used, and docs/sandbox-behaviour.md for behaviour and sources.
"""

from sandbox.arm.control import Control, SimulatedTime
from sandbox.arm.faults import RequestFault
from sandbox.arm.journal import RecordedRequest
from sandbox.arm.ordered_endings import OperationFault
from sandbox.arm.repair import repair
from sandbox.arm.server import (
    ClientSettings,
    ListedResource,
    Simulator,
    SimulatorNotStartedError,
    control_of,
    list_resources,
    recorded_requests,
    serving,
)
from sandbox.arm.simulator_settings import SimulatorSettings
from sandbox.arm.store_errors import IncompatibleStoreError, StoreError

__all__ = [
    "ClientSettings",
    "Control",
    "IncompatibleStoreError",
    "ListedResource",
    "OperationFault",
    "RecordedRequest",
    "RequestFault",
    "SimulatedTime",
    "Simulator",
    "SimulatorNotStartedError",
    "SimulatorSettings",
    "StoreError",
    "control_of",
    "list_resources",
    "recorded_requests",
    "repair",
    "serving",
]
