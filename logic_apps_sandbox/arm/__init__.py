"""The ARM simulator: Azure Resource Manager over HTTPS on loopback.

``serving`` runs it, ``control_of`` returns its control interface, ``list_resources`` and ``recorded_requests`` read its
store. Each Azure namespace declares its resource types, listed in ``resource_providers``; the other modules are ARM
itself. See docs/sandbox.md for its use, and docs/sandbox-behavior.md for its behavior and sources.
"""

from logic_apps_sandbox.arm.control.control import Control, SimulatedTime
from logic_apps_sandbox.arm.control.request_log import RecordedRequest
from logic_apps_sandbox.arm.control.settings import SimulatorSettings
from logic_apps_sandbox.arm.core.operation_faults import OperationFault
from logic_apps_sandbox.arm.core.repair import repair
from logic_apps_sandbox.arm.core.request_faults import RequestFault
from logic_apps_sandbox.arm.core.store_errors import IncompatibleStoreError, StoreError
from logic_apps_sandbox.arm.server.server import (
    IN_USE,
    ClientSettings,
    ListedResource,
    Simulator,
    SimulatorNotStartedError,
    control_of,
    list_resources,
    recorded_requests,
    serving,
)

__all__ = [
    "IN_USE",
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
