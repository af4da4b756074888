"""The settings of the simulator's behavior; they are in the store, so that they apply to all processes."""

import math
from dataclasses import dataclass

from logic_apps_sandbox.arm.core.store import Store
from logic_apps_sandbox.arm.resources.registration import REGISTRATION_SETTING

SUBNET_HOLD_HOURS = "subnetHoldHours"
RETIRED = "retired"

DEFAULT_SUBNET_HOLD_HOURS = 9.0
"""Azure releases subnets up to nine hours after the deletion of their ISE.

Source: Microsoft, "Manage your integration service environment" (2023). The how-to of 2020 has up to one hour. A
program that handles the longer time handles both.
"""

_MAX_HOLD = 10_000.0


@dataclass(frozen=True)
class SimulatorSettings:
    """The settings."""

    subnet_hold_hours: float
    """Simulated hours for which subnets stay in use after the deletion of their ISE, 0 to 10000; initially 9."""
    retired: bool
    """Whether new ISEs are rejected, as Azure has since November 1, 2022; initially False."""
    registration_required: bool
    """Whether resource providers must be registered first, as in a new subscription; initially False."""


def read(store: Store) -> SimulatorSettings:
    """Return the current settings. Use inside a transaction."""
    hours = store.setting(SUBNET_HOLD_HOURS)
    return SimulatorSettings(
        DEFAULT_SUBNET_HOLD_HOURS if hours is None else float(hours),
        bool(store.setting(RETIRED)),
        bool(store.setting(REGISTRATION_SETTING)),
    )


def change(
    store: Store,
    *,
    subnet_hold_hours: float | None = None,
    retired: bool | None = None,
    registration_required: bool | None = None,
) -> None:
    """Change what is not None. Use inside a transaction.

    Raises ValueError for hours that are not a number from 0 to 10000.
    """
    hours = subnet_hold_hours
    if hours is not None and not (math.isfinite(hours) and 0 <= hours <= _MAX_HOLD):
        raise ValueError(
            f"'{SUBNET_HOLD_HOURS}' is {hours!r}, but must be simulated hours from 0 to {_MAX_HOLD:g}. Example: 9"
        )
    changes = {SUBNET_HOLD_HOURS: subnet_hold_hours, RETIRED: retired, REGISTRATION_SETTING: registration_required}
    for name, value in changes.items():
        if value is not None:
            store.set_setting(name, value)
