"""Any sequence of updates, deletions, faults, kills and jumps of the clock: nothing is lost, twice or orphaned.

After each command, and its recovery if it died or failed, the Pulumi state and Azure have the same resources, each
once, and no operation is pending.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from logic_apps_sandbox import arm
from tests.end_to_end.disturbed.interruption import (
    AFTER,
    BEFORE,
    DESTROY,
    REQUESTS_OF_DESTROY,
    REQUESTS_OF_UP,
    UP,
    copy_of,
    interrupt,
    recover,
)
from tests.end_to_end.disturbed.test_faults import CONNECTIONS, ERRORS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.end_to_end.conftest import Project

# Real seconds of a simulated hour: creations and the release of subnets take time, but little.
PACE = 0.1

MOMENTS = st.sampled_from([BEFORE, AFTER])
CONFIGURATIONS = st.sampled_from(
    [
        {"endpoint": "Internal"},
        {"endpoint": "External"},
        {"tags": {"environment": "dev", "owner": "integration"}},
        {"tags": {"environment": "dev"}},
        {"network": {"name": "vnet-logic-apps-dev", "addressSpace": ["10.40.0.0/24"]}},
    ]
)


class Disturbed(RuleBasedStateMachine):
    """A stack, and all that happens to it."""

    def __init__(self, template: Project) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(prefix="sequence-")
        self.project = copy_of(template, Path(self._folder.name) / "project")
        self.control = arm.control_of(self.project.home / "arm")
        self.is_empty = True

    def teardown(self) -> None:
        """The way out has to be open after any sequence."""
        try:
            self._succeed(DESTROY)
            assert self.project.resources() == []
        finally:
            self._folder.cleanup()

    @rule(changes=CONFIGURATIONS)
    def configure(self, changes: dict[str, object]) -> None:
        self.project.configure(**changes)

    @rule()
    def up(self) -> None:
        self._succeed(UP)
        self.project.succeed("preview", "--non-interactive", "--expect-no-changes", pace=PACE)

    @precondition(lambda self: not self.is_empty)
    @rule()
    def destroy(self) -> None:
        self._succeed(DESTROY)
        assert self.project.resources() == []

    @rule(request=st.integers(1, REQUESTS_OF_UP), moment=MOMENTS)
    def kill_up(self, request: int, moment: str) -> None:
        self._kill(UP, request, moment)

    @precondition(lambda self: not self.is_empty)
    @rule(request=st.integers(1, REQUESTS_OF_DESTROY), moment=MOMENTS)
    def kill_destroy(self, request: int, moment: str) -> None:
        self._kill(DESTROY, request, moment)

    @rule(
        command=st.sampled_from([UP, DESTROY]),
        kind=st.sampled_from(sorted(ERRORS)),
        every=st.integers(1, 6),
        times=st.integers(1, 12),
    )
    def fail(self, command: Sequence[str], kind: str, every: int, times: int) -> None:
        self._disturb(command, arm.RequestFault(**ERRORS[kind], every=every, times=times))

    @rule(connection=st.sampled_from(CONNECTIONS), request=st.integers(1, REQUESTS_OF_UP))
    def break_a_connection(self, connection: str, request: int) -> None:
        self._disturb(UP, arm.RequestFault(connection=connection, every=request))

    @rule(hours=st.sampled_from([0.5, 3, 12]))
    def jump(self, hours: float) -> None:
        self.control.advance(hours)

    def _succeed(self, command: Sequence[str]) -> None:
        self.project.succeed(*command, pace=PACE)
        self._check()

    def _kill(self, command: Sequence[str], request: int, moment: str) -> None:
        interrupt(self.project, command, request, moment, pace=PACE)
        self._recover()

    def _disturb(self, command: Sequence[str], fault: arm.RequestFault) -> None:
        self.control.inject(fault)
        finished = self.project.pulumi(*command, pace=PACE)
        self.control.clear_faults()
        printed = finished.stdout + finished.stderr
        assert "Traceback" not in printed
        assert finished.returncode == 0 or "error: " in printed
        self._recover()

    def _recover(self) -> None:
        finished = recover(self.project, pace=PACE)
        assert finished.returncode == 0, finished.stdout + finished.stderr
        self._check()

    def _check(self) -> None:
        deployment = json.loads(self.project.succeed("stack", "export", pace=PACE))["deployment"]
        assert not deployment.get("pending_operations")
        known = sorted(
            resource["id"].lower()
            for resource in deployment.get("resources") or []
            # A resource to be created again does not exist; the state keeps it for its dependents.
            if resource["type"].startswith("azure-native:") and not resource.get("pendingReplacement")
        )
        assert known == sorted(identifier.lower() for identifier in self.project.resources())
        self.is_empty = not known


@pytest.mark.faults
@pytest.mark.timeout(7200)
def test_after_any_steps_state_and_azure_agree(empty: Project) -> None:
    class OfTheTemplate(Disturbed):
        def __init__(self) -> None:
            super().__init__(empty)

    run_state_machine_as_test(
        OfTheTemplate,
        settings=settings(
            # A sequence takes a minute.
            max_examples=settings().max_examples // 6,
            stateful_step_count=10,
            phases=[Phase.explicit, Phase.generate],  # to shrink takes as long again, many times
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
