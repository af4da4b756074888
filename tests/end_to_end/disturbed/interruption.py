"""Killing the real Pulumi CLI at a chosen request, and comparing what is left at the end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psutil

from logic_apps_sandbox import arm
from tests.end_to_end.conftest import REPOSITORY
from tests.support.azure import azure_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.end_to_end.conftest import Project

BEFORE, AFTER = "before", "after"
"""The request has no effect, or it has and its answer never arrives."""

REQUESTS_OF_UP = 36
REQUESTS_OF_DESTROY = 16
"""The number of requests of an undisturbed command; a test verifies it, so the matrix is complete."""

_HELD_SECONDS = 600.0
_PATIENCE_SECONDS = 120.0

UP = ("up", "--yes", "--non-interactive", "--skip-preview")
DESTROY = ("destroy", "--yes", "--non-interactive", "--skip-preview", "--run-program")


@dataclass(frozen=True)
class Outcome:
    """The resources at the end, without values that differ between runs."""

    azure: dict[str, Any]
    """ARM's answers by id."""
    state: dict[str, Any]
    """The resources of the Pulumi state by URN."""
    pending: list[Any]
    """The unfinished operations of the Pulumi state."""


def copy_of(template: Project, folder: Path) -> Project:
    """A project with the same state and the same simulated Azure, in its own folder."""
    return template.copy(folder)


def interrupt(
    project: Project,
    command: Sequence[str],
    request: int,
    moment: str,
    *,
    method: str = "*",
    path: str = "*",
    pace: float = 0,
    meanwhile: Callable[[], None] = lambda: None,
) -> bool:
    """Run a Pulumi command and kill all of its processes at its n-th request to Azure, like a power cut.

    Args:
        project: the project.
        command: arguments of `pulumi`.
        request: counts the command's requests with this method and path from 1.
        moment: `before` the request takes effect, or `after` that and before it is answered.
        method: the HTTP method, `*` for any.
        path: the path without query, in any case; `*` matches any text.
        pace: real seconds of a simulated hour.
        meanwhile: is called while the command waits for the answer to the request, before it is killed.

    Returns:
        Whether it was killed; False when it ended before that request.
    """
    control = arm.control_of(project.home / "arm")
    control.inject(
        arm.RequestFault(
            method=method,
            path=path,
            every=request,
            times=1,
            delay=_HELD_SECONDS,
            connection="broken-before" if moment == BEFORE else "",
        )
    )
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PULUMI_", "ARM_", "AZURE_"))}
    with (project.folder / "interrupted.log").open("w") as log:
        process = subprocess.Popen(
            project.in_sandbox("pulumi", *command, "--stack", project.stack, "--color", "never", pace=pace),
            cwd=project.folder,
            env=environment | {"PYTHONPATH": str(REPOSITORY)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while control.request_faults():
            printed = (project.folder / "interrupted.log").read_text
            if process.poll() is not None:
                control.clear_faults()
                return False
            assert time.monotonic() < deadline, f"request {request} never came:\n{printed()}"
            time.sleep(0.02)
        meanwhile()
    finally:
        _kill_with_children(process)
    return True


def recover(project: Project, *options: str, pace: float = 0) -> subprocess.CompletedProcess[str]:
    """Runs the recovery as a user does."""
    return project.run(
        sys.executable,
        "-m",
        "logic_apps_environment.commands",
        "recover",
        "--stack",
        project.stack,
        *options,
        pace=pace,
    )


def state_file(project: Project) -> Path:
    """The file in which Pulumi keeps the state; the state before the last write is beside it, ending in `.bak`."""
    return project.home / "state" / ".pulumi" / "stacks" / "logic-apps-environment" / f"{project.stack}.json"


def outcome(project: Project) -> Outcome:
    """What there is in Azure and in the Pulumi state."""
    with azure_in(project.home / "arm") as azure:
        bodies = {identifier: azure.get(identifier).json() for identifier in project.resources()}
    # Not by `pulumi stack export`, which takes as long as the rest of a point of a matrix.
    deployment = json.loads(state_file(project).read_bytes())["checkpoint"]["latest"]
    resources = {resource["urn"]: _comparable(resource) for resource in deployment.get("resources") or []}
    assert len(resources) == len(deployment.get("resources") or []), "a resource is twice in the state"
    return Outcome(_comparable(bodies), resources, deployment.get("pending_operations") or [])


def differing(one: Any, other: Any, path: str = "") -> list[str]:
    """The paths at which two outcomes, or parts of them, differ, with both values."""
    if isinstance(one, Outcome) and isinstance(other, Outcome):
        return differing(vars(one), vars(other))
    if isinstance(one, dict) and isinstance(other, dict):
        return [
            found
            for name in sorted(one.keys() | other.keys())
            for found in differing(one.get(name), other.get(name), f"{path} > {name.rsplit('::', 1)[-1]}")
        ]
    return [] if one == other else [f"{path}: {one!r} / {other!r}"]


def created(project: Project) -> list[str]:
    """The name of what each PUT created that Azure answered with 201, in order."""
    return [
        request.path.split("?")[0].rsplit("/", 1)[1]
        for request in project.requests()
        if request.method == "PUT" and request.status == 201
    ]


# Azure assigns these in each run; the engine's are times, source positions, and the id of its provider.
_CHANGING = frozenset(
    {"etag", "resourceGuid", "created", "modified", "sourcePosition", "stackTrace", "provider", "systemData"}
)


def _comparable(value: Any) -> Any:
    if isinstance(value, list):
        # The engine collects dependencies in an order that differs.
        is_urns = all(isinstance(item, str) and item.startswith("urn:pulumi:") for item in value)
        return sorted(value) if is_urns else [_comparable(item) for item in value]
    if isinstance(value, dict):
        kept = {name: _comparable(item) for name, item in value.items() if name not in _CHANGING}
        if str(kept.get("type", "")).startswith("pulumi:providers:"):
            kept.pop("id", None)
        return kept
    return value


def _kill_with_children(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL for all at the same moment: each is stopped first, so that none sees another one die."""
    try:
        root = psutil.Process(process.pid)
        family = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        family = []
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for member in family:
            try:
                member.send_signal(number)
            except psutil.NoSuchProcess:
                continue
    process.wait()
    psutil.wait_procs(family, timeout=10)
