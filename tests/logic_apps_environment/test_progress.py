"""Messages while an operation runs, and when it fails."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from logic_apps_environment import IntegrationServiceEnvironment
from logic_apps_environment.hooks import progress
from logic_apps_environment.hooks.failures import explanation
from logic_apps_environment.hooks.progress import Progress, format_duration
from logic_apps_environment.suggested_commands import SuggestedCommands
from tests.logic_apps_environment.test_environment import FABRIKAM
from tests.support.recording import record

if TYPE_CHECKING:
    from collections.abc import Callable

AZURE, SANDBOX = SuggestedCommands("dev", in_sandbox=False), SuggestedCommands("dev", in_sandbox=True, in_checkout=True)


class Clock:
    """A clock and its timers, which advance only on request."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
        self.timers: list[tuple[datetime, Callable[[], None]]] = []

    def call_later(self, seconds: float, function: Callable[..., None], *arguments: Any) -> Any:
        self.timers = [(self.time + timedelta(seconds=seconds), lambda: function(*arguments))]
        return self

    def cancel(self) -> None:
        self.timers = []

    def advance(self, by: timedelta) -> None:
        end = self.time + by
        while self.timers and self.timers[0][0] <= end:
            self.time, function = self.timers.pop()
            function()
        self.time = end


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    messages: list[str] = []

    def info(text: str, resource: object, *, ephemeral: bool) -> None:
        assert resource is not None
        assert ephemeral
        messages.append(text)

    monkeypatch.setattr("pulumi.log.info", info)
    # The SDK waits for the URN of each, also after the test.
    monkeypatch.setattr(progress, "DependencyResource", str)
    return messages


def creating(since: str) -> str:
    return f"creating since {since}"


def waiting(since: str) -> str:
    return f"waiting since {since}"


@pytest.mark.parametrize(("has_terminal", "minutes"), [(True, 1), (False, 10)])
def test_progress_is_logged_at_once_then_each_minute_on_a_terminal_and_every_ten_minutes_elsewhere(
    has_terminal: bool, minutes: int, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_has_terminal", lambda: has_terminal)
    clock = Clock()
    operation = Progress(lambda: clock.time, clock.call_later)
    operation.begin("urn", creating)
    assert said == ["creating since 20:00 UTC"]
    clock.advance(timedelta(minutes=minutes))
    assert said[1:] == [f"creating since 20:00 UTC ({minutes} min)"]
    clock.advance(timedelta(hours=4) - timedelta(minutes=minutes))
    assert len(said) == 1 + 240 // minutes
    assert said[-1] == "creating since 20:00 UTC (4 h)"
    operation.end_all("urn")
    clock.advance(timedelta(hours=1))
    assert len(said) == 1 + 240 // minutes


def test_a_wait_during_a_creation_replaces_its_progress_until_the_wait_ends(said: list[str]) -> None:
    clock = Clock()
    operation = Progress(lambda: clock.time, clock.call_later)
    operation.begin("urn", creating)
    clock.advance(timedelta(minutes=5))
    operation.begin("urn", waiting)
    clock.advance(timedelta(minutes=15))
    assert said[-1].startswith("waiting since 20:05 UTC (")
    operation.end("urn")
    assert said[-1] == "creating since 20:20 UTC"
    operation.end("urn")
    assert clock.timers == []


def test_ending_an_operation_that_never_began_does_nothing() -> None:
    """As after the failure of an operation whose hook for the beginning did not run."""
    Progress().end_all("urn")


def test_ctrl_c_ends_the_program_only_while_no_progress_is_reported(said: list[str]) -> None:
    """The failed operation then reports what to do."""

    async def interrupted() -> str:
        operation = Progress()
        operation.begin("urn", creating)
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(0)
        operation.end_all("urn")
        return "still running"

    before = signal.getsignal(signal.SIGINT)
    assert asyncio.run(interrupted()) == "still running"
    assert signal.getsignal(signal.SIGINT) is before
    assert len(said) == 1


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(seconds=59), ""),
        (timedelta(minutes=20, seconds=59), "20 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=1, minutes=20), "1 h 20 min"),
        (timedelta(days=1, minutes=1), "24 h 1 min"),
    ],
)
def test_durations_are_hours_and_minutes(duration: timedelta, text: str) -> None:
    assert format_duration(duration) == text


def test_only_the_environment_reports_progress_and_no_hook_can_prevent_a_deletion() -> None:
    """The engine does not delete a resource whose state names a hook that the program no longer registers."""
    recording = record(lambda: IntegrationServiceEnvironment("fabrikam", FABRIKAM))
    reporting = {each.name for each in recording.registrations if list(each.request.hooks.before_create)}
    assert reporting == {"fabrikam-ise"}
    for each in recording.registrations:
        assert not each.request.hooks.before_delete
        assert not each.request.hooks.after_delete


READ_FAILED = (
    "1 error occurred:\n\t* resource created but read failed Status=400 "
    'Code="NoRegisteredProviderFound" Message="No registered resource provider found for location \'\' and API version '
    "'2024-03-01' for type 'integrationServiceEnvironments'. The supported locations are 'westus, westus2'.\": "
)
CAUSE = 'Status=200 Code="ProvisioningFailed" Message="The port 3443 could not be reached."'
RECOVERY = "run `logic-apps-environment recover --stack dev`, which waits for Azure, then `pulumi up --stack dev`."


@pytest.mark.parametrize(
    ("operation", "error", "expected"),
    [
        (
            "create",
            f"{READ_FAILED}{CAUSE}\n\n",
            f"Azure could not create the resource: {CAUSE}\nCorrect the cause, then run `pulumi up --stack dev`.",
        ),
        (
            "update",
            f"{READ_FAILED}{CAUSE}",
            f"Azure could not update the resource: {CAUSE}\nCorrect the cause, then run `pulumi up --stack dev`.",
        ),
        (
            "create",
            "1 error occurred:\n\t* resource created but read failed context canceled: context canceled\n",
            f"The creation was interrupted. Azure continues it. To continue, {RECOVERY}",
        ),
        ("update", "operation timed out", f"The update was interrupted. Azure continues it. To continue, {RECOVERY}"),
        (
            "update",
            'Status=409 Code="Conflict" Message="The environment has an operation in progress."',
            f"Azure has not completed an earlier operation on this resource. To continue, {RECOVERY}",
        ),
        (
            "create",
            'cannot check existence of resource \'/x\': status code 400, {"code":"NoRegisteredProviderFound"}',
            f"The resource exists in Azure and is not in the state. To continue, {RECOVERY}",
        ),
        (
            "create",
            "cannot create already existing resource '/x'",
            f"The resource exists in Azure and is not in the state. To continue, {RECOVERY}",
        ),
        ("create", 'Status=400 Code="IntegrationServiceEnvironmentCreationNotAllowed" Message="…"', ""),
        ("create", "cannot check existence of resource '/x': status code 403, AuthorizationFailed", ""),
        ("create", 'Status=409 Code="Conflict" Message="The subnet /s is in use by another service."', ""),
        ("delete", 'Status=409 Code="Conflict" Message="…"', ""),
    ],
)
def test_a_failure_is_explained_by_its_cause_and_what_to_do(operation: str, error: str, expected: str) -> None:
    assert explanation(operation, error, AZURE) == expected


def test_explanations_in_the_sandbox_name_the_targets_of_make() -> None:
    assert "`make recover STACK=dev`" in explanation("create", "context canceled", SANDBOX)
