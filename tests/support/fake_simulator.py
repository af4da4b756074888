"""Run `logic-apps-sandbox` without a server, for the tests of the commands.

Run as `python -P .../fake_simulator.py ARGUMENTS`. The environment variable FAKE_SIMULATOR_LOG names a file that says
when it started and ended.
"""

import contextlib
import os
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ADDRESS = "127.0.0.1:9"


@contextlib.contextmanager
def serving(directory: Path, *, port: int = 0, pace: float | None = None, retired: bool | None = None) -> Iterator[Any]:
    """Replaces `logic_apps_sandbox.arm.serving`."""
    with Path(os.environ["FAKE_SIMULATOR_LOG"]).open("a", buffering=1) as log:
        more = "" if retired is None else f" retired={retired}"
        log.write(f"started in {directory} port={port} pace={pace}{more}\n")
        try:
            settings = types.SimpleNamespace(
                subscription_id="the-subscription",
                tenant_id="the-tenant",
                client_id="the-client",
                client_secret="the-secret",
                client_secret_file=directory / "client-secret",
                ca_file=directory / "ca.pem",
                ca_bundle=directory / "bundle.pem",
            )
            yield types.SimpleNamespace(address=ADDRESS, settings=settings, retired=bool(retired))
        finally:
            log.write("ended\n")


def list_resources(directory: Path) -> list[Any]:
    """Replace `logic_apps_sandbox.arm.list_resources`: two virtual networks if the folder exists, in no order."""
    if not directory.exists():
        return []
    group = "/subscriptions/S/resourceGroups/rg-1"
    network = f"{group}/providers/Microsoft.Network/virtualNetworks/vnet-1"
    return [
        types.SimpleNamespace(id=id_, type=type_, name=id_.rpartition("/")[2], location="westus2", state=state)
        for id_, type_, state in [
            (f"{network}/subnets/subnet-1", "Microsoft.Network/virtualNetworks/subnets", "Updating"),
            (
                f"{group}/providers/Microsoft.Network/virtualNetworks/vnet-2",
                "Microsoft.Network/virtualNetworks",
                "Succeeded",
            ),
            (network, "Microsoft.Network/virtualNetworks", "Succeeded"),
            (group, "Microsoft.Resources/resourceGroups", "Succeeded"),
        ]
    ]


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    fake = types.ModuleType("logic_apps_sandbox.arm")
    fake.serving = serving  # type: ignore[attr-defined]
    fake.list_resources = list_resources  # type: ignore[attr-defined]
    fake.StoreError = fake.SimulatorNotStartedError = RuntimeError  # type: ignore[attr-defined]
    sys.modules["logic_apps_sandbox.arm"] = fake

    from logic_apps_sandbox.commands.cli import main

    main(prog_name="sandbox")
